#include "flow/recording.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/announce_answer.h"
#include "flow/effect.h"
#include "rules/debt.h"
#include "rules/hotfix_name.h"
#include "rules/people.h"
#include "rules/ref_class.h"

void recording_release(struct recording *recording)
{
	past_landings_release(&recording->landings);
	free(recording->branch);
	recording->landing = NULL;
	recording->branch = NULL;
}

static bool is_deploy(const struct recording *recording)
{
	return !strcmp(recording->signoff->name, SIGNOFF_DEPLOY);
}

/* Adds the landings that NAME may mean, oldest first; *WANTED is the branch that it names, owned by the caller, or NULL. */
static int find_landings(struct past_landings *out, char **wanted, struct session *session, const char *name,
			 struct error *error)
{
	struct hotfix_name branch = {0};
	struct buffer full = BUFFER_INIT;
	struct object_id id;
	int result;

	*wanted = NULL;
	buffer_addf(&full, "%s%s", strncmp(name, "refs/", 5) != 0 ? "refs/heads/" : "", name);
	if (strlen(name) == OBJECT_ID_DIGITS && object_id_parse(&id, name)) {
		result = state_landings_at(session->state, out, &id, error);
	} else if (hotfix_name_parse(&branch, &session->policy, buffer_text(&full))) {
		result = state_landings_for(session->state, out, branch.incident, error);
		*wanted = buffer_detach(&full);
	} else {
		result = state_landings_for(session->state, out, name, error);
	}
	hotfix_name_release(&branch);
	buffer_release(&full);
	return result;
}

/* *OUT is the branch that LANDING is of, owned by the caller; NULL when it is of none. */
static int find_branch(char **out, const struct recording *recording, struct session *session,
		       const struct past_landing *landing, struct error *error)
{
	struct rollback rollback = {0};
	int result = 0;

	*out = NULL;
	if (landing_kind_is_hotfix(landing->what.kind) && landing->what.branch) {
		*out = memory_copy(landing->what.branch);
	} else if (landing->what.kind == LANDING_ROLLBACK && is_deploy(recording)) {
		result = rollback_gather(&rollback, session->repository, session->state, landing->production, NULL, 0,
					 &landing->what.to, error);
		if (!result && rollback.taken_back.count)
			*out = memory_copy(rollback.taken_back.items[0].what.branch);
		rollback_release(&rollback);
	}
	return result;
}

static bool is_meant(const struct past_landing *landing, const char *branch, const char *wanted, const char *production)
{
	return (!production || !strcmp(production, landing->production)) && (!wanted || !strcmp(wanted, branch));
}

int recording_find(struct recording *recording, struct session *session, const char *name, const char *production,
		   struct error *error)
{
	char *wanted;
	int result = find_landings(&recording->landings, &wanted, session, name, error);

	for (size_t i = 0; !result && i < recording->landings.count; i++) {
		struct past_landing *landing = &recording->landings.items[i];
		char *branch = NULL;

		result = find_branch(&branch, recording, session, landing, error);
		if (!branch || !is_meant(landing, branch, wanted, production)) {
			free(branch);
			continue;
		}
		if (recording->landing && strcmp(recording->landing->production, landing->production) != 0)
			result = error_set(error, "%s landed on %s and on %s: say which by --production", name,
					   ref_short(recording->landing->production), ref_short(landing->production));
		free(recording->branch);
		recording->branch = branch;
		recording->landing = landing;
	}
	free(wanted);
	if (result || recording->landing)
		return result;
	return error_set_code(error, ERROR_NOT_FOUND, "%s: no landing of a hotfix by this name is recorded", name);
}

static int check_person(const struct recording *recording, const struct policy *policy, struct error *error)
{
	const struct role *role = policy_role(policy, recording->signoff->role);

	if (!people_by_name(policy, recording->person))
		return error_set(error, "%s: the configuration knows nobody of this name", recording->person);
	if (!role || !people_in_role(policy, role, recording->person))
		return error_set(error, "%s is not in the role %s", recording->person, recording->signoff->role);
	return 0;
}

static int check_environment(struct recording *recording, const struct answers *answers, struct error *error)
{
	const struct strings *environments = &recording->signoff->environments;
	const struct answer *last;
	char *problem;
	int result = 0;

	if (!recording->environment && environments->count > 1)
		return error_set(error, "there are several environments: say which by --environment");
	if (!recording->environment)
		recording->environment = environments->items[0];
	problem = answer_environment_problem(recording->signoff, recording->environment);
	if (problem)
		result = error_set(error, "%s", problem);
	free(problem);
	last = answers_last_deploy(answers, recording->environment);
	recording->known = last && last->said.failed == recording->failed;
	return result;
}

