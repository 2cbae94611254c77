#include "adapters/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

#define COMMAND_MAXIMUM (128 * 1024)
#define FILES_AT_LEAST 256

static void default_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_files(unsigned int first, unsigned int last)
{
	if (first > last || close_range(first, last, 0) == 0)
		return;
	for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd >= (long)first; fd--)
		if (fd <= (long)last)
			close((int)fd);
}

static void close_inherited_files(int keep)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		_exit(EXIT_FAILURE);
	for (int standard = 0; standard <= 2; standard++)
		if (dup2(null, standard) < 0)
			_exit(EXIT_FAILURE);
	if (keep > 2) {
		close_files(3, (unsigned int)keep - 1);
		close_files((unsigned int)keep + 1, ~0U);
	} else {
		close_files(3, ~0U);
	}
}

/* What is left behind is not held to what the hook may take. */
static void lift_memory(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_DATA, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_DATA, &limit);
	}
}

static _Noreturn void become(char *const arguments[], char *const environment[])
{
	default_signals();
	close_inherited_files(-1);
	lift_memory();
	if (chdir("/") == 0)
		execve(arguments[0], arguments, environment);
	_exit(EXIT_FAILURE);
}

/* The child leads the new session and ends at once: the grandchild can never get a terminal, and belongs to init. */
static _Noreturn void step_aside(char *const arguments[], char *const environment[])
{
	pid_t grandchild;

	if (setsid() < 0)
		_exit(EXIT_FAILURE);
	grandchild = fork();
	if (grandchild == 0)
		become(arguments, environment);
	_exit(grandchild < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

int process_detach(char *const arguments[], char *const environment[], struct error *error)
{
	int status = 0;
	pid_t child;

	if (access(arguments[0], X_OK) < 0)
		return error_set_errno(error, errno, "%s", arguments[0]);
	child = fork();
	if (child < 0)
		return error_set_errno(error, errno, "cannot start %s", arguments[0]);
	if (child == 0)
		step_aside(arguments, environment);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_set_errno(error, errno, "cannot start %s", arguments[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS)
		return error_set(error, "cannot start %s: no more processes", arguments[0]);
	return 0;
}

int process_split(bool *behind, int keep, struct error *error)
{
	pid_t child = fork();

	*behind = child == 0;
	if (child < 0)
		return error_set_errno(error, errno, "cannot go on in another process");
	if (child == 0 && setsid() < 0)
		_exit(EXIT_FAILURE);
	if (child == 0)
		close_inherited_files(keep);
	return 0;
}

void process_open_many_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

size_t process_file_limit(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? FILES_AT_LEAST : (size_t)limit.rlim_cur;
}

char *process_folder(void)
{
	char *program = realpath("/proc/self/exe", NULL);
	char *slash = program ? strrchr(program, '/') : NULL;

	if (slash)
		*(slash == program ? slash + 1 : slash) = '\0';
	return program;
}

bool process_was_given(pid_t process, const char *argument)
{
	char *path = buffer_format("/proc/%ld/cmdline", (long)process);
	struct buffer command = BUFFER_INIT;
	struct error error = ERROR_INIT;
	bool given = false;

	if (!file_read(&command, path, COMMAND_MAXIMUM, &error))
		for (size_t at = 0; !given && at < command.length; at += strlen(command.bytes + at) + 1)
			given = !strcmp(command.bytes + at, argument);
	error_release(&error);
	buffer_release(&command);
	free(path);
	return given;
}
