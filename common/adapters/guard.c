#include "adapters/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE 2000 /* milliseconds for whoever reads what we say */

/* Ends what this process waits for: what Linux lists as its children, proc(5), in digits and blanks. Only calls that a
 * handler may make. */
static void end_children(void)
{
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	char text[512];
	pid_t child = 0;
	ssize_t length = 0;

	while (fd >= 0 && (length = read(fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < length; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				child = child * 10 + (text[i] - '0');
				continue;
			}
			if (child > 1)
				kill(child, SIGKILL);
			child = 0;
		}
}

/* Somebody who does not read what the hook says must not hold it. */
static void say(const struct guard *guard)
{
	struct pollfd reader = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&reader, 1, PATIENCE) == 1 && write(STDERR_FILENO, guard->words, guard->internal.length) < 0)
		return;
}

static void end(int number, siginfo_t *info, void *context)
{
	const struct guard *guard = info->si_value.sival_ptr;

	(void)number;
	(void)context;
	if (info->si_code != SI_TIMER)
		return;
	end_children();
	say(guard);
	_exit(guard->status);
}

static int start_timer(struct guard *guard, struct error *error)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM, .sigev_value.sival_ptr = guard};
	struct itimerspec when = {.it_value.tv_sec = guard->seconds};
	struct sigaction action = {.sa_sigaction = end, .sa_flags = SA_SIGINFO | SA_RESTART};
	sigset_t alarm;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	if (sigaction(SIGALRM, &action, NULL) || sigprocmask(SIG_UNBLOCK, &alarm, NULL) ||
	    timer_create(CLOCK_MONOTONIC, &event, &guard->internal.timer))
		return error_set_errno(error, errno, "no timer for [limits] time");
	guard->internal.is_set = 1;
	if (timer_settime(guard->internal.timer, 0, &when, NULL))
		return error_set_errno(error, errno, "no timer for [limits] time");
	return 0;
}

/* AddressSanitizer itself takes more than any limit. */
static int limit_memory(struct guard *guard, struct error *error)
{
#ifndef __SANITIZE_ADDRESS__
	struct rlimit limit;

	if (getrlimit(RLIMIT_DATA, &guard->internal.before))
		return error_set_errno(error, errno, "no limit for [limits] memory");
	limit = guard->internal.before;
	if (!guard->memory || limit.rlim_cur <= (rlim_t)guard->memory)
		return 0;
	limit.rlim_cur = (rlim_t)guard->memory;
	if (setrlimit(RLIMIT_DATA, &limit))
		return error_set_errno(error, errno, "no limit for [limits] memory");
	guard->internal.is_limited = 1;
#endif
	(void)guard;
	(void)error;
	return 0;
}

int guard_set(struct guard *guard, struct error *error)
{
	guard->internal.length = strnlen(guard->words, GUARD_WORDS);
	return start_timer(guard, error) || limit_memory(guard, error) ? ERROR_FAILED : 0;
}

void guard_lift(struct guard *guard)
{
	if (guard->internal.is_set)
		timer_delete(guard->internal.timer);
	if (guard->internal.is_limited)
		setrlimit(RLIMIT_DATA, &guard->internal.before);
	guard->internal.is_set = 0;
	guard->internal.is_limited = 0;
}
