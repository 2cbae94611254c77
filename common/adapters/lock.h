/* A lock that one process at a time can hold: flock(2) on a file that stays. */
#ifndef HOTFIX_ADAPTERS_LOCK_H
#define HOTFIX_ADAPTERS_LOCK_H

#include "base/error.h"

struct lock {
	int fd; /* -1 while it is not held */
};

#define LOCK_INIT {-1}

/* Takes the lock on PATH, made when it is not there (by root on behalf of the folder's owner). Another process that
 * holds it is no error: OUT is then not held. A process that ends, however it ends, lets go. */
int lock_try(struct lock *out, const char *path, struct error *error);

/* Lets go; harmless when it is not held. */
void lock_release(struct lock *lock);

#endif
