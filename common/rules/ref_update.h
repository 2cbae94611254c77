/* Ref updates, as Git gives them to pre-receive and post-receive on standard input (githooks(5), pre-receive). */
#ifndef HOTFIX_RULES_REF_UPDATE_H
#define HOTFIX_RULES_REF_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "rules/object_id.h"

struct ref_update {
	struct object_id old_id; /* zero: the ref is created; a claim of the client */
	struct object_id new_id; /* zero: the ref is deleted */
	char *ref;               /* full name; may hold any byte but NUL and newline */
};

struct ref_updates {
	struct ref_update *items;
	size_t count;
	size_t capacity;
	bool sha256; /* an id had the 64 digits of SHA-256, and is cut to 40: the refs can be told, their objects not */
};

/* Reads lines "<old id> SP <new id> SP <ref> LF". Every line must be whole; the last may lack its LF. Fails on
 * anything else, on a ref of more than 4096 bytes, and on the same ref twice. OUT is owned by the caller. */
int ref_updates_parse(struct ref_updates *out, const char *text, size_t length, struct error *error);

/* Adds one update; the arguments of the update hook. */
int ref_updates_add(struct ref_updates *list, const char *ref, const char *old_id, const char *new_id,
		    struct error *error);

/* Adds a copy of an update that LIST does not hold yet. */
void ref_updates_copy(struct ref_updates *list, const struct ref_update *update);

/* Returns the update of REF, or NULL. */
const struct ref_update *ref_updates_find(const struct ref_updates *list, const char *ref);
void ref_updates_release(struct ref_updates *list);

#endif
