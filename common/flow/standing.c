#include "flow/standing.h"

#include "adapters/state_clock.h"
#include "flow/gather.h"
#include "flow/landed.h"
#include "rules/hotfix_name.h"

/* Of several production branches, the first one that the branch is up to date with, else the first one. */
static int choose_production(const struct branch_tip **out, bool *behind, struct session *session,
			     const struct branch_tips *productions, const struct object_id *tip, struct error *error)
{
	*behind = true;
	*out = &productions->items[0];
	for (size_t i = 0; *behind && i < productions->count; i++) {
		bool descends = false;
		int result =
			repository_descends(session->repository, &descends, tip, &productions->items[i].tip, error);

		if (result)
			return result;
		if (descends) {
			*out = &productions->items[i];
			*behind = false;
		}
	}
	return 0;
}

/* What was rewritten since did not open the branch anew. */
static int gather_clock(struct landing *landing, struct session *session, struct error *error)
{
	struct error none = ERROR_INIT;
	struct hotfix_clock clock;
	int result = state_clock(session->state, &clock, landing->what.branch, &none);

	if (!result && (!landing->opened || clock.opened < landing->opened))
		landing->opened = clock.opened;
	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&none));
	hotfix_clock_release(&clock);
	error_release(&none);
	return result == ERROR_NOT_FOUND ? 0 : result;
}

static int gather_as_landing(struct standing *out, struct session *session, const struct branch_tip *production,
			     const char *branch, const char *incident, const struct object_id *tip,
			     const struct object_ids *brought, struct error *error)
{
	struct unreadable unreadable = {0};
	struct landing_question question = {.kind = LANDING_FAST_FORWARD,
					    .production = production->ref,
					    .branch = branch,
					    .incident = incident,
					    .from = production->tip,
					    .to = *tip,
					    .tip = *tip,
					    .brought = brought};
	int result = gather_landing(&out->landing, &unreadable, session, &question, error);

	if (!result)
		result = gather_clock(&out->landing, session, error);
	unreadable_release(&unreadable);
	return result;
}

int standing_gather(struct standing *out, struct session *session, const char *branch, const struct object_id *tip,
		    const struct object_ids *brought, struct error *error)
{
	struct branch_tips productions = {0};
	const struct branch_tip *production;
	struct hotfix_name name;
	int result;

	*out = (struct standing){0};
	if (!hotfix_name_parse(&name, &session->policy, branch))
		return error_set_code(error, ERROR_NOT_FOUND, "%s is no hotfix branch", branch);
	result = session_productions(session, &productions, error);
	if (!result && !productions.count)
		result = error_set_code(error, ERROR_NOT_FOUND, "there is no production branch");
	if (!result)
		result = choose_production(&production, &out->behind, session, &productions, tip, error);
	if (!result)
		result = gather_as_landing(out, session, production, branch, name.incident, tip, brought, error);
	hotfix_name_release(&name);
	branch_tips_release(&productions);
	return result;
}

int standing_gather_for(struct standing *out, struct session *session, const struct branch_tip *production,
			const char *branch, const struct object_id *tip, struct error *error)
{
	struct hotfix_name name;
	bool descends = false;
	int result;

	*out = (struct standing){0};
	if (!hotfix_name_parse(&name, &session->policy, branch))
		return error_set_code(error, ERROR_NOT_FOUND, "%s is no hotfix branch", branch);
	result = repository_descends(session->repository, &descends, tip, &production->tip, error);
	out->behind = !descends;
	if (!result)
		result = gather_as_landing(out, session, production, branch, name.incident, tip, NULL, error);
	hotfix_name_release(&name);
	return result;
}

static int find_landed(struct standing *standing, struct session *session, const struct branch_tips *productions,
		       struct error *error)
{
	const struct landing *landing = &standing->landing;
	enum landed landed = LANDED_NOT;
	int result = landed_find(&landed, session->repository, session->state, landing->what.branch,
				 landing->what.incident, &landing->target, productions, error);

	standing->landed = landed == LANDED;
	return result;
}

int standing_gather_landings(struct standing *standing, struct effects *effects, struct session *session,
			     struct error *error)
{
	const struct landing *landing = &standing->landing;
	struct branch_tip only = {landing->production, landing->what.from};
	struct branch_tips productions = {0};
	int result = life_landings_gather(&standing->landings, effects, session, landing->what.incident,
					  landing->what.branch, error);

	if (result || !standing->landings.count)
		return result;
	if (!standing->behind)
		return find_landed(standing, session, &(struct branch_tips){.items = &only, .count = 1}, error);
	result = session_productions(session, &productions, error);
	if (!result)
		result = find_landed(standing, session, &productions, error);
	branch_tips_release(&productions);
	return result;
}

struct checklist standing_checklist(const struct standing *standing, int64_t now)
{
	return (struct checklist){.branch = standing->landing.what.branch,
				  .incident = standing->landing.what.incident,
				  .tip = standing->landing.what.tip,
				  .landed = standing->landed,
				  .landing = &standing->landing,
				  .behind = standing->behind,
				  .landings = &standing->landings,
				  .now = now};
}

void standing_release(struct standing *standing)
{
	landing_release(&standing->landing);
	life_landings_release(&standing->landings);
}

/* What the tip that is replaced had, where the new one does not hold it. That it cannot be told is no reason to refuse
 * the push that replaces it. */
static int gather_replaced(struct standing *out, bool *replaced, struct session *session,
			   const struct ref_update *update, struct error *error)
{
	struct error untold = ERROR_INIT;
	int result;

	*replaced = false;
	if (object_id_is_zero(&update->old_id))
		return 0;
	result = repository_descends(session->repository, replaced, &update->new_id, &update->old_id, error);
	*replaced =
		!result && !*replaced && !standing_gather(out, session, update->ref, &update->old_id, NULL, &untold);
	error_release(&untold);
	return result;
}

int standing_gather_past(struct standing *out, struct session *session, struct error *error)
{
	struct effects effects = {0};
	int result = 0;

	if (out->landing.last_landing || policy_has_several_productions(&session->policy))
		result = standing_gather_landings(out, &effects, session, error);
	effects_release(&effects);
	return result;
}

int standing_write(struct buffer *out, struct checklist_sum *sum, struct session *session,
		   const struct ref_update *update, const struct object_ids *brought, struct error *error)
{
	struct standing standing;
	struct standing old = {0};
	bool replaced;
	int result = standing_gather(&standing, session, update->ref, &update->new_id, brought, error);

	if (!result)
		result = gather_replaced(&old, &replaced, session, update, error);
	if (!result)
		result = standing_gather_past(&standing, session, error);
	if (!result) {
		struct checklist checklist = standing_checklist(&standing, session->now);

		checklist.before = replaced ? &old.landing : NULL;
		checklist_write(out, sum, &session->policy, &checklist);
	}
	standing_release(&standing);
	standing_release(&old);
	return result;
}
