/* The outbox: events, their deliveries, and every attempt. */
#include <stdlib.h>
#include <string.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/buffer.h"

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

/* "turn" is 1 for the oldest that waits of an endpoint and ref, so that the next one is found among many as quickly as
 * among few. */
#define WAITING_BESIDE \
	"(SELECT w.number FROM delivery d JOIN delivery w INDEXED BY delivery_state ON w.repository = d.repository" \
	" AND w.state = 0 AND w.endpoint = d.endpoint AND w.ref = d.ref WHERE d.number = ? ORDER BY w.number LIMIT 1"

static int run_for(struct state *state, const char *sql, int64_t delivery, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, sql);
	statement_bind_integer(&statement, delivery);
	return statement_finish(&statement, error);
}

/* DELIVERY waits no more, or again: the turn of its endpoint and ref goes to the oldest that waits. */
static int pass_turn(struct state *state, int64_t delivery, struct error *error)
{
	if (run_for(state, "UPDATE delivery SET turn = 1 WHERE NOT turn AND number = " WAITING_BESIDE ")", delivery,
		    error))
		return ERROR_FAILED;
	return run_for(state, "UPDATE delivery SET turn = 0 WHERE turn AND number = " WAITING_BESIDE " OFFSET 1)",
		       delivery, error);
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
	statement_begin(
		&statement, state,
		"INSERT INTO delivery(repository, id, event, endpoint, ref, state, attempts, created, due,"
		" last_status, turn) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, 0, NOT EXISTS"
		" (SELECT 1 FROM delivery WHERE repository = ?1 AND state = 0 AND endpoint = ?4 AND ref = ?5))");
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
			" INDEXED BY delivery_turn WHERE repository = ?2 AND turn AND endpoint = ?3)");
	statement_bind_integer(&statement, now * 1000);
	statement_bind_integer(&statement, state->repository);
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
			"UPDATE delivery SET state = ?1, attempts = ?, due = ?, last_status = ?, last_error = ?,"
			" turn = turn AND ?1 = 0 WHERE number = ? AND repository = ?");
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
	const struct buffer *reply = &attempt->reply;
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO attempt(delivery, number, time, status, milliseconds, error, reply)"
			" VALUES(?, ?, ?, ?, ?, ?, ?)");
	statement_bind_integer(&statement, attempt->delivery);
	statement_bind_integer(&statement, attempt->number);
	statement_bind_integer(&statement, attempt->time);
	statement_bind_integer(&statement, attempt->status);
	statement_bind_integer(&statement, attempt->milliseconds);
	statement_bind_text(&statement, attempt->error);
	statement_bind_bytes(&statement, reply->bytes, reply->length < REPLY_MAXIMUM ? reply->length : REPLY_MAXIMUM);
	return statement_finish(&statement, error);
}

int state_add_attempt(struct state *state, const struct attempt *attempt, enum delivery_state new_state, int64_t due,
		      struct error *error)
{
	struct change change;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = update_delivery(state, attempt, new_state, due, error);
	if (!result && new_state != DELIVERY_WAITING)
		result = pass_turn(state, attempt->delivery, error);
	if (!result)
		result = log_attempt(state, attempt, error);
	if (!result)
		result = state_count_attempt(state, attempt, new_state, error);
	return change_end(&change, result, error);
}

int state_redeliver(struct state *state, int64_t delivery, int64_t now, struct error *error)
{
	struct change change;
	struct statement statement;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	if (state_forget_recipients(state, delivery, error))
		return change_end(&change, ERROR_FAILED, error);
	statement_begin(&statement, state,
			"UPDATE delivery SET state = ?, attempts = 0, due = ?, turn = 0"
			" WHERE number = ? AND repository = ?");
	statement_bind_integer(&statement, DELIVERY_WAITING);
	statement_bind_integer(&statement, now);
	statement_bind_integer(&statement, delivery);
	statement_bind_integer(&statement, state->repository);
	result = statement_finish(&statement, error);
	if (!result && !sqlite3_changes(state->database))
		result = error_set_code(error, ERROR_NOT_FOUND, "%s: no delivery %lld", state->file,
					(long long)delivery);
	if (!result)
		result = pass_turn(state, delivery, error);
	return change_end(&change, result, error);
}
