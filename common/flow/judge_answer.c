#include "flow/judge_answer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/state_landings.h"
#include "adapters/state_owed.h"
#include "base/memory.h"
#include "flow/effect.h"
#include "flow/gather_tags.h"
#include "rules/answer.h"
#include "rules/debt.h"
#include "rules/hotfix_name.h"
#include "rules/message.h"
#include "rules/people.h"
#include "rules/ref_class.h"
#include "rules/signoff_tag.h"

/* One sign-off ref on a landing. */
struct reply {
	struct judgement *judgement;
	const struct ref_update *update;
	const struct signoff_ref *name;
	const struct signoff *signoff;
	struct tag tag;
	bool is_tag;
	struct object_id target;
	struct past_landings landings;
	struct past_landing *landing; /* one of them, or NULL */
	struct answers before;        /* on that landing */
	struct record_signoff said;
};

static struct finding *refuse(const struct reply *reply)
{
	return verdict_add(&reply->judgement->verdict, "signoff-ref", NULL, reply->update->ref);
}

/* Refuses for this reason, which it takes; a NULL is none. */
static void refuse_because(const struct reply *reply, char *why)
{
	if (why)
		strings_take(&refuse(reply)->found, why);
}

static int read_object(struct reply *reply, struct error *error)
{
	struct repository *repository = reply->judgement->session->repository;
	const char *kind = NULL;
	char *problem = NULL;
	int result = repository_kind(repository, &kind, &reply->update->new_id, error);

	if (result)
		return result;
	reply->target = reply->update->new_id;
	reply->is_tag = !strcmp(kind, "tag");
	if (reply->is_tag)
		result = repository_tag(repository, &reply->tag, &problem, &reply->update->new_id, error);
	else if (strcmp(kind, "commit") != 0)
		problem = memory_copy("it is not on a commit");
	else if (!signoff_ref_fits_id(reply->name, &reply->target))
		problem = memory_copy("its name says another commit");
	if (reply->is_tag)
		reply->target = reply->tag.target;
	refuse_because(reply, problem);
	return result;
}

/* Names the landing that the branch made last, since that is what was meant. */
static int add_last_landing(struct finding *finding, const struct reply *reply, struct error *error)
{
	struct session *session = reply->judgement->session;
	struct past_landings landings = {0};
	struct hotfix_name branch = {0};
	int result = 0;

	if (hotfix_name_parse(&branch, &session->policy, reply->name->branch))
		result = state_landings_for(session->state, &landings, branch.incident, error);
	for (size_t i = landings.count; !result && i > 0; i--) {
		const struct past_landing *landing = &landings.items[i - 1];

		if (strcmp(landing->what.branch, reply->name->branch) != 0)
			continue;
		strings_addf(&finding->found, "its last landing is %s on %s", object_id_short(&landing->what.to).digits,
			     ref_short(landing->production));
		answer_add_signing(&finding->remedy, &session->policy, reply->signoff, landing->production,
				   &landing->what);
		break;
	}
	hotfix_name_release(&branch);
	past_landings_release(&landings);
	return result;
}

static int refuse_unknown(const struct reply *reply, struct error *error)
{
	struct finding *finding = refuse(reply);

	strings_addf(&finding->found, "%s is no landing of %s that the server has recorded",
		     object_id_short(&reply->target).digits, ref_short(reply->name->branch));
	return add_last_landing(finding, reply, error);
}

/* *OUT: it landed the branch, or, of a deploy, it is the rollback that took the branch's landing back. */
static int is_of_branch(bool *out, const struct reply *reply, const struct past_landing *landing, struct error *error)
{
	struct session *session = reply->judgement->session;
	struct rollback rollback = {0};
	int result = 0;

	*out = landing->what.branch && !strcmp(landing->what.branch, reply->name->branch) &&
	       landing_kind_is_hotfix(landing->what.kind);
	if (landing->what.kind == LANDING_ROLLBACK && !strcmp(reply->signoff->name, SIGNOFF_DEPLOY)) {
		result = rollback_gather(&rollback, session->repository, session->state, landing->production, NULL, 0,
					 &landing->what.to, error);
		*out = past_landings_hold(&rollback.taken_back, reply->name->branch);
		rollback_release(&rollback);
	}
	return result;
}

