/* Who was told of an incident, by the outbox. */
#include <stdlib.h>

#include "adapters/state_internal.h"
#include "adapters/state_life.h"
#include "base/memory.h"

#define EVENTS_MAXIMUM 1000000
#define DELIVERIES_MAXIMUM 1000

void told_events_release(struct told_events *events)
{
	for (size_t i = 0; i < events->count; i++) {
		struct told_event *event = &events->items[i];

		free(event->id);
		free(event->type);
		free(event->incident);
		free(event->role);
		free(event->branch);
		free(event->pusher);
		free(event->reason);
		free(event->after);
	}
	free(events->items);
	*events = (struct told_events){0};
}

#define COLUMNS \
	", json_extract(e.body, '$.hotfix.pusher') AS pusher," \
	" ifnull(json_extract(e.body, '$.hotfix.reason'), json_extract(e.body, '$.reason')) AS reason," \
	" json_extract(e.body, '$.after') AS after FROM event e"
#define OF_ROLLBACK(role) \
	" UNION ALL SELECT e.number, e.id, e.type, e.time, json_extract(j.value, '$.incident'), '" role "'," \
	" json_extract(j.value, '$.branch')" COLUMNS ", json_each(e.body, '$.hotfix." role "') j" \
	" WHERE e.repository = ?1 AND e.type = 'production.rolled_back'"

int state_told_events(struct state *state, struct told_events *out, const char *incident, struct error *error)
{
	struct statement row;

	statement_begin(
		&row, state,
		"SELECT * FROM (SELECT e.number AS number, e.id, e.type, e.time,"
		" json_extract(e.body, '$.hotfix.incident') AS incident, NULL,"
		" json_extract(e.body, '$.hotfix.branch')" COLUMNS
		" WHERE e.repository = ?1" OF_ROLLBACK("taken_back") OF_ROLLBACK(
			"brought_back") ") WHERE incident IS NOT NULL AND (?2 IS NULL OR incident = ?2) ORDER BY incident, number LIMIT ?3");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, incident);
	statement_bind_integer(&row, EVENTS_MAXIMUM);
	while (statement_next(&row, error)) {
		struct told_event *event;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		event = &out->items[out->count++];
		*event = (struct told_event){.id = statement_text(&row, 1),
					     .type = statement_text(&row, 2),
					     .time = statement_integer(&row, 3),
					     .incident = statement_text(&row, 4),
					     .role = statement_text(&row, 5),
					     .branch = statement_text(&row, 6),
					     .pusher = statement_text(&row, 7),
					     .reason = statement_text(&row, 8),
					     .after = statement_text(&row, 9)};
	}
	return statement_end(&row);
}

int state_event_deliveries(struct state *state, struct deliveries *out, const char *event, struct error *error)
{
	struct statement row;

	/* an id is the event's, a hyphen and the endpoint; '.' is the character behind the hyphen */
	statement_begin(
		&row, state,
		"SELECT number, id, endpoint, state, attempts, created, ifnull(delivered, 0), last_status, last_error"
		" FROM delivery WHERE repository = ?1 AND id > ?2 || '-' AND id < ?2 || '.' ORDER BY number LIMIT ?3");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, event);
	statement_bind_integer(&row, DELIVERIES_MAXIMUM);
	while (statement_next(&row, error)) {
		struct delivery *delivery;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		delivery = &out->items[out->count++];
		*delivery = (struct delivery){.number = statement_integer(&row, 0),
					      .id = statement_text(&row, 1),
					      .endpoint = statement_text(&row, 2),
					      .state = (enum delivery_state)statement_integer(&row, 3),
					      .attempts = (int)statement_integer(&row, 4),
					      .created = statement_integer(&row, 5),
					      .due = statement_integer(&row, 6),
					      .last_status = (int)statement_integer(&row, 7),
					      .last_error = statement_text(&row, 8)};
	}
	return statement_end(&row);
}

void owed_branches_release(struct owed_branches *branches)
{
	for (size_t i = 0; i < branches->count; i++)
		free(branches->items[i].branch);
	free(branches->items);
	*branches = (struct owed_branches){0};
}

int state_owed_branches(struct state *state, struct owed_branches *out, const struct landing_number *landing,
			struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT branch, since, state, ifnull(settled, 0) FROM owed WHERE record = ? AND landing = ?"
			" ORDER BY branch");
	statement_bind_integer(&row, landing->record);
	statement_bind_integer(&row, landing->position);
	while (statement_next(&row, error)) {
		struct owed_branch *branch;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		branch = &out->items[out->count++];
		*branch = (struct owed_branch){.branch = statement_text(&row, 0),
					       .since = statement_integer(&row, 1),
					       .state = (int)statement_integer(&row, 2),
					       .settled = statement_integer(&row, 3)};
	}
	return statement_end(&row);
}
