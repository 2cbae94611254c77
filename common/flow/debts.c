#include "flow/debts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "flow/effect.h"
#include "rules/debt.h"
#include "rules/duration.h"
#include "rules/ref_class.h"
#include "rules/signoff_ref.h"
#include "rules/tag.h"

static int gather_one(struct debts *out, struct state *state, const struct policy *policy, const struct effect *effect,
		      struct past_landing *landing, int64_t now, struct error *error)
{
	struct debt *debt = &out->items[out->count];
	int result = state_landing_signoffs(state, landing, error);

	*debt = (struct debt){.landing = landing, .overdue = landing->what.override->due < now};
	if (!result)
		result = state_answers(state, &debt->answers, &landing->number, error);
	if (result || effect_rollback_of(effect, &landing->what.to) ||
	    debt_is_settled(policy, &landing->what, &debt->answers))
		answers_release(&debt->answers);
	else
		out->count++;
	return result;
}

int debts_gather(struct debts *out, struct repository *repository, struct state *state, const struct policy *policy,
		 const char *production, int64_t now, struct error *error)
{
	struct effect effect = {0};
	int result = state_open_debts(state, &out->landings, production, error);

	if (result || !out->landings.count)
		return result;
	out->items = memory_alloc(out->landings.count * sizeof(*out->items));
	result = effect_gather(&effect, repository, state, production, NULL, 0, error);
	for (size_t i = 0; !result && i < out->landings.count; i++)
		result = gather_one(out, state, policy, &effect, &out->landings.items[i], now, error);
	effect_release(&effect);
	return result;
}

void debts_release(struct debts *debts)
{
	for (size_t i = 0; i < debts->count; i++)
		answers_release(&debts->items[i].answers);
	free(debts->items);
	past_landings_release(&debts->landings);
	*debts = (struct debts){0};
}

bool debts_overdue(const struct debts *debts)
{
	for (size_t i = 0; i < debts->count; i++)
		if (debts->items[i].overdue)
			return true;
	return false;
}

void debt_tell(struct buffer *out, const struct debt *debt, const struct policy *policy, int64_t now)
{
	const struct record_landing *what = &debt->landing->what;

	buffer_addf(out, "%s landed on %s at %s, overridden by %s, and owes ",
		    what->branch ? ref_short(what->branch) : "something", ref_short(debt->landing->production),
		    object_id_short(&what->to).digits, what->override->person);
	debt_describe(out, policy, what, &debt->answers);
	if (debt->overdue) {
		buffer_add_string(out, ", overdue since ");
		clock_format(out, what->override->due);
	} else {
		buffer_add_string(out, ", ");
		duration_format(out, what->override->due - now);
		buffer_add_string(out, " left");
	}
}

/* *OUT is the commit that ID is, or that it is a tag of; zero for anything else. */
static int find_target(struct object_id *out, struct repository *repository, const struct object_id *id,
		       struct error *error)
{
	const char *kind = NULL;
	struct tag tag = {0};
	char *problem = NULL;
	int result = repository_kind(repository, &kind, id, error);

	*out = (struct object_id){{0}};
	if (!result && !strcmp(kind, "commit"))
		*out = *id;
	if (!result && !strcmp(kind, "tag"))
		result = repository_tag(repository, &tag, &problem, id, error);
	if (!result && tag.name)
		*out = tag.target;
	free(problem);
	tag_release(&tag);
	return result;
}

int debts_take(bool *out, struct repository *repository, struct state *state, const struct signoff_ref *name,
	       const struct object_id *id, struct error *error)
{
	struct past_landings landings = {0};
	struct object_id target;
	int result = find_target(&target, repository, id, error);

	*out = false;
	if (!result)
		result = state_landings_at(state, &landings, &target, error);
	for (size_t i = 0; !result && !*out && i < landings.count; i++) {
		struct past_landing *landing = &landings.items[i];

		if (!landing->what.branch || strcmp(landing->what.branch, name->branch) != 0)
			continue;
		result = state_landing_override(state, landing, error);
		*out = !result && debt_has(&landing->what, name->signoff);
	}
	past_landings_release(&landings);
	return result;
}
