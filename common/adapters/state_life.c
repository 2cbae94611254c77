#include "adapters/state_life.h"

#include <stdlib.h>

#include "adapters/state_internal.h"
#include "base/memory.h"

#define REFS_MAXIMUM 100000
#define ROWS_MAXIMUM 10000

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

void ref_pushes_release(struct ref_pushes *pushes)
{
	for (size_t i = 0; i < pushes->count; i++)
		free(pushes->items[i].pusher);
	free(pushes->items);
	*pushes = (struct ref_pushes){0};
}

int state_ref_pushes(struct state *state, struct ref_pushes *out, const char *ref, struct error *error)
{
	struct statement row;

	statement_begin(
		&row, state,
		"SELECT p.time, p.pusher, r.old, r.new, r.moved_work, r.reported,"
		" EXISTS(SELECT 1 FROM landing l WHERE l.record = r.id AND l.kind = 'abandonment'), p.id"
		" FROM ref n JOIN record r ON r.ref = n.id JOIN push p ON p.id = r.push"
		" WHERE n.repository = ? AND n.name = ? AND r.state = ? AND r.old <> r.new ORDER BY r.id LIMIT ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, ROWS_MAXIMUM);
	while (statement_next(&row, error)) {
		struct ref_push *push;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		push = &out->items[out->count++];
		*push = (struct ref_push){.time = statement_integer(&row, 0),
					  .pusher = statement_text(&row, 1),
					  .moved_work = statement_integer(&row, 4) != 0,
					  .reported = statement_integer(&row, 5),
					  .abandoned = statement_integer(&row, 6) != 0,
					  .push = statement_integer(&row, 7)};
		statement_id(&row, &push->old_id, 2, error);
		statement_id(&row, &push->new_id, 3, error);
	}
	return statement_end(&row);
}

void pushed_signoffs_release(struct pushed_signoffs *signoffs)
{
	for (size_t i = 0; i < signoffs->count; i++) {
		free(signoffs->items[i].ref);
		free(signoffs->items[i].pusher);
		free(signoffs->items[i].severity);
		record_signoff_release(&signoffs->items[i].said);
		free(signoffs->items[i].key);
	}
	free(signoffs->items);
	*signoffs = (struct pushed_signoffs){0};
}

int state_pushed_signoffs(struct state *state, struct pushed_signoffs *out, const char *branch, struct error *error)
{
	struct statement row;

	statement_begin(
		&row, state,
		"SELECT n.name, p.time, p.pusher, l.kind = 'revocation', l.severity,"
		" (SELECT v.fingerprint FROM verified v WHERE v.repository = ?1 AND v.tag = s.carrier LIMIT 1), p.id, " STATE_SIGNOFF_COLUMNS
		" FROM landing l JOIN ref n ON n.id = l.ref JOIN record r ON r.id = l.record JOIN push p ON p.id = r.push"
		" JOIN signoff s ON s.record = l.record AND s.landing = l.position"
		" WHERE n.repository = ?1 AND l.branch = ?2 AND l.about_record IS NULL"
		" AND l.kind IN ('sign-off', 'revocation') AND r.state = ?3 ORDER BY r.id LIMIT ?4");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, branch);
	statement_bind_integer(&row, RECORD_ANNOUNCED);
	statement_bind_integer(&row, ROWS_MAXIMUM);
	while (statement_next(&row, error)) {
		struct pushed_signoff *signoff;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		signoff = &out->items[out->count++];
		*signoff = (struct pushed_signoff){.ref = statement_text(&row, 0),
						   .time = statement_integer(&row, 1),
						   .pusher = statement_text(&row, 2),
						   .revocation = statement_integer(&row, 3) != 0,
						   .severity = statement_text(&row, 4),
						   .key = statement_text(&row, 5),
						   .push = statement_integer(&row, 6)};
		state_read_signoff(&row, 7, &signoff->said, error);
	}
	return statement_end(&row);
}

int state_key_of(struct state *state, char **out, const struct object_id *tag, struct error *error)
{
	struct statement row;

	*out = NULL;
	statement_begin(&row, state, "SELECT fingerprint FROM verified WHERE repository = ? AND tag = ? LIMIT 1");
	statement_bind_integer(&row, state->repository);
	statement_bind_id(&row, tag);
	if (statement_next(&row, error))
		*out = statement_text(&row, 0);
	return statement_end(&row);
}
