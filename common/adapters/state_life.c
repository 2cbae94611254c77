#include "adapters/state_life.h"

#include "adapters/state_internal.h"

#define REFS_MAXIMUM 100000

static int add_texts(struct statement *row, struct strings *out, struct error *error)
{
	while (statement_next(row, error))
		strings_take(out, statement_text(row, 0));
	return statement_end(row);
}

int state_known_refs(struct state *state, struct strings *out, const char *prefix, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT name FROM ref WHERE repository = ?1 AND substr(name, 1, length(?2)) = ?2"
			" ORDER BY id LIMIT ?3");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, prefix);
	statement_bind_integer(&row, REFS_MAXIMUM);
	return add_texts(&row, out, error);
}

int state_unclosed_branches(struct state *state, struct strings *out, int64_t since, struct error *error)
{
	struct statement row;

	statement_begin(
		&row, state,
		"SELECT l.branch FROM push p JOIN record r ON r.push = p.id JOIN landing l ON l.record = r.id"
		" WHERE p.repository = ? AND p.time >= ? AND r.state = ? AND l.closed IS NULL"
		" AND l.kind IN ('merge', 'fast-forward', 'squash') GROUP BY l.branch ORDER BY min(p.id) LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, since);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, REFS_MAXIMUM);
	return add_texts(&row, out, error);
}
