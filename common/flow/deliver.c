#include "flow/deliver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "flow/deliver_outboxes.h"
#include "flow/session.h"

#define WAIT_MILLISECONDS 1000    /* how long a signal can go unnoticed that comes at a bad moment */
#define LOCK_MILLISECONDS 1000    /* between tries to take locks that others have */
#define LOOK_MILLISECONDS 5000    /* between looks at the lock files */
#define BLIND_MILLISECONDS 1000   /* the same, where touches are not told */
#define SEARCH_MILLISECONDS 60000 /* between searches for repositories */
#define SEARCH_SHARE 20           /* these take a twentieth of the time */
#define GRACE_MILLISECONDS 800    /* for what is under way at the end */
#define LOCK_TRIES 3              /* a hook that looks whether we run holds the lock for a moment */
#define LOCK_TRY_MILLISECONDS 250

/* A deliverer, from its start to its end. Times are of clock_monotonic. */
struct deliverer {
	const struct deliver_options *options;
	const char *git_dir;
	struct outbox_tools tools;
	struct outboxes outboxes;
	int64_t last_success; /* at first, the start */
	int64_t next_lock;
	int64_t next_look;
	int64_t next_search;
};

static bool is_told_to_stop(const struct deliverer *deliverer)
{
	return deliverer->options->stop && *deliverer->options->stop;
}

/* Only a hook knows of a namespace, and says so in the environment of what it starts. */
static bool is_told_by_environment(const struct deliver_options *options)
{
	struct environment environment = {0};
	struct error error = ERROR_INIT;
	bool told = options->mode == DELIVER_DETACHED && options->git_dir && !environment_load(&environment, &error) &&
		    strcmp(environment.git_dir, options->git_dir) == 0;

	environment_release(&environment);
	error_release(&error);
	return told;
}

static int init(struct deliverer *out, struct deliver_result *result, const struct deliver_options *options,
		struct error *error)
{
	*out = (struct deliverer){.options = options,
				  .git_dir = is_told_by_environment(options) ? NULL : options->git_dir,
				  .last_success = clock_monotonic()};
	out->tools = (struct outbox_tools){.wake = wake_new(),
					   .result = result,
					   .finds_states = options->folders != NULL,
					   .complain = options->complain};
	if (network_new(&out->tools.network, error))
		return ERROR_FAILED;
	network_listen(out->tools.network, wake_descriptor(out->tools.wake));
	return options->folders ? 0 : outboxes_add(&out->outboxes, out->git_dir, error);
}

static void release(struct deliverer *deliverer)
{
	outboxes_release(&deliverer->outboxes, &deliverer->tools);
	network_free(deliverer->tools.network);
	wake_free(deliverer->tools.wake);
}

/* *RESULT becomes that of the failure, for a deliverer that does not outlive it. */
static void take_failure(const struct deliverer *deliverer, struct outbox *outbox, int *result, struct error *failure,
			 struct error *error)
{
	if (deliverer->options->mode == DELIVER_ONCE)
		*result = error_set(error, "%s", error_text(failure));
	else
		outbox_complain(outbox, &deliverer->tools, failure);
	error_release(failure);
}

static int log_answers(struct deliverer *deliverer, struct error *error)
{
	struct outboxes *outboxes = &deliverer->outboxes;
	size_t delivered = deliverer->tools.result->delivered;
	struct flight *flight;
	int result = 0;

	while (!result && (flight = attempt_next(deliverer->tools.network)) != NULL) {
		struct outbox *outbox = attempt_whose(flight)->owner;
		struct error failure = ERROR_INIT;

		if (outbox_log(outbox, &deliverer->tools, flight, &failure))
			take_failure(deliverer, outbox, &result, &failure, error);
		for (size_t i = 0; i < outboxes->count; i++)
			outboxes->items[i]->woken = outboxes->items[i]->woken || outboxes->items[i]->crowded;
	}
	if (deliverer->tools.result->delivered > delivered)
		deliverer->last_success = clock_monotonic();
	return result;
}

static int work_on_all(struct deliverer *deliverer, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < deliverer->outboxes.count && !is_told_to_stop(deliverer); i++) {
		struct outbox *outbox = deliverer->outboxes.items[i];
		struct error failure = ERROR_INIT;

		if (outbox_wait(outbox, &deliverer->tools, clock_monotonic()))
			continue;
		outboxes_close_files(&deliverer->outboxes);
		if (outbox_work(outbox, &deliverer->tools, &failure))
			take_failure(deliverer, outbox, &result, &failure, error);
		if (!result && network_under_way(deliverer->tools.network))
			result = network_run(deliverer->tools.network, 0, error);
	}
	return result;
}

static void look(struct deliverer *deliverer)
{
	int64_t now = clock_monotonic();

	if (now < deliverer->next_look)
		return;
	outboxes_look(&deliverer->outboxes, &deliverer->tools);
	deliverer->next_look =
		now + (outboxes_are_blind(&deliverer->outboxes) ? BLIND_MILLISECONDS : LOOK_MILLISECONDS);
}

static int turn(struct deliverer *deliverer, struct error *error)
{
	int wait = (int)outboxes_wait(&deliverer->outboxes, &deliverer->tools, WAIT_MILLISECONDS);
	int result = network_run(deliverer->tools.network, wait, error);

	look(deliverer);
	outboxes_wake(&deliverer->outboxes, &deliverer->tools);
	if (!result)
		result = log_answers(deliverer, error);
	return result ? result : work_on_all(deliverer, error);
}

