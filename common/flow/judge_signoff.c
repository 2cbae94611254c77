#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/gather_tags.h"
#include "flow/judge.h"
#include "flow/judge_answer.h"
#include "flow/signoff_refs.h"
#include "flow/standing.h"
#include "rules/hotfix_name.h"
#include "rules/people.h"
#include "rules/ref_class.h"
#include "rules/remedy.h"
#include "rules/signoff_ref.h"
#include "rules/signoff_tag.h"

#define FORMER_TIPS 100 /* of a branch, that are looked at for a commit which it does not have any more */

/* One sign-off ref that is being pushed. */
struct claim {
	struct judgement *judgement;
	const struct ref_update *update;
	struct signoff_ref name;
	struct object_id tip; /* of the branch */
	struct standing standing;
	bool gathered;
	size_t kept;               /* refs that this person has for the sign-off already */
	struct evidence *evidence; /* one of the standing's, the last */
};

static struct finding *refuse(struct judgement *judgement, const struct ref_update *update)
{
	return verdict_add(&judgement->verdict, "signoff-ref", NULL, update->ref);
}

static void refuse_change(struct judgement *judgement, const struct ref_update *update)
{
	struct finding *finding = refuse(judgement, update);
	struct signoff_ref name;
	bool deploys = signoff_ref_parse(&name, &judgement->session->policy, update->ref) &&
		       !strcmp(name.signoff, SIGNOFF_DEPLOY);
	const char *rest = update->ref + strlen(SIGNOFF_REFS);
	struct buffer message = BUFFER_INIT;

	signoff_ref_release(&name);
	if (deploys) {
		strings_add(&finding->found,
			    "a sign-off is never moved and never deleted; the next deploy has a ref of its own");
		return;
	}
	strings_add(&finding->found, "a sign-off is never moved and never deleted; it can be revoked:");
	strings_add(&finding->remedy, "# a new tag, by the same signer, beside it (-2 at its end):");
	buffer_addf(&message, "Revokes: %s", update->ref);
	remedy_add(&finding->remedy, "git tag -s -m %s signoff/%s-2 <commit>", buffer_text(&message), rest);
	remedy_add(&finding->remedy, "git push origin refs/tags/signoff/%s-2:%s-2", rest, update->ref);
	buffer_release(&message);
}

static void refuse_name(struct judgement *judgement, const struct ref_update *update)
{
	struct finding *finding = refuse(judgement, update);

	strings_add(&finding->found,
		    "a sign-off ref is named " SIGNOFF_REFS "<branch>/<sign-off>/<person>-<short id>[-<n>],");
	strings_add(&finding->found, "where the sign-off is one that is given by a ref here:");
	for (size_t i = 0; i < judgement->session->policy.signoff_count; i++)
		if (judgement->session->policy.signoffs[i].evidence != EVIDENCE_TRAILER)
			strings_addf(&finding->found, "%s%s", judgement->session->policy.signoffs[i].name,
				     strcmp(judgement->session->policy.signoffs[i].name, SIGNOFF_DEPLOY) != 0
					     ? ""
					     : ", with the environment for the person");
	if (judgement->session->policy.override_role)
		strings_add(&finding->found, "or one that the landing which it is on owes since it was overridden");
}

static bool names_signoff(struct claim *claim)
{
	const struct policy *policy = &claim->judgement->session->policy;
	const struct signoff *signoff = NULL;
	struct hotfix_name branch;
	bool names;

	if (!signoff_ref_parse(&claim->name, policy, claim->update->ref))
		return false;
	signoff = policy_signoff(policy, claim->name.signoff);
	names = hotfix_name_parse(&branch, policy, claim->name.branch);
	hotfix_name_release(&branch);
	return names && signoff && (signoff->evidence != EVIDENCE_TRAILER || policy->override_role);
}

/* Finds the branch that the name speaks of; *GOOD says that it is there. */
static int find_branch(struct claim *claim, bool *good, struct error *error)
{
	struct finding *finding;
	int result = repository_ref(claim->judgement->session->repository, &claim->tip, claim->name.branch, error);

	*good = !result;
	if (result != ERROR_NOT_FOUND)
		return result;
	error_release(error);
	finding = refuse(claim->judgement, claim->update);
	strings_addf(&finding->found, "there is no branch %s on the server", ref_short(claim->name.branch));
	return 0;
}

