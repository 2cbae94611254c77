#include "adapters/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

static int start(pid_t *out, const char *path, char *const arguments[], int input, int other, struct error *error)
{
	posix_spawn_file_actions_t actions;
	int result;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_addclose(&actions, input);
	posix_spawn_file_actions_addclose(&actions, other);
	result = posix_spawn(out, path, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return result ? error_set_errno(error, result, "%s", path) : 0;
}

static void write_input(int fd, const struct buffer *input)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct error unread = ERROR_INIT;
	struct sigaction before;

	sigaction(SIGPIPE, &ignore, &before);
	if (input)
		file_write_all(fd, buffer_text(input), input->length, &unread);
	error_release(&unread);
	sigaction(SIGPIPE, &before, NULL);
}

static int wait_for(int *status, pid_t pid, const char *path, struct error *error)
{
	int how;

	while (waitpid(pid, &how, 0) < 0)
		if (errno != EINTR)
			return error_set_errno(error, errno, "%s", path);
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	return 0;
}

int child_run(int *status, const char *path, char *const arguments[], const struct buffer *input, struct error *error)
{
	int ends[2];
	pid_t pid;
	int result;

	if (pipe2(ends, O_CLOEXEC))
		return error_set_errno(error, errno, "%s", path);
	result = start(&pid, path, arguments, ends[0], ends[1], error);
	close(ends[0]);
	if (!result)
		write_input(ends[1], input);
	close(ends[1]);
	return result ? result : wait_for(status, pid, path, error);
}
