/* The ledger: who brought what, who moved what, which tips production had. */
#include <stdlib.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/memory.h"

#define PEOPLE_MAXIMUM 10000
#define REFS_MAXIMUM 100000

int state_ref_find(struct state *state, int64_t *out, const char *ref, struct error *error)
{
	struct statement row;
	bool found;

	statement_begin(&row, state, "SELECT id FROM ref WHERE repository = ? AND name = ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	found = statement_next(&row, error);
	if (found)
		*out = statement_integer(&row, 0);
	if (statement_end(&row))
		return ERROR_FAILED;
	return found ? 0 : ERROR_NOT_FOUND;
}

int state_ref_make(struct state *state, int64_t *out, const char *ref, bool production, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"INSERT INTO ref(repository, name, production, live) VALUES(?, ?, ?, 1)"
			" ON CONFLICT(repository, name) DO UPDATE SET production = production OR excluded.production,"
			" live = 1 WHERE NOT live OR production < excluded.production");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	statement_bind_integer(&row, production);
	if (statement_finish(&row, error))
		return ERROR_FAILED;
	return state_ref_find(state, out, ref, error);
}

void arrival_release(struct arrival *arrival)
{
	free(arrival->pusher);
	free(arrival->ref);
	*arrival = (struct arrival){0};
}

int state_arrival(struct state *state, struct arrival *out, const struct object_id *commit, struct error *error)
{
	struct statement row;
	bool found;

	*out = (struct arrival){0};
	statement_begin(&row, state,
			"SELECT p.id, p.time, p.pusher, n.name FROM seen s JOIN record r ON r.id = s.record"
			" JOIN push p ON p.id = r.push JOIN ref n ON n.id = r.ref"
			" WHERE s.repository = ? AND s.id = ? AND p.id < ? ORDER BY s.record LIMIT 1");
	statement_bind_integer(&row, state->repository);
	statement_bind_id(&row, commit);
	statement_bind_integer(&row, state->before);
	found = statement_next(&row, error);
	if (found) {
		out->push = statement_integer(&row, 0);
		out->time = statement_integer(&row, 1);
		out->pusher = statement_text(&row, 2);
		out->ref = statement_text(&row, 3);
	}
	if (statement_end(&row))
		return ERROR_FAILED;
	return found ? 0
		     : error_set_code(error, ERROR_NOT_FOUND, "%s: nobody is known to have pushed %s", state->file,
				      object_id_full(commit).digits);
}

int state_production_at(struct state *state, struct object_id *out, int64_t push, const char *ref, struct error *error)
{
	struct statement row;
	bool found;

	statement_begin(&row, state,
			"SELECT t.tip FROM ref n JOIN production t ON t.ref = n.id AND t.push = ?"
			" WHERE n.repository = ? AND n.name = ?");
	statement_bind_integer(&row, push);
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	found = statement_next(&row, error);
	if (found)
		statement_id(&row, out, 0, error);
	if (statement_end(&row))
		return ERROR_FAILED;
	return found ? 0
		     : error_set_code(error, ERROR_NOT_FOUND, "%s: the tip of %s at push %lld is not known",
				      state->file, ref, (long long)push);
}

/* Adds the texts of the first column; a list that is cut would let through what it should stop. */
static int add_texts(struct statement *row, struct strings *out, size_t maximum, struct error *error)
{
	size_t count = 0;

	while (count < maximum && statement_next(row, error)) {
		strings_take(out, statement_text(row, 0));
		count++;
	}
	if (statement_end(row))
		return ERROR_FAILED;
	return count < maximum ? 0
			       : error_set_code(error, ERROR_LIMIT, "%s: a list of %zu or more names", row->state->file,
						maximum);
}

int state_movers(struct state *state, struct strings *out, const char *branch, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT DISTINCT p.pusher FROM ref n JOIN record r ON r.ref = n.id AND r.moved_work"
			" JOIN push p ON p.id = r.push WHERE n.repository = ? AND n.name = ? AND r.state != ?"
			" AND p.id < ? LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, branch);
	statement_bind_integer(&row, RECORD_VOID);
	statement_bind_integer(&row, state->before);
	statement_bind_integer(&row, PEOPLE_MAXIMUM);
	return add_texts(&row, out, PEOPLE_MAXIMUM, error);
}