/* The same commit can have landed on several production branches: then a tag says which. */
static int find_landing(struct reply *reply, struct error *error)
{
	struct session *session = reply->judgement->session;
	struct past_landing *last = NULL;
	size_t count = 0;
	int result = state_landings_at(session->state, &reply->landings, &reply->target, error);

	for (size_t i = 0; !result && i < reply->landings.count; i++) {
		struct past_landing *landing = &reply->landings.items[i];
		bool is_meant;

		result = is_of_branch(&is_meant, reply, landing, error);
		if (result || !is_meant)
			continue;
		count++;
		last = landing;
		if (!reply->is_tag || signoff_tag_is_for(&session->policy, &reply->tag, landing->production))
			reply->landing = landing;
	}
	if (result)
		return result;
	if (!count)
		return refuse_unknown(reply, error);
	if (count > 1 && (!reply->is_tag || !reply->landing)) {
		reply->landing = NULL;
		refuse_because(reply, memory_copy("it landed on several production branches: say which by a trailer "
						  "\"Production:\" in a tag"));
	} else if (!reply->landing) {
		reply->landing = last;
	}
	return reply->landing ? state_answers(session->state, &reply->before, &reply->landing->number, error) : 0;
}

static int check_signature(struct reply *reply, const char *person, struct error *error)
{
	struct evidence evidence = {.signoff = reply->signoff,
				    .ref = (char *)reply->update->ref,
				    .person = (char *)person,
				    .carrier = reply->update->new_id,
				    .arrival = INT64_MAX};
	struct evidence *one = &evidence;
	int result = gather_verify(&one, 1, reply->judgement->session, error);

	free(evidence.key);
	if (result)
		free(evidence.problem);
	else
		refuse_because(reply, evidence.problem);
	return result;
}

static void check_role(const struct reply *reply)
{
	const struct policy *policy = &reply->judgement->session->policy;
	const struct role *role = policy_role(policy, reply->signoff->role);
	struct buffer why = BUFFER_INIT;

	if (role && people_in_role(policy, role, reply->said.person))
		return;
	people_describe(&why, policy, reply->said.person);
	buffer_addf(&why, " is not in the role %s", reply->signoff->role);
	refuse_because(reply, buffer_detach(&why));
}

/* What is watched must be in production. */
static int check_taken_back(const struct reply *reply, struct error *error)
{
	struct session *session = reply->judgement->session;
	const struct past_landing *rollback;
	struct effect effect;
	int result =
		effect_gather(&effect, session->repository, session->state, reply->landing->production, NULL, 0, error);

	rollback = result ? NULL : effect_rollback_of(&effect, &reply->target);
	if (rollback)
		strings_addf(&refuse(reply)->found, "the rollback %s took %s back",
			     object_id_short(&rollback->what.to).digits, object_id_short(&reply->target).digits);
	effect_release(&effect);
	return result;
}

/* What is watched must run. */
static void check_deployed(const struct reply *reply)
{
	const struct policy *policy = &reply->judgement->session->policy;
	const struct signoff *deploy = policy_signoff(policy, SIGNOFF_DEPLOY);
	struct finding *finding;

	if (answers_deployed(&reply->before, deploy))
		return;
	finding = refuse(reply);
	strings_addf(&finding->found, "%s is not deployed: no success is recorded, or a failure came after it",
		     object_id_short(&reply->target).digits);
	answer_add_signing(&finding->remedy, policy, deploy, reply->landing->production, &reply->landing->what);
}

/* Of a sign-off that is owed: who may still give it. */
static int check_owed(const struct reply *reply, struct error *error)
{
	struct session *session = reply->judgement->session;
	int result = state_landing_override(session->state, reply->landing, error);

	if (!result)
		result = state_landing_signoffs(session->state, reply->landing, error);
	if (!result)
		refuse_because(reply, debt_problem(&session->policy, &reply->landing->what, &reply->before,
						   reply->signoff, reply->said.person));
	return result;
}

