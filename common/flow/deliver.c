#include "flow/deliver.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "adapters/lock.h"
#include "adapters/network.h"
#include "base/clock.h"
#include "flow/announce_overdue.h"
#include "flow/deliver_attempt.h"
#include "flow/payload.h"
#include "flow/session.h"
#include "rules/location.h"

#define TICK_MILLISECONDS 250       /* how long a new event can go unnoticed */
#define CARE_MILLISECONDS 60000     /* between looks at every governed ref, and at our files */
#define RENEWAL_MILLISECONDS 600000 /* between readings of the configuration, and of what it names */
#define MISTAKE_TICKS 4             /* before a failure of our own is tried again; twice as many each time */
#define MISTAKE_TICKS_MAXIMUM 120
#define REQUESTS_MAXIMUM 32 /* under way at the same time */
#define LOCK_TRIES 3        /* a hook that looks whether we run holds the lock for a moment */

/* A deliverer, from its start to its end. */
struct deliverer {
	const struct deliver_options *options;
	struct deliver_result *result;
	char *lock_file;
	struct lock lock;
	int64_t last_success; /* clock_monotonic; at first, the start */
};

/* The files that everything was read from. */
struct files {
	struct stat configuration[2];
	struct stat state;
};

/* What one reading of the configuration is good for. */
struct shift {
	struct deliverer *deliverer;
	struct session session;
	struct delivering delivering;
	struct files files;
	int64_t next_care; /* clock_monotonic */
	int64_t renewal;   /* clock_monotonic: when to read everything again, once there is nothing to do */
	bool over;         /* a file changed: nothing new is begun */
};

/* Why a shift ended. */
enum ending { ENDED_IDLE, ENDED_RENEW, ENDED_STOPPED };

static bool is_told_to_stop(const struct deliverer *deliverer)
{
	return deliverer->options->stop && *deliverer->options->stop;
}

/* A lock whose file is gone says that the repository is gone, or that somebody else may deliver now. */
static bool is_stopped(const struct deliverer *deliverer)
{
	return is_told_to_stop(deliverer) || !lock_holds(&deliverer->lock, deliverer->lock_file);
}

static void complain(const struct deliverer *deliverer, const struct error *error)
{
	if (deliverer->options->complain)
		deliverer->options->complain(error_text(error));
}

static struct stat look_at(const char *path)
{
	struct stat status;

	return stat(path, &status) < 0 ? (struct stat){0} : status;
}

static void files_look(struct files *out, const struct session *session)
{
	char *configuration = environment_config_file(&session->environment);
	char *state = environment_state_file(&session->environment, &session->policy);

	out->configuration[0] = look_at(configuration);
	out->configuration[1] = look_at(HOTFIX_SYSTEM_CONFIG);
	out->state = look_at(state);
	free(configuration);
	free(state);
}

