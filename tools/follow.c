#include "follow.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/state_follow.h"
#include "adapters/wake.h"
#include "base/clock.h"
#include "base/memory.h"
#include "delivery_text.h"
#include "rules/message.h"

#define AT_ONCE 100 /* of what happened, in memory */
#define CHUNK 4096  /* PIPE_BUF: what a pipe with room takes without waiting */
#define LOOK_MILLISECONDS 1000

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

struct follower {
	struct call *call;
	const char *endpoint;
	struct session session; /* its state is NULL while there is none */
	struct wake *wake;
	int watch;
	struct stat file; /* of the state, when it was opened */
	struct follow_mark mark;
	int64_t looked; /* milliseconds since the epoch, a full second */
	bool closed;    /* nobody reads any more */
};

static bool is_over(const struct follower *follower)
{
	return stopped || follower->closed;
}

static struct stat look_at_state(const struct follower *follower)
{
	const struct session *session = &follower->session;
	char *file = environment_state_file(&session->environment, &session->policy);
	struct stat status;

	if (stat(file, &status))
		status = (struct stat){0};
	free(file);
	return status;
}

static void watch_state(struct follower *follower)
{
	const struct session *session = &follower->session;
	char *folder = environment_state_file(&session->environment, &session->policy);

	*strrchr(folder, '/') = '\0';
	wake_unwatch(follower->wake, follower->watch);
	follower->watch = wake_watch_folder(follower->wake, *folder ? folder : "/");
	free(folder);
}

/* What happened before TIME, milliseconds since the epoch, was seen. */
static int open_state(struct follower *follower, int64_t time, struct error *error)
{
	int result;

	session_release(&follower->session);
	result = call_session(&follower->session, follower->call, false, error);
	if (!result)
		result = state_follow_from(follower->session.state, &follower->mark, time, error);
	if (result) {
		session_close(&follower->session);
		return result;
	}
	follower->file = look_at_state(follower);
	watch_state(follower);
	return 0;
}

static bool is_replaced(const struct follower *follower)
{
	struct stat now = look_at_state(follower);

	return !follower->session.state || now.st_ino != follower->file.st_ino || now.st_dev != follower->file.st_dev;
}

/* A state that is not there may come back. */
static void reopen_state(struct follower *follower)
{
	struct error error = ERROR_INIT;

	open_state(follower, follower->looked, &error);
	error_release(&error);
}

static void drain(struct follower *follower)
{
	int watch;

	while (wake_next(follower->wake, &watch))
		continue;
}

/* A signal ends it also while nobody takes what is written. */
static int write_out(struct follower *follower, const struct buffer *lines, struct error *error)
{
	size_t done = 0;

	while (done < lines->length && !is_over(follower)) {
		int seen = wake_wait(follower->wake, STDOUT_FILENO, true, LOOK_MILLISECONDS);
		size_t left = lines->length - done;
		ssize_t count;

		drain(follower);
		follower->closed = (seen & WAKE_CLOSED) != 0;
		if (follower->closed || !(seen & WAKE_WRITABLE))
			continue;
		count = write(STDOUT_FILENO, lines->bytes + done, left < CHUNK ? left : CHUNK);
		if (count >= 0)
			done += (size_t)count;
		else if (errno == EPIPE)
			follower->closed = true;
		else if (errno != EINTR && errno != EAGAIN)
			return error_set_errno(error, errno, "standard output");
	}
	return 0;
}

static int look(struct follower *follower, bool *news, struct error *error)
{
	struct happenings happenings = {0};
	struct buffer lines = BUFFER_INIT;
	int64_t now = clock_now_milliseconds();
	int result =
		state_follow(follower->session.state, &happenings, &follower->mark, follower->endpoint, AT_ONCE, error);

	*news = happenings.deliveries.count > 0;
	if (!result)
		follower->looked = now - now % 1000;
	for (size_t i = 0; i < happenings.deliveries.count; i++)
		if (follower->call->json)
			happening_json(&lines, &happenings.deliveries.items[i], &happenings.attempts.items[i]);
		else
			happening_text(&lines, &happenings.deliveries.items[i], &happenings.attempts.items[i]);
	if (!result)
		result = write_out(follower, &lines, error);
	buffer_release(&lines);
	happenings_release(&happenings);
	return result;
}

static int look_at_all(struct follower *follower, struct error *error)
{
	struct error failure = ERROR_INIT;
	bool news = true;
	int result = 0;

	while (!result && news && !is_over(follower))
		result = look(follower, &news, &failure);
	if (result && is_replaced(follower))
		result = 0;
	else if (result)
		error_set(error, "%s", error_text(&failure));
	error_release(&failure);
	return result;
}

static int follow(struct follower *follower, struct error *error)
{
	int result = open_state(follower, INT64_MAX, error);

	follower->looked = clock_now() * 1000;
	while (!result && !is_over(follower)) {
		drain(follower);
		if (is_replaced(follower))
			reopen_state(follower);
		if (follower->session.state)
			result = look_at_all(follower, error);
		if (!result && !is_over(follower) &&
		    wake_wait(follower->wake, STDOUT_FILENO, false, LOOK_MILLISECONDS) & WAKE_CLOSED)
			follower->closed = true;
	}
	return result;
}

int follow_deliveries(struct call *call, const char *endpoint, struct error *error)
{
	struct follower follower = {.call = call, .endpoint = endpoint, .wake = wake_new(), .watch = WAKE_NONE};
	struct sigaction ending = {.sa_handler = stop};
	int result;

	sigaction(SIGINT, &ending, NULL);
	sigaction(SIGTERM, &ending, NULL);
	result = follow(&follower, error);
	session_release(&follower.session);
	wake_free(follower.wake);
	return result;
}
