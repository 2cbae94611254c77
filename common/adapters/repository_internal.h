/* What the files of the repository adapter share; nobody else includes this. */
#ifndef HOTFIX_ADAPTERS_REPOSITORY_INTERNAL_H
#define HOTFIX_ADAPTERS_REPOSITORY_INTERNAL_H

#include <stdint.h>

#include "adapters/repository.h"

struct git_odb;
struct git_repository;

struct repository {
	struct git_repository *handle;
	struct git_odb *odb;
	char *git_dir;
	char *common_dir; /* where refs and objects are: git_dir, unless that is of a linked work tree */
	char *quarantine; /* or NULL */
	char *ref_prefix; /* of the namespace: "" or "refs/namespaces/<name>/" */
};

/* The raw bytes of one object. */
struct raw_object {
	const char *bytes;
	size_t length;
	void *internal;
};

/* Reads an object of KIND ("commit", "tree"), at most MAXIMUM bytes; ERROR_NOT_FOUND when it is not there, ERROR_LIMIT
 * when it is longer (its size is looked up before it is loaded). */
int repository_read(struct repository *repository, struct raw_object *out, const struct object_id *id,
		    const char *kind, size_t maximum, struct error *error);
void raw_object_release(struct raw_object *object);

/* What a walk needs of a commit. */
struct links {
	struct object_id tree;
	struct object_ids parents;
	int64_t time; /* of the committer, seconds since the epoch; 0 when it cannot be read */
};

int repository_links(struct repository *repository, struct links *out, const struct object_id *id,
		     struct error *error);

/* Runs git on the repository, with the arguments that follow `git`, ended by NULL; what it prints is added to OUT, at
 * most MAXIMUM bytes (else ERROR_LIMIT). Returns its exit status, or a negative code. Git sees the quarantine, and
 * nothing of the environment or of anybody's configuration but the repository's. */
int repository_ask_git(struct repository *repository, struct buffer *out, size_t maximum,
		       const struct strings *arguments, struct error *error);

#endif
