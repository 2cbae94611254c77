/* A hotfix branch is deleted. */
#include "base/memory.h"
#include "flow/judge.h"
#include "flow/landed.h"
#include "rules/hotfix_name.h"
#include "rules/people.h"
#include "rules/ref_class.h"

/* What is known of the branch that is to go. */
struct deletion {
	struct judgement *judgement;
	const struct ref_update *update;
	struct hotfix_name name;
	struct strings makers; /* keys of who made it */
	enum landed landed;
};

static int gather(struct deletion *deletion, struct error *error)
{
	struct session *session = deletion->judgement->session;
	struct branch_tips productions = {0};
	int result = session_productions(session, &productions, error);

	if (!result)
		result = landed_find(&deletion->landed, session->repository, session->state, deletion->update->ref,
				     deletion->name.incident, &deletion->update->old_id, &productions, error);
	if (!result)
		result = state_makers(session->state, &deletion->makers, deletion->update->ref, error);
	branch_tips_release(&productions);
	return result;
}

/* Production has what nobody is known to have made: it landed before anybody wrote that down. */
static bool is_old_news(const struct deletion *deletion)
{
	return deletion->landed == LANDED_UNRECORDED && !deletion->makers.count;
}

static bool may_delete(const struct deletion *deletion)
{
	const struct session *session = deletion->judgement->session;
	const struct policy *policy = &session->policy;
	const struct role *role = policy->delete_role ? policy_role(policy, policy->delete_role) : NULL;

	return deletion->landed == LANDED || is_old_news(deletion) ||
	       strings_contain(&deletion->makers, session->pusher) ||
	       (role && people_in_role(policy, role, session->pusher));
}

static void refuse(const struct deletion *deletion)
{
	const struct policy *policy = &deletion->judgement->session->policy;
	const char *branch = ref_short(deletion->update->ref);
	struct finding *finding =
		verdict_add(&deletion->judgement->verdict, "branch-delete", NULL, deletion->update->ref);
	struct buffer line = BUFFER_INIT;

	strings_addf(&finding->found, "%s at %s %s", branch, object_id_short(&deletion->update->old_id).digits,
		     deletion->landed == LANDED_TAKEN_BACK ? "has landed, and a rollback took it back: it is open again"
							   : "has not landed");
	for (size_t i = 0; i < deletion->makers.count; i++) {
		buffer_add_string(&line, i ? ", " : "only who made it may delete it: ");
		people_describe(&line, policy, deletion->makers.items[i]);
	}
	if (!deletion->makers.count) {
		buffer_add_string(&line, "the server does not know who made it");
		strings_add(&finding->remedy, "# an administrator records, on the server, who did:");
		strings_addf(&finding->remedy, "hotfixctl adopt %s PERSON", branch);
	}
	if (policy->delete_role)
		buffer_addf(&line, "%s the role %s", deletion->makers.count ? ", and" : "; else it is for",
			    policy->delete_role);
	strings_take(&finding->found, buffer_detach(&line));
}

static void keep_record(struct deletion *deletion)
{
	struct record *record = records_add(&deletion->judgement->records, deletion->update->ref);
	struct record_landing *abandoned;

	record->old_id = deletion->update->old_id;
	record->new_id = deletion->update->new_id;
	if (!deletion->name.incident || deletion->landed == LANDED || is_old_news(deletion))
		return;
	abandoned = record_add_landing(record);
	abandoned->kind = LANDING_ABANDONMENT;
	abandoned->from = abandoned->tip = deletion->update->old_id;
	abandoned->branch = memory_copy(deletion->update->ref);
	abandoned->incident = memory_copy(deletion->name.incident);
}

int judge_deletion(struct judgement *judgement, const struct ref_update *update, struct error *error)
{
	struct deletion deletion = {.judgement = judgement, .update = update};
	int result = 0;

	if (hotfix_name_parse(&deletion.name, &judgement->session->policy, update->ref)) {
		result = gather(&deletion, error);
		if (!result && !may_delete(&deletion))
			refuse(&deletion);
	}
	if (!result)
		keep_record(&deletion);
	strings_release(&deletion.makers);
	hotfix_name_release(&deletion.name);
	return result;
}