/* A tip that is gone, with its objects, says nothing. */
static bool reaches(struct session *session, const struct object_id *tip, const struct object_id *commit)
{
	struct error ignored = ERROR_INIT;
	bool out = false;

	if (object_id_is_zero(tip) || repository_descends(session->repository, &out, tip, commit, &ignored))
		out = false;
	error_release(&ignored);
	return out;
}

/* A commit that came to another branch first was on this one when a tip that it had reaches it. */
static int was_below_tips(bool *out, struct session *session, const char *branch, const struct object_id *commit,
			  struct error *error)
{
	struct object_ids tips = {0};
	int result = state_former_tips(session->state, &tips, branch, FORMER_TIPS, error);

	for (size_t i = 0; !result && !*out && i < tips.count; i++)
		*out = reaches(session, &tips.items[i], commit);
	object_ids_release(&tips);
	return result;
}

/* The commit that was signed must be, or have been, on the branch. */
static int check_target(struct claim *claim, struct error *error)
{
	struct session *session = claim->judgement->session;
	struct finding *finding;
	bool on_branch = false;
	int result = repository_descends(session->repository, &on_branch, &claim->tip, &claim->evidence->target, error);

	if (!result && !on_branch)
		result = state_was_on(session->state, &on_branch, claim->name.branch, &claim->evidence->target, error);
	if (!result && !on_branch)
		result = was_below_tips(&on_branch, session, claim->name.branch, &claim->evidence->target, error);
	if (result || on_branch)
		return result;
	finding = refuse(claim->judgement, claim->update);
	strings_addf(&finding->found, "%s is not on %s, and never was",
		     object_id_short(&claim->evidence->target).digits, ref_short(claim->name.branch));
	return 0;
}

static bool stands_at_once(enum evidence_fault fault)
{
	return fault == EVIDENCE_COUNTS || fault == EVIDENCE_OTHER_COMMIT || fault == EVIDENCE_OTHER_CHANGE ||
	       fault == EVIDENCE_SEVERAL_BASES || fault == EVIDENCE_TAKEN;
}

static int judge_signoff_evidence(struct claim *claim, struct error *error)
{
	struct session *session = claim->judgement->session;
	const struct landing *landing = &claim->standing.landing;
	enum evidence_fault fault;
	struct buffer why = BUFFER_INIT;
	int result = 0;

	fault = evidence_fault_of(&session->policy, landing, claim->evidence);
	if (stands_at_once(fault) && claim->evidence->signoff->evidence == EVIDENCE_SIGNATURE)
		result = gather_verify(&claim->evidence, 1, session, error);
	if (result)
		return result;
	fault = evidence_fault_of(&session->policy, landing, claim->evidence);
	if (stands_at_once(fault))
		return check_target(claim, error);
	evidence_explain(&why, &session->policy, landing, claim->evidence, fault);
	strings_add(&refuse(claim->judgement, claim->update)->found, buffer_text(&why));
	buffer_release(&why);
	return 0;
}

/* Why this person may not revoke that ref, or NULL: its signer may, and the revoke role. */
static const char *why_not_revoke(const struct claim *claim)
{
	const struct policy *policy = &claim->judgement->session->policy;
	const struct role *role = policy->revoke_role ? policy_role(policy, policy->revoke_role) : NULL;
	struct signoff_ref revoked;
	const char *why = NULL;

	if (!signoff_ref_parse(&revoked, policy, claim->evidence->revokes) ||
	    strcmp(revoked.branch, claim->name.branch) != 0 || strcmp(revoked.signoff, claim->name.signoff) != 0)
		why = "a sign-off is revoked by a ref beside it, in the same folder";
	else if (strcmp(revoked.person, claim->name.person) != 0 &&
		 !(role && people_in_role(policy, role, claim->name.person)))
		why = "only who signed it, and the revoke role, may revoke it";
	signoff_ref_release(&revoked);
	return why;
}

