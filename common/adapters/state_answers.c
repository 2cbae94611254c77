/* Sign-offs that are given on a landing, and what became of its deploys. */
#include <stdlib.h>

#include "adapters/state_internal.h"
#include "adapters/state_landings.h"
#include "base/memory.h"

#define ANSWERS_MAXIMUM 10000
#define FAILED_MAXIMUM 20

static void read_answer(struct statement *row, struct answers *out, struct error *error)
{
	struct answer *answer = answers_add(out);

	answer->ref = statement_text(row, 0);
	answer->time = statement_integer(row, 1);
	answer->pusher = statement_text(row, 2);
	answer->revoked = statement_integer(row, 3) != 0;
	answer->push = statement_integer(row, 4);
	state_read_signoff(row, 5, &answer->said, error);
}

int state_answers(struct state *state, struct answers *out, const struct landing_number *landing, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT iif(l.new = " STATE_NO_ID ", NULL, n.name), p.time, p.pusher,"
			" EXISTS(SELECT 1 FROM landing v JOIN record q ON q.id = v.record JOIN signoff w"
			" ON w.record = v.record AND w.landing = v.position WHERE v.about_record = l.about_record"
			" AND v.about_position = l.about_position AND v.kind = 'revocation' AND q.state = ?3"
			" AND w.reason = n.name), p.id, " STATE_SIGNOFF_COLUMNS
			" FROM landing l JOIN record r ON r.id = l.record JOIN push p ON p.id = r.push"
			" JOIN ref n ON n.id = l.ref JOIN signoff s ON s.record = l.record AND s.landing = l.position"
			" WHERE l.about_record = ?1 AND l.about_position = ?2 AND l.kind = 'sign-off' AND r.state = ?3"
			" ORDER BY l.record LIMIT ?4");
	statement_bind_integer(&row, landing->record);
	statement_bind_integer(&row, landing->position);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, ANSWERS_MAXIMUM);
	while (statement_next(&row, error))
		read_answer(&row, out, error);
	return statement_end(&row);
}

static int record_answer(struct state *state, int64_t *out, const char *pusher, int64_t now,
			 const struct record_landing *answer, struct error *error)
{
	const struct record nothing = {0};
	int64_t push;
	int64_t ref;

	if (state_add_push(state, &push, pusher, now, NULL, 0, error) ||
	    state_ref_make(state, &ref, answer->branch, false, error) ||
	    state_add_record(state, out, push, ref, &nothing, RECORD_ANNOUNCED, error))
		return ERROR_FAILED;
	return state_add_landing(state, *out, ref, 0, answer, error);
}

int state_record_answer(struct state *state, int64_t *out, const char *pusher, int64_t now,
			const struct record_landing *answer, struct error *error)
{
	struct change change;

	if (change_begin(&change, state, error))
		return ERROR_FAILED;
	return change_end(&change, record_answer(state, out, pusher, now, answer, error), error);
}

int state_set_deployed(struct state *state, const char *ref, const char *environment, bool failed, int64_t record,
		       struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT OR REPLACE INTO deployed(ref, environment, failed, record)"
			" SELECT id, ?3, ?4, ?5 FROM ref WHERE repository = ?1 AND name = ?2");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, ref);
	statement_bind_text(&statement, environment);
	statement_bind_integer(&statement, failed);
	statement_bind_integer(&statement, record);
	return statement_finish(&statement, error);
}

void failed_deploys_release(struct failed_deploys *deploys)
{
	for (size_t i = 0; i < deploys->count; i++) {
		free(deploys->items[i].environment);
		free(deploys->items[i].person);
		free(deploys->items[i].branch);
		free(deploys->items[i].incident);
	}
	free(deploys->items);
	*deploys = (struct failed_deploys){0};
}

int state_failed_deploys(struct state *state, struct failed_deploys *out, const char *ref, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT d.environment, s.person, l.branch, l.incident, l.tip, p.time FROM ref n"
			" JOIN deployed d ON d.ref = n.id AND d.failed JOIN record r ON r.id = d.record"
			" JOIN push p ON p.id = r.push JOIN landing l ON l.record = r.id AND l.position = 0"
			" JOIN signoff s ON s.record = l.record AND s.landing = 0 AND s.position = 0"
			" WHERE n.repository = ? AND n.name = ? ORDER BY d.record LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	statement_bind_integer(&row, FAILED_MAXIMUM);
	while (statement_next(&row, error)) {
		struct failed_deploy *deploy;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		deploy = &out->items[out->count++];
		*deploy = (struct failed_deploy){.environment = statement_text(&row, 0),
						 .person = statement_text(&row, 1),
						 .branch = statement_text(&row, 2),
						 .incident = statement_text(&row, 3),
						 .time = statement_integer(&row, 5)};
		statement_id(&row, &deploy->commit, 4, error);
	}
	return statement_end(&row);
}
