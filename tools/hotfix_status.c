#include "hotfix_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command.h"
#include "rules/deadline.h"
#include "rules/duration.h"
#include "rules/hotfix_name.h"
#include "rules/ref_class.h"

static const char *const stage_names[] = {
	[STAGE_TRIAGE] = "2 triage",  [STAGE_DEVELOP] = "3 develop", [STAGE_REVIEW] = "4 review, qa",
	[STAGE_READY] = "5 deploy",   [STAGE_DEPLOY] = "5 deploy",   [STAGE_MONITOR] = "6 monitor",
	[STAGE_LANDED] = "6 monitor", [STAGE_CLOSED] = "closed",     [STAGE_GONE] = "given up",
};

void hotfix_statuses_release(struct hotfix_statuses *statuses)
{
	for (size_t i = 0; i < statuses->count; i++) {
		struct hotfix_status *status = statuses->items[i];

		free(status->branch);
		free(status->incident);
		signoff_states_release(&status->signoffs);
		signoff_facts_release(&status->facts);
		standing_release(&status->standing);
		buffer_release(&status->text);
		free(status);
	}
	free(statuses->items);
	effects_release(&statuses->effects);
	*statuses = (struct hotfix_statuses){0};
}

static bool triage_is_missing(const struct hotfix_status *status)
{
	for (size_t i = 0; i < status->signoffs.count; i++)
		if (!strcmp(status->signoffs.items[i].signoff->name, "triage") && status->signoffs.items[i].missing)
			return true;
	return false;
}

static enum hotfix_stage stage_after(const struct hotfix_status *status)
{
	bool in_effect = false;

	for (size_t i = 0; i < status->standing.landings.count; i++)
		in_effect = in_effect || life_landing_is_in_effect(&status->standing.landings.items[i]);
	if (!in_effect)
		return STAGE_GONE;
	switch (life_stage_of_all(status->policy, &status->standing.landings)) {
	case LIFE_DEPLOY:
		return STAGE_DEPLOY;
	case LIFE_MONITOR:
		return STAGE_MONITOR;
	case LIFE_LANDED:
		return STAGE_LANDED;
	case LIFE_CLOSED:
		break;
	}
	return STAGE_CLOSED;
}

static enum hotfix_stage stage_of(const struct hotfix_status *status, bool ready)
{
	if (status->checklist.landed)
		return stage_after(status);
	if (ready)
		return STAGE_READY;
	if (triage_is_missing(status))
		return STAGE_TRIAGE;
	if (status->standing.behind || !status->standing.landing.work)
		return STAGE_DEVELOP;
	return STAGE_REVIEW;
}

static void judge(struct hotfix_status *status)
{
	struct checklist_sum sum;

	checklist_write(&status->text, &sum, status->policy, &status->checklist);
	status->stage = stage_of(status, sum.ready);
	status->severity = sum.severity;
	status->known = true;
}

static int gather_branch(struct hotfix_status *status, struct effects *effects, struct session *session,
			 struct error *error)
{
	int result = standing_gather_landings(&status->standing, effects, session, error);

	if (!result && status->detailed)
		result = signoff_facts_gather(&status->facts, session, &status->standing.landing, error);
	status->checklist = standing_checklist(&status->standing, session->now);
	signoff_states_of(&status->signoffs, &session->policy, &status->standing.landing);
	judge(status);
	return result;
}

static int gather_gone(struct hotfix_status *status, struct effects *effects, struct session *session,
		       struct error *error)
{
	int result = life_landings_gather(&status->standing.landings, effects, session, status->incident,
					  status->branch, error);

	status->checklist = (struct checklist){.branch = status->branch,
					       .incident = status->incident,
					       .landed = true,
					       .landings = &status->standing.landings,
					       .now = session->now};
	judge(status);
	return result;
}

static struct hotfix_status *add_status(struct hotfix_statuses *out, struct session *session, const char *branch,
					bool detailed)
{
	struct hotfix_status *status = memory_alloc(sizeof(*status));

	*status = (struct hotfix_status){.branch = memory_copy(branch),
					 .incident = hotfix_name_incident(&session->policy, branch),
					 .stage = STAGE_DEVELOP,
					 .now = session->now,
					 .policy = &session->policy,
					 .detailed = detailed};
	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	out->items[out->count++] = status;
	return status;
}

