/* A lock that one process at a time can hold, or several that share it: flock(2) on a file that stays. */
#ifndef HOTFIX_ADAPTERS_LOCK_H
#define HOTFIX_ADAPTERS_LOCK_H

#include <stdbool.h>
#include <stdint.h>
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

/* The same, but others may share it. What this process forks shares it too, until the last of them ends. */
int lock_share(struct lock *out, const char *path, struct error *error);

/* Waits until nobody holds or shares the lock on PATH, at most MILLISECONDS; not at all where it cannot be seen. Takes
 * nothing that stays. */
void lock_await(const char *path, int64_t milliseconds);

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
