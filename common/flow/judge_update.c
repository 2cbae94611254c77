#include "flow/judge_update.h"

#include "flow/judge_backmerge.h"
#include "rules/pattern.h"
#include "rules/people.h"

static void refuse_name(struct judgement *judgement, const struct ref_update *update, const struct ref_class *class)
{
	struct finding *finding;

	if (class->kind == REF_RESERVED) {
		finding = verdict_add(&judgement->verdict, "ref-name", NULL, update->ref);
		strings_addf(&finding->found, "this name is not for pushes: %s", class->why);
		strings_add(&finding->remedy, "# choose another name");
	} else if (class->kind == REF_NEAR_MISS) {
		finding = verdict_add(&judgement->verdict, "branch-name", NULL, update->ref);
		strings_addf(&finding->found, "did you mean %s?", class->meant);
		strings_addf(&finding->remedy, "git push origin %s:refs/heads/%s",
			     object_id_full(&update->new_id).digits, class->meant);
	} else {
		finding = verdict_add(&judgement->verdict, "signoff-ref", NULL, update->ref);
		strings_add(&finding->found, "no sign-off of this server is given by a tag: use a trailer");
	}
}

static int judge_allow_from(struct judgement *judgement, const struct ref_update *update, struct error *error)
{
	const struct policy *policy = &judgement->session->policy;
	const struct role *role = policy_role(policy, policy->allow_by ? policy->allow_by : "");
	struct finding *finding;
	bool fresh;
	int result = judge_old_value(judgement, update, &fresh, error);

	if (result || (role && people_in_role(policy, role, judgement->session->pusher)))
		return result;
	finding = verdict_add(&judgement->verdict, "allow-from", NULL, update->ref);
	strings_addf(&finding->found,
		     "%s may not change this branch: it can be landed without sign-offs, so only the role %s may",
		     judgement->session->pusher, policy->allow_by ? policy->allow_by : "(none)");
	return 0;
}

static bool given_by_refs(const struct policy *policy)
{
	return policy_wants(policy, EVIDENCE_SIGNATURE) || policy_wants(policy, EVIDENCE_PUSHER) ||
	       policy_has_answers(policy) || policy->override_role;
}

static int judge_landings(struct judgement *judgement, const struct ref_update *update, const char *production,
			  struct error *error)
{
	int result = judge_production(judgement, update, production, error);

	if (result || judgement->quiet || !judgement->session->policy.backmerge.into.count)
		return result;
	return judge_backmerges_of(judgement, update, production, error);
}

static int judge_release(struct judgement *judgement, const struct ref_update *update, struct error *error)
{
	int result = judge_allow_from(judgement, update, error);

	if (result || judgement->quiet || !patterns_match(&judgement->session->policy.backmerge.into, update->ref))
		return result;
	return judge_backmerge(judgement, update, error);
}

int judge_update(struct judgement *judgement, const struct ref_update *update, const struct ref_class *class,
		 struct error *error)
{
	switch (class->kind) {
	case REF_PRODUCTION:
		return judge_landings(judgement, update, class->canonical, error);
	case REF_HOTFIX:
		return judge_hotfix(judgement, update, error);
	case REF_ALLOW_FROM:
		return judge_release(judgement, update, error);
	case REF_SIGNOFF:
		if (given_by_refs(&judgement->session->policy))
			return judge_signoff(judgement, update, error);
		refuse_name(judgement, update, class);
		return 0;
	case REF_RESERVED:
	case REF_NEAR_MISS:
		refuse_name(judgement, update, class);
		return 0;
	case REF_BACKMERGE:
		return judge_backmerge(judgement, update, error);
	case REF_FREE:
		return 0;
	}
	return 0;
}
