#include "flow/effect.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rules/effect.h"

static void add_landing(struct past_landings *out, const struct landing_number *number, const char *production,
			const struct record_landing *what)
{
	struct past_landing *landing;

	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	landing = &out->items[out->count++];
	*landing = (struct past_landing){.production = memory_copy(production)};
	if (number)
		landing->number = *number;
	landing->what.kind = what->kind;
	landing->what.to = what->to;
	landing->what.tip = what->tip;
	landing->what.branch = what->branch ? memory_copy(what->branch) : NULL;
	landing->what.incident = what->incident ? memory_copy(what->incident) : NULL;
}

/* How many of the first COUNT landings TIP holds. A tip that no landing made (production moved without a record, or before
 * the installation) is looked up in the history. */
static int find_base(size_t *out, struct repository *repository, const struct past_landings *landings, size_t count,
		     const struct object_id *tip, struct error *error)
{
	bool holds = false;
	int result = 0;

	for (*out = count; *out > 0; --*out)
		if (object_id_equal(&landings->items[*out - 1].what.to, tip))
			return 0;
	for (*out = count; *out > 0; --*out) {
		result = repository_descends(repository, &holds, tip, &landings->items[*out - 1].what.to, error);
		if (result || holds)
			break;
	}
	return result;
}

static int find_steps(struct effect_step **out, struct repository *repository, const struct past_landings *landings,
		      struct error *error)
{
	struct effect_step *steps = memory_alloc(landings->count * sizeof(*steps));
	int result = 0;

	for (size_t i = 0; !result && i < landings->count; i++) {
		steps[i].is_rollback = landings->items[i].what.kind == LANDING_ROLLBACK;
		if (steps[i].is_rollback)
			result =
				find_base(&steps[i].base, repository, landings, i, &landings->items[i].what.tip, error);
	}
	*out = steps;
	return result;
}

static int gather_landings(struct past_landings *out, struct state *state, const char *production,
			   const struct record_landing *more, size_t more_count, struct error *error)
{
	int result = state_landings_on(state, out, production, error);

	for (size_t i = 0; !result && i < more_count; i++)
		add_landing(out, NULL, production, &more[i]);
	return result;
}

int effect_gather(struct effect *out, struct repository *repository, struct state *state, const char *production,
		  const struct record_landing *more, size_t more_count, struct error *error)
{
	struct effect_step *steps = NULL;
	int result;

	*out = (struct effect){0};
	result = gather_landings(&out->landings, state, production, more, more_count, error);
	if (!result)
		result = find_steps(&steps, repository, &out->landings, error);
	if (!result) {
		out->hidden_by = memory_alloc(out->landings.count * sizeof(*out->hidden_by));
		effect_of(out->hidden_by, steps, out->landings.count);
	}
	free(steps);
	return result;
}

void effect_release(struct effect *effect)
{
	past_landings_release(&effect->landings);
	free(effect->hidden_by);
	*effect = (struct effect){0};
}

const struct past_landing *effect_find(const struct effect *effect, const struct object_id *commit)
{
	for (size_t i = effect->landings.count; i > 0; i--)
		if (object_id_equal(&effect->landings.items[i - 1].what.to, commit))
			return &effect->landings.items[i - 1];
	return NULL;
}

const struct past_landing *effect_taken_back_by(const struct effect *effect, const struct past_landing *landing)
{
	size_t hidden_by = effect->hidden_by[landing - effect->landings.items];

	return hidden_by ? &effect->landings.items[hidden_by - 1] : NULL;
}

const struct past_landing *effect_rollback_of(const struct effect *effect, const struct object_id *commit)
{
	const struct past_landing *landing = effect_find(effect, commit);

	return landing ? effect_taken_back_by(effect, landing) : NULL;
}

/* Compares what was in effect before the landing INDEX, a rollback, with what is after it. */
static void compare(struct rollback *out, const struct past_landings *landings, const struct effect_step *steps,
		    size_t index)
{
	size_t *before = memory_alloc((index + 1) * sizeof(*before));
	size_t *after = memory_alloc((index + 1) * sizeof(*after));

	effect_of(before, steps, index);
	effect_of(after, steps, index + 1);
	for (size_t i = 0; i < index; i++) {
		const struct past_landing *landing = &landings->items[i];

		if (!landing_kind_is_hotfix(landing->what.kind) || !before[i] == !after[i])
			continue;
		add_landing(after[i] ? &out->taken_back : &out->brought_back, &landing->number, landing->production,
			    &landing->what);
	}
	free(before);
	free(after);
}

int rollback_gather(struct rollback *out, struct repository *repository, struct state *state, const char *production,
		    const struct record_landing *more, size_t more_count, const struct object_id *rollback,
		    struct error *error)
{
	struct past_landings landings = {0};
	struct effect_step *steps = NULL;
	size_t index;
	int result;

	*out = (struct rollback){0};
	result = gather_landings(&landings, state, production, more, more_count, error);
	for (index = landings.count; index > 0; index--)
		if (object_id_equal(&landings.items[index - 1].what.to, rollback))
			break;
	if (!result)
		result = find_steps(&steps, repository, &landings, error);
	if (!result && index > 0 && steps[index - 1].is_rollback)
		compare(out, &landings, steps, index - 1);
	free(steps);
	past_landings_release(&landings);
	return result;
}

void rollback_release(struct rollback *rollback)
{
	past_landings_release(&rollback->taken_back);
	past_landings_release(&rollback->brought_back);
}

bool past_landings_hold(const struct past_landings *landings, const char *branch)
{
	for (size_t i = 0; i < landings->count; i++)
		if (landings->items[i].what.branch && !strcmp(landings->items[i].what.branch, branch))
			return true;
	return false;
}
