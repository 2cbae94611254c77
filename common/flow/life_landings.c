#include "flow/life_landings.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/state_landings.h"
#include "base/memory.h"
#include "flow/gather.h"

void effects_release(struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		effect_release(&effects->items[i]);
		free(effects->productions[i]);
	}
	free(effects->items);
	free(effects->productions);
	*effects = (struct effects){0};
}

static int find_effect(const struct effect **out, struct effects *effects, struct session *session,
		       const char *production, struct error *error)
{
	int result;

	for (size_t i = 0; i < effects->count; i++)
		if (!strcmp(effects->productions[i], production)) {
			*out = &effects->items[i];
			return 0;
		}
	if (effects->count == effects->capacity) {
		effects->capacity = effects->capacity ? effects->capacity * 2 : 4;
		effects->items = memory_resize(effects->items, effects->capacity, sizeof(*effects->items));
		effects->productions =
			memory_resize(effects->productions, effects->capacity, sizeof(*effects->productions));
	}
	*out = &effects->items[effects->count];
	effects->productions[effects->count] = memory_copy(production);
	result = effect_gather(&effects->items[effects->count], session->repository, session->state, production, NULL,
			       0, error);
	effects->count++;
	return result;
}

static const struct past_landing *find_numbered(const struct effect *effect, const struct landing_number *number)
{
	for (size_t i = 0; i < effect->landings.count; i++)
		if (effect->landings.items[i].number.record == number->record &&
		    effect->landings.items[i].number.position == number->position)
			return &effect->landings.items[i];
	return NULL;
}

static int gather_taken_back(struct taken_back *out, struct effects *effects, struct session *session,
			     const struct past_landing *landing, struct error *error)
{
	const struct effect *effect;
	const struct past_landing *found;
	const struct past_landing *by;
	int result = find_effect(&effect, effects, session, landing->production, error);

	found = result ? NULL : find_numbered(effect, &landing->number);
	by = found ? effect_taken_back_by(effect, found) : NULL;
	if (by)
		*out = (struct taken_back){by->what.to, by->push, by->time,
					   by->pusher ? memory_copy(by->pusher) : NULL};
	return result;
}

/* What cannot be read any more is not counted: the branch of a squash may be gone. */
static size_t count_work(struct session *session, const struct record_landing *landing)
{
	struct unreadable unreadable = {0};
	struct error lost = ERROR_INIT;
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	struct graph graph = {0};
	size_t work = 0;

	object_ids_add(&tips, &landing->tip);
	object_ids_add(&hidden, &landing->from);
	if (!gather_graph(&graph, &unreadable, session, &tips, &hidden, &lost))
		for (size_t i = 0; i < graph.count; i++)
			work += !graph.nodes[i].outside && !graph.nodes[i].commit.is_signoff;
	graph_release(&graph);
	unreadable_release(&unreadable);
	error_release(&lost);
	object_ids_release(&tips);
	object_ids_release(&hidden);
	return work;
}

/* Takes what LANDING holds. */
static int add_landing(struct life_landings *out, struct effects *effects, struct session *session,
		       struct past_landing *landing, struct error *error)
{
	struct life_landing *life = life_landings_add(out);
	int result = gather_taken_back(&life->taken_back, effects, session, landing, error);

	if (!result)
		result = state_landing_signoffs(session->state, landing, error);
	if (!result)
		result = state_landing_override(session->state, landing, error);
	if (!result)
		result = state_answers(session->state, &life->answers, &landing->number, error);
	life->number = landing->number;
	life->what = landing->what;
	life->production = landing->production;
	life->pusher = landing->pusher;
	life->push = landing->push;
	life->time = landing->time;
	life->closed = landing->closed;
	landing->what = (struct record_landing){0};
	landing->production = landing->pusher = NULL;
	life->work = result ? 0 : count_work(session, &life->what);
	return result;
}

int life_landings_gather(struct life_landings *out, struct effects *effects, struct session *session,
			 const char *incident, const char *branch, struct error *error)
{
	struct past_landings landings = {0};
	int result = state_landings_for(session->state, &landings, incident, error);

	for (size_t i = 0; !result && i < landings.count; i++)
		if (!branch || !strcmp(landings.items[i].what.branch, branch))
			result = add_landing(out, effects, session, &landings.items[i], error);
	past_landings_release(&landings);
	return result;
}
