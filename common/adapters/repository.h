/* A bare repository, through libgit2: objects as they are, refs as they are, and walks that are bounded.
 *
 * Opened as Git opened it for the hook: no discovery, no owner check, no configuration of any user, no commit-graph
 * (libgit2 1.5 hashes the whole file and then refuses what git writes), the quarantine of the push as one more object
 * directory (git-receive-pack(1), QUARANTINE ENVIRONMENT), and the namespace (gitnamespaces(7)). */
#ifndef HOTFIX_ADAPTERS_REPOSITORY_H
#define HOTFIX_ADAPTERS_REPOSITORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"
#include "rules/branch_tip.h"
#include "rules/commit.h"
#include "rules/object_id.h"
#include "rules/tag.h"

struct repository;

/* Opens GIT_DIR; QUARANTINE and NAMESPACE may be NULL. Fails with the reason on a repository that cannot be judged:
 * SHA-256, reftable, an unknown extension, shallow. */
int repository_open(struct repository **out, const char *git_dir, const char *quarantine, const char *git_namespace,
		    struct error *error);
void repository_free(struct repository *repository);

/* What repository_open would open, for repository_ref, repository_refs and repository_has_refs alone, and without a look at
 * what it is: no library is started. */
struct repository *repository_of_refs(const char *git_dir, const char *git_namespace);

/* For a long run that looks at a whole history, and is no hook: more of the objects may stay mapped and cached, about 40 MB
 * together. */
int repository_give_room(struct repository *repository, struct error *error);

/* The id that REF has now, symbolic refs followed; ERROR_NOT_FOUND when it does not exist. */
int repository_ref(struct repository *repository, struct object_id *out, const char *ref, struct error *error);

/* True when there is any ref at all. */
int repository_has_refs(struct repository *repository, bool *out, struct error *error);

/* Adds every ref that matches PATTERN (rules/pattern.h), with the id it has now; at most LIMIT (else ERROR_LIMIT). */
int repository_refs(struct repository *repository, struct branch_tips *out, const char *pattern, size_t limit,
		    struct error *error);

/* True when the push brought the object: it is a loose file of the quarantine. False does not say that it did not. */
bool repository_is_new(struct repository *repository, const struct object_id *id);

/* Kind of an object: "commit", "tree", "blob", "tag" (a constant); ERROR_NOT_FOUND when it is not there. */
int repository_kind(struct repository *repository, const char **out, const struct object_id *id, struct error *error);

/* Sets what is read of a push: commits and tags of at most BYTES bytes, with at most TRAILERS trailers. Before that,
 * LONGEST_MESSAGE bytes are read, and any number of trailers. */
#define LONGEST_MESSAGE ((size_t)16 * 1024 * 1024)
void repository_limit(struct repository *repository, size_t bytes, size_t trailers);

/* Reads a commit; ERROR_TOO_LONG when the object is longer than that (its size is looked up before it is loaded). */
int repository_commit(struct repository *repository, struct commit *out, const struct object_id *id,
		      struct error *error);

/* Reads an annotated tag. *PROBLEM is a sentence, owned by the caller, when the object is
 * no annotated tag that can be read in one way only (rules/tag.h), else NULL; that is no error. */
int repository_tag(struct repository *repository, struct tag *out, char **problem, const struct object_id *id,
		   struct error *error);

/* Only the tree and the parents, cheaper: nothing is parsed but the headers' first lines. ERROR_TOO_LONG when the object
 * is longer than what is read of a commit, and than 1 MB. */
int repository_commit_links(struct repository *repository, struct object_id *tree, struct object_ids *parents,
			    const struct object_id *id, struct error *error);

/* True when ANCESTOR is DESCENDANT or can be reached from it. */
int repository_descends(struct repository *repository, bool *out, const struct object_id *descendant,
			const struct object_id *ancestor, struct error *error);

/* Adds the commits that TIPS reach and HIDDEN do not, children before parents; at most LIMIT (else ERROR_LIMIT);
 * ERROR_TOO_LONG when one of them is longer than what is read of a commit, and than 1 MB. */
int repository_walk(struct repository *repository, struct object_ids *out, const struct object_ids *tips,
		    const struct object_ids *hidden, size_t limit, struct error *error);

/* Adds every best common ancestor of A and B (git-merge-base(1), --all). */
int repository_merge_bases(struct repository *repository, struct object_ids *out, const struct object_id *a,
			   const struct object_id *b, struct error *error);

/* One difference between two trees, by raw entries: no renames, no filters, no configuration. A folder is one itself where
 * it is empty, or its mode is not the usual one. A mode that is written with a zero before it has a bit above those that
 * Git knows. */
struct change {
	char *path;
	unsigned int old_mode; /* 0: not there */
	unsigned int new_mode;
	struct object_id old_id;
	struct object_id new_id;
};

struct changes {
	struct change *items;
	size_t count;
	size_t capacity;
};

/* Adds what differs between two trees (either may be NULL: empty), sorted by path; at most LIMIT (else ERROR_LIMIT). */
int repository_changes(struct repository *repository, struct changes *out, const struct object_id *old_tree,
		       const struct object_id *new_tree, size_t limit, struct error *error);
void changes_release(struct changes *changes);

/* True when both hold the same set of path, modes and ids. */
bool changes_equal(const struct changes *a, const struct changes *b);

/* One file that differs between two commits. */
struct diffstat_file {
	char *path;
	int64_t added; /* lines; -1: it is binary */
	int64_t removed;
};

struct diffstat {
	struct diffstat_file *items;
	size_t count;
	size_t capacity;
};

void diffstat_release(struct diffstat *stat);

/* Adds what differs between two commits, in lines, as git counts them (git-diff(1), --numstat), without renames; sorted by
 * path. ERROR_LIMIT beyond 4 MB of names. */
int repository_diffstat(struct repository *repository, struct diffstat *out, const struct object_id *from,
			const struct object_id *to, struct error *error);

/* The first 20 bytes that name CONTENT for good: Git's own hash of a blob of it (git-hash-object(1)). */
int repository_hash(struct object_id *out, const void *content, size_t length, struct error *error);

#endif