/* What the triage of the landing said, else what this one says. */
static const char *severity_of(const struct reply *reply)
{
	const char *said = reply->is_tag ? tag_trailer(&reply->tag, "Severity") : NULL;

	if (reply->landing->what.severity)
		return reply->landing->what.severity;
	return said && reply->signoff->severities.count ? policy_severity(reply->signoff, said) : NULL;
}

static void keep_record(struct reply *reply, const char *revokes)
{
	struct record *record = records_add(&reply->judgement->records, reply->update->ref);
	struct record_landing *kept = record_add_landing(record);
	const char *severity = severity_of(reply);
	struct record_signoff *signoff = record_landing_add_signoff(kept);

	record->old_id = reply->update->old_id;
	record->new_id = reply->update->new_id;
	kept->kind = revokes ? LANDING_REVOCATION : LANDING_SIGNOFF;
	kept->from = reply->update->old_id;
	kept->to = reply->update->new_id;
	kept->tip = reply->target;
	kept->branch = memory_copy(reply->name->branch);
	kept->incident = hotfix_name_incident(&reply->judgement->session->policy, reply->name->branch);
	kept->severity = severity ? memory_copy(severity) : NULL;
	kept->about = reply->landing->number;
	*signoff = reply->said;
	reply->said = (struct record_signoff){0};
	signoff->name = memory_copy(reply->name->signoff);
	signoff->commit = reply->target;
	signoff->carrier = reply->update->new_id;
	if (revokes)
		signoff->reason = memory_copy(revokes);
	if (reply->is_tag)
		object_ids_add(&record->first_seen, &reply->update->new_id);
}

/* What is owed once this sign-off counts too. */
static void add_rest(struct buffer *out, struct reply *reply)
{
	const struct policy *policy = &reply->judgement->session->policy;
	struct answer *given = answers_add(&reply->before);
	struct buffer owed = BUFFER_INIT;

	given->said.name = memory_copy(reply->signoff->name);
	given->said.person = memory_copy(reply->said.person);
	debt_describe(&owed, policy, &reply->landing->what, &reply->before);
	buffer_addf(out, "; %s%s", owed.length ? "still owed: " : "nothing is owed any more", buffer_text(&owed));
	buffer_release(&owed);
}

static void tell(struct reply *reply)
{
	struct buffer line = BUFFER_INIT;
	struct buffer *out = &reply->judgement->checklist;

	buffer_addf(&line, "%s ", reply->name->signoff);
	if (reply->said.environment)
		buffer_addf(&line, "to %s ", reply->said.environment);
	buffer_addf(&line, "of %s at %s: ", ref_short(reply->name->branch), object_id_short(&reply->target).digits);
	if (reply->said.environment)
		buffer_addf(&line, "%s, ", reply->said.failed ? "failure" : "success");
	buffer_addf(&line, "by %s", reply->said.person);
	if (!reply->signoff->on_landing)
		add_rest(&line, reply);
	buffer_add_string(out, "hotfix: ");
	message_wrap(out, buffer_text(&line), strlen("hotfix: "));
	buffer_release(&line);
}

/* What is waived must be owed. */
static int check_into(const struct reply *reply, struct error *error)
{
	struct strings names = STRINGS_INIT;
	int result = 0;

	for (const char *name = reply->said.into; name && *name; name += strspn(name, " ")) {
		strings_add_bytes(&names, name, strcspn(name, " "));
		name += strcspn(name, " ");
	}
	for (size_t i = 0; !result && i < names.count; i++) {
		bool owes;

		result = state_owes_to(reply->judgement->session->state, &owes, &reply->landing->number, names.items[i],
				       error);
		if (!result && !owes)
			strings_addf(&refuse(reply)->found, "\"Into: %s\": %s was not to be merged back there",
				     names.items[i], object_id_short(&reply->target).digits);
	}
	strings_release(&names);
	return result;
}

