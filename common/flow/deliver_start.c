/* What a hook needs of delivering: nothing here knows HTTP. */
#include <stdlib.h>
#include <unistd.h>

#include "adapters/lock.h"
#include "adapters/process.h"
#include "base/buffer.h"
#include "flow/deliver.h"
#include "flow/program.h"

char *deliver_lock_file(const struct environment *environment)
{
	return environment_own_file(environment, "hotfix.deliver", ".lock");
}

/* Whoever runs is woken. */
static bool runs(const struct environment *environment)
{
	char *path = deliver_lock_file(environment);
	struct error error = ERROR_INIT;
	struct lock lock = LOCK_INIT;
	bool free_now = lock_try(&lock, path, &error) || lock.held;

	if (!free_now)
		lock_touch(path);
	lock_release(&lock);
	error_release(&error);
	free(path);
	return !free_now;
}

static int start(const struct environment *environment, struct error *error)
{
	char *program = program_find();
	char *const arguments[] = {program, "deliver", "--detached", environment->git_dir, NULL};
	struct buffer folder = BUFFER_INIT;
	struct buffer namespace = BUFFER_INIT;
	char *variables[] = {"PATH=/usr/local/bin:/usr/bin:/bin", NULL, NULL, NULL};
	int result;

	if (environment->git_namespace) {
		buffer_addf(&folder, "GIT_DIR=%s", environment->git_dir);
		buffer_addf(&namespace, "GIT_NAMESPACE=%s", environment->git_namespace);
		variables[1] = folder.bytes;
		variables[2] = namespace.bytes;
	}
	result = process_detach(arguments, variables, error);
	buffer_release(&folder);
	buffer_release(&namespace);
	free(program);
	return result;
}

/* The deliverer looks once more after it has let go of the lock, so one that is seen to run will see what waits. */
int deliver_start(struct state *state, const struct environment *environment, struct error *error)
{
	struct error none = ERROR_INIT;
	int64_t due;
	int result = state_next_due(state, &due, NULL, &none);

	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&none));
	error_release(&none);
	if (result && (result != ERROR_NOT_FOUND || !state_wants_checkpoint(state)))
		return result == ERROR_NOT_FOUND ? 0 : result;
	return runs(environment) ? 0 : start(environment, error);
}
