#include "flow/deliver_outbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "adapters/folders.h"
#include "base/clock.h"
#include "base/memory.h"

#define CARE_MILLISECONDS 60000     /* between looks at every governed ref */
#define CARE_LATE_MILLISECONDS 5000 /* when such a look does not wait any more until nothing is under way */
#define CARE_SHARE 20               /* these looks take a twentieth of the time */
#define LINGER_MILLISECONDS 1000    /* what is due so soon keeps an outbox open */
#define PATIENCE_MILLISECONDS 1000
#define PATIENCE_MAXIMUM 30000
#define COMPLAINT_MILLISECONDS 3600000 /* between two of the same */
#define REQUESTS_MAXIMUM 128           /* under way for all outboxes */
#define BYTES_MAXIMUM ((size_t)8 * 1024 * 1024)
#define GRAIN_NANOSECONDS 100000000 /* a touch that is younger may hide the next one */

static int find_lock_file(char **out, const char *git_dir, struct error *error)
{
	struct environment environment = {0};
	int result = git_dir ? environment_of(&environment, git_dir, error) : environment_load(&environment, error);

	if (!result)
		*out = deliver_lock_file(&environment);
	environment_release(&environment);
	return result;
}

int outbox_init(struct outbox *out, const char *git_dir, struct error *error)
{
	*out = (struct outbox){.git_dir = git_dir ? memory_copy(git_dir) : NULL,
			       .lock = LOCK_INIT,
			       .watch = WAKE_NONE,
			       .due = INT64_MAX,
			       .patience = PATIENCE_MILLISECONDS};
	return find_lock_file(&out->lock_file, git_dir, error);
}

static void end_shift(struct outbox *outbox)
{
	shift_free(outbox->shift);
	outbox->shift = NULL;
	outbox->stale = false;
}

void outbox_unlock(struct outbox *outbox, const struct outbox_tools *tools)
{
	end_shift(outbox);
	wake_unwatch(tools->wake, outbox->watch);
	outbox->watch = WAKE_NONE;
	lock_release(&outbox->lock);
}

void outbox_release(struct outbox *outbox, const struct outbox_tools *tools)
{
	outbox_unlock(outbox, tools);
	free(outbox->git_dir);
	free(outbox->lock_file);
	free(outbox->complaint);
}

int outbox_lock(struct outbox *outbox, const struct outbox_tools *tools, struct error *error)
{
	int result = lock_try(&outbox->lock, outbox->lock_file, error);

	if (result || !outbox->lock.held)
		return result;
	outbox->watch = wake_watch(tools->wake, outbox->lock_file);
	outbox->woken = true;
	outbox->care = clock_monotonic();
	outbox->pause = 0;
	return 0;
}

/* The clock of a file system has a coarse grain: a touch that was just seen may hide one that follows. */
static bool was_touched(struct outbox *outbox, const struct timespec *time)
{
	struct timespec now;
	int64_t age;

	if (time->tv_sec == outbox->touched.tv_sec && time->tv_nsec == outbox->touched.tv_nsec)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)(now.tv_sec - time->tv_sec) * 1000000000 + now.tv_nsec - time->tv_nsec;
	if (age < 0 || age > GRAIN_NANOSECONDS)
		outbox->touched = *time;
	return true;
}

void outbox_look(struct outbox *outbox, const struct outbox_tools *tools)
{
	struct stat status;

	if (!outbox->lock.held)
		return;
	if (!lock_holds(&outbox->lock, outbox->lock_file))
		outbox_unlock(outbox, tools);
	else if (!lstat(outbox->lock_file, &status) && was_touched(outbox, &status.st_mtim))
		outbox->woken = true;
}

void outbox_renew(struct outbox *outbox)
{
	outbox->stale = outbox->shift != NULL;
	outbox->woken = true;
	outbox->pause = 0;
	outbox->care = clock_monotonic();
}

size_t outbox_under_way(const struct outbox *outbox)
{
	return outbox->shift ? shift_under_way(outbox->shift) : 0;
}

static int64_t time_of_care(const struct outbox *outbox, const struct outbox_tools *tools)
{
	int64_t time = outbox->care > tools->care_after ? outbox->care : tools->care_after;

	return outbox_under_way(outbox) && time < outbox->care + CARE_LATE_MILLISECONDS
		       ? outbox->care + CARE_LATE_MILLISECONDS
		       : time;
}

int64_t outbox_wait(const struct outbox *outbox, const struct outbox_tools *tools, int64_t now)
{
	int64_t wait = time_of_care(outbox, tools) - now;
	int64_t until_due = outbox->due == INT64_MAX ? INT64_MAX : outbox->due - clock_now_milliseconds();

	if (!outbox->lock.held)
		return INT64_MAX;
	if (!outbox->crowded && !outbox->stale && until_due < wait)
		wait = until_due;
	if (outbox->woken)
		wait = 0;
	if (wait < outbox->pause - now)
		wait = outbox->pause - now;
	return wait > 0 ? wait : 0;
}

/* A state that was there and is not has been lost; in a repository that does not use the hooks any more, nobody lost
 * it. */