int hotfix_status_gather(struct hotfix_statuses *out, struct session *session, const char *branch,
			 const struct object_id *tip, bool detailed, struct error *error)
{
	struct hotfix_status *status = add_status(out, session, branch, detailed);
	struct error none = ERROR_INIT;
	int result;

	if (!tip)
		return gather_gone(status, &out->effects, session, error);
	status->tip = *tip;
	result = standing_gather(&status->standing, session, branch, tip, NULL, &none);
	if (!result) {
		result = gather_branch(status, &out->effects, session, error);
	} else {
		/* one branch that cannot be read does not hide the others */
		buffer_addf(&status->text, "hotfix: %s at %s\n\n  %s\n", ref_short(branch), object_id_short(tip).digits,
			    error_text(&none));
		result = 0;
	}
	error_release(&none);
	return result;
}

bool hotfix_status_is_open(const struct hotfix_status *status)
{
	return status->stage < STAGE_LANDED;
}

void hotfix_status_text(struct buffer *out, const struct hotfix_status *status)
{
	buffer_add_string(out, buffer_text(&status->text));
	signoff_facts_text(out, &status->facts, status->policy, &status->standing.landing, &status->signoffs);
}

static void add_missing(struct buffer *out, const struct hotfix_status *status)
{
	if (status->standing.landing.pusher_unknown) {
		buffer_addf(out, "who pushed it is not known: hotfixctl adopt %s PERSON", ref_short(status->branch));
		return;
	}
	for (size_t i = 0; i < status->signoffs.count; i++) {
		const struct signoff_state *state = &status->signoffs.items[i];

		if (state->missing > 0)
			buffer_addf(out, "%s%s %d of %d", out->length ? ", " : "missing: ", state->signoff->name,
				    state->missing, state->signoff->count);
	}
}

int64_t hotfix_status_deadline(const struct hotfix_status *status)
{
	const struct landing *landing = &status->standing.landing;

	if (!landing->opened || !status->policy->deadline || status->checklist.landed)
		return 0;
	return deadline_since(landing->opened, landing->reported) + status->policy->deadline;
}

bool hotfix_status_is_overdue(const struct hotfix_status *status)
{
	int64_t deadline = hotfix_status_deadline(status);

	return deadline && deadline < status->now;
}

/* What is in production, and what is still to be said about it. */
static void add_landed(struct buffer *out, const struct hotfix_status *status)
{
	static const char *const rest[] = {
		[STAGE_DEPLOY] = ", its deploy is not reported",
		[STAGE_MONITOR] = ", nobody has watched it yet",
		[STAGE_LANDED] = "",
		[STAGE_CLOSED] = ", closed",
	};
	const struct life_landings *landings = &status->standing.landings;
	enum step_state states[STEP_COUNT];
	size_t named = 0;

	for (size_t i = 0; i < landings->count; i++)
		if (life_landing_is_current(landings, i))
			buffer_addf(out, "%s%s", named++ ? ", " : "landed on ",
				    ref_short(landings->items[i].production));
	checklist_states(states, status->policy, &status->checklist);
	buffer_add_string(out, states[STEP_DEPLOY] == STEP_FAILED ? ", its deploy failed" : rest[status->stage]);
}

static void add_next(struct buffer *out, const struct hotfix_status *status)
{
	const char *production =
		status->standing.landing.production ? ref_short(status->standing.landing.production) : "";

	if (!status->known)
		buffer_addf(out, "cannot be judged: hotfixctl status %s", ref_short(status->branch));
	else if (status->stage == STAGE_GONE)
		buffer_add_string(out, "nothing of it is in production");
	else if (status->checklist.landed)
		add_landed(out, status);
	else if (status->stage == STAGE_READY)
		buffer_addf(out, "ready to land on %s", production);
	else if (status->standing.behind)
		buffer_addf(out, "behind %s: merge it", production);
	else if (!status->standing.landing.work)
		buffer_add_string(out, "no commits yet");
	else
		add_missing(out, status);
}

void hotfix_status_row(struct table *table, const struct hotfix_status *status)
{
	struct buffer next = BUFFER_INIT;
	struct buffer age = BUFFER_INIT;

	if (status->standing.landing.opened && !status->checklist.landed)
		duration_format(&age, status->now - status->standing.landing.opened);
	if (hotfix_status_is_overdue(status))
		buffer_add_string(&age, ", overdue");
	add_next(&next, status);
	table_add(table, ref_short(status->branch));
	table_add(table, object_id_is_zero(&status->tip) ? NULL : object_id_short(&status->tip).digits);
	table_add(table, status->known ? stage_names[status->stage] : "?");
	table_add(table, buffer_text(&age));
	table_add(table, buffer_text(&next));
	buffer_release(&next);
	buffer_release(&age);
}
