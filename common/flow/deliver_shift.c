#include "flow/deliver_shift.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce_backmerge.h"
#include "flow/announce_overdue.h"
#include "flow/deliver_attempt.h"
#include "flow/payload.h"
#include "flow/session.h"
#include "rules/location.h"

#define RENEWAL_MILLISECONDS 600000 /* between readings of the configuration, and of what it names */

/* The files that everything was read from. */
struct files {
	struct stat configuration[2];
	struct stat state;
};

struct shift {
	struct session session;
	struct delivering delivering;
	struct files files;
	int64_t renewal; /* clock_monotonic */
	int64_t used;    /* clock_monotonic */
};

static struct stat look_at(const char *path)
{
	struct stat status;

	return stat(path, &status) < 0 ? (struct stat){0} : status;
}

static struct stat look_at_state(const struct session *session)
{
	char *path = environment_state_file(&session->environment, &session->policy);
	struct stat status = look_at(path);

	free(path);
	return status;
}

static void look_at_configuration(struct stat out[2], const struct session *session)
{
	char *path = environment_config_file(&session->environment);

	out[0] = look_at(path);
	out[1] = look_at(HOTFIX_SYSTEM_CONFIG);
	free(path);
}

static bool is_same_text(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void find_source(struct shift *shift)
{
	const struct session *session = &shift->session;

	shift->delivering.source = payload_web_address(&session->policy, &session->environment);
	if (!shift->delivering.source)
		shift->delivering.source = location_url("{path}", session->environment.identity);
}

static int read_configuration(struct session *session, const char *git_dir, struct error *error)
{
	int result = session_init(session, git_dir, error);

	if (result || !session->problems.count)
		return result;
	return error_set(error, "%s%s", session->problems.items[0],
			 session->problems.count > 1 ? " (and more; see hotfixctl check)" : "");
}

int shift_new(struct shift **out, const char *git_dir, struct network *network, struct deliver_result *result,
	      void *owner, struct error *error)
{
	struct shift *shift = memory_alloc(sizeof(*shift));
	int code = read_configuration(&shift->session, git_dir, error);

	*out = NULL;
	if (code) {
		session_release(&shift->session);
		free(shift);
		return code;
	}
	look_at_configuration(shift->files.configuration, &shift->session);
	shift->renewal = clock_monotonic() + RENEWAL_MILLISECONDS;
	shift->used = INT64_MAX;
	shift->delivering = (struct delivering){.network = network, .result = result, .owner = owner};
	find_source(shift);
	*out = shift;
	return 0;
}

void shift_free(struct shift *shift)
{
	if (!shift)
		return;
	attempt_abandon_all(&shift->delivering);
	free(shift->delivering.source);
	session_release(&shift->session);
	free(shift);
}

int shift_open(struct shift *shift, bool create, struct error *error)
{
	struct session *session = &shift->session;
	bool closed = shift->used == INT64_MAX;
	int result = 0;

	shift->used = clock_monotonic();
	if (!closed)
		return 0;
	result = session_open(session, create, error);
	if (!result)
		result = session_take_over(session, error);
	if (!result && !shift->files.state.st_ino)
		shift->files.state = look_at_state(session);
	shift->delivering.announcer = session_announcer(session);
	if (result)
		shift_close(shift);
	return result;
}

void shift_close(struct shift *shift)
{
	session_close(&shift->session);
	shift->delivering.announcer = session_announcer(&shift->session);
	shift->used = INT64_MAX;
}

int64_t shift_used(const struct shift *shift)
{
	return shift->used;
}

/* A state that was moved away must not be read from where it no longer is. */
bool shift_lost_state(const struct shift *shift)
{
	struct stat now = look_at_state(&shift->session);

	return shift->files.state.st_ino &&
	       (now.st_ino != shift->files.state.st_ino || now.st_dev != shift->files.state.st_dev);
}

bool shift_is_stale(const struct shift *shift)
{
	const struct stat *then = shift->files.configuration;
	struct stat now[2];

	look_at_configuration(now, &shift->session);
	return !is_same_text(&now[0], &then[0]) || !is_same_text(&now[1], &then[1]) || shift_lost_state(shift) ||
	       clock_monotonic() > shift->renewal;
}

int shift_care(struct shift *shift, struct error *error)
{
	const struct announcer *announcer = &shift->delivering.announcer;
	int result = announce(NULL, announcer, NULL, true, error);

	if (!result)
		result = announce_overdue(NULL, announcer, error);
	if (!result)
		result = announce_backmerges(NULL, announcer, error);
	if (!result)
		result = state_checkpoint(shift->session.state, error);
	return result;
}

int shift_begin(struct shift *shift, bool (*may_begin)(const struct network *), bool *crowded, struct error *error)
{
	struct delivering *delivering = &shift->delivering;
	struct deliveries next = {0};
	int result = 0;

	*crowded = false;
	while (!result) {
		if (delivering->busy.count >= SHIFT_REQUESTS || !may_begin(delivering->network)) {
			*crowded = true;
			break;
		}
		result = state_due_delivery(shift->session.state, &next, clock_now_milliseconds(), &delivering->busy,
					    error);
		if (result || !next.count)
			break;
		result = attempt_start(delivering, &next, error);
	}
	deliveries_release(&next);
	return result;
}

int shift_next_due(struct shift *shift, int64_t *out, struct error *error)
{
	struct error none = ERROR_INIT;
	int result = state_next_due(shift->session.state, out, &shift->delivering.busy, &none);

	if (result)
		*out = INT64_MAX;
	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&none));
	error_release(&none);
	return result == ERROR_NOT_FOUND ? 0 : result;
}

size_t shift_under_way(const struct shift *shift)
{
	return shift->delivering.busy.count;
}