static void renew(struct deliverer *deliverer)
{
	for (size_t i = 0; i < deliverer->outboxes.count; i++)
		outbox_renew(deliverer->outboxes.items[i]);
	deliverer->next_search = 0;
	*deliverer->options->renew = 0;
}

static void search(struct deliverer *deliverer)
{
	int64_t begin = clock_monotonic();
	int64_t end;

	outboxes_search(&deliverer->outboxes, deliverer->options->folders, &deliverer->tools);
	end = clock_monotonic();
	deliverer->next_search = end + SEARCH_MILLISECONDS + (end - begin) * SEARCH_SHARE;
	deliverer->next_lock = 0;
}

/* What a service does beside delivering. */
static void look_around(struct deliverer *deliverer)
{
	int64_t now = clock_monotonic();

	if (deliverer->options->renew && *deliverer->options->renew)
		renew(deliverer);
	if (deliverer->options->folders && now >= deliverer->next_search)
		search(deliverer);
	if (now >= deliverer->next_lock) {
		outboxes_lock(&deliverer->outboxes, &deliverer->tools);
		deliverer->next_lock = now + LOCK_MILLISECONDS;
	}
}

/* What is under way would be sent again by the next deliverer. */
static int finish(struct deliverer *deliverer, struct error *error)
{
	int64_t end = clock_monotonic() + GRACE_MILLISECONDS;
	int result = 0;

	while (!result && network_under_way(deliverer->tools.network) && clock_monotonic() < end) {
		result = network_run(deliverer->tools.network, (int)(end - clock_monotonic()), error);
		if (!result)
			result = log_answers(deliverer, error);
	}
	return result;
}

/* A service that begins with a folder that is not there was called wrongly; later it may come back. */
static int check_folders(const struct strings *folders, struct error *error)
{
	for (size_t i = 0; folders && i < folders->count; i++)
		if (access(folders->items[i], R_OK | X_OK) < 0)
			return error_set_errno(error, errno, "%s", folders->items[i]);
	return 0;
}

static int watch(struct deliverer *deliverer, struct error *error)
{
	int result = check_folders(deliverer->options->folders, error);

	while (!result && !is_told_to_stop(deliverer)) {
		look_around(deliverer);
		result = turn(deliverer, error);
	}
	return result ? result : finish(deliverer, error);
}

/* For one repository and a time: whether there is no more to do. */
static bool is_done(const struct deliverer *deliverer, const struct outbox *outbox)
{
	int64_t fruitless = clock_monotonic() - deliverer->last_success;

	if (!outbox->lock.held)
		return true;
	if (outbox->woken || outbox_under_way(outbox))
		return deliverer->options->mode == DELIVER_DETACHED && fruitless >= DELIVER_LIFE_SECONDS * 1000 &&
		       !outbox_under_way(outbox);
	if (deliverer->options->mode == DELIVER_ONCE)
		return outbox->due > clock_now_milliseconds();
	return outbox->due == INT64_MAX || fruitless >= DELIVER_LIFE_SECONDS * 1000;
}

static void wait_for_lock(void)
{
	const struct timespec pause = {.tv_nsec = LOCK_TRY_MILLISECONDS * 1000000L};

	nanosleep(&pause, NULL);
}

static int take_lock(struct deliverer *deliverer, struct outbox *outbox, struct error *error)
{
	int result = outbox_lock(outbox, &deliverer->tools, error);

	for (int tries = 1; !result && !outbox->lock.held && tries < LOCK_TRIES; tries++) {
		if (is_told_to_stop(deliverer))
			break;
		wait_for_lock();
		result = outbox_lock(outbox, &deliverer->tools, error);
	}
	if (!result && !outbox->lock.held)
		lock_touch(outbox->lock_file);
	return result;
}

/* A hook that saw the lock taken relies on us for what it has written, even if we were about to end. */
static int is_due(bool *out, const struct deliverer *deliverer, struct error *error)
{
	struct error none = ERROR_INIT;
	struct session session;
	int64_t due = 0;
	int result = session_init(&session, deliverer->git_dir, error);

	*out = false;
	if (!result)
		result = session_open(&session, true, error);
	if (!result)
		*out = !state_next_due(session.state, &due, NULL, &none) && due <= clock_now_milliseconds();
	error_release(&none);
	session_release(&session);
	return result;
}

/* One repository, until there is no more to do. */
static int work_off(struct deliverer *deliverer, struct error *error)
{
	struct outbox *outbox = deliverer->outboxes.items[0];
	bool again = true;
	int result = 0;

	for (bool first = true; !result && again; first = false) {
		result = take_lock(deliverer, outbox, error);
		deliverer->tools.result->busy = first && !outbox->lock.held;
		if (result || !outbox->lock.held)
			break;
		while (!result && !is_told_to_stop(deliverer) && !is_done(deliverer, outbox))
			result = turn(deliverer, error);
		again = !result && !is_told_to_stop(deliverer) && outbox->lock.held;
		if (!result && is_told_to_stop(deliverer))
			result = finish(deliverer, error);
		outbox_unlock(outbox, &deliverer->tools);
		if (again)
			result = is_due(&again, deliverer, error);
	}
	return result;
}

int deliver_main_loop(struct deliver_result *out, const struct deliver_options *options, struct error *error)
{
	struct deliverer deliverer;
	int result;

	*out = (struct deliver_result){0};
	signal(SIGPIPE, SIG_IGN);
	result = init(&deliverer, out, options, error);
	if (!result)
		result = options->mode == DELIVER_WATCH ? watch(&deliverer, error) : work_off(&deliverer, error);
	release(&deliverer);
	return result;
}
