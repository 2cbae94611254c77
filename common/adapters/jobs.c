#include "adapters/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define AT_ONCE 8
#define FILE_DESCRIPTOR 3

static int in_memory(int *out, const struct buffer *content, const char *name, struct error *error)
{
	*out = memfd_create(name, MFD_CLOEXEC);
	if (*out < 0)
		return error_set_errno(error, errno, "%s", name);
	if (content && file_write_all(*out, buffer_text(content), content->length, error))
		return ERROR_FAILED;
	return lseek(*out, 0, SEEK_SET) < 0 ? error_set_errno(error, errno, "%s", name) : 0;
}

static int spawn(struct job *job, int input, int file, struct error *error)
{
	static char *const environment[] = {"PATH=/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=C", "TZ=UTC0", NULL};
	posix_spawn_file_actions_t actions;
	char **arguments;
	int result;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, job->internal.output_descriptor, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, file, FILE_DESCRIPTOR);
	posix_spawn_file_actions_addclosefrom_np(&actions, FILE_DESCRIPTOR + 1);
	strings_take(&job->arguments, NULL);
	arguments = job->arguments.items;
	result = posix_spawn(&job->internal.pid, arguments[0], &actions, NULL, arguments, environment);
	job->arguments.count--;
	posix_spawn_file_actions_destroy(&actions);
	return result ? error_set_errno(error, result, "%s", arguments[0]) : 0;
}

/* A descriptor that is 3 already would be closed on exec by adddup2 of itself: keep all of them above. */
static int above(int *descriptor)
{
	int higher = fcntl(*descriptor, F_DUPFD_CLOEXEC, FILE_DESCRIPTOR + 1);

	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = higher;
	return higher < 0 ? ERROR_FAILED : 0;
}

static void close_all(const int *descriptors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
}

void job_kill(struct job *job)
{
	if (job->internal.pid > 0) {
		kill(job->internal.pid, SIGKILL);
		waitpid(job->internal.pid, NULL, 0);
		close_all((int[]){job->internal.pid_descriptor, job->internal.output_descriptor}, 2);
	}
	job->internal.pid = 0;
}

static int start(struct job *job, int *input, int *file, struct error *error)
{
	int result = in_memory(input, &job->input, "input", error);

	if (!result)
		result = in_memory(file, &job->file, "file", error);
	if (!result)
		result = in_memory(&job->internal.output_descriptor, NULL, "output", error);
	if (!result && (above(input) || above(file) || above(&job->internal.output_descriptor)))
		result = error_set_errno(error, errno, "%s", job->arguments.items[0]);
	if (!result)
		result = spawn(job, *input, *file, error);
	if (result)
		return result;
	job->internal.pid_descriptor = pidfd_open(job->internal.pid, 0);
	return job->internal.pid_descriptor < 0 ? error_set_errno(error, errno, "%s", job->arguments.items[0]) : 0;
}

int job_start(struct job *job, struct error *error)
{
	int input = -1;
	int file = -1;
	int result;

	job->internal.pid = 0;
	job->internal.pid_descriptor = -1;
	job->internal.output_descriptor = -1;
	result = start(job, &input, &file, error);
	close_all((int[]){input, file}, 2);
	if (result && !job->internal.pid)
		close_all(&job->internal.output_descriptor, 1);
	if (result)
		job_kill(job);
	return result;
}

int job_descriptor(const struct job *job)
{
	return job->internal.pid ? job->internal.pid_descriptor : -1;
}

int job_collect(struct job *job, struct error *error)
{
	int how;
	int result = 0;

	while (waitpid(job->internal.pid, &how, 0) < 0)
		if (errno != EINTR)
			return error_set_errno(error, errno, "%s", job->arguments.items[0]);
	job->internal.pid = 0;
	job->status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	if (lseek(job->internal.output_descriptor, 0, SEEK_SET) < 0)
		result = error_set_errno(error, errno, "%s", job->arguments.items[0]);
	else
		result = file_read_all(&job->output, job->internal.output_descriptor, job->arguments.items[0],
				       JOB_OUTPUT_MAXIMUM, error);
	close_all((int[]){job->internal.pid_descriptor, job->internal.output_descriptor}, 2);
	return result;
}

/* False when it is late. */
static bool job_ends(struct job *job, int64_t until)
{
	struct pollfd ended = {.fd = job->internal.pid_descriptor, .events = POLLIN};
	int64_t left;

	do {
		left = until - clock_monotonic();
		if (left < 0)
			left = 0;
		if (poll(&ended, 1, (int)left) == 1)
			return true;
	} while (left);
	return false;
}

static int job_wait(struct job *job, int64_t until, struct error *error)
{
	job->late = !job_ends(job, until);
	if (job->late)
		return error_set(error, "%s did not end in time", job->arguments.items[0]);
	return job_collect(job, error);
}

static int run_some(struct job *jobs, size_t count, int seconds, bool try, struct error *error)
{
	int64_t until = clock_monotonic() + (int64_t)seconds * 1000;
	int result = 0;

	for (size_t i = 0; i < count; i++)
		jobs[i].internal.pid = 0;
	for (size_t i = 0; !result && i < count; i++)
		result = job_start(&jobs[i], error);
	for (size_t i = 0; !result && i < count; i++) {
		result = job_wait(&jobs[i], until, error);
		if (!jobs[i].late || !try)
			continue;
		error_release(error);
		result = 0;
	}
	for (size_t i = 0; i < count; i++)
		job_kill(&jobs[i]);
	return result;
}

static int run_all(struct job *jobs, size_t count, int seconds, bool try, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < count; i += AT_ONCE)
		result = run_some(jobs + i, count - i < AT_ONCE ? count - i : AT_ONCE, seconds, try, error);
	return result;
}

int jobs_run(struct job *jobs, size_t count, int seconds, struct error *error)
{
	return run_all(jobs, count, seconds, false, error);
}

int jobs_try(struct job *jobs, size_t count, int seconds, struct error *error)
{
	return run_all(jobs, count, seconds, true, error);
}

void job_release(struct job *job)
{
	strings_release(&job->arguments);
	buffer_release(&job->input);
	buffer_release(&job->file);
	buffer_release(&job->output);
}
