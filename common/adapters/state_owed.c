/* What hotfixes that landed owe to other branches. */
#include "adapters/state_owed.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/state_internal.h"
#include "adapters/state_landings.h"

#define OWED_MAXIMUM 1000

int state_add_owed(struct state *state, int64_t record, size_t position, const struct record_landing *landing,
		   struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT OR IGNORE INTO owed(record, landing, branch, repository, since, state, told, checked)"
			" SELECT r.id, ?2, ?3, r.repository, p.time, 0, 0, " STATE_NO_ID
			" FROM record r JOIN push p ON p.id = r.push WHERE r.id = ?1");
	for (size_t i = 0; i < landing->into.count && !statement.code; i++) {
		statement_bind_integer(&statement, record);
		statement_bind_integer(&statement, (int64_t)position);
		statement_bind_text(&statement, landing->into.items[i]);
		statement_run(&statement, error);
	}
	return statement_end(&statement);
}

int state_owes(struct state *state, bool *out, const char *into, struct error *error)
{
	struct statement row;

	statement_begin(&row, state, "SELECT 1 FROM owed WHERE repository = ? AND branch = ? AND state = 0 LIMIT 1");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, into);
	*out = statement_next(&row, error);
	return statement_end(&row);
}

int state_owes_to(struct state *state, bool *out, const struct landing_number *landing, const char *into,
		  struct error *error)
{
	struct statement row;

	statement_begin(&row, state, "SELECT 1 FROM owed WHERE record = ? AND landing = ? AND branch = ?");
	statement_bind_integer(&row, landing->record);
	statement_bind_integer(&row, landing->position);
	statement_bind_text(&row, into);
	*out = statement_next(&row, error);
	return statement_end(&row);
}

static void read_owed(struct statement *row, struct owed *out, struct error *error)
{
	out->number = (struct landing_number){statement_integer(row, 0), statement_integer(row, 1)};
	out->production = statement_text(row, 2);
	out->into = statement_text(row, 3);
	out->since = statement_integer(row, 4);
	out->told = statement_integer(row, 5) != 0;
	statement_id(row, &out->checked, 6, error);
	state_read_landing(row, 7, &out->what, error);
}

#define OWED_COLUMNS \
	"SELECT o.record, o.landing, n.name, o.branch, o.since, o.told, o.checked, " STATE_LANDING_COLUMNS \
	" FROM owed o JOIN record r ON r.id = o.record JOIN landing l ON l.record = o.record AND l.position = o.landing" \
	" JOIN ref n ON n.id = l.ref WHERE r.state = ?1 AND o.repository = ?2 AND o.state = 0 "
#define OWED_ORDER "ORDER BY o.record, o.landing, o.branch LIMIT ?3"

int state_owed(struct state *state, struct owed_list *out, const char *into, struct error *error)
{
	struct statement row;

	if (into)
		statement_begin(&row, state, OWED_COLUMNS "AND o.branch = ?4 " OWED_ORDER);
	else
		statement_begin(&row, state, OWED_COLUMNS OWED_ORDER);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, OWED_MAXIMUM);
	if (into)
		statement_bind_text(&row, into);
	while (statement_next(&row, error))
		read_owed(&row, owed_list_add(out), error);
	return statement_end(&row);
}

static void bind_owed(struct statement *statement, const struct owed *owed)
{
	statement_bind_integer(statement, owed->number.record);
	statement_bind_integer(statement, owed->number.position);
	statement_bind_text(statement, owed->into);
}

static int finish_counting(struct state *state, bool *changed, struct statement *statement, struct error *error)
{
	int result = statement_finish(statement, error);

	*changed = !result && sqlite3_changes(state->database) > 0;
	return result;
}

int state_settle_owed(struct state *state, bool *settled, const struct owed *owed, enum owed_state to, int64_t now,
		      struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE owed SET state = ?, settled = ? WHERE record = ? AND landing = ? AND branch = ?"
			" AND state = 0");
	statement_bind_integer(&statement, to);
	statement_bind_integer(&statement, now);
	bind_owed(&statement, owed);
	return finish_counting(state, settled, &statement, error);
}

int state_check_owed(struct state *state, const struct owed *owed, const struct object_id *tip, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE owed SET checked = ? WHERE record = ? AND landing = ? AND branch = ?");
	statement_bind_id(&statement, tip);
	bind_owed(&statement, owed);
	return statement_finish(&statement, error);
}

int state_tell_owed(struct state *state, bool *told, const struct owed *owed, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE owed SET told = 1 WHERE record = ? AND landing = ? AND branch = ? AND state = 0"
			" AND told = 0");
	bind_owed(&statement, owed);
	return finish_counting(state, told, &statement, error);
}

/* Goes from one state to another; BRANCHES are names with a blank between them, NULL for all. */
static int change_owed(struct state *state, const struct landing_number *landing, enum owed_state from,
		       enum owed_state to, const char *branches, int64_t now, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"UPDATE owed SET state = ?4, settled = nullif(?6, 0) WHERE record = ?1 AND landing = ?2"
			" AND state = ?3 AND (?5 IS NULL OR instr(' ' || ?5 || ' ', ' ' || branch || ' '))");
	statement_bind_integer(&statement, landing->record);
	statement_bind_integer(&statement, landing->position);
	statement_bind_integer(&statement, from);
	statement_bind_integer(&statement, to);
	statement_bind_text(&statement, branches);
	statement_bind_integer(&statement, now);
	return statement_finish(&statement, error);
}

int state_weigh_waivers(struct state *state, const struct landing_number *landing, int64_t now, struct error *error)
{
	struct answers answers = {0};
	struct change change;
	int result;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	result = state_answers(state, &answers, landing, error);
	if (!result)
		result = change_owed(state, landing, OWED_WAIVED, OWED_OPEN, NULL, 0, error);
	for (size_t i = 0; !result && i < answers.count; i++) {
		const struct answer *answer = &answers.items[i];

		if (!answer->revoked && !strcmp(answer->said.name, SIGNOFF_BACKMERGE))
			result = change_owed(state, landing, OWED_OPEN, OWED_WAIVED, answer->said.into, now, error);
	}
	answers_release(&answers);
	return change_end(&change, result, error);
}

int state_take_back_owed(struct state *state, const struct landing_number *landing, int64_t now, struct error *error)
{
	if (change_owed(state, landing, OWED_WAIVED, OWED_TAKEN_BACK, NULL, now, error))
		return ERROR_FAILED;
	return change_owed(state, landing, OWED_OPEN, OWED_TAKEN_BACK, NULL, now, error);
}

static int restart(struct state *state, const struct landing_number *landing, int64_t now, struct error *error)
{
	struct statement statement;

	statement_begin(
		&statement, state,
		"UPDATE owed SET state = 0, settled = NULL, since = ? WHERE record = ? AND landing = ? AND state = ?");
	statement_bind_integer(&statement, now);
	statement_bind_integer(&statement, landing->record);
	statement_bind_integer(&statement, landing->position);
	statement_bind_integer(&statement, OWED_TAKEN_BACK);
	return statement_finish(&statement, error);
}

int state_bring_back_owed(struct state *state, const struct landing_number *landing, int64_t now, struct error *error)
{
	if (restart(state, landing, now, error))
		return ERROR_FAILED;
	return state_weigh_waivers(state, landing, now, error);
}
