/* A commit, as the rules see it: read from its raw bytes, never from what a library makes of them. */
#ifndef HOTFIX_RULES_COMMIT_H
#define HOTFIX_RULES_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "rules/object_id.h"

struct trailer {
	char *key;
	char *value;
};

struct commit {
	struct object_id id;
	struct object_id tree;
	struct object_ids parents;
	char *author_name;
	char *author_address; /* lower case */
	int64_t author_time;  /* seconds since the epoch */
	char *committer_name;
	char *committer_address;
	int64_t committer_time;
	char *subject; /* first line of the message */
	char *message; /* whole, for the payload; NUL-free */
	struct trailer *trailers;
	size_t trailer_count;
	/* filled by whoever builds a graph (rules/graph.h) */
	bool is_signoff;         /* a sign-off commit, or a merge that only joins sign-off commits */
	struct object_id target; /* the first commit at or below this one that is no sign-off commit */
};

/* Reads the raw bytes of a commit object (gitformat: git-cat-file(1), commit). Fails on what Git's tools would read in
 * different ways: two author or committer lines, an address that is missing, empty or nested, a NUL or CR in a header,
 * duplicate parents. OUT is owned by the caller either way (commit_release). */
int commit_parse(struct commit *out, const struct object_id *id, const char *raw, size_t length, struct error *error);
void commit_release(struct commit *commit);

/* Returns the value of the first trailer with this key, or NULL. */
const char *commit_trailer(const struct commit *commit, const char *key);

#endif
