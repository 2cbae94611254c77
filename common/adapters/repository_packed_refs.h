/* The file packed-refs of a repository: "<id> SP <ref> LF", and lines "^<id> LF" that are of no use here behind tags
 * (git-pack-refs(1); gitrepository-layout(5)). Only as much of it is looked at as is asked for. */
#ifndef HOTFIX_ADAPTERS_REPOSITORY_PACKED_REFS_H
#define HOTFIX_ADAPTERS_REPOSITORY_PACKED_REFS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "rules/object_id.h"

struct packed_refs {
	char *path;
	const char *bytes; /* NULL: there is no such file, or it is empty */
	size_t length;
	const char *entries;
	const char *end;
	bool sorted;
};

/* Maps the file of this folder; none is as good as an empty one. */
int packed_refs_open(struct packed_refs *out, const char *folder, struct error *error);
void packed_refs_release(struct packed_refs *refs);

/* One line of the file. */
struct packed_ref {
	struct object_id id;
	const char *name; /* borrowed from the file, not ended by a NUL */
	size_t length;
	const char *next; /* for packed_refs_next */
};

/* Finds REF; ERROR_NOT_FOUND when it is not there. */
int packed_refs_find(const struct packed_refs *refs, struct object_id *out, const char *ref, struct error *error);

/* Goes over the refs that begin with PREFIX: the first one when AT->next is NULL, then the next. ERROR_NOT_FOUND
 * behind the last. */
int packed_refs_next(const struct packed_refs *refs, struct packed_ref *at, const char *prefix, struct error *error);

#endif
