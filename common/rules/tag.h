/* An annotated tag, read from its raw bytes (git-mktag(1); gitformat-signature(5), TAG SIGNATURES). */
#ifndef HOTFIX_RULES_TAG_H
#define HOTFIX_RULES_TAG_H

#include <stddef.h>

#include "base/error.h"
#include "rules/commit.h"
#include "rules/object_id.h"

enum signature_format {
	SIGNATURE_NONE,
	SIGNATURE_SSH,
	SIGNATURE_OPENPGP,
};

struct tag {
	struct object_id id;
	struct object_id target;
	char *type; /* of the target: "commit" */
	char *name; /* the tag's own name */
	struct trailer *trailers;
	size_t trailer_count;
	size_t trailer_capacity;
	enum signature_format format;
	char *payload; /* what was signed: every byte before the first line of the signature */
	size_t payload_length;
	char *signature; /* from its first line to its last; NULL when there is none */
};

/* Reads the raw bytes of a tag object. Fails where tools could read different things: a NUL, a header that is missing,
 * out of order or there twice, a second signature, a signature of a kind that is not verified here, bytes behind the
 * signature. OUT is owned by the caller either way (tag_release). */
int tag_parse(struct tag *out, const struct object_id *id, const char *raw, size_t length, struct error *error);
void tag_release(struct tag *tag);

/* Returns the value of the only trailer with this key; NULL when there is none, or more than one. */
const char *tag_trailer(const struct tag *tag, const char *key);

#endif
