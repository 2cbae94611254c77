#include "flow/announce_backmerge.h"

#include <stdlib.h>

#include "adapters/state_owed.h"
#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce_event.h"
#include "flow/arrived.h"

/* What was found out of one of them. */
struct found {
	bool gone; /* the branch is */
	bool arrived;
	bool checked; /* it did not have it, and was not looked at before */
	bool due;     /* to be told */
	struct object_id tip;
};

struct run {
	const struct announcer *announcer;
	struct owed_list owed;
	struct found *found; /* one for each */
	int64_t now;
	size_t events;
};

static int find_tip(struct found *out, const struct announcer *announcer, const char *branch, struct error *error)
{
	int result = repository_ref(announcer->repository, &out->tip, branch, error);

	out->gone = result == ERROR_NOT_FOUND;
	if (out->gone)
		error_release(error);
	return out->gone ? 0 : result;
}

static int look_at(struct found *out, const struct run *run, const struct owed *owed, struct error *error)
{
	const struct announcer *announcer = run->announcer;
	int result = find_tip(out, announcer, owed->into, error);

	if (result || out->gone)
		return result;
	out->checked = !object_id_equal(&out->tip, &owed->checked);
	if (out->checked)
		result = arrived_find(&out->arrived, announcer->repository, &owed->what, &out->tip, error);
	out->due = !out->arrived && !owed->told && owed_is_overdue(announcer->policy, owed, run->now);
	return result;
}

/* Git may be asked here for seconds, while others write to the state. *CHANGED: something is to be kept or told. */
static int look_at_all(struct run *run, bool *changed, struct error *error)
{
	int result = state_owed(run->announcer->state, &run->owed, NULL, error);

	*changed = false;
	run->found = memory_alloc((run->owed.count + 1) * sizeof(*run->found));
	for (size_t i = 0; !result && i < run->owed.count; i++) {
		struct found *found = &run->found[i];

		if (owed_counts(run->announcer->policy, &run->owed.items[i]))
			result = look_at(found, run, &run->owed.items[i], error);
		*changed = *changed || found->gone || found->checked || found->due;
	}
	return result;
}

static int tell(struct run *run, const struct owed *owed, struct error *error)
{
	struct happening happening = {.type = EVENT_HOTFIX_BACKMERGE_DUE,
				      .time = run->now,
				      .ref = owed->what.branch,
				      .old_id = owed->what.to,
				      .new_id = owed->what.to,
				      .landing = &owed->what,
				      .owed = owed};
	bool told = false;
	bool added = false;
	int result = state_tell_owed(run->announcer->state, &told, owed, error);

	if (!result && told)
		result = announce_event(&added, run->announcer, &happening, owed->number.record, NULL, error);
	run->events += added;
	return result;
}

static int keep(struct run *run, const struct owed *owed, const struct found *found, struct error *error)
{
	struct state *state = run->announcer->state;
	bool settled;

	if (found->gone)
		return state_settle_owed(state, &settled, owed, OWED_GONE, run->now, error);
	if (found->arrived)
		return state_settle_owed(state, &settled, owed, OWED_ARRIVED, run->now, error);
	if (found->checked && state_check_owed(state, owed, &found->tip, error))
		return ERROR_FAILED;
	return found->due ? tell(run, owed, error) : 0;
}

static int keep_all(struct run *run, struct error *error)
{
	struct state *state = run->announcer->state;
	int result = state_begin(state, false, error);

	if (result)
		return result;
	for (size_t i = 0; !result && i < run->owed.count; i++)
		result = keep(run, &run->owed.items[i], &run->found[i], error);
	if (!result)
		result = state_commit(state, error);
	if (result)
		state_rollback(state);
	return result;
}

int announce_backmerges(size_t *events, const struct announcer *announcer, struct error *error)
{
	const struct policy *policy = announcer->policy;
	struct run run = {.announcer = announcer, .now = clock_now()};
	bool changed = false;
	int result = 0;

	if (policy->backmerge.into.count && policy->mode != MODE_OFF)
		result = look_at_all(&run, &changed, error);
	if (!result && changed)
		result = keep_all(&run, error);
	if (events)
		*events = result ? 0 : run.events;
	free(run.found);
	owed_list_release(&run.owed);
	return result;
}

int announce_backmerges_after(const struct announcer *announcer, const struct rollback *rollback, int64_t now,
			      struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < rollback->taken_back.count; i++)
		result = state_take_back_owed(announcer->state, &rollback->taken_back.items[i].number, now, error);
	for (size_t i = 0; !result && i < rollback->brought_back.count; i++)
		result = state_bring_back_owed(announcer->state, &rollback->brought_back.items[i].number, now, error);
	return result;
}
