#include "flow/announce.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce_event.h"
#include "rules/pattern.h"
#include "rules/route.h"
#include "rules/signoff_ref.h"

/* One run. */
struct run {
	const struct announcer *announcer;
	struct waiting_records waiting;
	const struct waiting_record **by_ref; /* these, by their refs, the oldest of a ref first */
	int64_t now;
	size_t events;
};

/* Where a ref was last announced and where it is. */
struct place {
	struct object_id announced; /* zero when it is not KNOWN, or was gone */
	struct object_id tip;       /* zero when it is gone */
	int64_t number;
	bool known;
};

static int find_place(struct place *out, const struct announcer *announcer, const char *ref, struct error *error)
{
	struct error absent = ERROR_INIT;
	int result;

	*out = (struct place){0};
	result = state_announced(announcer->state, &out->announced, &out->number, ref, &absent);
	out->known = !result;
	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&absent));
	error_release(&absent);
	if (result && result != ERROR_NOT_FOUND)
		return result;
	result = repository_ref(announcer->repository, &out->tip, ref, &absent);
	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&absent));
	error_release(&absent);
	return result == ERROR_NOT_FOUND ? 0 : result;
}

static bool has_moved(const struct place *place)
{
	if (!place->known)
		return !object_id_is_zero(&place->tip);
	return !object_id_equal(&place->announced, &place->tip);
}

static void run_release(struct run *run)
{
	waiting_records_release(&run->waiting);
	free(run->by_ref);
	run->by_ref = NULL;
}

static int compare_waiting(const void *a, const void *b)
{
	const struct waiting_record *first = *(const struct waiting_record *const *)a;
	const struct waiting_record *second = *(const struct waiting_record *const *)b;
	int order = strcmp(first->record.ref, second->record.ref);

	return order ? order : (first->id > second->id) - (first->id < second->id);
}

static int read_waiting(struct run *run, struct error *error)
{
	int result;

	run_release(run);
	result = state_waiting_records(run->announcer->state, &run->waiting, error);
	run->by_ref = memory_alloc((run->waiting.count + 1) * sizeof(*run->by_ref));
	for (size_t i = 0; i < run->waiting.count; i++)
		run->by_ref[i] = &run->waiting.items[i];
	qsort(run->by_ref, run->waiting.count, sizeof(struct waiting_record *), compare_waiting);
	return result;
}

/* The records that wait for one ref, the oldest first; part of BY_REF. */
struct waiting_of_ref {
	const struct waiting_record **items;
	size_t count;
};

static struct waiting_of_ref waiting_of(const struct run *run, const char *ref)
{
	size_t low = 0;
	size_t high = run->waiting.count;
	struct waiting_of_ref out = {0};

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(run->by_ref[middle]->record.ref, ref) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	out.items = run->by_ref + low;
	while (low + out.count < run->waiting.count && !strcmp(out.items[out.count]->record.ref, ref))
		out.count++;
	return out;
}

static bool is_production(const struct run *run, const char *ref)
{
	struct waiting_of_ref waiting = waiting_of(run, ref);

	return waiting.count ? waiting.items[0]->record.production
			     : patterns_match(&run->announcer->policy->production, ref);
}

/* A push that still runs may yet make its record true; one whose old value is gone, or that is a day old, cannot. */
static bool is_lost(const struct run *run, const struct waiting_record *waiting, const struct object_id *tip)
{
	int64_t age = run->now - waiting->time;

	return age > (object_id_equal(&waiting->record.old_id, tip) ? ANNOUNCE_STALE_SECONDS : ANNOUNCE_LOST_SECONDS);
}

static bool has_lost_record(const struct run *run, const char *ref, const struct object_id *tip)
{
	struct waiting_of_ref waiting = waiting_of(run, ref);

	for (size_t i = 0; i < waiting.count; i++)
		if (is_lost(run, waiting.items[i], tip))
			return true;
	return false;
}

/* The records of one ref, as moves. */
struct moves {
	struct move *items;
	const struct waiting_record **records;
	size_t count;
};

static void moves_of(struct moves *out, const struct run *run, const char *ref)
{
	struct waiting_of_ref waiting = waiting_of(run, ref);

	*out = (struct moves){.items = memory_alloc((waiting.count + 1) * sizeof(*out->items)),
			      .records = waiting.items,
			      .count = waiting.count};
	for (size_t i = 0; i < waiting.count; i++)
		out->items[i] = (struct move){waiting.items[i]->record.old_id, waiting.items[i]->record.new_id};
}

