/* Pushes by a plan and takes the time: drive LOG PLACE... <PLAN
 *
 * A PLACE is three words: CLIENT, a repository; SERVER, a bare one whose `hooks` is a symbolic link; and the ADDRESS by
 * which git reaches it. A line of the plan is "ROUND VARIANT PLACE SOURCE DESTINATION", PLACE being a number from 0: the
 * hooks become those of SERVER/hooks.VARIANT, and SOURCE is pushed to DESTINATION.
 * Prints "ROUND VARIANT MICROSECONDS PLACE". What git says goes to LOG; a push that fails ends it. */
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
#define PLACES 64

struct place {
	char *client;
	char *server;
	char *address;
};

struct plan {
	char round[16];
	char variant[32];
	int place;
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

static int push(long *taken, const struct place *place, const char *refspec, char **environment, int log)
{
	char *arguments[] = {"git", "-C", place->client, "push", "-q", place->address, (char *)refspec, NULL};
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

static int read_plan(struct plan *out, int places)
{
	return scanf("%15s %31s %d %255s %255s", out->round, out->variant, &out->place, out->source,
		     out->destination) == 5 &&
	       out->place >= 0 && out->place < places;
}

static int run_plan(const struct place *places, int count, char **environment, int log)
{
	struct timespec settle = {.tv_nsec = SETTLE};
	struct plan line;

	while (read_plan(&line, count)) {
		const struct place *place = &places[line.place];
		char refspec[600];
		long taken = 0;

		snprintf(refspec, sizeof(refspec), "%s:%s", line.source, line.destination);
		if (switch_hooks(place->server, line.variant))
			return 1;
		nanosleep(&settle, NULL);
		if (push(&taken, place, refspec, environment, log)) {
			fprintf(stderr, "drive: the push of %s with the hooks %s failed\n", refspec, line.variant);
			return 1;
		}
		printf("%s %s %ld %d\n", line.round, line.variant, taken, line.place);
	}
	return feof(stdin) ? 0 : 1;
}

int main(int argc, char **argv)
{
	char path[4096] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char ssh[4096] = "GIT_SSH=ssh";
	char *environment[] = {path,
			       ssh,
			       "GIT_SSH_VARIANT=simple",
			       "HOME=/nonexistent",
			       "LC_ALL=C",
			       "GIT_CONFIG_NOSYSTEM=1",
			       "GIT_CONFIG_GLOBAL=/dev/null",
			       NULL};
	struct place places[PLACES];
	int count = (argc - 2) / 3;
	int log;

	if (argc < 5 || (argc - 2) % 3 || count > PLACES) {
		fprintf(stderr, "usage: drive LOG CLIENT SERVER ADDRESS [CLIENT SERVER ADDRESS]... <PLAN\n");
		return 2;
	}
	for (int i = 0; i < count; i++)
		places[i] = (struct place){argv[3 * i + 2], argv[3 * i + 3], argv[3 * i + 4]};
	if (getenv("PATH"))
		snprintf(path, sizeof(path), "PATH=%s", getenv("PATH"));
	if (getenv("GIT_SSH"))
		snprintf(ssh, sizeof(ssh), "GIT_SSH=%s", getenv("GIT_SSH"));
	log = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (log < 0)
		return fail(argv[1]) ? 1 : 0;
	return run_plan(places, count, environment, log) || fflush(stdout) ? 1 : 0;
}
