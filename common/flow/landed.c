#include "flow/landed.h"

#include <string.h>

/* The landing took in all that the branch holds. */
static int took_in(bool *out, struct repository *repository, const struct record_landing *landing,
		   const struct object_id *tip, struct error *error)
{
	int result = repository_descends(repository, out, &landing->tip, tip, error);

	if (!result && !*out)
		result = repository_descends(repository, out, &landing->to, tip, error);
	return result;
}

static int is_in_effect(bool *out, struct repository *repository, struct state *state,
			const struct past_landing *landing, struct error *error)
{
	struct effect effect;
	const struct past_landing *found;
	int result = effect_gather(&effect, repository, state, landing->production, NULL, 0, error);

	found = result ? NULL : effect_find(&effect, &landing->what.to);
	*out = found && !effect_taken_back_by(&effect, found);
	effect_release(&effect);
	return result;
}

static int is_on_production(bool *out, struct repository *repository, const struct object_id *tip,
			    const struct branch_tips *productions, struct error *error)
{
	int result = 0;

	*out = false;
	for (size_t i = 0; !result && !*out && i < productions->count; i++)
		result = repository_descends(repository, out, &productions->items[i].tip, tip, error);
	return result;
}

static bool is_among(const char *production, const struct branch_tips *productions)
{
	for (size_t i = 0; i < productions->count; i++)
		if (!strcmp(productions->items[i].ref, production))
			return true;
	return false;
}

int landed_find(enum landed *out, struct repository *repository, struct state *state, const char *branch,
		const char *incident, const struct object_id *tip, const struct branch_tips *productions,
		struct error *error)
{
	struct past_landings landings = {0};
	bool holds = false;
	bool in_effect = false;
	int result = state_landings_for(state, &landings, incident, error);

	*out = LANDED_NOT;
	for (size_t i = landings.count; !result && !in_effect && i > 0; i--) {
		const struct past_landing *landing = &landings.items[i - 1];

		if (strcmp(landing->what.branch, branch) != 0 || !is_among(landing->production, productions))
			continue;
		result = took_in(&holds, repository, &landing->what, tip, error);
		if (!result && holds)
			result = is_in_effect(&in_effect, repository, state, landing, error);
		if (holds)
			*out = in_effect ? LANDED : LANDED_TAKEN_BACK;
	}
	if (!result && *out == LANDED_NOT) {
		result = is_on_production(&holds, repository, tip, productions, error);
		if (holds)
			*out = LANDED_UNRECORDED;
	}
	past_landings_release(&landings);
	return result;
}
