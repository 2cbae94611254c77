/* The outbox of one repository, as a deliverer works on it: locked from first to last, so that nobody else delivers from
 * it; opened (flow/deliver_shift.h) while there is something to do. */
#ifndef HOTFIX_FLOW_DELIVER_OUTBOX_H
#define HOTFIX_FLOW_DELIVER_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "adapters/lock.h"
#include "adapters/network.h"
#include "adapters/wake.h"
#include "base/error.h"
#include "flow/deliver.h"
#include "flow/deliver_attempt.h"
#include "flow/deliver_shift.h"

struct outbox {
	char *git_dir; /* NULL: the environment says it, as for a hook */
	char *lock_file;
	struct lock lock;
	int watch;               /* of the lock file */
	struct timespec touched; /* when the lock file was */
	struct shift *shift;     /* NULL while there is nothing to do */
	bool stale;              /* the shift is: nothing new is begun before everything was read again */
	bool woken;              /* there may be something to do */
	bool crowded;            /* something is due, and too much is under way */
	bool had_state;
	bool wanted;      /* the caller's */
	int64_t due;      /* when the next delivery is: milliseconds since the epoch, INT64_MAX when none waits */
	int64_t care;     /* when to look at every governed ref again, clock_monotonic */
	int64_t worry;    /* after such a look failed: milliseconds until the next; else 0 */
	int64_t pause;    /* after a failure: nothing is done before, clock_monotonic */
	int64_t patience; /* milliseconds of the next such pause */
	char *complaint;  /* the last one, and when it was made, clock_monotonic */
	int64_t complained;
};

/* What all outboxes of a deliverer share. */
struct outbox_tools {
	struct network *network;
	struct wake *wake;
	struct deliver_result *result;
	bool finds_states;  /* makes no state where none was seen */
	int64_t care_after; /* when there is time for a look at every governed ref, clock_monotonic */
	void (*complain)(const char *words);
};

/* GIT_DIR as in struct outbox. OUT is owned by the caller. */
int outbox_init(struct outbox *out, const char *git_dir, struct error *error);

/* Ends what is under way without a trace, and lets go of the lock. */
void outbox_release(struct outbox *outbox, const struct outbox_tools *tools);

/* Takes the lock; without it when another process has it. */
int outbox_lock(struct outbox *outbox, const struct outbox_tools *tools, struct error *error);

/* Ends what is under way without a trace, and lets go of the lock; it can be taken again. */
void outbox_unlock(struct outbox *outbox, const struct outbox_tools *tools);

/* Looks at the lock file: wakes when it was touched, and unlocks when it is another one now. */
void outbox_look(struct outbox *outbox, const struct outbox_tools *tools);

/* Everything is read again before anything new is begun. */
void outbox_renew(struct outbox *outbox);

/* Milliseconds until there is something to do, as far as is known; 0: now. NOW is clock_monotonic. */
int64_t outbox_wait(const struct outbox *outbox, const struct outbox_tools *tools, int64_t now);

/* Begins what is due; when it is time for that, announces what nobody announced. A failure ends what is under way, and
 * makes a pause. */
int outbox_work(struct outbox *outbox, struct outbox_tools *tools, struct error *error);

/* Logs an attempt of this outbox; a failure is one of outbox_work. */
int outbox_log(struct outbox *outbox, const struct outbox_tools *tools, struct flight *flight, struct error *error);

/* Tells of a failure, but not the same again and again. */
void outbox_complain(struct outbox *outbox, const struct outbox_tools *tools, const struct error *error);

/* How many attempts are under way. */
size_t outbox_under_way(const struct outbox *outbox);

#endif
