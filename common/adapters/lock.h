/* A lock that one process at a time can hold: flock(2) on a file that stays. */
#ifndef HOTFIX_ADAPTERS_LOCK_H
#define HOTFIX_ADAPTERS_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct lock {
	bool held;
	int fd;
};

#define LOCK_INIT \
	{ \
		0 \
	}

/* Takes the lock on PATH, made when it is not there (by root on behalf of the folder's owner). Another process that
 * holds it is no error: OUT is then not held. A process that ends, however it ends, lets go. */
int lock_try(struct lock *out, const char *path, struct error *error);

/* False when it is not held, or when its file is not at PATH any more, so that another process could lock one that is. */
bool lock_holds(const struct lock *lock, const char *path);

/* Returns the process that holds the lock on PATH, as far as this one can see; 0 when it sees none. Takes no lock itself,
 * which another process could find taken. */
pid_t lock_holder(const char *path);

/* Lets go; harmless when it is not held. */
void lock_release(struct lock *lock);

/* Marks the file, which wakes the process that holds the lock (adapters/wake.h). Needs no lock; what fails is left to the
 * holder's own looks. */
void lock_touch(const char *path);

#endif
