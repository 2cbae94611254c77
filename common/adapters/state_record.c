/* Records: written before a ref moves, found and settled afterwards. */
#include <stdlib.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/memory.h"

#define WAITING_AT_ONCE 10000
#define SEEN_AT_ONCE 1000000

static int add_push(struct state *state, const char *pusher, int64_t now, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "INSERT INTO push(repository, time, pusher) VALUES(?, ?, ?)");
	statement_bind_integer(&statement, state->repository);
	statement_bind_integer(&statement, now);
	statement_bind_text(&statement, pusher);
	return statement_finish(&statement, error);
}

static int add_productions(struct state *state, int64_t push, const struct branch_tip *tips, size_t count,
			   struct error *error)
{
	struct statement statement;
	int result = 0;

	statement_begin(&statement, state, "INSERT INTO production(push, ref, tip) VALUES(?, ?, ?)");
	for (size_t i = 0; i < count && !result; i++) {
		int64_t ref;

		result = state_ref_make(state, &ref, tips[i].ref, true, error);
		if (result)
			break;
		statement_bind_integer(&statement, push);
		statement_bind_integer(&statement, ref);
		statement_bind_id(&statement, &tips[i].tip);
		statement_run(&statement, error);
	}
	return statement_end(&statement) || result ? ERROR_FAILED : 0;
}

int state_add_push(struct state *state, int64_t *out, const char *pusher, int64_t now, const struct branch_tip *tips,
		   size_t tip_count, struct error *error)
{
	if (add_push(state, pusher, now, error))
		return ERROR_FAILED;
	*out = sqlite3_last_insert_rowid(state->database);
	return add_productions(state, *out, tips, tip_count, error);
}

static int replace_waiting(struct state *state, int64_t ref, const struct record *record, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE record SET state = 1 WHERE repository = ? AND ref = ? AND state < 2"
			" AND old = ? AND new = ?");
	statement_bind_integer(&statement, state->repository);
	statement_bind_integer(&statement, ref);
	statement_bind_id(&statement, &record->old_id);
	statement_bind_id(&statement, &record->new_id);
	return statement_finish(&statement, error);
}

static bool is_extended(const struct record *record)
{
	for (size_t i = 0; i < record->landing_count; i++)
		if (record->landings[i].gate_count || record->landings[i].override)
			return true;
	return false;
}

int state_add_record(struct state *state, int64_t *out, int64_t push, int64_t ref, const struct record *record,
		     enum record_state in_state, struct error *error)
{
	struct statement statement;

	statement_begin(
		&statement, state,
		"INSERT INTO record(repository, push, ref, old, new, production, ready, severity, opened, reported,"
		" moved_work, state, extended) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	statement_bind_integer(&statement, state->repository);
	statement_bind_integer(&statement, push);
	statement_bind_integer(&statement, ref);
	statement_bind_id(&statement, &record->old_id);
	statement_bind_id(&statement, &record->new_id);
	statement_bind_integer(&statement, record->production);
	statement_bind_integer(&statement, record->ready);
	statement_bind_text(&statement, record->severity);
	statement_bind_integer(&statement, record->opened);
	statement_bind_integer(&statement, record->reported);
	statement_bind_integer(&statement, record->moved_work);
	statement_bind_integer(&statement, in_state);
	statement_bind_integer(&statement, is_extended(record));
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	*out = sqlite3_last_insert_rowid(state->database);
	return 0;
}

int state_add_seen(struct state *state, int64_t record, const struct object_ids *commits, bool unknown_only,
		   struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO seen(repository, id, record) SELECT ?1, ?2, ?3 WHERE NOT ?4"
			" OR NOT EXISTS (SELECT 1 FROM seen WHERE repository = ?1 AND id = ?2) ON CONFLICT DO NOTHING");
	for (size_t i = 0; i < commits->count && !statement.code; i++) {
		statement_bind_integer(&statement, state->repository);
		statement_bind_id(&statement, &commits->items[i]);
		statement_bind_integer(&statement, record);
		statement_bind_integer(&statement, unknown_only);
		statement_run(&statement, error);
	}
	return statement_end(&statement);
}

static int add_signoffs(struct state *state, int64_t record, size_t position, const struct record_landing *landing,
			struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO signoff(record, landing, position, name, person, address, target, carrier,"
			" environment, failed, reason, into_refs) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	for (size_t i = 0; i < landing->signoff_count && !statement.code; i++) {
		const struct record_signoff *signoff = &landing->signoffs[i];

		statement_bind_integer(&statement, record);
		statement_bind_integer(&statement, (int64_t)position);
		statement_bind_integer(&statement, (int64_t)i);
		statement_bind_text(&statement, signoff->name);
		statement_bind_text(&statement, signoff->person);
		statement_bind_text(&statement, signoff->address);
		statement_bind_id(&statement, &signoff->commit);
		statement_bind_id(&statement, &signoff->carrier);
		statement_bind_text(&statement, signoff->environment);
		statement_bind_integer(&statement, signoff->failed);
		statement_bind_text(&statement, signoff->reason);
		statement_bind_text(&statement, signoff->into);
		statement_run(&statement, error);
	}
	return statement_end(&statement);
}

