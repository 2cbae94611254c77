#include "flow/gate_limits.h"

#include <stdlib.h>
#include <string.h>

#include "rules/message.h"

#define NAMES_SHOWN 3
#define PARTS_MAXIMUM 100 /* of a name: far below what reading refs can follow (adapters/repository_refs.c) */

static struct finding *add(struct gate_push *push, const char *ref)
{
	return verdict_add(&push->judgement.verdict, "limit", NULL, ref);
}

static void limit_count(struct gate_push *push)
{
	const struct ref_updates *updates = push->updates;
	int most = push->judgement.session->policy.limits.refs;
	struct finding *finding;

	if (updates->count <= (size_t)most)
		return;
	finding = add(push, updates->items[0].ref);
	strings_addf(&finding->found, "this push changes %zu refs; at most %d at once ([limits] refs)", updates->count,
		     most);
	strings_add(&finding->remedy, "# push some of them at a time");
}

static size_t parts_of(const char *ref)
{
	size_t parts = 1;

	for (; *ref; ref++)
		parts += *ref == '/';
	return parts;
}

/* One that is too deep would be in the way of whatever lists the refs above it. */
static void limit_depths(struct gate_push *push)
{
	size_t shown = 0;

	for (size_t i = 0; i < push->updates->count && shown < NAMES_SHOWN; i++) {
		const struct ref_update *update = &push->updates->items[i];
		size_t parts = parts_of(update->ref);
		struct finding *finding;

		if (parts <= PARTS_MAXIMUM || object_id_is_zero(&update->new_id))
			continue;
		shown++;
		finding = add(push, update->ref);
		strings_addf(&finding->found, "its name has %zu parts; at most %d", parts, PARTS_MAXIMUM);
		strings_add(&finding->remedy, "# choose a name with fewer");
	}
}

static void limit_names(struct gate_push *push)
{
	size_t most = (size_t)push->judgement.session->policy.limits.ref_name;
	size_t shown = 0;

	for (size_t i = 0; i < push->updates->count && shown < NAMES_SHOWN; i++) {
		const char *ref = push->updates->items[i].ref;
		size_t length = strlen(ref);
		struct finding *finding;

		if (length <= most)
			continue;
		shown++;
		finding = add(push, ref);
		strings_addf(&finding->found, "its name has %zu bytes; at most %zu ([limits] ref-name)", length, most);
		strings_add(&finding->remedy, "# choose a shorter name");
	}
}

void gate_limit_updates(struct gate_push *push)
{
	limit_count(push);
	limit_names(push);
	limit_depths(push);
	verdict_weigh(&push->judgement.verdict, &push->judgement.session->policy);
}

void gate_limit_governed(struct gate_push *push)
{
	int most = push->judgement.session->policy.limits.governed;
	struct finding *finding;

	if (push->governed.count <= (size_t)most)
		return;
	finding = add(push, push->governed.items[0].ref);
	strings_addf(&finding->found,
		     "this push changes %zu production, hotfix and other governed refs; at most %d at once "
		     "([limits] governed)",
		     push->governed.count, most);
	strings_add(&finding->remedy, "# push some of them at a time");
	verdict_weigh(&push->judgement.verdict, &push->judgement.session->policy);
}

static void write_late(struct buffer *out, const struct gate_push *push)
{
	const struct policy *policy = &push->judgement.session->policy;
	struct verdict verdict = {0};
	struct finding *finding = verdict_add(&verdict, "limit", NULL, push->updates->items[0].ref);

	finding->fault = true;
	strings_addf(&finding->found, "judging this push takes longer than %d seconds ([limits] time)",
		     policy->limits.seconds);
	strings_add(&finding->remedy, "# push less at once, or ask the administrator");
	verdict_weigh(&verdict, policy);
	message_verdict(out, policy, &verdict);
	verdict_release(&verdict);
}

int gate_guard(struct guard *guard, struct buffer *words, const struct gate_push *push, struct error *error)
{
	const struct policy *policy = &push->judgement.session->policy;
	bool warns = policy->mode != MODE_ENFORCE;

	write_late(words, push);
	*guard = (struct guard){.seconds = policy->limits.seconds,
				.memory = warns ? 0 : policy->limits.memory,
				.words = buffer_text(words),
				.status = warns ? EXIT_SUCCESS : EXIT_FAILURE};
	return guard_set(guard, error);
}
