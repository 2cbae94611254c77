/* The outboxes of a deliverer: one, or those of all repositories below some folders. */
#ifndef HOTFIX_FLOW_DELIVER_OUTBOXES_H
#define HOTFIX_FLOW_DELIVER_OUTBOXES_H

#include "flow/deliver_outbox.h"

#define OUTBOXES_MAXIMUM 100000

struct outboxes {
	struct outbox **items; /* in the order of their names */
	size_t count;
	size_t capacity;
	size_t foreign; /* repositories that were passed over, since they belong to others */
	size_t left;    /* whose locks were not tried, since too few files may be open */
};

void outboxes_release(struct outboxes *outboxes, const struct outbox_tools *tools);

/* Adds the one of GIT_DIR (struct outbox). */
int outboxes_add(struct outboxes *outboxes, const char *git_dir, struct error *error);

/* Makes them those of the repositories below FOLDERS (adapters/folders.h): new ones are added, those that are not there
 * any more are dropped once nothing of them is under way. What goes wrong is told, and leaves things as they are. */
void outboxes_search(struct outboxes *outboxes, const struct strings *folders, const struct outbox_tools *tools);

/* Takes the locks that are free; a failure is told, and the lock can be tried again. Each is an open file: what is needed to
 * deliver is kept free, and how many repositories are left to others then is told. */
void outboxes_lock(struct outboxes *outboxes, const struct outbox_tools *tools);

/* Looks at every lock file (outbox_look). */
void outboxes_look(struct outboxes *outboxes, const struct outbox_tools *tools);

/* True when a lock is held whose touches are not told. */
bool outboxes_are_blind(const struct outboxes *outboxes);

/* Wakes those whose lock file was touched. */
void outboxes_wake(struct outboxes *outboxes, const struct outbox_tools *tools);

/* Milliseconds until one has something to do, at most LIMIT. */
int64_t outboxes_wait(const struct outboxes *outboxes, const struct outbox_tools *tools, int64_t limit);

/* Closes the files of those that were opened first, until few are open. */
void outboxes_close_files(struct outboxes *outboxes);

#endif