static int judge_given(struct reply *reply, struct error *error)
{
	struct session *session = reply->judgement->session;
	const struct answer_question question = {.signoff = reply->signoff,
						 .ref = reply->update->ref,
						 .name = reply->name,
						 .tag = reply->is_tag ? &reply->tag : NULL,
						 .pusher = session->pusher};
	size_t before = reply->judgement->verdict.count;
	char *problem = answer_read(&reply->said, &session->policy, &question);
	int result = 0;

	refuse_because(reply, problem);
	if (!problem && answer_is_signed(reply->signoff))
		result = check_signature(reply, reply->said.person, error);
	if (result || reply->judgement->verdict.count != before)
		return result;
	check_role(reply);
	if (!strcmp(reply->signoff->name, SIGNOFF_MONITOR)) {
		check_deployed(reply);
		result = check_taken_back(reply, error);
	}
	if (!result)
		result = check_into(reply, error);
	if (!result && !reply->signoff->on_landing)
		result = check_owed(reply, error);
	if (result || reply->judgement->verdict.count != before)
		return result;
	if (!reply->judgement->quiet)
		tell(reply);
	keep_record(reply, NULL);
	return 0;
}

/* Returns the sign-off of this ref on the landing, or NULL. */
static const struct answer *find_answer(const struct reply *reply, const char *ref)
{
	for (size_t i = 0; i < reply->before.count; i++)
		if (reply->before.items[i].ref && !strcmp(reply->before.items[i].ref, ref))
			return &reply->before.items[i];
	return NULL;
}

static const char *why_not_revoke(const struct reply *reply, const char *ref)
{
	const struct policy *policy = &reply->judgement->session->policy;
	const struct role *role = policy->revoke_role ? policy_role(policy, policy->revoke_role) : NULL;
	const struct answer *revoked = find_answer(reply, ref);

	if (!revoked || strcmp(revoked->said.name, reply->signoff->name) != 0)
		return "there is no such sign-off on this landing";
	if (reply->landing->closed && reply->signoff->on_landing)
		return "the hotfix is closed";
	if (strcmp(revoked->said.person, reply->name->person) != 0 &&
	    !(role && people_in_role(policy, role, reply->name->person)))
		return "only who signed it, and the revoke role, may revoke it";
	return NULL;
}

static int judge_revocation(struct reply *reply, const char *revokes, struct error *error)
{
	size_t before = reply->judgement->verdict.count;
	char *problem = signoff_tag_shape_problem(reply->update->ref, reply->name, &reply->tag);
	const char *why;
	int result = 0;

	if (!problem && !strcmp(reply->signoff->name, SIGNOFF_DEPLOY))
		problem = memory_copy("a deploy is not taken back: report the next one beside it");
	else if (!problem && answer_is_signed(reply->signoff))
		result = check_signature(reply, reply->name->person, error);
	else if (!problem && strcmp(reply->judgement->session->pusher, reply->name->person) != 0)
		problem = memory_copy("it was pushed by somebody else");
	why = problem ? NULL : why_not_revoke(reply, revokes);
	refuse_because(reply, problem);
	if (why)
		strings_addf(&refuse(reply)->found, "revoking %s: %s", revokes, why);
	if (result || reply->judgement->verdict.count != before)
		return result;
	reply->said.person = memory_copy(reply->name->person);
	keep_record(reply, revokes);
	return 0;
}

int judge_answer(struct judgement *judgement, const struct ref_update *update, const struct signoff_ref *name,
		 const struct signoff *signoff, struct error *error)
{
	struct reply reply = {.judgement = judgement, .update = update, .name = name, .signoff = signoff};
	size_t before = judgement->verdict.count;
	const char *revokes;
	int result = read_object(&reply, error);

	if (!result && judgement->verdict.count == before)
		result = find_landing(&reply, error);
	if (!result && judgement->verdict.count == before) {
		revokes = reply.is_tag ? signoff_tag_revokes(&reply.tag) : NULL;
		result = revokes ? judge_revocation(&reply, revokes, error) : judge_given(&reply, error);
	}
	record_signoff_release(&reply.said);
	answers_release(&reply.before);
	past_landings_release(&reply.landings);
	tag_release(&reply.tag);
	return result;
}
