/* Announcing: the tips that were announced, and what becomes of a record. */
#include "adapters/state.h"
#include "adapters/state_internal.h"

int state_announced(struct state *state, struct object_id *out, int64_t *number, const char *ref, struct error *error)
{
	struct statement row;
	bool found;

	statement_begin(&row, state,
			"SELECT t.id, t.number FROM ref n JOIN tip t ON t.ref = n.id"
			" WHERE n.repository = ? AND n.name = ? ORDER BY t.number DESC LIMIT 1");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	found = statement_next(&row, error);
	if (found) {
		statement_id(&row, out, 0, error);
		*number = statement_integer(&row, 1);
	}
	if (statement_end(&row))
		return ERROR_FAILED;
	return found ? 0
		     : error_set_code(error, ERROR_NOT_FOUND, "%s: no tip of %s was announced yet", state->file, ref);
}

static int add_tip(struct state *state, int64_t ref, const struct object_id *new_id, int64_t now, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO tip(ref, number, id, time)"
			" VALUES(?1, (SELECT ifnull(max(number), 0) + 1 FROM tip WHERE ref = ?1), ?2, ?3)");
	statement_bind_integer(&statement, ref);
	statement_bind_id(&statement, new_id);
	statement_bind_integer(&statement, now);
	return statement_finish(&statement, error);
}

/* A hotfix branch that is gone need not be looked at again; production stays governed. */
static int forget_ref(struct state *state, int64_t ref, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE ref SET live = 0 WHERE id = ? AND NOT production");
	statement_bind_integer(&statement, ref);
	return statement_finish(&statement, error);
}

int state_announce(struct state *state, const char *ref, const struct object_id *new_id, int64_t now,
		   struct error *error)
{
	struct change change;
	int64_t number;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = state_ref_make(state, &number, ref, false, error);
	if (!result)
		result = add_tip(state, number, new_id, now, error);
	if (!result && object_id_is_zero(new_id))
		result = forget_ref(state, number, error);
	return change_end(&change, result, error);
}

/* --- what becomes of a record --- */

/* The newest record of an update that is in a state; 0 when there is none. */
static int newest(struct state *state, int64_t *out, int64_t ref, const struct object_id *old_id,
		  const struct object_id *new_id, enum record_state in_state, struct error *error)
{
	struct statement row;

	*out = 0;
	statement_begin(&row, state,
			"SELECT id FROM record WHERE repository = ? AND ref = ? AND state < 2 AND old = ? AND new = ?"
			" AND state = ? ORDER BY id DESC LIMIT 1");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, ref);
	statement_bind_id(&row, old_id);
	statement_bind_id(&row, new_id);
	statement_bind_integer(&row, in_state);
	if (statement_next(&row, error))
		*out = statement_integer(&row, 0);
	return statement_end(&row);
}

static int set_state(struct state *state, int64_t record, enum record_state to, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE record SET state = ? WHERE id = ?");
	statement_bind_integer(&statement, to);
	statement_bind_integer(&statement, record);
	return statement_finish(&statement, error);
}

static int forget_seen(struct state *state, int64_t record, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "DELETE FROM seen WHERE record = ?");
	statement_bind_integer(&statement, record);
	return statement_finish(&statement, error);
}

static int void_newest(struct state *state, int64_t ref, const struct object_id *old_id, const struct object_id *new_id,
		       struct error *error)
{
	int64_t record;
	int64_t before;

	if (newest(state, &record, ref, old_id, new_id, RECORD_WAITING, error))
		return ERROR_FAILED;
	if (!record)
		return 0;
	if (set_state(state, record, RECORD_VOID, error) || forget_seen(state, record, error))
		return ERROR_FAILED;
	if (newest(state, &before, ref, old_id, new_id, RECORD_REPLACED, error))
		return ERROR_FAILED;
	return before ? set_state(state, before, RECORD_WAITING, error) : 0;
}

int state_void_record(struct state *state, const char *ref, const struct object_id *old_id,
		      const struct object_id *new_id, struct error *error)
{
	struct change change;
	int64_t number;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = state_ref_find(state, &number, ref, error);
	if (!result)
		result = void_newest(state, number, old_id, new_id, error);
	return change_end(&change, result == ERROR_NOT_FOUND ? 0 : result, error);
}

/* Those that ID replaced have no future of their own. */
static int settle_replaced(struct state *state, int64_t id, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE record SET state = ?2 WHERE repository = ?3 AND state < 2 AND state = 1"
			" AND (ref, old, new) = (SELECT ref, old, new FROM record WHERE id = ?1)");
	statement_bind_integer(&statement, id);
	statement_bind_integer(&statement, RECORD_LAPSED);
	statement_bind_integer(&statement, state->repository);
	return statement_finish(&statement, error);
}

static int settle(struct state *state, int64_t id, enum record_state to, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE record SET state = ? WHERE id = ? AND repository = ? AND state = 0");
	statement_bind_integer(&statement, to);
	statement_bind_integer(&statement, id);
	statement_bind_integer(&statement, state->repository);
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	if (!sqlite3_changes(state->database))
		return error_set_code(error, ERROR_NOT_FOUND, "%s: no record %lld waits", state->file, (long long)id);
	return settle_replaced(state, id, error);
}

int state_settle_record(struct state *state, int64_t id, bool announced, struct error *error)
{
	struct change change;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	return change_end(&change, settle(state, id, announced ? RECORD_ANNOUNCED : RECORD_LAPSED, error), error);
}
