/* Pushes by a plan and takes the time: drive CLIENT SERVER LOG <PLAN
 *
 * CLIENT is a repository, SERVER a bare one whose `hooks` is a symbolic link. A line of the plan is "ROUND VARIANT
 * SOURCE DESTINATION": the hooks become those of SERVER/hooks.VARIANT, and SOURCE is pushed to the ref DESTINATION.
 * Prints "ROUND VARIANT MICROSECONDS". What git says goes to LOG; a push that fails ends it. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SETTLE 20000000L /* nanoseconds between two pushes, for what a hook leaves behind in the background */

struct plan {
	char round[16];
	char variant[32];
	char source[256];
	char destination[256];
};

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static int fail(const char *what)
{
	fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
	return -1;
}

static int switch_hooks(const char *server, const char *variant)
{
	char target[64];
	char link[4096];
	char next[4096];

	snprintf(target, sizeof(target), "hooks.%s", variant);
	if (snprintf(link, sizeof(link), "%s/hooks", server) >= (int)sizeof(link) ||
	    snprintf(next, sizeof(next), "%s/hooks.next", server) >= (int)sizeof(next))
		return -1;
	unlink(next);
	return symlink(target, next) || rename(next, link) ? fail(link) : 0;
}

static int push(long *taken, char *server, const char *refspec, char **environment, int log)
{
	char *arguments[] = {"git", "push", "-q", server, (char *)refspec, NULL};
	posix_spawn_file_actions_t actions;
	int status = -1;
	long start;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, log, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
	start = microseconds();
	errno = posix_spawnp(&child, "git", &actions, NULL, arguments, environment);
	if (!errno && waitpid(child, &status, 0) == child)
		*taken = microseconds() - start;
	posix_spawn_file_actions_destroy(&actions);
	return status;
}

static int run_plan(char *server, char **environment, int log)
{
	struct timespec settle = {.tv_nsec = SETTLE};
	struct plan line;

	while (scanf("%15s %31s %255s %255s", line.round, line.variant, line.source, line.destination) == 4) {
		char refspec[600];
		long taken = 0;

		snprintf(refspec, sizeof(refspec), "%s:%s", line.source, line.destination);
		if (switch_hooks(server, line.variant))
			return 1;
		nanosleep(&settle, NULL);
		if (push(&taken, server, refspec, environment, log)) {
			fprintf(stderr, "drive: the push of %s with the hooks %s failed\n", refspec, line.variant);
			return 1;
		}
		printf("%s %s %ld\n", line.round, line.variant, taken);
	}
	return 0;
}

int main(int argc, char **argv)
{
	char client[4096] = "";
	char path[4096] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *environment[] = {
		client, path, "HOME=/nonexistent", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		NULL};
	int log;

	if (argc != 4 || snprintf(client, sizeof(client), "GIT_DIR=%s", argv[1]) >= (int)sizeof(client)) {
		fprintf(stderr, "usage: drive CLIENT SERVER LOG <PLAN\n");
		return 2;
	}
	if (getenv("PATH"))
		snprintf(path, sizeof(path), "PATH=%s", getenv("PATH"));
	log = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (log < 0)
		return fail(argv[3]) ? 1 : 0;
	return run_plan(argv[2], environment, log) || fflush(stdout) ? 1 : 0;
}
