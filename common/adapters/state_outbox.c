/* The outbox: events, their deliveries, and every attempt. */
#include <stdlib.h>
#include <string.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/buffer.h"
#include "base/memory.h"

#define REPLY_MAXIMUM (16 * 1024)

static int add_event(struct state *state, const struct event *event, bool *added, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO event(repository, id, type, ref, time, body) VALUES(?, ?, ?, ?, ?, ?)"
			" ON CONFLICT(repository, id) DO NOTHING");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, event->id);
	statement_bind_text(&statement, event->type);
	statement_bind_text(&statement, event->ref);
	statement_bind_integer(&statement, event->time);
	statement_bind_text(&statement, event->body);
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	*added = sqlite3_changes(state->database) > 0;
	return 0;
}

/* Standard Webhooks signs "id.timestamp.body", so an id holds no '.'; what else a header or a file name might not hold
 * goes too. */
void state_escape(struct buffer *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	for (; *text; text++)
		if (strchr(plain, *text))
			buffer_add_char(out, *text);
		else
			buffer_addf(out, "%%%02X", (unsigned char)*text);
}

static int add_delivery(struct state *state, int64_t number, const struct event *event, const char *endpoint,
			int64_t now, struct error *error)
{
	struct buffer id = BUFFER_INIT;
	struct statement statement;
	int result;

	state_escape(&id, event->id);
	buffer_add_char(&id, '-');
	state_escape(&id, endpoint);
	statement_begin(&statement, state,
			"INSERT INTO delivery(repository, id, event, endpoint, ref, state, attempts, created, due,"
			" last_status) VALUES(?, ?, ?, ?, ?, ?, 0, ?, ?, 0)");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, buffer_text(&id));
	statement_bind_integer(&statement, number);
	statement_bind_text(&statement, endpoint);
	statement_bind_text(&statement, event->ref ? event->ref : "");
	statement_bind_integer(&statement, DELIVERY_WAITING);
	statement_bind_integer(&statement, now);
	statement_bind_integer(&statement, now * 1000);
	result = statement_finish(&statement, error);
	buffer_release(&id);
	return result;
}

static int hasten_oldest(struct state *state, const char *endpoint, int64_t now, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE delivery SET due = min(due, ?1) WHERE number = (SELECT min(number) FROM delivery"
			" INDEXED BY delivery_state WHERE repository = ?2 AND state = ?3 AND endpoint = ?4)");
	statement_bind_integer(&statement, now * 1000);
	statement_bind_integer(&statement, state->repository);
	statement_bind_integer(&statement, DELIVERY_WAITING);
	statement_bind_text(&statement, endpoint);
	return statement_finish(&statement, error);
}

static int add_whole_event(struct state *state, const struct event *event, const struct strings *endpoints, int64_t now,
			   bool *added, struct error *error)
{
	int result = add_event(state, event, added, error);
	int64_t number = sqlite3_last_insert_rowid(state->database);

	for (size_t i = 0; *added && i < endpoints->count && !result; i++) {
		result = hasten_oldest(state, endpoints->items[i], now, error);
		if (!result)
			result = add_delivery(state, number, event, endpoints->items[i], now, error);
	}
	return result;
}

int state_add_event(struct state *state, const struct event *event, const struct strings *endpoints, int64_t now,
		    bool *added, struct error *error)
{
	struct change change;
	int result;

	*added = false;
	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = add_whole_event(state, event, endpoints, now, added, error);
	return change_end(&change, result, error);
}

static int update_delivery(struct state *state, const struct attempt *attempt, enum delivery_state new_state,
			   int64_t due, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE delivery SET state = ?, attempts = ?, due = ?, last_status = ?, last_error = ?"
			" WHERE number = ? AND repository = ?");
	statement_bind_integer(&statement, new_state);
	statement_bind_integer(&statement, attempt->number);
	statement_bind_integer(&statement, due);
	statement_bind_integer(&statement, attempt->status);
	statement_bind_text(&statement, attempt->error);
	statement_bind_integer(&statement, attempt->delivery);
	statement_bind_integer(&statement, state->repository);
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	return sqlite3_changes(state->database) ? 0
						: error_set_code(error, ERROR_NOT_FOUND, "%s: no delivery %lld",
								 state->file, (long long)attempt->delivery);
}

static int log_attempt(struct state *state, const struct attempt *attempt, struct error *error)
{
	size_t length = attempt->reply ? strnlen(attempt->reply, REPLY_MAXIMUM) : 0;
	char *reply = attempt->reply ? memory_copy_bytes(attempt->reply, length) : NULL;
	struct statement statement;
	int result;

	statement_begin(&statement, state,
			"INSERT INTO attempt(delivery, number, time, status, milliseconds, error, reply)"
			" VALUES(?, ?, ?, ?, ?, ?, ?)");
	statement_bind_integer(&statement, attempt->delivery);
	statement_bind_integer(&statement, attempt->number);
	statement_bind_integer(&statement, attempt->time);
	statement_bind_integer(&statement, attempt->status);
	statement_bind_integer(&statement, attempt->milliseconds);
	statement_bind_text(&statement, attempt->error);
	statement_bind_text(&statement, reply);
	result = statement_finish(&statement, error);
	free(reply);
	return result;
}

int state_add_attempt(struct state *state, const struct attempt *attempt, enum delivery_state new_state, int64_t due,
		      struct error *error)
{
	struct change change;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = update_delivery(state, attempt, new_state, due, error);
	if (!result)
		result = log_attempt(state, attempt, error);
	return change_end(&change, result, error);
}

int state_redeliver(struct state *state, int64_t delivery, int64_t now, struct error *error)
{
	struct change change;
	struct statement statement;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	statement_begin(&statement, state,
			"UPDATE delivery SET state = ?, attempts = 0, due = ? WHERE number = ? AND repository = ?");
	statement_bind_integer(&statement, DELIVERY_WAITING);
	statement_bind_integer(&statement, now);
	statement_bind_integer(&statement, delivery);
	statement_bind_integer(&statement, state->repository);
	result = statement_finish(&statement, error);
	if (!result && !sqlite3_changes(state->database))
		result = error_set_code(error, ERROR_NOT_FOUND, "%s: no delivery %lld", state->file,
					(long long)delivery);
	return change_end(&change, result, error);
}