int state_makers(struct state *state, struct strings *out, const char *branch, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT DISTINCT p.pusher FROM ref n JOIN record r ON r.ref = n.id AND r.old = " STATE_NO_ID
			" JOIN push p ON p.id = r.push WHERE n.repository = ?1 AND n.name = ?2"
			" AND (r.state = ?3 OR (r.state = ?4 AND r.new != " STATE_NO_ID ")) AND r.id >= ifnull("
			"(SELECT max(id) FROM record WHERE ref = n.id AND old = " STATE_NO_ID " AND new != " STATE_NO_ID
			" AND state = ?4), 0) ORDER BY r.id LIMIT ?5");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, branch);
	statement_bind_integer(&row, RECORD_ADOPTED);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, PEOPLE_MAXIMUM);
	return add_texts(&row, out, PEOPLE_MAXIMUM, error);
}

static int adopt(struct state *state, const char *branch, int64_t push, const struct object_ids *commits,
		 struct error *error)
{
	const struct record nothing = {.moved_work = true};
	int64_t ref;
	int64_t record;

	if (state_ref_make(state, &ref, branch, false, error) ||
	    state_add_record(state, &record, push, ref, &nothing, RECORD_ADOPTED, error))
		return ERROR_FAILED;
	return state_add_seen(state, record, commits, true, error);
}

int state_adopt(struct state *state, const char *branch, const char *person, const struct object_ids *commits,
		const struct branch_tip *tips, size_t tip_count, int64_t now, struct error *error)
{
	struct change change;
	int64_t push;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = state_add_push(state, &push, person, now, tips, tip_count, error);
	if (!result)
		result = adopt(state, branch, push, commits, error);
	return change_end(&change, result, error);
}

int state_last_landing(struct state *state, int64_t *out, const char *ref, const char *branch, struct error *error)
{
	struct statement row;

	*out = 0;
	statement_begin(&row, state,
			"SELECT r.push FROM ref n JOIN landing l ON l.ref = n.id AND l.branch = ?"
			" JOIN record r ON r.id = l.record WHERE n.repository = ? AND n.name = ?"
			" AND r.state = ? AND r.push < ? ORDER BY l.record DESC LIMIT 1");
	statement_bind_text(&row, branch);
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, state->before);
	if (statement_next(&row, error))
		*out = statement_integer(&row, 0);
	return statement_end(&row);
}

int state_tips(struct state *state, struct object_ids *out, size_t *left, const char *ref, size_t limit,
	       struct error *error)
{
	const struct object_id gone = {0};
	struct statement row;
	bool created = false;
	size_t back = 0;

	statement_begin(&row, state,
			"SELECT t.id, max(l.position) + 1, max(l.kind = 'creation')"
			" FROM ref n JOIN tip t ON t.ref = n.id"
			" LEFT JOIN landing l ON l.ref = t.ref AND l.new = t.id AND"
			" (SELECT r.state FROM record r WHERE r.id = l.record) = ?"
			" WHERE n.repository = ? AND n.name = ? AND t.id != ? AND t.number <= ?"
			" GROUP BY t.number ORDER BY t.number DESC LIMIT ?");
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	statement_bind_id(&row, &gone);
	statement_bind_integer(&row, state->tip);
	statement_bind_integer(&row, (int64_t)limit);
	while (back < limit && statement_next(&row, error)) {
		struct object_id tip;
		int64_t landings = statement_integer(&row, 1);

		statement_id(&row, &tip, 0, error);
		object_ids_add(out, &tip);
		created = statement_integer(&row, 2) != 0;
		back += landings > 1 ? (size_t)landings : 1;
	}
	*left = created || back >= limit ? 0 : limit - back;
	return statement_end(&row);
}

int state_governed_refs(struct state *state, struct strings *out, struct error *error)
{
	struct statement row;

	statement_begin(&row, state, "SELECT name FROM ref WHERE repository = ? AND live LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, REFS_MAXIMUM);
	return add_texts(&row, out, REFS_MAXIMUM, error);
}
