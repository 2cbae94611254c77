#include "adapters/state_tally.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/state_internal.h"
#include "base/memory.h"
#include "rules/event.h"

#define BEYOND (-1) /* in the place of a bound */
#define ENDPOINTS_MAXIMUM 1000

const int tally_bounds[TALLY_BOUNDS] = {1, 2, 5, 15, 60, 300, 900, 3600, 21600, 86400};

/* What a row of the table tally counts; PART tells apart what is counted of it. */
#define ATTEMPTS "attempts"         /* part: enum delivery_state */
#define LANDINGS "landings"         /* part: a bound, or BEYOND */
#define MILLISECONDS "milliseconds" /* of the landings; part: 0 */
#define SUCCESS "success"           /* when the last one ended; part: 0 */

void tallies_release(struct tallies *tallies)
{
	for (size_t i = 0; i < tallies->count; i++)
		free(tallies->items[i].endpoint);
	free(tallies->items);
	*tallies = (struct tallies){0};
}

void unreached_endpoints_release(struct unreached_endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->count; i++) {
		free(endpoints->items[i].endpoint);
		free(endpoints->items[i].error);
	}
	free(endpoints->items);
	*endpoints = (struct unreached_endpoints){0};
}

/* What an attempt is counted by. */
struct counted {
	char *endpoint;
	bool landing;
	bool delivered; /* before */
	int64_t event_time;
};

static int find_counted(struct state *state, struct counted *out, int64_t delivery, struct error *error)
{
	struct statement row;
	char *type = NULL;

	*out = (struct counted){0};
	statement_begin(&row, state,
			"SELECT d.endpoint, d.delivered IS NOT NULL, e.time, e.type FROM delivery d"
			" JOIN event e ON e.number = d.event WHERE d.number = ?");
	statement_bind_integer(&row, delivery);
	if (statement_next(&row, error)) {
		out->endpoint = statement_text(&row, 0);
		out->delivered = statement_integer(&row, 1);
		out->event_time = statement_integer(&row, 2);
		type = statement_text(&row, 3);
	}
	out->landing = type && event_is_landing(event_type_of(type));
	free(type);
	return statement_end(&row);
}

static int count(struct state *state, const char *endpoint, const char *kind, int64_t part, int64_t value,
		 struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO tally(repository, endpoint, kind, part, value) VALUES(?, ?, ?, ?, ?)"
			" ON CONFLICT DO UPDATE SET value = value + excluded.value");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, endpoint);
	statement_bind_text(&statement, kind);
	statement_bind_integer(&statement, part);
	statement_bind_integer(&statement, value);
	return statement_finish(&statement, error);
}

static int count_landing(struct state *state, const struct counted *counted, int64_t end, struct error *error)
{
	int64_t taken = end - counted->event_time * 1000;
	int64_t bound = BEYOND;

	if (taken < 0)
		taken = 0;
	for (size_t i = TALLY_BOUNDS; i > 0 && taken <= tally_bounds[i - 1] * INT64_C(1000); i--)
		bound = tally_bounds[i - 1];
	if (count(state, counted->endpoint, LANDINGS, bound, 1, error))
		return ERROR_FAILED;
	return count(state, counted->endpoint, MILLISECONDS, 0, taken, error);
}

static int note_delivered(struct state *state, int64_t delivery, int64_t end, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE delivery SET delivered = ? WHERE number = ?");
	statement_bind_integer(&statement, end);
	statement_bind_integer(&statement, delivery);
	return statement_finish(&statement, error);
}

static int note_reached(struct state *state, const char *endpoint, int64_t end, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO tally(repository, endpoint, kind, part, value) VALUES(?, ?, ?, 0, ?)"
			" ON CONFLICT DO UPDATE SET value = max(value, excluded.value)");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, endpoint);
	statement_bind_text(&statement, SUCCESS);
	statement_bind_integer(&statement, end);
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	statement_begin(&statement, state, "DELETE FROM unreached WHERE repository = ? AND endpoint = ?");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, endpoint);
	return statement_finish(&statement, error);
}

static int note_unreached(struct state *state, const char *endpoint, const struct attempt *attempt, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO unreached(repository, endpoint, since, failures, status, error)"
			" VALUES(?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET failures = failures + 1,"
			" status = excluded.status, error = excluded.error");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, endpoint);
	statement_bind_integer(&statement, attempt->time);
	statement_bind_integer(&statement, attempt->status);
	statement_bind_text(&statement, attempt->error);
	return statement_finish(&statement, error);
}

