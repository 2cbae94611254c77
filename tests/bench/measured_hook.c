/* Stands in for a hook, runs the real one, and writes down what it took: "<name> <peak KB> <microseconds> <exit>
 * <processor microseconds>". The real one is of the same name in $HOTFIX_BENCH_REAL, the line goes to the end of
 * $HOTFIX_BENCH_RECORD. The peak, and the processor time, are those of the hook and of every process that it waited for
 * (getrusage(2)). */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static long of_timeval(const struct timeval *time)
{
	return time->tv_sec * 1000000L + time->tv_usec;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];
	const char *folder = getenv("HOTFIX_BENCH_REAL");
	const char *record = getenv("HOTFIX_BENCH_RECORD");
	struct rusage usage;
	char real[4096];
	int status = 0;
	long start;
	pid_t child;
	int fd;

	(void)argc;
	if (!folder || !record || snprintf(real, sizeof(real), "%s/%s", folder, name) >= (int)sizeof(real))
		return 3;
	start = microseconds();
	argv[0] = real;
	errno = posix_spawn(&child, real, NULL, NULL, argv, environ);
	if (errno || wait4(child, &status, 0, &usage) != child)
		return 3;
	fd = open(record, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return 3;
	dprintf(fd, "%s %ld %ld %d %ld\n", name, usage.ru_maxrss, microseconds() - start,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128,
		of_timeval(&usage.ru_utime) + of_timeval(&usage.ru_stime));
	close(fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
