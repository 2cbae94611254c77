#include <stdlib.h>
#include <string.h>

#include "flow/judge.h"
#include "rules/people.h"

/* Which of the three ways in which production may come into being is open. */
struct opening {
	bool no_refs;       /* no ref existed when the push began */
	bool no_production; /* there is no production branch */
	bool on_production; /* the new tip is on a production branch */
	bool allowed;       /* the pusher is in the allow-by role */
};

/* The update hook runs when other refs of the same first push are there already: pre-receive wrote down what it saw. */
static int was_recorded(bool *out, struct session *session, const struct ref_update *update, const char *production,
			struct error *error)
{
	struct records found = {0};
	struct record *record = records_add(&found, production);
	int result = state_find_record(session->state, record, production, &update->old_id, &update->new_id, error);

	*out = !result && record->landing_count == 1 && record->landings[0].kind == LANDING_CREATION;
	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result = 0;
	}
	records_release(&found);
	return result;
}

static int reaches(bool *out, struct session *session, const struct branch_tips *productions,
		   const struct object_id *id, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && !*out && i < productions->count; i++)
		result = repository_descends(session->repository, out, &productions->items[i].tip, id, error);
	return result;
}

static int look(struct opening *out, struct session *session, const struct ref_update *update, const char *production,
		struct error *error)
{
	const struct policy *policy = &session->policy;
	const struct role *role = policy->allow_by ? policy_role(policy, policy->allow_by) : NULL;
	struct branch_tips productions = {0};
	bool has_refs = true;
	int result = repository_has_refs(session->repository, &has_refs, error);

	out->no_refs = !has_refs;
	out->allowed = role && people_in_role(policy, role, session->pusher);
	if (!result && has_refs && !session->environment.quarantine)
		result = was_recorded(&out->no_refs, session, update, production, error);
	if (!result)
		result = session_productions(session, &productions, error);
	out->no_production = !productions.count;
	if (!result)
		result = reaches(&out->on_production, session, &productions, &update->new_id, error);
	branch_tips_release(&productions);
	return result;
}

static void keep(struct judgement *judgement, const struct ref_update *update, const char *production)
{
	struct record *record = records_add(&judgement->records, production);
	struct record_landing *landing;

	record->old_id = update->old_id;
	record->new_id = update->new_id;
	record->production = true;
	landing = record_add_landing(record);
	landing->kind = LANDING_CREATION;
	landing->from = update->old_id;
	landing->to = update->new_id;
	landing->tip = update->new_id;
}

int judge_creation(struct judgement *judgement, const struct ref_update *update, const char *production,
		   struct error *error)
{
	const struct policy *policy = &judgement->session->policy;
	struct opening opening = {0};
	struct finding *finding;
	int result = look(&opening, judgement->session, update, production, error);

	if (result)
		return result;
	if (opening.no_refs || (opening.allowed && (opening.no_production || opening.on_production))) {
		keep(judgement, update, production);
		return 0;
	}
	finding = verdict_add(&judgement->verdict, "production-create", NULL, update->ref);
	if (!policy->allow_by)
		strings_add(&finding->found, "a production branch is made by the first push to an empty repository");
	else if (!opening.allowed)
		strings_addf(&finding->found, "only the role %s may make a production branch", policy->allow_by);
	else
		strings_addf(&finding->found, "%s is on no production branch; a new one must start from one",
			     object_id_short(&update->new_id).digits);
	return 0;
}
