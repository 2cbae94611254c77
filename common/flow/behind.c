#include "flow/behind.h"

#include <stdlib.h>

#include "adapters/lock.h"
#include "adapters/process.h"

#define AWAIT_MILLISECONDS 5000

static char *lock_file(const struct environment *environment)
{
	return environment_own_file(environment, "hotfix.announce", ".lock");
}

bool behind_leave(const struct environment *environment)
{
	char *path = lock_file(environment);
	struct lock lock = LOCK_INIT;
	struct error error = ERROR_INIT;
	bool behind = true;

	/* without the lock nobody waits, and without the other process everybody does */
	if (lock_share(&lock, path, &error))
		error_release(&error);
	if (process_split(&behind, lock.held ? lock.fd : -1, &error))
		behind = true;
	error_release(&error);
	free(path);
	return !behind;
}

void behind_await(const struct environment *environment)
{
	char *path = lock_file(environment);

	lock_await(path, AWAIT_MILLISECONDS);
	free(path);
}