int state_add_landing(struct state *state, int64_t record, int64_t ref, size_t position,
		      const struct record_landing *landing, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO landing(record, position, ref, kind, old, new, branch, incident, severity, tip,"
			" about_record, about_position)"
			" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, nullif(?11, 0), iif(?11, ?12, NULL))");
	statement_bind_integer(&statement, record);
	statement_bind_integer(&statement, (int64_t)position);
	statement_bind_integer(&statement, ref);
	statement_bind_text(&statement, landing_kind_name(landing->kind));
	statement_bind_id(&statement, &landing->from);
	statement_bind_id(&statement, &landing->to);
	statement_bind_text(&statement, landing->branch);
	statement_bind_text(&statement, landing->incident);
	statement_bind_text(&statement, landing->severity);
	statement_bind_id(&statement, &landing->tip);
	statement_bind_integer(&statement, landing->about.record);
	statement_bind_integer(&statement, landing->about.position);
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	if (add_signoffs(state, record, position, landing, error))
		return ERROR_FAILED;
	if (landing->gate_count && state_add_gates(state, record, position, landing, error))
		return ERROR_FAILED;
	if (landing->override && state_add_override(state, record, ref, position, landing->override, error))
		return ERROR_FAILED;
	return landing->into.count ? state_add_owed(state, record, position, landing, error) : 0;
}

static int add_update(struct state *state, int64_t push, const struct record *record, struct error *error)
{
	int64_t ref;
	int64_t id;
	int result = state_ref_make(state, &ref, record->ref, record->production, error);

	if (!result)
		result = replace_waiting(state, ref, record, error);
	if (!result)
		result = state_add_record(state, &id, push, ref, record, RECORD_WAITING, error);
	if (!result)
		result = state_add_seen(state, id, &record->first_seen, false, error);
	for (size_t i = 0; i < record->landing_count && !result; i++)
		result = state_add_landing(state, id, ref, i, &record->landings[i], error);
	return result;
}

int state_record_push(struct state *state, const char *pusher, int64_t now, const struct branch_tip *tips,
		      size_t tip_count, const struct records *records, struct error *error)
{
	struct change change;
	int64_t push;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = state_add_push(state, &push, pusher, now, tips, tip_count, error);
	for (size_t i = 0; i < records->count && !result; i++)
		result = add_update(state, push, &records->items[i], error);
	return change_end(&change, result, error);
}

/* --- reading --- */

#define RECORD_COLUMNS \
	"SELECT r.id, n.name, r.old, r.new, r.production, r.ready, r.moved_work, p.time, p.pusher, r.severity," \
	" r.opened, r.reported, r.extended FROM record r" \
	" JOIN ref n ON n.id = r.ref JOIN push p ON p.id = r.push "

static void read_record(struct statement *row, struct waiting_record *out, struct error *error)
{
	*out = (struct waiting_record){.id = statement_integer(row, 0), .time = statement_integer(row, 7)};
	out->pusher = statement_text(row, 8);
	out->record.ref = statement_text(row, 1);
	statement_id(row, &out->record.old_id, 2, error);
	statement_id(row, &out->record.new_id, 3, error);
	out->record.production = statement_integer(row, 4) != 0;
	out->record.ready = statement_integer(row, 5) != 0;
	out->record.moved_work = statement_integer(row, 6) != 0;
	out->record.severity = statement_text(row, 9);
	out->record.opened = statement_integer(row, 10);
	out->record.reported = statement_integer(row, 11);
	out->record.extended = statement_integer(row, 12) != 0;
}

void state_read_signoff(struct statement *row, int first, struct record_signoff *out, struct error *error)
{
	out->name = statement_text(row, first);
	out->person = statement_text(row, first + 1);
	out->address = statement_text(row, first + 2);
	statement_id(row, &out->commit, first + 3, error);
	statement_id(row, &out->carrier, first + 4, error);
	out->environment = statement_text(row, first + 5);
	out->failed = statement_integer(row, first + 6) != 0;
	out->reason = statement_text(row, first + 7);
	out->into = statement_text(row, first + 8);
}