static bool has_given(const struct recording *recording, const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		if (!answers->items[i].revoked && !strcmp(answers->items[i].said.name, recording->signoff->name) &&
		    !strcmp(answers->items[i].said.person, recording->person))
			return true;
	return false;
}

/* What is watched must run, and be in production. */
static int check_watched(const struct recording *recording, struct session *session, const struct answers *answers,
			 struct error *error)
{
	struct effect effect = {0};
	int result;

	if (!answers_deployed(answers, policy_signoff(&session->policy, SIGNOFF_DEPLOY)))
		return error_set(error, "it is not deployed: no success is recorded, or a failure came after it");
	result = effect_gather(&effect, session->repository, session->state, recording->landing->production, NULL, 0,
			       error);
	if (!result && effect_rollback_of(&effect, &recording->landing->what.to))
		result = error_set(error, "a rollback took it back");
	effect_release(&effect);
	return result;
}

static int check_debt(struct recording *recording, struct session *session, const struct answers *answers,
		      struct error *error)
{
	char *problem;
	int result = state_landing_override(session->state, recording->landing, error);

	if (!result)
		result = state_landing_signoffs(session->state, recording->landing, error);
	if (result)
		return result;
	problem = debt_problem(&session->policy, &recording->landing->what, answers, recording->signoff,
			       recording->person);
	if (problem)
		result = error_set(error, "%s", problem);
	free(problem);
	if (!result && recording->signoff->severities.count &&
	    !(recording->severity && policy_severity(recording->signoff, recording->severity)))
		result = error_set(error, "--severity must say one that [signoff \"%s\"] knows",
				   recording->signoff->name);
	return result;
}

static int check(struct recording *recording, struct session *session, const struct answers *answers,
		 struct error *error)
{
	int result = check_person(recording, &session->policy, error);

	if (result)
		return result;
	if (!strcmp(recording->signoff->name, SIGNOFF_BACKMERGE))
		return error_set(error, "a waiver is given by a tag");
	if (is_deploy(recording))
		return check_environment(recording, answers, error);
	recording->known = has_given(recording, answers);
	if (recording->known)
		return 0;
	return recording->signoff->on_landing ? check_watched(recording, session, answers, error)
					      : check_debt(recording, session, answers, error);
}

static void fill(struct record_landing *out, const struct recording *recording, const struct policy *policy)
{
	const struct past_landing *landing = recording->landing;
	struct record_signoff *signoff = record_landing_add_signoff(out);
	const char *severity = landing->what.severity;

	if (!severity && recording->severity)
		severity = policy_severity(recording->signoff, recording->severity);
	out->kind = LANDING_SIGNOFF;
	out->tip = landing->what.to;
	out->about = landing->number;
	out->about_production = memory_copy(landing->production);
	out->branch = memory_copy(recording->branch);
	out->severity = severity ? memory_copy(severity) : NULL;
	out->incident = hotfix_name_incident(policy, recording->branch);
	signoff->name = memory_copy(recording->signoff->name);
	signoff->person = memory_copy(recording->person);
	signoff->commit = landing->what.to;
	signoff->environment = is_deploy(recording) ? memory_copy(recording->environment) : NULL;
	signoff->failed = recording->failed;
	signoff->reason = recording->note ? memory_copy(recording->note) : NULL;
}

/* In the transaction that is open. */
static int write_down(struct recording *recording, struct session *session, struct error *error)
{
	struct announcer announcer = session_announcer(session);
	struct record_landing answer = {0};
	struct happening happening = {.time = session->now,
				      .ref = recording->branch,
				      .old_id = recording->landing->what.to,
				      .new_id = recording->landing->what.to,
				      .pusher = recording->by,
				      .landing = &answer};
	size_t events = 0;
	int64_t record = 0;
	int result;

	fill(&answer, recording, &session->policy);
	result = state_record_answer(session->state, &record, recording->by, session->now, &answer, error);
	if (!result)
		result = announce_answer(&events, &announcer, &happening, record, record, error);
	record_landing_release(&answer);
	return result;
}

int recording_make(struct recording *recording, struct session *session, struct error *error)
{
	struct answers answers = {0};
	int result = state_begin(session->state, true, error);

	if (!result)
		result = state_answers(session->state, &answers, &recording->landing->number, error);
	if (!result)
		result = check(recording, session, &answers, error);
	if (!result && !recording->known)
		result = write_down(recording, session, error);
	if (!result)
		result = state_commit(session->state, error);
	if (result)
		state_rollback(session->state);
	answers_release(&answers);
	return result;
}
