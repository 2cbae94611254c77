#include "flow/announce_overdue.h"

#include "adapters/state_clock.h"
#include "base/clock.h"
#include "flow/announce_event.h"

/* Production may have it without a landing that was recorded: then nobody need hurry, unless more comes. */
static int is_on_production(bool *out, const struct announcer *announcer, const struct object_id *tip,
			    struct error *error)
{
	const struct strings *patterns = &announcer->policy->production;
	struct branch_tips productions = {0};
	int result = 0;

	*out = false;
	for (size_t i = 0; !result && i < patterns->count; i++)
		result = repository_refs(announcer->repository, &productions, patterns->items[i], ANNOUNCE_REFS_MAXIMUM,
					 error);
	for (size_t i = 0; !result && !*out && i < productions.count; i++)
		result = repository_descends(announcer->repository, out, &productions.items[i].tip, tip, error);
	branch_tips_release(&productions);
	return result;
}

static int write_event(size_t *events, const struct announcer *announcer, const struct hotfix_clock *clock,
		       const struct object_id *tip, int64_t now, struct error *error)
{
	struct happening happening = {.type = EVENT_HOTFIX_OVERDUE,
				      .time = now,
				      .ref = clock->ref,
				      .old_id = *tip,
				      .new_id = *tip,
				      .severity = clock->severity,
				      .opened = clock->opened,
				      .reported = clock->reported};
	bool added = false;
	int result = announce_event(&added, announcer, &happening, clock->opened, NULL, error);

	*events += added;
	return result;
}

static int tell(size_t *events, const struct announcer *announcer, const struct hotfix_clock *clock, int64_t now,
		struct error *error)
{
	struct object_id tip;
	bool landed;
	int result = repository_ref(announcer->repository, &tip, clock->ref, error);

	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		return state_tell_clock(announcer->state, clock->ref, true, error);
	}
	if (!result)
		result = is_on_production(&landed, announcer, &tip, error);
	if (!result && !landed)
		result = write_event(events, announcer, clock, &tip, now, error);
	return result ? result : state_tell_clock(announcer->state, clock->ref, landed, error);
}

/* Everything is read again, since another process may have told it meanwhile. */
static int tell_all(size_t *events, const struct announcer *announcer, int64_t now, struct error *error)
{
	struct hotfix_clocks clocks = {0};
	int result = state_begin(announcer->state, false, error);

	if (result)
		return result;
	result = state_untold_clocks(announcer->state, &clocks, now - announcer->policy->deadline, error);
	for (size_t i = 0; !result && i < clocks.count; i++)
		result = tell(events, announcer, &clocks.items[i], now, error);
	if (!result)
		result = state_commit(announcer->state, error);
	if (result)
		state_rollback(announcer->state);
	hotfix_clocks_release(&clocks);
	return result;
}

int announce_overdue(size_t *events, const struct announcer *announcer, struct error *error)
{
	const struct policy *policy = announcer->policy;
	struct hotfix_clocks clocks = {0};
	int64_t now = clock_now();
	size_t told = 0;
	int result = 0;

	if (policy->deadline && policy->mode != MODE_OFF)
		result = state_untold_clocks(announcer->state, &clocks, now - policy->deadline, error);
	if (!result && clocks.count)
		result = tell_all(&told, announcer, now, error);
	if (events)
		*events = result ? 0 : told;
	hotfix_clocks_release(&clocks);
	return result;
}
