/* The first-parent line of a branch: what it came to, one after the other. */
#ifndef HOTFIX_ADAPTERS_REPOSITORY_LINE_H
#define HOTFIX_ADAPTERS_REPOSITORY_LINE_H

#include <stdint.h>

#include "adapters/repository.h"

struct line_commit {
	struct object_id id;
	struct object_id tree;
	int64_t time;   /* of the committer, seconds since the epoch; 0 when it cannot be read */
	size_t parents; /* how many */
};

struct line_commits {
	struct line_commit *items; /* newest first */
	size_t count;
	size_t capacity;
};

void line_commits_release(struct line_commits *commits);

/* Commits older than what is asked for, in a row, after which the rest is believed to be older too: clocks go wrong. */
#define LINE_OLDER 100

/* Adds the line from TIP down to the root, or until LINE_OLDER commits in a row are older than SINCE. */
int repository_line(struct repository *repository, struct line_commits *out, const struct object_id *tip, int64_t since,
		    struct error *error);

#endif
