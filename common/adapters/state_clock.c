/* The clocks of open hotfixes. */
#include "adapters/state_clock.h"

#include <stdlib.h>

#include "adapters/state_internal.h"
#include "base/memory.h"

#define CLOCKS_AT_ONCE 1000

/* In the table clock. */
enum told { TOLD_NOT, TOLD, TOLD_FOR_NOW };

void hotfix_clock_release(struct hotfix_clock *clock)
{
	free(clock->ref);
	free(clock->severity);
	*clock = (struct hotfix_clock){0};
}

void hotfix_clocks_release(struct hotfix_clocks *clocks)
{
	for (size_t i = 0; i < clocks->count; i++)
		hotfix_clock_release(&clocks->items[i]);
	free(clocks->items);
	*clocks = (struct hotfix_clocks){0};
}

int state_start_clock(struct state *state, const struct hotfix_clock *clock, struct error *error)
{
	struct statement statement;
	int64_t ref;

	if (state_ref_make(state, &ref, clock->ref, false, error))
		return ERROR_FAILED;
	statement_begin(&statement, state,
			"INSERT INTO clock(ref, repository, opened, reported, severity, told) VALUES(?, ?, ?, ?, ?, 0)"
			" ON CONFLICT(ref) DO UPDATE SET opened = min(opened, excluded.opened),"
			" reported = excluded.reported, severity = excluded.severity, told = (told = 1)");
	statement_bind_integer(&statement, ref);
	statement_bind_integer(&statement, state->repository);
	statement_bind_integer(&statement, clock->opened);
	statement_bind_integer(&statement, clock->reported);
	statement_bind_text(&statement, clock->severity);
	return statement_finish(&statement, error);
}

#define OF_REF " WHERE ref = (SELECT id FROM ref WHERE repository = ? AND name = ?)"

static void bind_ref(struct statement *statement, const char *ref)
{
	statement_bind_integer(statement, statement->state->repository);
	statement_bind_text(statement, ref);
}

int state_set_clock_severity(struct state *state, const char *ref, const char *severity, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE clock SET severity = ?" OF_REF);
	statement_bind_text(&statement, severity);
	bind_ref(&statement, ref);
	return statement_finish(&statement, error);
}

int state_stop_clock(struct state *state, const char *ref, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "DELETE FROM clock" OF_REF);
	bind_ref(&statement, ref);
	return statement_finish(&statement, error);
}

static void read_clock(struct statement *row, struct hotfix_clock *out)
{
	out->ref = statement_text(row, 0);
	out->opened = statement_integer(row, 1);
	out->reported = statement_integer(row, 2);
	out->severity = statement_text(row, 3);
}

int state_clock(struct state *state, struct hotfix_clock *out, const char *ref, struct error *error)
{
	struct statement row;
	bool found;

	*out = (struct hotfix_clock){0};
	statement_begin(&row, state,
			"SELECT n.name, c.opened, c.reported, c.severity FROM ref n JOIN clock c ON c.ref = n.id"
			" WHERE n.repository = ? AND n.name = ?");
	bind_ref(&row, ref);
	found = statement_next(&row, error);
	if (found)
		read_clock(&row, out);
	if (statement_end(&row))
		return ERROR_FAILED;
	return found ? 0 : error_set_code(error, ERROR_NOT_FOUND, "%s: no clock of %s runs", state->file, ref);
}

int state_untold_clocks(struct state *state, struct hotfix_clocks *out, int64_t before, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT n.name, c.opened, c.reported, c.severity FROM clock c JOIN ref n ON n.id = c.ref"
			" WHERE c.repository = ?1 AND c.told = 0"
			" AND (c.opened < ?2 OR (c.reported > 0 AND c.reported < ?2)) ORDER BY c.ref LIMIT ?3");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, before);
	statement_bind_integer(&row, CLOCKS_AT_ONCE);
	while (statement_next(&row, error)) {
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		read_clock(&row, &out->items[out->count++]);
	}
	return statement_end(&row);
}

/* What production has already is no hotfix that is open: TOLD_FOR_NOW. */
int state_count_clocks(struct state *state, struct clock_counts *out, int64_t before, struct error *error)
{
	struct statement row;

	*out = (struct clock_counts){0};
	statement_begin(&row, state,
			"SELECT count(*), count(*) FILTER (WHERE opened < ?2 OR (reported > 0 AND reported < ?2))"
			" FROM clock WHERE repository = ?1 AND told != 2");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, before);
	if (statement_next(&row, error)) {
		out->running = statement_integer(&row, 0);
		out->overdue = statement_integer(&row, 1);
	}
	return statement_end(&row);
}

int state_tell_clock(struct state *state, const char *ref, bool for_now, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE clock SET told = ?" OF_REF);
	statement_bind_integer(&statement, for_now ? TOLD_FOR_NOW : TOLD);
	bind_ref(&statement, ref);
	return statement_finish(&statement, error);
}
