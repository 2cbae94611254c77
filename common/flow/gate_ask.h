/* Asks one gate over the network (hotfix-hooks(7), GATES): what hotfixctl does for the hooks, which have no network. */
#ifndef HOTFIX_FLOW_GATE_ASK_H
#define HOTFIX_FLOW_GATE_ASK_H

#include <sys/types.h>

#include "flow/gate_answer.h"
#include "rules/gate.h"

#define GATE_REPLY_MAXIMUM (1024 * 1024)  /* bytes of a reply; a longer one is none */
#define GATE_TEMPLATE_MAXIMUM (64 * 1024) /* bytes of body */
#define GATE_SHOWN_MAXIMUM 200            /* bytes of a value of the reply that is told */

/* Asks GATE about QUESTION (gate_question). What goes wrong is an answer too: silent. OWNER is the owner of the
 * repository, to whom headers-file may belong. OUT is owned by the caller. */
void gate_ask(struct gate_answer *out, const struct gate *gate, const struct json *question, uid_t owner);

#endif
