#include "flow/judge_backmerge.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/state_owed.h"
#include "base/memory.h"
#include "flow/arrived.h"
#include "rules/pattern.h"

#define BRANCHES_MAXIMUM 1000

/* Branches that one push to production is told of. */
#define BRANCHES_TOLD 3

int backmerge_find_branches(struct record_landing *landing, struct session *session, struct error *error)
{
	const struct strings *patterns = &session->policy.backmerge.into;
	struct branch_tips tips = {0};
	int result = 0;

	if (!landing_kind_is_hotfix(landing->kind))
		return 0;
	for (size_t i = 0; !result && i < patterns->count; i++)
		result = repository_refs(session->repository, &tips, patterns->items[i], BRANCHES_MAXIMUM, error);
	for (size_t i = 0; !result && i < tips.count; i++)
		strings_add_once(&landing->into, tips.items[i].ref);
	branch_tips_release(&tips);
	return result;
}

/* Where a branch is once this push has passed; *THERE: it is. */
static int tip_after(struct object_id *out, bool *there, const struct judgement *judgement, const char *branch,
		     struct error *error)
{
	const struct ref_update *update = ref_updates_find(judgement->updates, branch);
	int result;

	if (update) {
		*out = update->new_id;
		*there = !object_id_is_zero(out);
		return 0;
	}
	result = repository_ref(judgement->session->repository, out, branch, error);
	*there = !result;
	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result = 0;
	}
	return result;
}

/* What is overdue, one for each landing and branch. */
struct overdue {
	const struct owed **items; /* of the list */
	size_t count;
	size_t arriving; /* more that were, until this push */
};

static int add_overdue(struct overdue *out, struct judgement *judgement, const struct owed *owed, struct error *error)
{
	struct session *session = judgement->session;
	struct object_id tip;
	bool there;
	bool arrived = false;
	int result;

	if (!owed_is_overdue(&session->policy, owed, session->now))
		return 0;
	result = tip_after(&tip, &there, judgement, owed->into, error);
	if (result || !there)
		return result;
	if (!object_id_equal(&tip, &owed->checked))
		result = arrived_find(&arrived, session->repository, &owed->what, &tip, error);
	if (!result && !arrived)
		out->items[out->count++] = owed;
	out->arriving += arrived;
	return result;
}

/* What is owed to INTO, or by what landed on PRODUCTION; the other is NULL. LIST is what OUT points into; both are owned by
 * the caller either way. */
static int find_overdue(struct overdue *out, struct owed_list *list, struct judgement *judgement, const char *into,
			const char *production, struct error *error)
{
	int result = state_owed(judgement->session->state, list, into, error);

	*out = (struct overdue){.items = memory_alloc((list->count + 1) * sizeof(const struct owed *))};
	for (size_t i = 0; !result && i < list->count; i++)
		if (!production || !strcmp(list->items[i].production, production))
			result = add_overdue(out, judgement, &list->items[i], error);
	return result;
}

int judge_backmerge(struct judgement *judgement, const struct ref_update *update, struct error *error)
{
	struct owed_list list = {0};
	struct overdue overdue = {0};
	int result = 0;

	if (!object_id_is_zero(&update->old_id) && !object_id_is_zero(&update->new_id))
		result = find_overdue(&overdue, &list, judgement, update->ref, NULL, error);
	if (!result && overdue.count)
		backmerge_judge(&judgement->verdict, &judgement->session->policy, overdue.items, overdue.count,
				update->ref, !overdue.arriving);
	free(overdue.items);
	owed_list_release(&list);
	return result;
}

/* True when the push lands what needs no sign-offs, and so can wait. */
static bool lands_ordinary(const struct judgement *judgement, const char *production)
{
	for (size_t i = 0; i < judgement->records.count; i++) {
		const struct record *record = &judgement->records.items[i];

		for (size_t k = 0; !strcmp(record->ref, production) && k < record->landing_count; k++)
			if (record->landings[k].kind == LANDING_ORDINARY)
				return true;
	}
	return false;
}

/* Takes the first that is owed to INTO, and all others to the same branch, out of OVERDUE. */
static size_t take_same_branch(const struct owed **out, struct overdue *overdue)
{
	const char *into = overdue->items[0]->into;
	size_t taken = 0;
	size_t left = 0;

	for (size_t i = 0; i < overdue->count; i++) {
		if (!strcmp(overdue->items[i]->into, into))
			out[taken++] = overdue->items[i];
		else
			overdue->items[left++] = overdue->items[i];
	}
	overdue->count = left;
	return taken;
}

int judge_backmerges_of(struct judgement *judgement, const struct ref_update *update, const char *production,
			struct error *error)
{
	const struct policy *policy = &judgement->session->policy;
	bool refuses = lands_ordinary(judgement, production);
	struct owed_list list = {0};
	struct overdue overdue = {0};
	int result = find_overdue(&overdue, &list, judgement, NULL, production, error);
	const struct owed **same = memory_alloc((overdue.count + 1) * sizeof(const struct owed *));

	for (size_t told = 0; !result && overdue.count && told < BRANCHES_TOLD; told++) {
		size_t count = take_same_branch(same, &overdue);

		backmerge_judge(&judgement->verdict, policy, same, count, update->ref, refuses);
	}
	free(same);
	free(overdue.items);
	owed_list_release(&list);
	return result;
}
