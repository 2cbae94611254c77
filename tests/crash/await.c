/* Runs a command and waits for all that it leaves behind: await SECONDS MILLISECONDS COMMAND [ARGUMENT…]
 *
 * What detaches itself (a deliverer) comes back to us as its nearest reaper (PR_SET_CHILD_SUBREAPER), so nothing of the
 * command is left when we end. After MILLISECONDS, unless they are 0, the command and its process group are killed; what
 * made a session of its own lives on. Exit: the command's, 128 and the number of the signal that ended it; 124 when
 * something was still there after SECONDS, which is killed then; 125 when the command could not be started. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TIMED_OUT = 124, NOT_STARTED = 125 };

struct deadline {
	long long group; /* microseconds, clock_monotonic; 0: it is not killed, or was */
	long long all;
};

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int fail(const char *what)
{
	fprintf(stderr, "await: %s: %s\n", what, strerror(errno));
	return NOT_STARTED;
}

/* Each that is killed gives its own children to us. */
static void kill_children(void)
{
	char line[4096];
	FILE *list = fopen("/proc/thread-self/children", "re");

	if (list && fgets(line, sizeof(line), list))
		for (char *rest, *word = strtok_r(line, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
			kill((pid_t)atoi(word), SIGKILL);
	if (list)
		fclose(list);
}

static void wait_until(long long moment)
{
	long long left = moment - now();
	struct timespec time = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
	sigset_t ended;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	if (left > 0)
		sigtimedwait(&ended, NULL, &time);
}

static int reap(pid_t command, struct deadline *deadline)
{
	int status = NOT_STARTED;
	int late = 0;

	for (;;) {
		int how = 0;
		pid_t child = waitpid(-1, &how, WNOHANG);

		if (child < 0)
			return late ? TIMED_OUT : status;
		if (child == command) {
			status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
			deadline->group = 0;
		}
		if (child)
			continue;
		if (deadline->group && now() >= deadline->group) {
			kill(-command, SIGKILL);
			deadline->group = 0;
		}
		late |= now() >= deadline->all;
		if (late)
			kill_children();
		wait_until(late ? now() + 50000 : deadline->group ? deadline->group : deadline->all);
	}
}

int main(int argc, char **argv)
{
	struct deadline deadline = {0};
	sigset_t ended;
	pid_t command;

	if (argc < 4) {
		fprintf(stderr, "usage: await SECONDS MILLISECONDS COMMAND [ARGUMENT...]\n");
		return NOT_STARTED;
	}
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) || sigprocmask(SIG_BLOCK, &ended, NULL))
		return fail("prctl");
	deadline.all = now() + atoi(argv[1]) * 1000000LL;
	deadline.group = strtod(argv[2], NULL) > 0 ? now() + (long long)(strtod(argv[2], NULL) * 1000) : 0;
	command = fork();
	if (command < 0)
		return fail("fork");
	if (command == 0) {
		setpgid(0, 0);
		sigprocmask(SIG_UNBLOCK, &ended, NULL);
		execvp(argv[3], argv + 3);
		_exit(fail(argv[3]));
	}
	return reap(command, &deadline);
}