static void moves_release(struct moves *moves)
{
	free(moves->items);
}

/* A ref that was never announced is where its oldest fitting record began. */
static bool find_route(struct route *out, const struct moves *moves, const struct place *place)
{
	if (route_find(out, moves->items, moves->count, &place->announced, &place->tip))
		return true;
	for (size_t i = 0; !place->known && i < moves->count; i++)
		if (route_find(out, moves->items, moves->count, &moves->items[i].from, &place->tip))
			return true;
	return false;
}

static int follow(struct run *run, const char *ref, const struct moves *moves, const struct route *route,
		  int64_t number, struct error *error)
{
	struct announced_move move = {.ref = ref, .number = number};
	struct state *state = run->announcer->state;
	int result = 0;

	for (size_t i = 0; !result && i < route->count; i++) {
		move.record = moves->records[route->items[i]];
		move.production = move.record->record.production;
		move.from = move.record->record.old_id;
		move.to = move.record->record.new_id;
		move.number++;
		/* what follows from it finds it among what was announced */
		result = state_settle_record(state, move.record->id, true, error);
		if (!result)
			result = announce_move(&run->events, run->announcer, &move, run->now, error);
		if (!result)
			result = state_announce(state, ref, &move.to, run->now, error);
	}
	return result;
}

/* Nobody recorded the move. What is seen for the first time was there at the installation. */
static int take_as_found(struct run *run, const char *ref, const struct place *place, struct error *error)
{
	struct announced_move move = {.ref = ref,
				      .production = is_production(run, ref),
				      .from = place->announced,
				      .to = place->tip,
				      .number = place->number + 1};
	int result = 0;

	if (place->known && strncmp(ref, SIGNOFF_REFS, strlen(SIGNOFF_REFS)) != 0)
		result = announce_move(&run->events, run->announcer, &move, run->now, error);
	if (!result)
		result = state_announce(run->announcer->state, ref, &place->tip, run->now, error);
	return result;
}

static int give_up_lost(struct run *run, const struct moves *moves, const struct route *route,
			const struct object_id *tip, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < moves->count; i++) {
		bool used = false;

		for (size_t j = 0; j < route->count; j++)
			used |= route->items[j] == i;
		if (!used && is_lost(run, moves->records[i], tip))
			result = state_settle_record(run->announcer->state, moves->records[i]->id, false, error);
	}
	return result;
}

static int announce_ref(struct run *run, const char *ref, struct error *error)
{
	struct route route = {0};
	struct place place;
	struct moves moves;
	int result;

	moves_of(&moves, run, ref);
	result = find_place(&place, run->announcer, ref, error);
	if (result)
		goto done;
	if (has_moved(&place)) {
		if (find_route(&route, &moves, &place))
			result = follow(run, ref, &moves, &route, place.number, error);
		else
			result = take_as_found(run, ref, &place, error);
	}
	if (!result)
		result = give_up_lost(run, &moves, &route, &place.tip, error);
done:
	route_release(&route);
	moves_release(&moves);
	return result;
}

static bool is_governed(const struct policy *policy, const char *hotfix_prefix, const char *ref)
{
	return patterns_match(&policy->production, ref) || strncmp(ref, hotfix_prefix, strlen(hotfix_prefix)) == 0 ||
	       strncmp(ref, SIGNOFF_REFS, strlen(SIGNOFF_REFS)) == 0;
}

static int add_matching(struct strings *out, const struct announcer *announcer, const char *pattern,
			struct error *error)
{
	struct branch_tips tips = {0};
	int result = repository_refs(announcer->repository, &tips, pattern, ANNOUNCE_REFS_MAXIMUM, error);

	for (size_t i = 0; !result && i < tips.count; i++)
		strings_add(out, tips.items[i].ref);
	branch_tips_release(&tips);
	return result;
}

static int add_present(struct strings *out, const struct announcer *announcer, const char *hotfix_prefix,
		       struct error *error)
{
	const struct strings *production = &announcer->policy->production;
	struct buffer pattern = BUFFER_INIT;
	int result = 0;

	for (size_t i = 0; !result && i < production->count; i++)
		result = add_matching(out, announcer, production->items[i], error);
	buffer_addf(&pattern, "%s*", hotfix_prefix);
	if (!result)
		result = add_matching(out, announcer, buffer_text(&pattern), error);
	buffer_release(&pattern);
	return result;
}