int state_read_signoffs(struct state *state, const struct landing_number *number, struct record_landing *out,
			struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT " STATE_SIGNOFF_COLUMNS
			" FROM signoff s WHERE s.record = ? AND s.landing = ? ORDER BY s.position");
	statement_bind_integer(&row, number->record);
	statement_bind_integer(&row, number->position);
	while (statement_next(&row, error))
		state_read_signoff(&row, 0, record_landing_add_signoff(out), error);
	return statement_end(&row);
}

void state_read_landing(struct statement *row, int first, struct record_landing *out, struct error *error)
{
	char *kind = statement_text(row, first);

	out->kind = landing_kind_of(kind ? kind : "");
	statement_id(row, &out->from, first + 1, error);
	statement_id(row, &out->to, first + 2, error);
	out->branch = statement_text(row, first + 3);
	out->incident = statement_text(row, first + 4);
	out->severity = statement_text(row, first + 5);
	statement_id(row, &out->tip, first + 6, error);
	out->about.record = statement_integer(row, first + 7);
	out->about.position = statement_integer(row, first + 8);
	out->about_production = statement_text(row, first + 9);
	free(kind);
}

static int read_landings(struct state *state, int64_t id, struct record *out, struct error *error)
{
	struct statement row;
	int result;

	statement_begin(&row, state,
			"SELECT " STATE_LANDING_COLUMNS " FROM landing l WHERE l.record = ? ORDER BY l.position");
	statement_bind_integer(&row, id);
	while (statement_next(&row, error))
		state_read_landing(&row, 0, record_add_landing(out), error);
	result = statement_end(&row);
	for (size_t i = 0; i < out->landing_count && !result; i++) {
		const struct landing_number number = {id, (int64_t)i};

		result = state_read_signoffs(state, &number, &out->landings[i], error);
		if (!result && out->extended)
			result = state_read_gates(state, &number, &out->landings[i], error);
		if (!result && out->extended)
			result = state_read_override(state, &number, &out->landings[i], error);
	}
	return result;
}

static int read_seen(struct state *state, int64_t id, struct record *out, struct error *error)
{
	struct statement row;

	statement_begin(&row, state, "SELECT id FROM seen WHERE record = ? LIMIT ?");
	statement_bind_integer(&row, id);
	statement_bind_integer(&row, SEEN_AT_ONCE);
	while (statement_next(&row, error)) {
		struct object_id commit;

		statement_id(&row, &commit, 0, error);
		object_ids_add(&out->first_seen, &commit);
	}
	return statement_end(&row);
}

static int read_rest(struct state *state, struct waiting_record *out, struct error *error)
{
	if (read_landings(state, out->id, &out->record, error))
		return ERROR_FAILED;
	return read_seen(state, out->id, &out->record, error);
}

static void waiting_record_release(struct waiting_record *waiting)
{
	free(waiting->pusher);
	record_release(&waiting->record);
}

int state_find_record(struct state *state, struct record *out, const char *ref, const struct object_id *old_id,
		      const struct object_id *new_id, struct error *error)
{
	struct waiting_record found = {0};
	struct statement row;
	int result;

	record_release(out);
	statement_begin(&row, state,
			RECORD_COLUMNS "WHERE r.repository = ?1 AND r.state < 2 AND r.state = 0 AND r.old = ?3"
				       " AND r.new = ?4 AND r.ref = (SELECT id FROM ref WHERE repository = ?1"
				       " AND name = ?2) ORDER BY r.id DESC LIMIT 1");
	statement_bind_update(&row, ref, old_id, new_id);
	if (statement_next(&row, error))
		read_record(&row, &found, error);
	result = statement_end(&row);
	if (!result && !found.id)
		result = error_set_code(error, ERROR_NOT_FOUND, "%s: no record of this update of %s", state->file, ref);
	if (!result)
		result = read_rest(state, &found, error);
	if (!result) {
		*out = found.record;
		found.record = (struct record){0};
	}
	waiting_record_release(&found);
	return result;
}

int state_waiting_records(struct state *state, struct waiting_records *out, struct error *error)
{
	struct statement row;
	int result;

	statement_begin(&row, state,
			RECORD_COLUMNS "WHERE r.repository = ? AND r.state < 2 AND r.state = 0 ORDER BY r.id LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, WAITING_AT_ONCE);
	while (statement_next(&row, error)) {
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		read_record(&row, &out->items[out->count++], error);
	}
	result = statement_end(&row);
	for (size_t i = 0; i < out->count && !result; i++)
		result = read_rest(state, &out->items[i], error);
	return result;
}

void waiting_records_release(struct waiting_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		waiting_record_release(&records->items[i]);
	free(records->items);
	*records = (struct waiting_records){0};
}
