/* Overrides: what lands although sign-offs, gates or a freeze stand in its way, and what is owed for it (hotfix.ini(5),
 * [override]; hotfix-hooks(7), OVERRIDES). Pure. */
#ifndef HOTFIX_RULES_OVERRIDE_H
#define HOTFIX_RULES_OVERRIDE_H

#include <stdbool.h>

#include "base/strings.h"
#include "rules/landing.h"
#include "rules/record.h"
#include "rules/verdict.h"

/* git push -o hotfix.override=REASON */
#define OVERRIDE_OPTION "hotfix.override"
#define OVERRIDE_REASON_MAXIMUM 1000 /* bytes */

/* What the options of a push say of an override. */
struct override_request {
	bool made;
	char *reason; /* NULL when it is not made, or not well made */
	char *fault;  /* what is wrong with it, a sentence; NULL when nothing is */
};

/* Reads the options of a push; those that are not ours are passed over. Blanks around the reason are left out. OUT is owned
 * by the caller. */
void override_request_read(struct override_request *out, const struct strings *options);
void override_request_release(struct override_request *request);

/* Returns why PERSON (a key, rules/people.h) may not override, a sentence owned by the caller; NULL when nothing forbids
 * it: a configured person, in the role that is configured. */
char *override_forbidden(const struct policy *policy, const char *person);

/* Marks what an override passes: every finding that refuses, may be overridden, and, unless LIMIT is NULL, was overridden
 * by it too, with no fewer people missing. Such a finding refuses no more, and its remedy goes. */
void override_apply(struct verdict *verdict, const struct record_override *limit);

/* True when every finding that refuses may be overridden, and there is one. */
bool override_would_help(const struct verdict *verdict);

/* Writes down in WHAT, the record of LANDING or of one like it, the marked findings of VERDICT and who did the work; does
 * nothing when none is marked. */
void override_keep(struct record_landing *what, const struct landing *landing, const struct verdict *verdict);

/* Writes down one marked finding alone. */
void override_keep_finding(struct record_landing *what, const struct finding *finding);

/* Adds the command that pushes ID to REF with an override. */
void override_add_command(struct strings *out, const char *ref, const struct object_id *id);

#endif
