/* Runs a command and prints "<elapsed ms> <processor ms> <peak KB>" to standard error: measure COMMAND [ARGUMENT...]. Its exit
 * status is that of the command, 127 when it cannot be run. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long milliseconds(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

static long of_timeval(const struct timeval *time)
{
	return time->tv_sec * 1000 + time->tv_usec / 1000;
}

int main(int argc, char **argv)
{
	struct timespec begin;
	struct rusage usage;
	int status = 0;
	pid_t child;

	if (argc < 2)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	errno = posix_spawnp(&child, argv[1], NULL, NULL, argv + 1, environ);
	if (errno || wait4(child, &status, 0, &usage) != child) {
		fprintf(stderr, "measure: %s: %s\n", argv[1], strerror(errno));
		return 127;
	}
	fprintf(stderr, "%ld %ld %ld\n", milliseconds(&begin),
		of_timeval(&usage.ru_utime) + of_timeval(&usage.ru_stime), usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