static bool is_same_text(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* A state that was moved away must not be read from where it no longer is. */
static bool files_changed(const struct shift *shift)
{
	const struct files *then = &shift->files;
	struct files now;

	files_look(&now, &shift->session);
	return !is_same_text(&now.configuration[0], &then->configuration[0]) ||
	       !is_same_text(&now.configuration[1], &then->configuration[1]) || now.state.st_ino != then->state.st_ino;
}

static void shift_release(struct shift *shift)
{
	attempt_abandon_all(&shift->delivering);
	network_free(shift->delivering.network);
	free(shift->delivering.source);
	session_release(&shift->session);
}

static void find_source(struct shift *shift)
{
	const struct session *session = &shift->session;

	shift->delivering.source = payload_web_address(&session->policy, &session->environment);
	if (!shift->delivering.source)
		shift->delivering.source = location_url("{path}", session->environment.identity);
}

static int shift_init(struct shift *out, struct deliverer *deliverer, struct error *error)
{
	struct session *session = &out->session;
	int result;

	*out = (struct shift){.deliverer = deliverer};
	result = session_init(session, deliverer->options->git_dir, error);
	if (result)
		return result;
	if (session->problems.count)
		return error_set(error, "%s%s", session->problems.items[0],
				 session->problems.count > 1 ? " (and more; see hotfixctl check)" : "");
	result = session_open(session, true, error);
	if (!result)
		result = session_take_over(session, error);
	if (result)
		return result;
	files_look(&out->files, session);
	out->renewal = clock_monotonic() + RENEWAL_MILLISECONDS;
	out->delivering.announcer = (struct announcer){.repository = session->repository,
						       .state = session->state,
						       .policy = &session->policy,
						       .environment = &session->environment};
	out->delivering.result = deliverer->result;
	find_source(out);
	return network_new(&out->delivering.network, error);
}

/* What nobody waits for. A failure here must not hold up what is due. */
static void take_care(struct shift *shift)
{
	struct error error = ERROR_INIT;

	if (clock_monotonic() < shift->next_care)
		return;
	if (announce(NULL, &shift->delivering.announcer, NULL, true, &error) ||
	    announce_overdue(NULL, &shift->delivering.announcer, &error) ||
	    state_checkpoint(shift->session.state, &error))
		complain(shift->deliverer, &error);
	error_release(&error);
	shift->over = shift->next_care && files_changed(shift);
	shift->next_care = clock_monotonic() + CARE_MILLISECONDS;
}

static int begin_due(struct shift *shift, struct error *error)
{
	struct delivering *delivering = &shift->delivering;
	struct deliveries next = {0};
	int result = 0;

	while (!result && !shift->over && network_under_way(delivering->network) < REQUESTS_MAXIMUM) {
		result = state_due_delivery(shift->session.state, &next, clock_now_milliseconds(), &delivering->busy,
					    error);
		if (result || !next.count)
			break;
		result = attempt_start(delivering, &next, error);
	}
	deliveries_release(&next);
	return result;
}

/* *WAITS: something does; *DUE: milliseconds until it is. */
static int look_ahead(const struct shift *shift, bool *waits, int64_t *due, struct error *error)
{
	struct error none = ERROR_INIT;
	int result = state_next_due(shift->session.state, due, &none);

	*waits = result == 0;
	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&none));
	error_release(&none);
	*due -= clock_now_milliseconds();
	return result == ERROR_NOT_FOUND ? 0 : result;
}

static bool may_stay(const struct deliverer *deliverer, bool waits)
{
	int64_t fruitless = clock_monotonic() - deliverer->last_success;

	switch (deliverer->options->mode) {
	case DELIVER_WATCH:
		return true;
	case DELIVER_DETACHED:
		return waits && fruitless < DELIVER_LIFE_SECONDS * 1000;
	default:
		return false;
	}
}

static int finish_all(struct delivering *delivering, size_t *finished, struct error *error)
{
	struct delivering *whose;
	int result;

	*finished = 0;
	do {
		result = attempt_finish_next(&whose, delivering->network, error);
		*finished += whose != NULL;
	} while (!result && whose);
	return result;
}

/* One turn of the wheel; *ENDED is left alone while it goes on. */
static int turn(struct shift *shift, enum ending *ending, bool *ended, struct error *error)
{
	struct delivering *delivering = &shift->delivering;
	size_t delivered = delivering->result->delivered;
	size_t finished = 0;
	bool waits = false;
	bool renew;
	int64_t due = 0;
	int result;

	take_care(shift);
	result = begin_due(shift, error);
	if (!result)
		result = network_run(delivering->network,
				     network_under_way(delivering->network) ? TICK_MILLISECONDS : 0, error);
	if (!result)
		result = finish_all(delivering, &finished, error);
	if (delivering->result->delivered > delivered)
		shift->deliverer->last_success = clock_monotonic();
	if (result || finished || network_under_way(delivering->network))
		return result;
	result = look_ahead(shift, &waits, &due, error);
	if (result || (waits && due <= 0 && !shift->over))
		return result;
	renew = shift->over || clock_monotonic() > shift->renewal;
	*ended = renew || !may_stay(shift->deliverer, waits);
	*ending = renew ? ENDED_RENEW : ENDED_IDLE;
	return *ended ? 0 : network_run(delivering->network, TICK_MILLISECONDS, error);
}

