#include <stdlib.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"

int state_verified(struct state *state, struct strings *addresses, char **key, const struct object_id *tag,
		   const char *keys, struct error *error)
{
	struct statement statement;

	*key = NULL;
	statement_begin(&statement, state,
			"SELECT address, fingerprint FROM verified WHERE repository = ? AND tag = ? AND keys = ?"
			" LIMIT 100");
	statement_bind_integer(&statement, state->repository);
	statement_bind_id(&statement, tag);
	statement_bind_text(&statement, keys);
	while (statement_next(&statement, error)) {
		strings_take(addresses, statement_text(&statement, 0));
		free(*key);
		*key = statement_text(&statement, 1);
	}
	if (statement_end(&statement))
		return ERROR_FAILED;
	return *key ? 0 : ERROR_NOT_FOUND;
}

int state_add_verified(struct state *state, const struct object_id *tag, const char *keys,
		       const struct strings *addresses, const char *key, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "INSERT OR REPLACE INTO verified VALUES(?, ?, ?, ?, ?)");
	for (size_t i = 0; i < addresses->count; i++) {
		statement_bind_integer(&statement, state->repository);
		statement_bind_id(&statement, tag);
		statement_bind_text(&statement, keys);
		statement_bind_text(&statement, addresses->items[i]);
		statement_bind_text(&statement, key);
		statement_run(&statement, error);
	}
	return statement_end(&statement);
}

int state_was_on(struct state *state, bool *out, const char *branch, const struct object_id *commit,
		 struct error *error)
{
	struct statement statement;

	*out = false;
	statement_begin(
		&statement, state,
		"SELECT 1 FROM seen JOIN record ON record.id = seen.record JOIN ref ON ref.id = record.ref"
		" WHERE seen.repository = ? AND seen.id = ? AND ref.name = ? AND record.state NOT IN (3, 4) LIMIT 1");
	statement_bind_integer(&statement, state->repository);
	statement_bind_id(&statement, commit);
	statement_bind_text(&statement, branch);
	*out = statement_next(&statement, error);
	return statement_end(&statement);
}

int state_former_tips(struct state *state, struct object_ids *out, const char *branch, size_t limit,
		      struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT t.id FROM ref n JOIN tip t ON t.ref = n.id WHERE n.repository = ? AND n.name = ?"
			" ORDER BY t.number DESC LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, branch);
	statement_bind_integer(&row, (int64_t)limit);
	while (statement_next(&row, error)) {
		struct object_id tip;

		statement_id(&row, &tip, 0, error);
		object_ids_add(out, &tip);
	}
	return statement_end(&row);
}

int state_ref_arrival(struct state *state, struct arrival *out, const char *ref, struct error *error)
{
	struct statement statement;
	bool found;

	*out = (struct arrival){0};
	statement_begin(&statement, state,
			"SELECT push.id, push.time, push.pusher FROM ref JOIN record ON record.ref = ref.id"
			" JOIN push ON push.id = record.push WHERE ref.repository = ? AND ref.name = ?"
			" AND record.old = " STATE_NO_ID " AND record.state IN (0, 2) AND push.id < ?"
			" ORDER BY record.id LIMIT 1");
	statement_bind_integer(&statement, state->repository);
	statement_bind_text(&statement, ref);
	statement_bind_integer(&statement, state->before);
	found = statement_next(&statement, error);
	if (found) {
		out->push = statement_integer(&statement, 0);
		out->time = statement_integer(&statement, 1);
		out->pusher = statement_text(&statement, 2);
	}
	if (statement_end(&statement))
		return ERROR_FAILED;
	return found ? 0 : error_set_code(error, ERROR_NOT_FOUND, "%s: no push is known", ref);
}
