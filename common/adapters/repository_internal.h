/* What the files of the repository adapter share; nobody else includes this. */
#ifndef HOTFIX_ADAPTERS_REPOSITORY_INTERNAL_H
#define HOTFIX_ADAPTERS_REPOSITORY_INTERNAL_H

#include <stdint.h>
#include <sys/types.h>

#include "adapters/repository.h"

struct git_odb;

/* What git answered: of questions about objects by their ids alone, so that it stays true. */
#define ANSWERS_KEPT 16

struct answer {
	char *question; /* the arguments, a line each */
	struct buffer text;
	int status;
};

/* The commits that TIP reaches and HIDDEN does not, as git said. */
struct known_range {
	bool known;
	struct object_id tip;
	struct object_id hidden;
	struct object_ids inside;
};

struct repository {
	bool library; /* it was started */
	struct git_odb *odb;
	unsigned long reads;
	size_t message_maximum; /* bytes of a commit or tag that is parsed */
	size_t trailer_maximum;
	unsigned long resident; /* bytes of what is mapped that may stay in memory; 0: as a hook */
	char *git_dir;
	char *common_dir; /* where refs and objects are: git_dir, unless that is of a linked work tree */
	char *quarantine; /* or NULL */
	char *ref_prefix; /* of the namespace: "" or "refs/namespaces/<name>/" */
	struct answer answers[ANSWERS_KEPT];
	size_t answer_count;
	struct known_range range; /* the last one */
};

/* What the library says went wrong last. */
const char *repository_library_words(void);

/* The objects of the repository and of the push; repository_storage.c. */
int repository_open_objects(struct repository *repository, struct error *error);
void repository_close_objects(struct repository *repository);

/* Before each read: opens the objects again when what is mapped of them has grown too much. */
int repository_keep_small(struct repository *repository, struct error *error);

/* The raw bytes of one object. */
struct raw_object {
	const char *bytes;
	size_t length;
	void *internal;
};

/* Reads an object of KIND ("commit", "tree"), at most MAXIMUM bytes; ERROR_NOT_FOUND when it is not there, ERROR_LIMIT
 * when it is longer (its size is looked up before it is loaded). */
int repository_read(struct repository *repository, struct raw_object *out, const struct object_id *id, const char *kind,
		    size_t maximum, struct error *error);
void raw_object_release(struct raw_object *object);

/* What a walk needs of a commit. */
struct links {
	struct object_id tree;
	struct object_ids parents;
	int64_t time; /* of the committer, seconds since the epoch; 0 when it cannot be read */
};

int repository_links(struct repository *repository, struct links *out, const struct object_id *id, struct error *error);

/* As much of git-check-ref-format(1) as keeps a name inside the folder of the refs, and apart from Git's own files: of
 * a whole name, of what is between two slashes. */
bool ref_name_valid(const char *name);
bool ref_part_valid(const char *part, size_t length);

/* The name with the folders of the namespace before it; owned by the caller. */
char *repository_full_name(const struct repository *repository, const char *ref);

/* Follows *NAME (a full name), which is replaced on the way, to the ref that holds an id. */
int repository_follow(struct repository *repository, struct object_id *out, char **name, struct error *error);

/* Runs git on the repository, with the arguments that follow `git`; what it prints is added to OUT, at most MAXIMUM bytes
 * (else ERROR_LIMIT). The arguments name objects by their ids: the same question again is answered without git. Returns
 * its exit status, or a negative code. Git sees the quarantine, and
 * nothing of the environment or of anybody's configuration but the repository's. */
int repository_ask_git(struct repository *repository, struct buffer *out, size_t maximum,
		       const struct strings *arguments, struct error *error);
/* The same for git WHAT, whose answer is ids, one a line: adds them, at most LIMIT (else ERROR_LIMIT). */
int repository_ask_git_for_ids(struct repository *repository, struct object_ids *out, size_t limit, const char *what,
			       const struct strings *arguments, struct error *error);

/* What to return for an exit status of git WHAT that is no answer, or for a negative code. */
int repository_git_failed(const char *what, int status, struct error *error);

/* Starts git in the same way, from one descriptor (-1: nothing comes) to the other, and does not wait. */
int repository_start_git(const struct repository *repository, pid_t *out, int input, int output,
			 const struct strings *arguments, struct error *error);

/* Waits for it, and returns its exit status, or a negative code; WHAT names it. */
int repository_wait_git(pid_t child, const char *what, struct error *error);
void repository_forget_answers(struct repository *repository);

#endif
