/* Past landings. */
#include "adapters/state_landings.h"

#include <stdlib.h>

#include "adapters/state_internal.h"
#include "base/memory.h"

#define LANDINGS_MAXIMUM 100000
#define INCIDENT_MAXIMUM 1000

#define PAST_COLUMNS \
	"SELECT l.record, l.position, p.id, p.time, p.pusher, n.name, ifnull(l.closed, 0), " STATE_LANDING_COLUMNS \
	" FROM landing l JOIN record r ON r.id = l.record JOIN push p ON p.id = r.push JOIN ref n ON n.id = l.ref "
#define IS_HOTFIX "l.kind IN ('merge', 'fast-forward', 'squash') "
#define IS_LANDING "l.kind IN ('merge', 'fast-forward', 'squash', 'ordinary', 'rollback', 'creation') "

void past_landings_release(struct past_landings *landings)
{
	for (size_t i = 0; i < landings->count; i++) {
		free(landings->items[i].pusher);
		free(landings->items[i].production);
		record_landing_release(&landings->items[i].what);
	}
	free(landings->items);
	*landings = (struct past_landings){0};
}

static void read_past(struct statement *row, struct past_landings *out, struct error *error)
{
	struct past_landing *landing;

	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	landing = &out->items[out->count++];
	*landing = (struct past_landing){.number = {statement_integer(row, 0), statement_integer(row, 1)},
					 .push = statement_integer(row, 2),
					 .time = statement_integer(row, 3),
					 .pusher = statement_text(row, 4),
					 .production = statement_text(row, 5),
					 .closed = statement_integer(row, 6)};
	state_read_landing(row, 7, &landing->what, error);
}

/* The rows come newest first, so that a limit keeps the last ones. */
static int read_all(struct statement *row, struct past_landings *out, struct error *error)
{
	size_t first = out->count;

	while (statement_next(row, error))
		read_past(row, out, error);
	if (statement_end(row))
		return ERROR_FAILED;
	for (size_t i = 0; i < (out->count - first) / 2; i++) {
		struct past_landing landing = out->items[first + i];

		out->items[first + i] = out->items[out->count - 1 - i];
		out->items[out->count - 1 - i] = landing;
	}
	return 0;
}

int state_landings_at(struct state *state, struct past_landings *out, const struct object_id *commit,
		      struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			PAST_COLUMNS "WHERE l.new = ? AND n.repository = ? AND r.state = ? AND " IS_LANDING
				     "ORDER BY l.record DESC, l.position DESC LIMIT ?");
	statement_bind_id(&row, commit);
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, INCIDENT_MAXIMUM);
	return read_all(&row, out, error);
}

int state_landings_for(struct state *state, struct past_landings *out, const char *incident, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			PAST_COLUMNS "WHERE l.incident = ? AND l.about_record IS NULL AND n.repository = ?"
				     " AND r.state = ? AND " IS_HOTFIX
				     "ORDER BY l.record DESC, l.position DESC LIMIT ?");
	statement_bind_text(&row, incident);
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, INCIDENT_MAXIMUM);
	return read_all(&row, out, error);
}

int state_landings_on(struct state *state, struct past_landings *out, const char *ref, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			PAST_COLUMNS "WHERE n.repository = ? AND n.name = ? AND r.state = ? AND " IS_LANDING
				     "ORDER BY l.record DESC, l.position DESC LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, LANDINGS_MAXIMUM);
	return read_all(&row, out, error);
}

static int add_overrides(struct state *state, struct past_landings *landings, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < landings->count; i++)
		if (!landings->items[i].what.override)
			result = state_landing_override(state, &landings->items[i], error);
	return result;
}

int state_open_debts(struct state *state, struct past_landings *out, const char *ref, struct error *error)
{
	struct statement row;
	int result;

	statement_begin(&row, state,
			PAST_COLUMNS
			"JOIN override o ON o.record = l.record AND o.landing = l.position"
			" WHERE n.repository = ? AND n.name = ? AND o.ref = n.id AND o.due > 0"
			" AND o.settled = 0 AND r.state = ? ORDER BY l.record DESC, l.position DESC LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, INCIDENT_MAXIMUM);
	result = read_all(&row, out, error);
	return result ? result : add_overrides(state, out, error);
}

int state_landing_signoffs(struct state *state, struct past_landing *landing, struct error *error)
{
	return state_read_signoffs(state, &landing->number, &landing->what, error);
}

int state_close_landing(struct state *state, bool *closed, const struct landing_number *landing, int64_t now,
			struct error *error)
{
	struct statement statement;
	int result;

	statement_begin(&statement, state,
			"UPDATE landing SET closed = ? WHERE record = ? AND position = ? AND closed IS NULL");
	statement_bind_integer(&statement, now);
	statement_bind_integer(&statement, landing->record);
	statement_bind_integer(&statement, landing->position);
	result = statement_finish(&statement, error);
	*closed = !result && sqlite3_changes(state->database) > 0;
	return result;
}
