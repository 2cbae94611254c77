/* Where one hotfix branch stands, for programs: hotfixctl(8), JSON. */
#include <string.h>

#include "command.h"
#include "flow/record_json.h"
#include "hotfix_status.h"

static const char *const stage_keys[] = {
	[STAGE_TRIAGE] = "triage", [STAGE_DEVELOP] = "develop", [STAGE_REVIEW] = "review",
	[STAGE_READY] = "ready",   [STAGE_DEPLOY] = "deploy",   [STAGE_MONITOR] = "monitor",
	[STAGE_LANDED] = "landed", [STAGE_CLOSED] = "closed",   [STAGE_GONE] = "gone",
};

/* Who gave it: the people whose evidence counts. */
static struct json *people_of(const struct hotfix_status *status, const struct signoff_state *state)
{
	const struct landing *landing = &status->standing.landing;
	struct json *people = json_new_array();

	for (size_t i = 0; i < landing->evidence_count; i++)
		if (landing->evidence[i].signoff == state->signoff && state->faults[i] == EVIDENCE_COUNTS)
			json_add_string(people, landing->evidence[i].person);
	return people;
}

static struct json *signoffs_json(const struct hotfix_status *status)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < status->signoffs.count; i++) {
		const struct signoff_state *state = &status->signoffs.items[i];
		struct json *object = json_new_object();

		json_set_string(object, "name", state->signoff->name);
		json_set_integer(object, "count", state->signoff->count);
		json_set_integer(object, "missing", state->missing);
		json_set(object, "people", people_of(status, state));
		if (status->detailed)
			json_set(object, "evidence",
				 signoff_facts_json(&status->facts, status->policy, &status->standing.landing, state));
		json_add(array, object);
	}
	return array;
}

static struct json *steps_json(const struct hotfix_status *status)
{
	struct json *array = json_new_array();
	enum step_state states[STEP_COUNT];

	if (!status->known)
		return array;
	checklist_states(states, status->policy, &status->checklist);
	for (int i = 0; i < STEP_COUNT; i++) {
		struct json *object = json_new_object();

		json_set_integer(object, "number", i + 1);
		json_set_string(object, "name", checklist_step_name((enum checklist_step)i));
		json_set_string(object, "state", checklist_state_name(states[i]));
		json_add(array, object);
	}
	return array;
}

static struct json *answer_json(const struct answer *answer)
{
	struct json *object = json_new_object();

	json_set_string(object, "name", answer->said.name);
	json_set_string(object, "person", answer->said.person);
	json_set_time(object, "time", answer->time);
	json_set_string(object, "environment", answer->said.environment);
	json_set_string(object, "status",
			!answer->said.environment ? NULL
			: answer->said.failed     ? "failure"
						  : "success");
	json_set_string(object, "reason", answer->said.reason);
	json_set_string(object, "ref", answer->ref);
	json_set_bool(object, "revoked", answer->revoked);
	return object;
}

static struct json *landing_json(const struct life_landing *landing)
{
	struct json *object = json_new_object();
	struct json *answers = json_new_array();
	bool in_effect = life_landing_is_in_effect(landing);

	json_set_string(object, "production", landing->production);
	json_set_string(object, "kind", landing_kind_name(landing->what.kind));
	json_set_string(object, "commit", object_id_full(&landing->what.to).digits);
	json_set_string(object, "tip", object_id_full(&landing->what.tip).digits);
	json_set_time(object, "time", landing->time);
	json_set_string(object, "pusher", landing->pusher);
	json_set_string(object, "taken_back_by", in_effect ? NULL : object_id_full(&landing->taken_back.commit).digits);
	json_set_time(object, "taken_back", landing->taken_back.time);
	json_set(object, "signoffs", record_signoffs_json(&landing->what));
	for (size_t i = 0; i < landing->answers.count; i++)
		json_add(answers, answer_json(&landing->answers.items[i]));
	json_set(object, "answers", answers);
	json_set_time(object, "closed", landing->closed);
	return object;
}

static struct json *landings_json(const struct hotfix_status *status)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < status->standing.landings.count; i++)
		json_add(array, landing_json(&status->standing.landings.items[i]));
	return array;
}

struct json *hotfix_status_json(const struct hotfix_status *status)
{
	const struct landing *landing = &status->standing.landing;
	struct json *object = json_new_object();
	bool gone = object_id_is_zero(&status->tip);

	json_set_string(object, "branch", status->branch);
	json_set_string(object, "tip", gone ? NULL : object_id_full(&status->tip).digits);
	json_set_string(object, "incident", status->incident);
	json_set_string(object, "production", landing->production);
	json_set_string(object, "severity", status->severity);
	json_set_string(object, "step", status->known ? stage_keys[status->stage] : NULL);
	json_set_bool(object, "ready", status->known && status->stage == STAGE_READY);
	json_set_bool(object, "behind", status->standing.behind);
	json_set_integer(object, "commits", (int64_t)landing->work);
	json_set_time(object, "opened", landing->opened);
	json_set_time(object, "reported", landing->reported);
	json_set_time(object, "deadline", hotfix_status_deadline(status));
	json_set_bool(object, "overdue", hotfix_status_is_overdue(status));
	json_set(object, "signoffs", signoffs_json(status));
	json_set(object, "steps", steps_json(status));
	json_set(object, "landings", landings_json(status));
	return object;
}
