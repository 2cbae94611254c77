/* Gathers the sign-off refs of one landing: signed tags and pushed refs below refs/signoffs/. */
#ifndef HOTFIX_FLOW_GATHER_TAGS_H
#define HOTFIX_FLOW_GATHER_TAGS_H

#include "flow/session.h"
#include "rules/landing.h"
#include "rules/ref_update.h"

/* Adds to LANDING, whose target, workers and last landing are known, every sign-off ref of its branch that is on the
 * server, as revoked too what is revoked in the same push. Signatures are verified only where everything else is right,
 * several at a time, each once for the same keys. */
int gather_tags(struct landing *landing, struct session *session, struct error *error);

/* Adds one sign-off ref at ID, unverified; ARRIVING: it is being pushed just now by the session's pusher. *OUT is NULL when its name is no
 * sign-off's of this configuration. A revocation is added too, with its signoff's name. */
int gather_tag(struct evidence **out, struct landing *landing, struct session *session, const char *ref,
	       const struct object_id *id, bool arriving, struct error *error);

/* Adds the sign-off refs of the same branch that come in the same push before UPDATE, so that the last of several tells
 * where the hotfix stands after all of them. */
int gather_tags_before(struct landing *landing, struct session *session, const struct ref_updates *updates,
		       const struct ref_update *update, struct error *error);

/* Verifies the signatures of EVIDENCE, an array of COUNT pointers; a problem is filled in where one is not good. New
 * answers are kept in the state unless the session is read-only. */
int gather_verify(struct evidence *const *evidence, size_t count, struct session *session, struct error *error);

#endif
