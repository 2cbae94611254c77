#include "adapters/state_follow.h"

#include "adapters/state_internal.h"
#include "base/memory.h"

#define MADE_SINCE \
	"SELECT " STATE_LISTED_COLUMNS " FROM delivery d JOIN event e ON e.number = d.event" \
	" WHERE d.number > ?1 AND d.repository = ?2 AND (?3 IS NULL OR d.endpoint = ?3) ORDER BY d.number LIMIT ?4"
#define TRIED_SINCE \
	"SELECT " STATE_LISTED_COLUMNS ", a.id, a.number, a.time, a.status, a.milliseconds, a.error" \
	" FROM attempt a CROSS JOIN delivery d ON d.number = a.delivery JOIN event e ON e.number = d.event" \
	" WHERE a.id > ?1 AND d.repository = ?2 AND (?3 IS NULL OR d.endpoint = ?3) ORDER BY a.id LIMIT ?4"
#define ATTEMPT_COLUMN 14

void happenings_release(struct happenings *happenings)
{
	deliveries_release(&happenings->deliveries);
	attempts_release(&happenings->attempts);
}

static int find_last(struct state *state, int64_t *out, const char *sql, int64_t before, struct error *error)
{
	struct statement row;

	statement_begin(&row, state, sql);
	statement_bind_integer(&row, before);
	if (statement_next(&row, error))
		*out = statement_integer(&row, 0);
	return statement_end(&row);
}

int state_follow_from(struct state *state, struct follow_mark *out, int64_t time, struct error *error)
{
	*out = (struct follow_mark){0};
	if (find_last(state, &out->delivery, "SELECT max(number) FROM delivery WHERE created * 1000 < ?", time, error))
		return ERROR_FAILED;
	return find_last(state, &out->attempt, "SELECT max(id) FROM attempt WHERE time + milliseconds < ?", time,
			 error);
}

static struct attempt *add(struct happenings *out, struct statement *row)
{
	struct deliveries *deliveries = &out->deliveries;
	struct attempts *attempts = &out->attempts;

	deliveries->items =
		memory_grow(deliveries->items, deliveries->count, &deliveries->capacity, sizeof(*deliveries->items));
	attempts->items = memory_grow(attempts->items, attempts->count, &attempts->capacity, sizeof(*attempts->items));
	state_read_delivery(row, &deliveries->items[deliveries->count++]);
	attempts->items[attempts->count] = (struct attempt){0};
	return &attempts->items[attempts->count++];
}

static void begin(struct statement *row, struct state *state, const char *sql, int64_t after, const char *endpoint,
		  size_t limit)
{
	statement_begin(row, state, sql);
	statement_bind_integer(row, after);
	statement_bind_integer(row, state->repository);
	statement_bind_text(row, endpoint);
	statement_bind_integer(row, (int64_t)limit);
}

static int list_made(struct state *state, struct happenings *out, struct follow_mark *mark, const char *endpoint,
		     size_t limit, struct error *error)
{
	struct statement row;

	begin(&row, state, MADE_SINCE, mark->delivery, endpoint, limit);
	while (statement_next(&row, error)) {
		add(out, &row);
		mark->delivery = out->deliveries.items[out->deliveries.count - 1].number;
	}
	return statement_end(&row);
}

static int list_tried(struct state *state, struct happenings *out, struct follow_mark *mark, const char *endpoint,
		      size_t limit, struct error *error)
{
	struct statement row;

	begin(&row, state, TRIED_SINCE, mark->attempt, endpoint, limit);
	while (statement_next(&row, error)) {
		struct attempt *attempt = add(out, &row);

		mark->attempt = statement_integer(&row, ATTEMPT_COLUMN);
		attempt->delivery = out->deliveries.items[out->deliveries.count - 1].number;
		attempt->number = (int)statement_integer(&row, ATTEMPT_COLUMN + 1);
		attempt->time = statement_integer(&row, ATTEMPT_COLUMN + 2);
		attempt->status = (int)statement_integer(&row, ATTEMPT_COLUMN + 3);
		attempt->milliseconds = statement_integer(&row, ATTEMPT_COLUMN + 4);
		attempt->error = statement_text(&row, ATTEMPT_COLUMN + 5);
	}
	return statement_end(&row);
}

/* All of one moment, so that no attempt is seen before its delivery. */
int state_follow(struct state *state, struct happenings *out, struct follow_mark *mark, const char *endpoint,
		 size_t limit, struct error *error)
{
	struct follow_mark end;
	int result = state_execute(state, "BEGIN", error);

	if (result)
		return result;
	result = state_follow_from(state, &end, INT64_MAX, error);
	if (!result)
		result = list_made(state, out, mark, endpoint, limit, error);
	if (!result && out->deliveries.count < limit) {
		mark->delivery = end.delivery;
		result = list_tried(state, out, mark, endpoint, limit - out->deliveries.count, error);
	}
	if (!result && out->deliveries.count < limit)
		mark->attempt = end.attempt;
	state_rollback(state);
	return result;
}
