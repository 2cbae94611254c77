/* Landings that were overridden, and what is owed for them. */
#include <stdlib.h>

#include "adapters/state_internal.h"
#include "adapters/state_landings.h"
#include "base/memory.h"

static int add_missing(struct state *state, int64_t record, size_t position, const struct record_override *override,
		       struct error *error)
{
	struct statement statement;

	statement_begin(
		&statement, state,
		"INSERT INTO overridden(record, landing, position, rule, name, people) VALUES(?, ?, ?, ?, ?, ?)");
	for (size_t i = 0; i < override->missing_count && !statement.code; i++) {
		statement_bind_integer(&statement, record);
		statement_bind_integer(&statement, (int64_t)position);
		statement_bind_integer(&statement, (int64_t)i);
		statement_bind_text(&statement, override->missing[i].rule);
		statement_bind_text(&statement, override->missing[i].name);
		statement_bind_integer(&statement, override->missing[i].people);
		statement_run(&statement, error);
	}
	return statement_end(&statement);
}

static int add_workers(struct state *state, int64_t record, size_t position, const struct record_override *override,
		       struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO worker(record, landing, position, person, how) VALUES(?, ?, ?, ?, ?)");
	for (size_t i = 0; i < override->worker_count && !statement.code; i++) {
		statement_bind_integer(&statement, record);
		statement_bind_integer(&statement, (int64_t)position);
		statement_bind_integer(&statement, (int64_t)i);
		statement_bind_text(&statement, override->workers[i].person);
		statement_bind_text(&statement, override->workers[i].how);
		statement_run(&statement, error);
	}
	return statement_end(&statement);
}

int state_add_override(struct state *state, int64_t record, int64_t ref, size_t position,
		       const struct record_override *override, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO override(record, landing, ref, person, reason, due, settled)"
			" VALUES(?, ?, ?, ?, ?, ?, ?)");
	statement_bind_integer(&statement, record);
	statement_bind_integer(&statement, (int64_t)position);
	statement_bind_integer(&statement, ref);
	statement_bind_text(&statement, override->person);
	statement_bind_text(&statement, override->reason);
	statement_bind_integer(&statement, override->due);
	statement_bind_integer(&statement, override->settled);
	if (statement_finish(&statement, error) || add_missing(state, record, position, override, error))
		return ERROR_FAILED;
	return add_workers(state, record, position, override, error);
}

static void bind_number(struct statement *statement, const struct landing_number *number)
{
	statement_bind_integer(statement, number->record);
	statement_bind_integer(statement, number->position);
}

static int read_missing(struct state *state, const struct landing_number *number, struct record_override *out,
			struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT rule, name, people FROM overridden WHERE record = ? AND landing = ? ORDER BY position");
	bind_number(&row, number);
	while (statement_next(&row, error)) {
		struct record_missing *missing = record_override_add_missing(out);

		missing->rule = statement_text(&row, 0);
		missing->name = statement_text(&row, 1);
		missing->people = (int)statement_integer(&row, 2);
	}
	return statement_end(&row);
}

static int read_workers(struct state *state, const struct landing_number *number, struct record_override *out,
			struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT person, how FROM worker WHERE record = ? AND landing = ? ORDER BY position");
	bind_number(&row, number);
	while (statement_next(&row, error)) {
		struct record_worker *worker = record_override_add_worker(out);

		worker->person = statement_text(&row, 0);
		worker->how = statement_text(&row, 1);
	}
	return statement_end(&row);
}

int state_read_override(struct state *state, const struct landing_number *number, struct record_landing *out,
			struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT person, reason, due, settled FROM override WHERE record = ? AND landing = ?");
	bind_number(&row, number);
	if (statement_next(&row, error)) {
		out->override = memory_alloc(sizeof(*out->override));
		out->override->person = statement_text(&row, 0);
		out->override->reason = statement_text(&row, 1);
		out->override->due = statement_integer(&row, 2);
		out->override->settled = statement_integer(&row, 3);
	}
	if (statement_end(&row))
		return ERROR_FAILED;
	if (!out->override)
		return 0;
	if (read_missing(state, number, out->override, error))
		return ERROR_FAILED;
	return read_workers(state, number, out->override, error);
}

int state_landing_override(struct state *state, struct past_landing *landing, struct error *error)
{
	record_override_free(landing->what.override);
	landing->what.override = NULL;
	return state_read_override(state, &landing->number, &landing->what, error);
}

int state_settle_debt(struct state *state, const struct landing_number *landing, int64_t settled, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE override SET settled = ? WHERE record = ? AND landing = ?");
	statement_bind_integer(&statement, settled);
	bind_number(&statement, landing);
	return statement_finish(&statement, error);
}
