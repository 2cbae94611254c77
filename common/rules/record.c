#include "rules/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char *const kind_names[LANDING_KINDS] = {
	[LANDING_MERGE] = "merge",       [LANDING_FAST_FORWARD] = "fast-forward", [LANDING_SQUASH] = "squash",
	[LANDING_ORDINARY] = "ordinary", [LANDING_ROLLBACK] = "rollback",         [LANDING_CREATION] = "creation",
	[LANDING_SIGNOFF] = "sign-off",  [LANDING_REVOCATION] = "revocation",     [LANDING_ABANDONMENT] = "abandonment",
};

const char *landing_kind_name(enum landing_kind kind)
{
	return kind < LANDING_KINDS ? kind_names[kind] : "unknown";
}

enum landing_kind landing_kind_of(const char *name)
{
	for (int kind = 0; kind < LANDING_KINDS; kind++)
		if (!strcmp(kind_names[kind], name))
			return (enum landing_kind)kind;
	return LANDING_KINDS;
}

bool landing_kind_is_hotfix(enum landing_kind kind)
{
	return kind == LANDING_MERGE || kind == LANDING_FAST_FORWARD || kind == LANDING_SQUASH;
}

struct record *records_add(struct records *records, const char *ref)
{
	struct record *record;

	records->items = memory_grow(records->items, records->count, &records->capacity, sizeof(*records->items));
	record = &records->items[records->count++];
	*record = (struct record){.ref = memory_copy(ref)};
	return record;
}

struct record_landing *record_add_landing(struct record *record)
{
	struct record_landing *landing;

	record->landings = memory_grow(record->landings, record->landing_count, &record->landing_capacity,
				       sizeof(*record->landings));
	landing = &record->landings[record->landing_count++];
	*landing = (struct record_landing){0};
	return landing;
}

struct record_signoff *record_landing_add_signoff(struct record_landing *landing)
{
	struct record_signoff *signoff;

	landing->signoffs = memory_grow(landing->signoffs, landing->signoff_count, &landing->signoff_capacity,
					sizeof(*landing->signoffs));
	signoff = &landing->signoffs[landing->signoff_count++];
	*signoff = (struct record_signoff){0};
	return signoff;
}

void record_signoff_release(struct record_signoff *signoff)
{
	free(signoff->name);
	free(signoff->person);
	free(signoff->address);
	free(signoff->environment);
	free(signoff->reason);
	free(signoff->into);
	*signoff = (struct record_signoff){0};
}

struct record_gate *record_landing_add_gate(struct record_landing *landing)
{
	struct record_gate *gate;

	landing->gates =
		memory_grow(landing->gates, landing->gate_count, &landing->gate_capacity, sizeof(*landing->gates));
	gate = &landing->gates[landing->gate_count++];
	*gate = (struct record_gate){0};
	return gate;
}

struct record_missing *record_override_add_missing(struct record_override *override)
{
	struct record_missing *missing;

	override->missing = memory_grow(override->missing, override->missing_count, &override->missing_capacity,
					sizeof(*override->missing));
	missing = &override->missing[override->missing_count++];
	*missing = (struct record_missing){0};
	return missing;
}

struct record_worker *record_override_add_worker(struct record_override *override)
{
	struct record_worker *worker;

	override->workers = memory_grow(override->workers, override->worker_count, &override->worker_capacity,
					sizeof(*override->workers));
	worker = &override->workers[override->worker_count++];
	*worker = (struct record_worker){0};
	return worker;
}

bool record_override_owes(const struct record_override *override)
{
	for (size_t i = 0; i < override->missing_count; i++)
		if (override->missing[i].people)
			return true;
	return false;
}

void record_override_free(struct record_override *override)
{
	if (!override)
		return;
	for (size_t i = 0; i < override->missing_count; i++) {
		free(override->missing[i].rule);
		free(override->missing[i].name);
	}
	for (size_t i = 0; i < override->worker_count; i++) {
		free(override->workers[i].person);
		free(override->workers[i].how);
	}
	free(override->missing);
	free(override->workers);
	free(override->person);
	free(override->reason);
	free(override);
}

void record_landing_release(struct record_landing *landing)
{
	for (size_t i = 0; i < landing->gate_count; i++) {
		free(landing->gates[i].name);
		free(landing->gates[i].answer);
	}
	free(landing->gates);
	record_override_free(landing->override);
	for (size_t i = 0; i < landing->signoff_count; i++)
		record_signoff_release(&landing->signoffs[i]);
	free(landing->signoffs);
	free(landing->branch);
	free(landing->incident);
	free(landing->severity);
	free(landing->about_production);
	strings_release(&landing->into);
	*landing = (struct record_landing){0};
}

bool record_landing_is_same(const struct record_landing *a, const struct record_landing *b)
{
	return a->kind == b->kind && object_id_equal(&a->from, &b->from) && object_id_equal(&a->to, &b->to) &&
	       object_id_equal(&a->tip, &b->tip) && !a->branch == !b->branch &&
	       (!a->branch || !strcmp(a->branch, b->branch));
}

void record_release(struct record *record)
{
	for (size_t i = 0; i < record->landing_count; i++)
		record_landing_release(&record->landings[i]);
	free(record->landings);
	object_ids_release(&record->first_seen);
	free(record->severity);
	free(record->ref);
	*record = (struct record){0};
}

void records_release(struct records *records)
{
	for (size_t i = 0; i < records->count; i++)
		record_release(&records->items[i]);
	free(records->items);
	*records = (struct records){0};
}
