#include "rules/life.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct life_landing *life_landings_add(struct life_landings *landings)
{
	struct life_landing *landing;

	landings->items = memory_grow(landings->items, landings->count, &landings->capacity, sizeof(*landings->items));
	landing = &landings->items[landings->count++];
	*landing = (struct life_landing){0};
	return landing;
}

void life_landings_release(struct life_landings *landings)
{
	for (size_t i = 0; i < landings->count; i++) {
		struct life_landing *landing = &landings->items[i];

		record_landing_release(&landing->what);
		answers_release(&landing->answers);
		free(landing->production);
		free(landing->pusher);
		free(landing->taken_back.pusher);
	}
	free(landings->items);
	*landings = (struct life_landings){0};
}

bool life_landing_is_in_effect(const struct life_landing *landing)
{
	return object_id_is_zero(&landing->taken_back.commit);
}

bool life_landing_is_current(const struct life_landings *landings, size_t index)
{
	if (!life_landing_is_in_effect(&landings->items[index]))
		return false;
	for (size_t i = index + 1; i < landings->count; i++)
		if (life_landing_is_in_effect(&landings->items[i]) &&
		    !strcmp(landings->items[i].production, landings->items[index].production))
			return false;
	return true;
}

enum life_stage life_stage_of(const struct policy *policy, const struct life_landing *landing)
{
	const struct signoff *monitor = policy_signoff(policy, SIGNOFF_MONITOR);

	if (landing->closed)
		return LIFE_CLOSED;
	if (!answers_deployed(&landing->answers, policy_signoff(policy, SIGNOFF_DEPLOY)))
		return LIFE_DEPLOY;
	return monitor && answers_missing(&landing->answers, monitor) ? LIFE_MONITOR : LIFE_LANDED;
}

enum life_stage life_stage_of_all(const struct policy *policy, const struct life_landings *landings)
{
	enum life_stage earliest = LIFE_CLOSED;
	bool any = false;

	for (size_t i = 0; i < landings->count; i++) {
		enum life_stage stage;

		if (!life_landing_is_current(landings, i))
			continue;
		any = true;
		stage = life_stage_of(policy, &landings->items[i]);
		if (stage < earliest)
			earliest = stage;
	}
	return any ? earliest : LIFE_LANDED;
}

const struct life_landing *life_next(const struct policy *policy, const struct life_landings *landings)
{
	for (size_t i = 0; i < landings->count; i++)
		if (life_landing_is_current(landings, i) && life_stage_of(policy, &landings->items[i]) < LIFE_LANDED)
			return &landings->items[i];
	return NULL;
}