static int add_candidates(struct strings *out, const struct run *run, const struct strings *touched, bool all,
			  struct error *error)
{
	const struct announcer *announcer = run->announcer;
	char *prefix = policy_hotfix_prefix(announcer->policy);
	struct strings known = STRINGS_INIT;
	int result = 0;

	for (size_t i = 0; i < run->waiting.count; i++)
		strings_add(out, run->waiting.items[i].record.ref);
	if (all)
		result = add_present(out, announcer, prefix, error);
	if (!result && all)
		result = state_governed_refs(announcer->state, &known, error);
	for (size_t i = 0; i < known.count; i++)
		if (is_governed(announcer->policy, prefix, known.items[i]))
			strings_add(out, known.items[i]);
	for (size_t i = 0; touched && i < touched->count; i++)
		if (is_governed(announcer->policy, prefix, touched->items[i]))
			strings_add(out, touched->items[i]);
	strings_leave_once(out);
	strings_release(&known);
	free(prefix);
	return result;
}

/* Keeps those that have something to tell; reads only. */
static int add_changed(struct strings *out, bool *durable, const struct run *run, const struct strings *candidates,
		       struct error *error)
{
	struct place place;
	int result = 0;

	for (size_t i = 0; !result && i < candidates->count; i++) {
		const char *ref = candidates->items[i];

		result = find_place(&place, run->announcer, ref, error);
		if (result || (!has_moved(&place) && !has_lost_record(run, ref, &place.tip)))
			continue;
		strings_add(out, ref);
		*durable = *durable || is_production(run, ref);
	}
	return result;
}

/* Everything is read again, since another process may have announced it meanwhile. */
static int announce_changed(struct run *run, const struct strings *changed, bool durable, struct error *error)
{
	struct state *state = run->announcer->state;
	int result = state_begin(state, durable, error);

	if (result)
		return result;
	result = read_waiting(run, error);
	for (size_t i = 0; !result && i < changed->count; i++)
		result = announce_ref(run, changed->items[i], error);
	if (!result)
		result = state_commit(state, error);
	if (result)
		state_rollback(state);
	return result;
}

int announce(size_t *events, const struct announcer *announcer, const struct strings *touched, bool all,
	     struct error *error)
{
	struct run run = {.announcer = announcer, .now = clock_now()};
	struct strings candidates = STRINGS_INIT;
	struct strings changed = STRINGS_INIT;
	bool durable = false;
	int result;

	result = read_waiting(&run, error);
	if (!result)
		result = add_candidates(&candidates, &run, touched, all, error);
	if (!result)
		result = add_changed(&changed, &durable, &run, &candidates, error);
	if (!result && changed.count)
		result = announce_changed(&run, &changed, durable, error);
	if (events)
		*events = result ? 0 : run.events;
	run_release(&run);
	strings_release(&candidates);
	strings_release(&changed);
	return result;
}

static int take_unknown(const struct run *run, const struct strings *refs, struct error *error)
{
	struct place place;
	int result = 0;

	for (size_t i = 0; !result && i < refs->count; i++) {
		result = find_place(&place, run->announcer, refs->items[i], error);
		if (!result && !place.known && !object_id_is_zero(&place.tip))
			result = state_announce(run->announcer->state, refs->items[i], &place.tip, run->now, error);
	}
	return result;
}

static int announce_reset(struct run *run, struct error *error)
{
	struct happening happening = {.type = EVENT_STATE_RESET,
				      .time = run->now,
				      .reason = "the state was lost; present tips count as announced"};
	bool added;

	return announce_event(&added, run->announcer, &happening, run->now, NULL, error);
}

int announce_baseline(const struct announcer *announcer, bool lost, struct error *error)
{
	struct run run = {.announcer = announcer, .now = clock_now()};
	char *prefix = policy_hotfix_prefix(announcer->policy);
	struct strings refs = STRINGS_INIT;
	bool first = false;
	int result = add_present(&refs, announcer, prefix, error);

	if (!result)
		result = state_begin(announcer->state, true, error);
	if (result)
		goto done;
	result = take_unknown(&run, &refs, error);
	if (!result)
		result = state_set_begun(announcer->state, &first, error);
	if (!result && lost && first)
		result = announce_reset(&run, error);
	if (!result)
		result = state_commit(announcer->state, error);
	if (result)
		state_rollback(announcer->state);
done:
	strings_release(&refs);
	free(prefix);
	return result;
}
