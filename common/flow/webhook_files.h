/* The files of a webhook that are read when something is sent, and by hotfixctl check: hotfix.ini(5), [webhook]. */
#ifndef HOTFIX_FLOW_WEBHOOK_FILES_H
#define HOTFIX_FLOW_WEBHOOK_FILES_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "rules/endpoint.h"
#include "rules/template.h"

/* Returns the type of what the template becomes. */
const char *webhook_content_type(const struct webhook *webhook);

/* Adds the text of the template, which nobody but root and OWNER may write (file_trusted), checked. */
int webhook_load_template(struct buffer *out, enum template_form *form, const struct webhook *webhook, uid_t owner,
			  struct error *error);

/* Fails when what the template becomes is no JSON where that is its type, whatever the values. */
int webhook_try_template(const struct webhook *webhook, uid_t owner, struct error *error);

#endif