/* *WHY stays NULL where the revoked ref is there, and is a sign-off. */
static int find_revoked(struct claim *claim, const char **why, struct error *error)
{
	struct session *session = claim->judgement->session;
	struct object_id id;
	struct tag tag = {0};
	char *problem = NULL;
	int result = repository_ref(session->repository, &id, claim->evidence->revokes, error);

	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		*why = "there is no such sign-off on the server";
		return 0;
	}
	if (!result)
		result = repository_tag(session->repository, &tag, &problem, &id, error);
	if (!result && signoff_tag_revokes(&tag))
		*why = "that is a revocation, and it holds; a new sign-off can be given beside it";
	free(problem);
	tag_release(&tag);
	return result;
}

static int judge_revocation(struct claim *claim, struct error *error)
{
	const char *why;
	int result = 0;

	if (!claim->evidence->problem && claim->evidence->signoff->evidence == EVIDENCE_SIGNATURE)
		result = gather_verify(&claim->evidence, 1, claim->judgement->session, error);
	if (result)
		return result;
	why = claim->evidence->problem ? claim->evidence->problem : why_not_revoke(claim);
	if (!why)
		result = find_revoked(claim, &why, error);
	if (!result && why)
		strings_addf(&refuse(claim->judgement, claim->update)->found, "revoking %s: %s",
			     claim->evidence->revokes, why);
	return result;
}

static void keep_record(struct claim *claim, const struct checklist_sum *sum)
{
	struct record *record = records_add(&claim->judgement->records, claim->update->ref);
	struct record_landing *landing = record_add_landing(record);
	struct record_signoff *signoff = record_landing_add_signoff(landing);

	record->old_id = claim->update->old_id;
	record->new_id = claim->update->new_id;
	record->ready = sum->ready;
	/* a commit that is signed by a plain ref is not brought by it */
	if (claim->evidence->signoff->evidence == EVIDENCE_SIGNATURE)
		object_ids_add(&record->first_seen, &claim->update->new_id);
	landing->kind = claim->evidence->revokes ? LANDING_REVOCATION : LANDING_SIGNOFF;
	landing->branch = memory_copy(claim->name.branch);
	landing->incident =
		claim->standing.landing.what.incident ? memory_copy(claim->standing.landing.what.incident) : NULL;
	landing->severity = sum->severity ? memory_copy(sum->severity) : NULL;
	landing->from = claim->update->old_id;
	landing->to = claim->update->new_id;
	landing->tip = claim->tip;
	signoff->name = memory_copy(claim->name.signoff);
	signoff->person = memory_copy(claim->name.person);
	signoff->commit = claim->evidence->target;
	signoff->carrier = claim->evidence->carrier;
}

static int write_checklist(struct claim *claim, struct checklist_sum *sum, struct error *error)
{
	struct session *session = claim->judgement->session;
	int result = standing_gather_past(&claim->standing, session, error);

	if (!result) {
		struct checklist checklist = standing_checklist(&claim->standing, session->now);

		checklist_write(&claim->judgement->checklist, sum, &session->policy, &checklist);
	}
	return result;
}

/* Of several production branches a tag says which one it is for; INDEX stays when it says none of them. */
static int choose_production(const struct claim *claim, const struct branch_tips *productions, size_t *index,
			     struct error *error)
{
	struct session *session = claim->judgement->session;
	struct tag tag = {0};
	char *problem = NULL;
	int result = repository_tag(session->repository, &tag, &problem, &claim->update->new_id, error);

	for (size_t i = 0; !result && i < productions->count; i++)
		if (signoff_tag_is_for(&session->policy, &tag, productions->items[i].ref)) {
			*index = i;
			break;
		}
	free(problem);
	tag_release(&tag);
	return result;
}

static int gather_standing(struct claim *claim, struct error *error)
{
	struct session *session = claim->judgement->session;
	struct branch_tips productions = {0};
	size_t chosen = SIZE_MAX;
	int result = session_productions(session, &productions, error);

	if (!result && productions.count > 1)
		result = choose_production(claim, &productions, &chosen, error);
	if (!result && chosen < productions.count)
		result = standing_gather_for(&claim->standing, session, &productions.items[chosen], claim->name.branch,
					     &claim->tip, error);
	else if (!result)
		result = standing_gather(&claim->standing, session, claim->name.branch, &claim->tip, NULL, error);
	branch_tips_release(&productions);
	return result;
}

