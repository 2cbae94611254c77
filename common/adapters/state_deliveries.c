/* What the outbox holds: what is due, and what hotfixctl lists. */
#include <stdlib.h>
#include <string.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/memory.h"

#define PREFIX_MINIMUM 4
#define ATTEMPTS_AT_ONCE 1000

#define EVENT_COLUMNS "e.id, e.type, e.ref, e.time, e.body"
#define FROM_DELIVERY " FROM delivery d JOIN event e ON e.number = d.event "
#define DELIVERY_COLUMNS "SELECT " EVENT_COLUMNS STATE_DELIVERY_COLUMNS FROM_DELIVERY
#define LIST_COLUMNS "SELECT " STATE_LISTED_COLUMNS FROM_DELIVERY

const char *delivery_state_name(enum delivery_state state)
{
	switch (state) {
	case DELIVERY_WAITING:
		return "waiting";
	case DELIVERY_DELIVERED:
		return "delivered";
	case DELIVERY_DEAD:
		return "dead";
	}
	return "unknown";
}

static void event_release(struct event *event)
{
	free(event->id);
	free(event->type);
	free(event->ref);
	free(event->body);
}

void events_release(struct events *events)
{
	for (size_t i = 0; i < events->count; i++)
		event_release(&events->items[i]);
	free(events->items);
	*events = (struct events){0};
}

void deliveries_release(struct deliveries *deliveries)
{
	for (size_t i = 0; i < deliveries->count; i++) {
		struct delivery *delivery = &deliveries->items[i];

		free(delivery->id);
		free(delivery->repository);
		free(delivery->endpoint);
		free(delivery->last_error);
		event_release(&delivery->event);
	}
	free(deliveries->items);
	*deliveries = (struct deliveries){0};
}

void attempts_release(struct attempts *attempts)
{
	for (size_t i = 0; i < attempts->count; i++) {
		free(attempts->items[i].error);
		buffer_release(&attempts->items[i].reply);
	}
	free(attempts->items);
	*attempts = (struct attempts){0};
}

static void read_event(struct statement *row, struct event *out)
{
	out->id = statement_text(row, 0);
	out->type = statement_text(row, 1);
	out->ref = statement_text(row, 2);
	out->time = statement_integer(row, 3);
	out->body = statement_text(row, 4);
}

void state_read_delivery(struct statement *row, struct delivery *out)
{
	*out = (struct delivery){.number = statement_integer(row, 5)};
	read_event(row, &out->event);
	out->repository = memory_copy(row->state->identity);
	out->id = statement_text(row, 6);
	out->endpoint = statement_text(row, 7);
	out->state = (enum delivery_state)statement_integer(row, 8);
	out->attempts = (int)statement_integer(row, 9);
	out->created = statement_integer(row, 10);
	out->due = statement_integer(row, 11);
	out->last_status = (int)statement_integer(row, 12);
	out->last_error = statement_text(row, 13);
}

static int read_deliveries(struct statement *row, struct deliveries *out, struct error *error)
{
	while (statement_next(row, error)) {
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		state_read_delivery(row, &out->items[out->count++]);
	}
	return statement_end(row);
}

int state_due_deliveries(struct state *state, struct deliveries *out, int64_t now, size_t limit, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			DELIVERY_COLUMNS "WHERE d.repository = ? AND d.turn AND d.due <= ? ORDER BY d.number LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, now);
	statement_bind_integer(&row, (int64_t)limit);
	return read_deliveries(&row, out, error);
}

/* The next name of an endpoint for which something waits; NULL behind the last. Replaces *ENDPOINT, which is "" at first,
 * and what was behind it is released. */
static int next_endpoint(struct state *state, char **endpoint, struct error *error)
{
	struct statement row;
	char *next = NULL;
	int result;

	statement_begin(&row, state,
			"SELECT min(endpoint) FROM delivery WHERE repository = ? AND turn AND endpoint > ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, *endpoint);
	if (statement_next(&row, error))
		next = statement_text(&row, 0);
	result = statement_end(&row);
	free(*endpoint);
	*endpoint = next;
	return result;
}

/* Of what has its turn for ENDPOINT the one that is due first. */
static int first_due(struct state *state, int64_t *number, int64_t *due, const char *endpoint, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT number, due FROM delivery WHERE repository = ? AND turn AND endpoint = ?"
			" ORDER BY due, number LIMIT 1");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, endpoint);
	if (statement_next(&row, error)) {
		*number = statement_integer(&row, 0);
		*due = statement_integer(&row, 1);
	}
	return statement_end(&row);
}

/* *NUMBER is 0 when nothing waits for any endpoint that is not among BUSY. */
static int first_of_all(struct state *state, int64_t *number, int64_t *due, const struct strings *busy,
			struct error *error)
{
	char *endpoint = memory_copy("");
	int result = 0;

	*number = 0;
	while (!(result = next_endpoint(state, &endpoint, error)) && endpoint) {
		int64_t this_number = 0;
		int64_t this_due = 0;

		if (busy && strings_contain(busy, endpoint))
			continue;
		result = first_due(state, &this_number, &this_due, endpoint, error);
		if (result)
			break;
		if (*number && (this_due > *due || (this_due == *due && this_number > *number)))
			continue;
		*number = this_number;
		*due = this_due;
	}
	free(endpoint);
	return result;
}

