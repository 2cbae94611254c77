/* The sign-off refs that the server has (hotfix-hooks(7), SIGN-OFFS). */
#ifndef HOTFIX_FLOW_SIGNOFF_REFS_H
#define HOTFIX_FLOW_SIGNOFF_REFS_H

#include <stddef.h>

#include "flow/session.h"
#include "rules/ref_update.h"
#include "rules/signoff_ref.h"

/* Sign-off refs of one branch and sign-off that are looked at; [limits] signoffs bounds what one person adds to them. */
#define SIGNOFF_REFS_MAXIMUM 10000

/* Adds the refs of BRANCH (full name) that can be sign-offs of a landing, or revocations of such, sorted by name. What is
 * given on a landing is not among them, however much of it there is. */
int signoff_refs_of_branch(struct branch_tips *out, struct session *session, const char *branch, struct error *error);

/* *OUT is how many refs the person of NAME keeps beside it, in the same folder: on the server, and in UPDATES before
 * UPDATE. */
int signoff_refs_of_person(size_t *out, struct session *session, const struct signoff_ref *name,
			   const struct ref_updates *updates, const struct ref_update *update, struct error *error);

#endif