/* What one person can add is bounded, or it would block the landing; there is always room to take a sign-off back. */
static bool check_number(struct claim *claim, bool revokes)
{
	int most = claim->judgement->session->policy.limits.signoffs;
	struct finding *finding;

	if (claim->kept < (size_t)most * (revokes ? 2 : 1))
		return true;
	finding = verdict_add(&claim->judgement->verdict, "limit", NULL, claim->update->ref);
	strings_addf(&finding->found,
		     "%s has %zu refs for this sign-off on %s; at most %d, and as many that revoke ([limits] signoffs)",
		     claim->name.person, claim->kept, ref_short(claim->name.branch), most);
	strings_add(&finding->remedy, "# somebody else of the role signs, or ask the administrator");
	return false;
}

static int judge_claim(struct claim *claim, struct error *error)
{
	size_t before = claim->judgement->verdict.count;
	struct checklist_sum sum = {0};
	int result = gather_standing(claim, error);

	claim->gathered = true;
	if (!result && !claim->judgement->quiet)
		result = gather_tags_before(&claim->standing.landing, claim->judgement->session,
					    claim->judgement->updates, claim->update, error);
	if (!result)
		result = gather_tag(&claim->evidence, &claim->standing.landing, claim->judgement->session,
				    claim->update->ref, &claim->update->new_id, true, error);
	if (result || !claim->evidence)
		return result ? result : error_set(error, "%s: its branch cannot be judged", claim->update->ref);
	if (!check_number(claim, claim->evidence->revokes))
		return 0;
	if (claim->evidence->revokes)
		result = judge_revocation(claim, error);
	else
		result = judge_signoff_evidence(claim, error);
	if (result || claim->judgement->verdict.count != before)
		return result;
	if (!claim->evidence->revokes && !claim->judgement->quiet)
		result = write_checklist(claim, &sum, error);
	if (!result)
		keep_record(claim, &sum);
	return result;
}

/* *OUT: it is given on a landing, because that is what this sign-off is for, or because the landing owes it. */
static int is_on_landing(bool *out, const struct claim *claim, const struct signoff *signoff, struct error *error)
{
	struct session *session = claim->judgement->session;

	*out = signoff->on_landing;
	if (*out || !session->policy.override_role)
		return 0;
	return debts_take(out, session->repository, session->state, &claim->name, &claim->update->new_id, error);
}

int judge_signoff(struct judgement *judgement, const struct ref_update *update, struct error *error)
{
	struct claim claim = {.judgement = judgement, .update = update};
	const struct signoff *signoff;
	bool good = false;
	int result = judge_old_value(judgement, update, &good, error);

	if (result || !good)
		return result;
	if (!object_id_is_zero(&update->old_id)) {
		refuse_change(judgement, update);
		return 0;
	}
	if (!names_signoff(&claim)) {
		refuse_name(judgement, update);
		goto done;
	}
	signoff = policy_signoff(&judgement->session->policy, claim.name.signoff);
	if (!signoff->on_landing)
		result = signoff_refs_of_person(&claim.kept, judgement->session, &claim.name, judgement->updates,
						update, error);
	if (result || !check_number(&claim, true))
		goto done;
	result = is_on_landing(&good, &claim, signoff, error);
	if (!result && good && !check_number(&claim, false))
		goto done;
	if (!result && good)
		result = judge_answer(judgement, update, &claim.name, signoff, error);
	else if (!result && signoff->evidence == EVIDENCE_TRAILER)
		refuse_name(judgement, update);
	if (result || good || signoff->evidence == EVIDENCE_TRAILER)
		goto done;
	result = find_branch(&claim, &good, error);
	if (!result && good)
		result = judge_claim(&claim, error);
done:
	if (claim.gathered)
		standing_release(&claim.standing);
	signoff_ref_release(&claim.name);
	return result;
}