int state_due_delivery(struct state *state, struct deliveries *out, int64_t now, const struct strings *busy,
		       struct error *error)
{
	struct statement row;
	int64_t number;
	int64_t due = 0;

	if (first_of_all(state, &number, &due, busy, error))
		return ERROR_FAILED;
	if (!number || due > now)
		return 0;
	statement_begin(&row, state, DELIVERY_COLUMNS "WHERE d.number = ?");
	statement_bind_integer(&row, number);
	return read_deliveries(&row, out, error);
}

int state_next_due(struct state *state, int64_t *out, const struct strings *busy, struct error *error)
{
	int64_t number;

	if (first_of_all(state, &number, out, busy, error))
		return ERROR_FAILED;
	return number ? 0 : error_set_code(error, ERROR_NOT_FOUND, "%s: no delivery waits", state->file);
}

static int list_by_id(struct state *state, struct deliveries *out, const struct delivery_filter *filter, size_t limit,
		      struct error *error)
{
	struct buffer escaped = BUFFER_INIT;
	struct statement row;
	int result;

	if (strlen(filter->id) < PREFIX_MINIMUM)
		return error_set(error, "%s: too short, give at least %d characters", filter->id, PREFIX_MINIMUM);
	state_escape(&escaped, filter->id);
	statement_begin(&row, state,
			LIST_COLUMNS "WHERE d.repository = ?1"
				     " AND (d.id >= ?2 AND d.id < ?2 || char(1114111)"
				     " OR d.id >= ?3 AND d.id < ?3 || char(1114111))"
				     " AND (?4 IS NULL OR d.endpoint = ?4) AND (?5 = -1 OR d.state = ?5)"
				     " ORDER BY +d.number DESC LIMIT ?6");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, filter->id);
	statement_bind_text(&row, buffer_text(&escaped));
	statement_bind_text(&row, filter->endpoint);
	statement_bind_integer(&row, filter->state);
	statement_bind_integer(&row, (int64_t)limit);
	result = read_deliveries(&row, out, error);
	buffer_release(&escaped);
	return result;
}

#define IN_STATE "(?3 = -1 OR d.state = ?3 OR (?3 = -2 AND d.state != 0))"
#define WANTED(in_state) \
	LIST_COLUMNS "WHERE d.repository = ?1 AND (?2 IS NULL OR d.endpoint = ?2) AND " in_state \
		     " AND d.created >= ?5 AND d.created < ?6 "

/* Few wait or are dead, and they may be old: their index finds them. Of the rest the newest match. */
static int list_newest(struct state *state, struct deliveries *out, const struct delivery_filter *filter, size_t limit,
		       struct error *error)
{
	bool few = filter->state == DELIVERY_WAITING || filter->state == DELIVERY_DEAD;
	struct statement row;

	statement_begin(&row, state,
			few ? WANTED("d.state = ?3") "ORDER BY +d.number DESC LIMIT ?4"
			    : WANTED(IN_STATE) "ORDER BY d.number DESC LIMIT ?4");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, filter->endpoint);
	statement_bind_integer(&row, filter->state);
	statement_bind_integer(&row, (int64_t)limit);
	statement_bind_integer(&row, filter->since);
	statement_bind_integer(&row, filter->until ? filter->until : INT64_MAX);
	return read_deliveries(&row, out, error);
}

int state_list_deliveries(struct state *state, struct deliveries *out, const struct delivery_filter *filter,
			  size_t limit, struct error *error)
{
	return filter->id ? list_by_id(state, out, filter, limit, error)
			  : list_newest(state, out, filter, limit, error);
}

static void read_attempt(struct statement *row, struct attempt *out)
{
	*out = (struct attempt){.delivery = statement_integer(row, 0), .time = statement_integer(row, 2)};
	out->number = (int)statement_integer(row, 1);
	out->status = (int)statement_integer(row, 3);
	out->milliseconds = statement_integer(row, 4);
	out->error = statement_text(row, 5);
	statement_bytes(row, &out->reply, 6);
}

int state_list_attempts(struct state *state, struct attempts *out, int64_t delivery, struct error *error)
{
	struct statement row;

	statement_begin(
		&row, state,
		"SELECT * FROM (SELECT a.delivery, a.number, a.time, a.status, a.milliseconds, a.error, a.reply,"
		" a.id FROM delivery d JOIN attempt a ON a.delivery = d.number WHERE d.number = ?"
		" AND d.repository = ? ORDER BY a.id DESC LIMIT ?) ORDER BY id");
	statement_bind_integer(&row, delivery);
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, ATTEMPTS_AT_ONCE);
	while (statement_next(&row, error)) {
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		read_attempt(&row, &out->items[out->count++]);
	}
	return statement_end(&row);
}

int state_list_events(struct state *state, struct events *out, size_t limit, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT " EVENT_COLUMNS " FROM event e WHERE e.repository = ? ORDER BY e.number DESC LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, (int64_t)limit);
	while (statement_next(&row, error)) {
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		out->items[out->count] = (struct event){0};
		read_event(&row, &out->items[out->count++]);
	}
	return statement_end(&row);
}

int state_count_deliveries(struct state *state, int64_t *out, enum delivery_state in_state, struct error *error)
{
	struct statement row;

	*out = 0;
	statement_begin(&row, state, "SELECT count(*) FROM delivery WHERE repository = ? AND state = ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, in_state);
	if (statement_next(&row, error))
		*out = statement_integer(&row, 0);
	return statement_end(&row);
}
