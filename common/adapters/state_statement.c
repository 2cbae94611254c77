#include <string.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/buffer.h"
#include "base/memory.h"

static void describe(struct buffer *out, const struct state *state, int code)
{
	int cause = state->database ? sqlite3_system_errno(state->database) : 0;

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		buffer_addf(out, "another process has been writing to it for %d seconds; try again",
			    STATE_WAIT_MILLISECONDS / 1000);
		return;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		buffer_addf(out, "%s; put a backup in its place, or move it, its -wal and its -shm away",
			    sqlite3_errstr(code));
		return;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		buffer_add_string(out, sqlite3_errstr(code & 0xff));
		if (cause)
			buffer_addf(out, ": %s", strerror(cause));
		return;
	default:
		buffer_add_string(out, state->database ? sqlite3_errmsg(state->database) : sqlite3_errstr(code));
	}
}

int state_fail(const struct state *state, int code, struct error *error)
{
	struct buffer words = BUFFER_INIT;

	describe(&words, state, code);
	error_set(error, "%s: %s", state->file, buffer_text(&words));
	buffer_release(&words);
	return ERROR_FAILED;
}

int state_execute(struct state *state, const char *sql, struct error *error)
{
	int code = sqlite3_exec(state->database, sql, NULL, NULL, NULL);

	return code ? state_fail(state, code, error) : 0;
}

static struct kept_statement *find_kept(struct state *state, const char *sql)
{
	for (size_t i = 0; i < state->kept_count; i++)
		if (state->kept[i].sql == sql && !state->kept[i].in_use)
			return &state->kept[i];
	return NULL;
}

static struct kept_statement *keep_prepared(struct state *state, const char *sql, sqlite3_stmt *handle)
{
	struct kept_statement *kept;

	if (!handle || state->kept_count == STATE_STATEMENTS)
		return NULL;
	kept = &state->kept[state->kept_count++];
	*kept = (struct kept_statement){.sql = sql, .handle = handle};
	return kept;
}

void statement_begin(struct statement *statement, struct state *state, const char *sql)
{
	*statement = (struct statement){.state = state, .kept = find_kept(state, sql)};
	if (statement->kept) {
		statement->handle = statement->kept->handle;
	} else {
		statement->code = sqlite3_prepare_v2(state->database, sql, -1, &statement->handle, NULL);
		statement->kept = keep_prepared(state, sql, statement->handle);
	}
	if (statement->kept)
		statement->kept->in_use = true;
}

void statements_release(struct state *state)
{
	for (size_t i = 0; i < state->kept_count; i++)
		sqlite3_finalize(state->kept[i].handle);
	state->kept_count = 0;
}

static void keep(struct statement *statement, int code)
{
	if (!statement->code)
		statement->code = code;
}

void statement_bind_integer(struct statement *statement, int64_t value)
{
	if (!statement->code)
		keep(statement, sqlite3_bind_int64(statement->handle, ++statement->bound, value));
}

void statement_bind_text(struct statement *statement, const char *text)
{
	if (!statement->code)
		keep(statement, sqlite3_bind_text(statement->handle, ++statement->bound, text, -1, SQLITE_STATIC));
}

void statement_bind_bytes(struct statement *statement, const void *bytes, size_t length)
{
	if (!statement->code)
		keep(statement, sqlite3_bind_blob(statement->handle, ++statement->bound, length ? bytes : NULL,
						  (int)length, SQLITE_STATIC));
}

void statement_bind_id(struct statement *statement, const struct object_id *id)
{
	if (!statement->code)
		keep(statement, sqlite3_bind_blob(statement->handle, ++statement->bound, id->bytes, OBJECT_ID_BYTES,
						  SQLITE_TRANSIENT));
}

void statement_bind_update(struct statement *statement, const char *ref, const struct object_id *old_id,
			   const struct object_id *new_id)
{
	statement_bind_integer(statement, statement->state->repository);
	statement_bind_text(statement, ref);
	statement_bind_id(statement, old_id);
	statement_bind_id(statement, new_id);
}

bool statement_next(struct statement *statement, struct error *error)
{
	int code = statement->code ? statement->code : sqlite3_step(statement->handle);

	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE) {
		keep(statement, code);
		state_fail(statement->state, code, error);
	}
	return false;
}

void statement_run(struct statement *statement, struct error *error)
{
	while (statement_next(statement, error))
		continue;
	sqlite3_reset(statement->handle);
	statement->bound = 0;
}

int64_t statement_integer(struct statement *statement, int column)
{
	return sqlite3_column_int64(statement->handle, column);
}

char *statement_text(struct statement *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement->handle, column);

	return text ? memory_copy((const char *)text) : NULL;
}

void statement_bytes(struct statement *statement, struct buffer *out, int column)
{
	const void *bytes = sqlite3_column_blob(statement->handle, column);

	if (bytes)
		buffer_add(out, bytes, (size_t)sqlite3_column_bytes(statement->handle, column));
}

void statement_id(struct statement *statement, struct object_id *out, int column, struct error *error)
{
	const void *bytes = sqlite3_column_blob(statement->handle, column);

	if (bytes && sqlite3_column_bytes(statement->handle, column) == OBJECT_ID_BYTES) {
		memcpy(out->bytes, bytes, OBJECT_ID_BYTES);
		return;
	}
	*out = (struct object_id){0};
	keep(statement, SQLITE_CORRUPT);
	state_fail(statement->state, SQLITE_CORRUPT, error);
}

int statement_end(struct statement *statement)
{
	if (statement->kept) {
		sqlite3_reset(statement->handle);
		sqlite3_clear_bindings(statement->handle);
		statement->kept->in_use = false;
	} else {
		sqlite3_finalize(statement->handle);
	}
	statement->handle = NULL;
	statement->kept = NULL;
	return statement->code ? ERROR_FAILED : 0;
}

int statement_finish(struct statement *statement, struct error *error)
{
	statement_run(statement, error);
	return statement_end(statement);
}

int change_begin(struct change *change, struct state *state, struct error *error)
{
	*change = (struct change){.state = state, .nested = !sqlite3_get_autocommit(state->database)};
	return change->nested ? state_execute(state, "SAVEPOINT change", error) : state_begin(state, false, error);
}

static void undo(struct change *change)
{
	if (!change->nested)
		state_rollback(change->state);
	else if (!sqlite3_get_autocommit(change->state->database))
		sqlite3_exec(change->state->database, "ROLLBACK TO change; RELEASE change", NULL, NULL, NULL);
}

int change_end(struct change *change, int result, struct error *error)
{
	if (!result && change->nested)
		result = state_execute(change->state, "RELEASE change", error);
	else if (!result)
		result = state_commit(change->state, error);
	if (result)
		undo(change);
	return result;
}