int state_count_attempt(struct state *state, const struct attempt *attempt, enum delivery_state new_state,
			struct error *error)
{
	int64_t end = attempt->time + attempt->milliseconds;
	struct counted counted;
	int result = find_counted(state, &counted, attempt->delivery, error);

	if (!result)
		result = count(state, counted.endpoint, ATTEMPTS, new_state, 1, error);
	if (!result)
		result = new_state == DELIVERY_DELIVERED ? note_reached(state, counted.endpoint, end, error)
							 : note_unreached(state, counted.endpoint, attempt, error);
	if (result || new_state != DELIVERY_DELIVERED || counted.delivered)
		goto done;
	result = note_delivered(state, attempt->delivery, end, error);
	if (!result && counted.landing)
		result = count_landing(state, &counted, end, error);
done:
	free(counted.endpoint);
	return result;
}

/* Most often it is the last one. */
struct tally *tallies_find(struct tallies *tallies, const char *endpoint)
{
	for (size_t i = tallies->count; i > 0; i--)
		if (!strcmp(tallies->items[i - 1].endpoint, endpoint))
			return &tallies->items[i - 1];
	tallies->items = memory_grow(tallies->items, tallies->count, &tallies->capacity, sizeof(*tallies->items));
	tallies->items[tallies->count] = (struct tally){.endpoint = memory_copy(endpoint)};
	return &tallies->items[tallies->count++];
}

static void take(struct tally *tally, const char *kind, int64_t part, int64_t value)
{
	if (!strcmp(kind, ATTEMPTS) && part >= 0 && part < DELIVERY_STATES)
		tally->attempts[part] = value;
	else if (!strcmp(kind, "deliveries"))
		*(part == DELIVERY_DEAD ? &tally->dead : &tally->waiting) = value;
	else if (!strcmp(kind, MILLISECONDS))
		tally->landing_milliseconds = value;
	else if (!strcmp(kind, SUCCESS))
		tally->success = value;
	else if (!strcmp(kind, "oldest"))
		tally->oldest = value;
	else if (!strcmp(kind, LANDINGS) && part == BEYOND)
		tally->landings[TALLY_BOUNDS] = value;
	else if (!strcmp(kind, LANDINGS))
		for (size_t i = 0; i < TALLY_BOUNDS; i++)
			if (tally_bounds[i] == part)
				tally->landings[i] = value;
}

int state_tallies(struct state *state, struct tallies *out, struct error *error)
{
	struct statement row;

	statement_begin(
		&row, state,
		"SELECT endpoint, kind, part, value FROM tally WHERE repository = ?1"
		" UNION ALL SELECT endpoint, 'deliveries', state, count(*) FROM delivery WHERE repository = ?1"
		" AND state IN (0, 2) GROUP BY state, endpoint"
		" UNION ALL SELECT endpoint, 'oldest', 0, min(created) FROM delivery WHERE repository = ?1 AND turn"
		" GROUP BY endpoint ORDER BY 1");
	statement_bind_integer(&row, state->repository);
	while (statement_next(&row, error)) {
		char *endpoint = statement_text(&row, 0);
		char *kind = statement_text(&row, 1);

		take(tallies_find(out, endpoint), kind, statement_integer(&row, 2), statement_integer(&row, 3));
		free(endpoint);
		free(kind);
	}
	return statement_end(&row);
}

static int count_waiting(struct state *state, struct unreached *unreached, struct error *error)
{
	struct statement row;

	statement_begin(
		&row, state,
		"SELECT count(*) FROM (SELECT 1 FROM delivery WHERE repository = ? AND state = 0 AND endpoint = ?"
		" LIMIT ?)");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, unreached->endpoint);
	statement_bind_integer(&row, UNREACHED_WAITING);
	if (statement_next(&row, error))
		unreached->waiting = statement_integer(&row, 0);
	return statement_end(&row);
}

int state_unreached(struct state *state, struct unreached_endpoints *out, struct error *error)
{
	struct statement row;
	int result;

	statement_begin(&row, state,
			"SELECT endpoint, since, failures, status, error FROM unreached WHERE repository = ?"
			" ORDER BY endpoint LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, ENDPOINTS_MAXIMUM);
	while (statement_next(&row, error)) {
		struct unreached *one;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		one = &out->items[out->count++];
		*one = (struct unreached){.endpoint = statement_text(&row, 0),
					  .since = statement_integer(&row, 1),
					  .failures = statement_integer(&row, 2),
					  .status = (int)statement_integer(&row, 3),
					  .error = statement_text(&row, 4)};
	}
	result = statement_end(&row);
	for (size_t i = 0; !result && i < out->count; i++)
		result = count_waiting(state, &out->items[i], error);
	return result;
}
