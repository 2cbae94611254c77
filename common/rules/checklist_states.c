/* How each of the six steps stands. */
#include <string.h>

#include "rules/checklist_parts.h"
#include "rules/debt.h"

static const char *const step_names[STEP_COUNT] = {
	[STEP_REPORT] = "report", [STEP_TRIAGE] = "triage", [STEP_DEVELOP] = "develop",
	[STEP_REVIEW] = "review", [STEP_DEPLOY] = "deploy", [STEP_MONITOR] = "monitor",
};

static const char *const state_names[] = {
	[STEP_DONE] = "done",
	[STEP_MISSING] = "missing",
	[STEP_FAILED] = "failed",
	[STEP_NOT_ASKED] = "not asked for",
};

const char *checklist_step_name(enum checklist_step step)
{
	return step_names[step];
}

const char *checklist_state_name(enum step_state state)
{
	return state_names[state];
}

static void judge_signoffs(enum step_state out[STEP_COUNT], const struct policy *policy, const struct landing *landing)
{
	struct signoff_states states;

	signoff_states_of(&states, policy, landing);
	for (size_t i = 0; i < states.count; i++) {
		enum checklist_step step = checklist_is_triage(states.items[i].signoff) ? STEP_TRIAGE : STEP_REVIEW;

		if (states.items[i].missing > 0)
			out[step] = STEP_MISSING;
		else if (out[step] == STEP_NOT_ASKED)
			out[step] = STEP_DONE;
	}
	signoff_states_release(&states);
}

/* What an override owes is missing, until it was given. */
static void judge_owed(enum step_state out[STEP_COUNT], const struct policy *policy,
		       const struct life_landings *landings)
{
	for (size_t i = 0; i < landings->count; i++) {
		const struct life_landing *landing = &landings->items[i];
		const struct record_override *override = landing->what.override;

		for (size_t k = 0; override && life_landing_is_current(landings, i) && k < override->missing_count;
		     k++) {
			const char *name = override->missing[k].name;

			if (override->missing[k].people)
				out[strcmp(name, "triage") ? STEP_REVIEW : STEP_TRIAGE] =
					debt_people(policy, &landing->what, &landing->answers, name) ? STEP_MISSING
												     : STEP_DONE;
		}
	}
}

static void judge_recorded(enum step_state out[STEP_COUNT], const struct life_landings *landings)
{
	for (size_t i = 0; i < landings->count; i++)
		for (size_t k = 0; k < landings->items[i].what.signoff_count; k++)
			out[strcmp(landings->items[i].what.signoffs[k].name, "triage") ? STEP_REVIEW : STEP_TRIAGE] =
				STEP_DONE;
}

static bool failed(const struct policy *policy, const struct life_landing *landing)
{
	const struct signoff *deploy = policy_signoff(policy, SIGNOFF_DEPLOY);

	for (size_t i = 0; deploy && i < deploy->environments.count; i++) {
		const struct answer *last = answers_last_deploy(&landing->answers, deploy->environments.items[i]);

		if (last && last->said.failed)
			return true;
	}
	return false;
}

static void judge_after(enum step_state out[STEP_COUNT], const struct policy *policy,
			const struct life_landings *landings)
{
	enum life_stage stage = life_stage_of_all(policy, landings);
	bool in_effect = false;

	for (size_t i = 0; i < landings->count; i++) {
		in_effect = in_effect || life_landing_is_in_effect(&landings->items[i]);
		if (life_landing_is_current(landings, i) && failed(policy, &landings->items[i]))
			out[STEP_DEPLOY] = STEP_FAILED;
	}
	if (!in_effect)
		return;
	if (stage > LIFE_DEPLOY)
		out[STEP_DEPLOY] = STEP_DONE;
	if (stage == LIFE_CLOSED)
		out[STEP_MONITOR] = STEP_DONE;
}

void checklist_states(enum step_state out[STEP_COUNT], const struct policy *policy, const struct checklist *checklist)
{
	static const enum step_state start[STEP_COUNT] = {
		[STEP_TRIAGE] = STEP_NOT_ASKED, [STEP_DEVELOP] = STEP_MISSING, [STEP_REVIEW] = STEP_NOT_ASKED,
		[STEP_DEPLOY] = STEP_MISSING,   [STEP_MONITOR] = STEP_MISSING,
	};

	memcpy(out, start, sizeof(start));
	if (checklist->landed) {
		out[STEP_DEVELOP] = STEP_DONE;
		judge_recorded(out, checklist_landings(checklist));
		judge_owed(out, policy, checklist_landings(checklist));
		judge_after(out, policy, checklist_landings(checklist));
	} else {
		if (checklist->landing->work && !checklist->behind)
			out[STEP_DEVELOP] = STEP_DONE;
		judge_signoffs(out, policy, checklist->landing);
	}
	if (!policy_signoff(policy, SIGNOFF_MONITOR) && out[STEP_MONITOR] == STEP_MISSING)
		out[STEP_MONITOR] = STEP_NOT_ASKED;
}