static int work_a_shift(struct deliverer *deliverer, enum ending *ending, struct error *error)
{
	struct shift shift;
	bool ended = false;
	int result = shift_init(&shift, deliverer, error);

	*ending = ENDED_STOPPED;
	while (!result && !ended && !is_stopped(deliverer))
		result = turn(&shift, ending, &ended, error);
	shift_release(&shift);
	return result;
}

static void wait_a_tick(void)
{
	const struct timespec tick = {.tv_nsec = TICK_MILLISECONDS * 1000000L};

	nanosleep(&tick, NULL);
}

/* *TICKS is how long, and becomes how long next time. */
static void wait_after_mistake(const struct deliverer *deliverer, int *ticks)
{
	for (int left = *ticks; left && !is_stopped(deliverer); left--)
		wait_a_tick();
	*ticks = *ticks * 2 < MISTAKE_TICKS_MAXIMUM ? *ticks * 2 : MISTAKE_TICKS_MAXIMUM;
}

/* A failure of ours (a full disk, a configuration that is being written) passes, and a service outlives it. */
static int work(struct deliverer *deliverer, struct error *error)
{
	enum ending ending = ENDED_RENEW;
	struct error reason = ERROR_INIT;
	int ticks = MISTAKE_TICKS;
	int result = 0;

	deliverer->last_success = clock_monotonic();
	while (ending == ENDED_RENEW) {
		int64_t before = deliverer->last_success;

		result = work_a_shift(deliverer, &ending, &reason);
		if (!result || deliverer->last_success > before)
			ticks = MISTAKE_TICKS;
		if (!result)
			continue;
		if (!may_stay(deliverer, true))
			break;
		complain(deliverer, &reason);
		error_release(&reason);
		wait_after_mistake(deliverer, &ticks);
		ending = is_stopped(deliverer) ? ENDED_STOPPED : ENDED_RENEW;
		result = 0;
	}
	if (result)
		error_set(error, "%s", error_text(&reason));
	error_release(&reason);
	return result;
}

static int take_lock(struct deliverer *deliverer, struct error *error)
{
	int result = lock_try(&deliverer->lock, deliverer->lock_file, error);

	for (int tries = 1; !result && !deliverer->lock.held && !is_told_to_stop(deliverer); tries++) {
		if (deliverer->options->mode != DELIVER_WATCH && tries >= LOCK_TRIES)
			break;
		wait_a_tick();
		result = lock_try(&deliverer->lock, deliverer->lock_file, error);
	}
	return result;
}

static int is_due(bool *out, const struct deliver_options *options, struct error *error)
{
	struct error none = ERROR_INIT;
	struct session session;
	int64_t due = 0;
	int result = session_init(&session, options->git_dir, error);

	*out = false;
	if (!result)
		result = session_open(&session, true, error);
	if (!result)
		*out = !state_next_due(session.state, &due, &none) && due <= clock_now_milliseconds();
	error_release(&none);
	session_release(&session);
	return result;
}

static int find_lock_file(char **out, const char *git_dir, struct error *error)
{
	struct environment environment = {0};
	int result = git_dir ? environment_of(&environment, git_dir, error) : environment_load(&environment, error);

	if (!result)
		*out = deliver_lock_file(&environment);
	environment_release(&environment);
	return result;
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

/* A hook that saw the lock taken relies on us for what it has written, even if we were about to end. */
int deliver_main_loop(struct deliver_result *out, const struct deliver_options *options, struct error *error)
{
	struct deliver_options chosen = *options;
	struct deliverer deliverer = {.options = &chosen, .result = out, .lock = LOCK_INIT};
	bool again = true;
	int result;

	*out = (struct deliver_result){0};
	signal(SIGPIPE, SIG_IGN);
	if (is_told_by_environment(options))
		chosen.git_dir = NULL;
	result = find_lock_file(&deliverer.lock_file, chosen.git_dir, error);
	for (bool first = true; !result && again; first = false) {
		result = take_lock(&deliverer, error);
		out->busy = first && !deliverer.lock.held;
		if (result || !deliverer.lock.held)
			break;
		result = work(&deliverer, error);
		again = !result && !is_stopped(&deliverer);
		lock_release(&deliverer.lock);
		if (again)
			result = is_due(&again, &chosen, error);
	}
	free(deliverer.lock_file);
	return result;
}