static bool may_make_state(const struct outbox *outbox, const struct outbox_tools *tools)
{
	return !tools->finds_states || (outbox->had_state && folders_uses_hooks(outbox->git_dir));
}

static int open_shift(struct outbox *outbox, const struct outbox_tools *tools, struct error *error)
{
	struct error absent = ERROR_INIT;
	int result = 0;

	if (!outbox->shift)
		result = shift_new(&outbox->shift, outbox->git_dir, tools->network, tools->result, outbox, error);
	if (result)
		return result;
	result = shift_open(outbox->shift, may_make_state(outbox, tools), &absent);
	if (result && (result != ERROR_NOT_FOUND || !tools->finds_states))
		result = error_set(error, "%s", error_text(&absent));
	error_release(&absent);
	outbox->had_state = outbox->had_state || !result;
	return result;
}

static bool may_begin(const struct network *network)
{
	return network_under_way(network) < REQUESTS_MAXIMUM && network_bytes_under_way(network) < BYTES_MAXIMUM;
}

/* What failed once may have been the only thing that announces a landing. */
static int64_t next_worry(int64_t worry)
{
	if (!worry)
		return PATIENCE_MILLISECONDS;
	return worry * 2 < CARE_MILLISECONDS ? worry * 2 : CARE_MILLISECONDS;
}

static void take_care(struct outbox *outbox, struct outbox_tools *tools, int64_t now)
{
	struct error error = ERROR_INIT;
	int result = shift_care(outbox->shift, &error);
	int64_t end = clock_monotonic();

	/* what nobody waits for must not hold up what is due */
	if (result)
		outbox_complain(outbox, tools, &error);
	error_release(&error);
	outbox->worry = result ? next_worry(outbox->worry) : 0;
	outbox->care = end + (result ? outbox->worry : CARE_MILLISECONDS);
	tools->care_after = end + (end - now) * CARE_SHARE;
	outbox->woken = true;
}

static int work_open(struct outbox *outbox, struct outbox_tools *tools, struct error *error)
{
	int64_t now = clock_monotonic();
	int result = 0;

	outbox->stale = outbox->stale || shift_is_stale(outbox->shift);
	if (!outbox->stale)
		result = shift_begin(outbox->shift, may_begin, &outbox->crowded, error);
	if (!result && !outbox->stale && now >= time_of_care(outbox, tools))
		take_care(outbox, tools, now);
	return result ? result : shift_next_due(outbox->shift, &outbox->due, error);
}

static void fail(struct outbox *outbox)
{
	end_shift(outbox);
	outbox->woken = true;
	outbox->pause = clock_monotonic() + outbox->patience;
	outbox->patience = outbox->patience * 2 < PATIENCE_MAXIMUM ? outbox->patience * 2 : PATIENCE_MAXIMUM;
}

static void rest(struct outbox *outbox)
{
	outbox->patience = PATIENCE_MILLISECONDS;
	if (outbox->stale) {
		end_shift(outbox);
		outbox->woken = true;
	} else if (!outbox->woken &&
		   (outbox->due == INT64_MAX || outbox->due > clock_now_milliseconds() + LINGER_MILLISECONDS)) {
		end_shift(outbox);
	}
}

int outbox_work(struct outbox *outbox, struct outbox_tools *tools, struct error *error)
{
	int result;

	outbox->woken = false;
	outbox->crowded = false;
	if (!lock_holds(&outbox->lock, outbox->lock_file)) {
		outbox_unlock(outbox, tools);
		return 0;
	}
	result = open_shift(outbox, tools, error);
	if (result == ERROR_NOT_FOUND && tools->finds_states) {
		outbox->due = INT64_MAX;
		outbox->care = clock_monotonic() + CARE_MILLISECONDS;
		end_shift(outbox);
		return 0;
	}
	if (!result)
		result = work_open(outbox, tools, error);
	if (result)
		fail(outbox);
	else if (!outbox_under_way(outbox))
		rest(outbox);
	return result;
}

int outbox_log(struct outbox *outbox, const struct outbox_tools *tools, struct flight *flight, struct error *error)
{
	int result;

	outbox->woken = true;
	if (shift_lost_state(outbox->shift)) {
		end_shift(outbox);
		return 0;
	}
	result = open_shift(outbox, tools, error);
	if (!result)
		result = attempt_log(flight, error);
	if (result)
		fail(outbox);
	else
		outbox->patience = PATIENCE_MILLISECONDS;
	return result;
}

void outbox_complain(struct outbox *outbox, const struct outbox_tools *tools, const struct error *error)
{
	const char *words = error_text(error);
	int64_t now = clock_monotonic();
	bool again = outbox->complaint && strcmp(outbox->complaint, words) == 0;
	struct buffer line = BUFFER_INIT;

	if (!tools->complain || (again && now - outbox->complained < COMPLAINT_MILLISECONDS))
		return;
	free(outbox->complaint);
	outbox->complaint = memory_copy(words);
	outbox->complained = now;
	if (outbox->git_dir && !strstr(words, outbox->git_dir))
		buffer_addf(&line, "%s: ", outbox->git_dir);
	buffer_add_string(&line, words);
	tools->complain(buffer_text(&line));
	buffer_release(&line);
}
