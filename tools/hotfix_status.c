#include "hotfix_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command.h"
#include "rules/checklist.h"
#include "rules/deadline.h"
#include "rules/duration.h"
#include "rules/ref_class.h"

static const char *const step_names[] = {
	[STEP_TRIAGE] = "2 triage", [STEP_DEVELOP] = "3 develop", [STEP_REVIEW] = "4 review, qa",
	[STEP_READY] = "5 deploy",  [STEP_LANDED] = "6 monitor",
};

static const char *const step_keys[] = {
	[STEP_TRIAGE] = "triage", [STEP_DEVELOP] = "develop", [STEP_REVIEW] = "review",
	[STEP_READY] = "ready",   [STEP_LANDED] = "landed",
};

void hotfix_statuses_release(struct hotfix_statuses *statuses)
{
	for (size_t i = 0; i < statuses->count; i++) {
		struct hotfix_status *status = &statuses->items[i];

		free(status->branch);
		signoff_states_release(&status->signoffs);
		signoff_facts_release(&status->facts);
		standing_release(&status->standing);
		buffer_release(&status->checklist);
	}
	free(statuses->items);
	*statuses = (struct hotfix_statuses){0};
}

/* Landed: production has the branch, or had its tip when it last landed (a squash leaves the tip outside). */
static int find_landed(bool *out, const struct hotfix_status *status, struct session *session, struct error *error)
{
	const struct landing *landing = &status->standing.landing;
	struct error unknown = ERROR_INIT;
	struct arrival arrival = {0};
	int result = 0;

	*out = false;
	if (landing->last_landing) {
		result = state_arrival(session->state, &arrival, &status->tip, &unknown);
		*out = !landing->work || (!result && arrival.push < landing->last_landing);
	}
	if (result == ERROR_NOT_FOUND)
		result = 0;
	else if (result)
		error_set(error, "%s", error_text(&unknown));
	arrival_release(&arrival);
	error_release(&unknown);
	return result;
}

static bool triage_is_missing(const struct hotfix_status *status)
{
	for (size_t i = 0; i < status->signoffs.count; i++)
		if (!strcmp(status->signoffs.items[i].signoff->name, "triage") && status->signoffs.items[i].missing)
			return true;
	return false;
}

static enum hotfix_step step_of(const struct hotfix_status *status, bool landed, bool ready)
{
	if (landed)
		return STEP_LANDED;
	if (ready)
		return STEP_READY;
	if (triage_is_missing(status))
		return STEP_TRIAGE;
	if (status->standing.behind || !status->standing.landing.work)
		return STEP_DEVELOP;
	return STEP_REVIEW;
}

static int judge(struct hotfix_status *status, struct session *session, struct error *error)
{
	struct checklist checklist = {
		.landing = &status->standing.landing, .behind = status->standing.behind, .now = session->now};
	struct checklist_sum sum;
	bool landed;
	int result = find_landed(&landed, status, session, error);

	if (!result && status->detailed)
		result = signoff_facts_gather(&status->facts, session, &status->standing.landing, error);
	signoff_states_of(&status->signoffs, &session->policy, &status->standing.landing);
	checklist_write(&status->checklist, &sum, &session->policy, &checklist);
	status->step = step_of(status, landed, sum.ready);
	status->severity = sum.severity;
	status->known = true;
	return result;
}

int hotfix_status_gather(struct hotfix_statuses *out, struct session *session, const char *branch,
			 const struct object_id *tip, bool detailed, struct error *error)
{
	struct hotfix_status *status;
	struct error none = ERROR_INIT;
	int result;

	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	status = &out->items[out->count++];
	*status = (struct hotfix_status){.branch = memory_copy(branch),
					 .tip = *tip,
					 .step = STEP_DEVELOP,
					 .now = session->now,
					 .policy = &session->policy,
					 .detailed = detailed};
	result = standing_gather(&status->standing, session, branch, tip, NULL, &none);
	if (!result) {
		result = judge(status, session, error);
	} else {
		/* one branch that cannot be read does not hide the others */
		buffer_addf(&status->checklist, "hotfix: %s at %s\n\n  %s\n", ref_short(branch),
			    object_id_short(tip).digits, error_text(&none));
		result = 0;
	}
	error_release(&none);
	return result;
}

void hotfix_status_text(struct buffer *out, const struct hotfix_status *status)
{
	buffer_add_string(out, buffer_text(&status->checklist));
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

/* When it is to be landed; 0 when nobody can say. */
static int64_t deadline_of(const struct hotfix_status *status)
{
	const struct landing *landing = &status->standing.landing;

	if (!landing->opened || !status->policy->deadline || status->step == STEP_LANDED)
		return 0;
	return deadline_since(landing->opened, landing->reported) + status->policy->deadline;
}

static bool is_overdue(const struct hotfix_status *status)
{
	int64_t deadline = deadline_of(status);

	return deadline && deadline < status->now;
}

static void add_next(struct buffer *out, const struct hotfix_status *status)
{
	const char *production = status->known ? ref_short(status->standing.landing.production) : "";

	if (!status->known)
		buffer_addf(out, "cannot be judged: hotfixctl status %s", ref_short(status->branch));
	else if (status->step == STEP_LANDED)
		buffer_addf(out, "landed on %s", production);
	else if (status->step == STEP_READY)
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

	if (status->standing.landing.opened && status->step != STEP_LANDED)
		duration_format(&age, status->now - status->standing.landing.opened);
	if (is_overdue(status))
		buffer_add_string(&age, ", overdue");
	add_next(&next, status);
	table_add(table, ref_short(status->branch));
	table_add(table, object_id_short(&status->tip).digits);
	table_add(table, status->known ? step_names[status->step] : "?");
	table_add(table, buffer_text(&age));
	table_add(table, buffer_text(&next));
	buffer_release(&next);
	buffer_release(&age);
}

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

struct json *hotfix_status_json(const struct hotfix_status *status)
{
	const struct landing *landing = &status->standing.landing;
	struct json *object = json_new_object();

	json_set_string(object, "branch", status->branch);
	json_set_string(object, "tip", object_id_full(&status->tip).digits);
	json_set_string(object, "incident", landing->what.incident);
	json_set_string(object, "production", landing->production);
	json_set_string(object, "severity", status->severity);
	json_set_string(object, "step", status->known ? step_keys[status->step] : NULL);
	json_set_bool(object, "ready", status->known && status->step == STEP_READY);
	json_set_bool(object, "behind", status->standing.behind);
	json_set_integer(object, "commits", (int64_t)landing->work);
	json_set_time(object, "opened", landing->opened);
	json_set_time(object, "reported", landing->reported);
	json_set_time(object, "deadline", deadline_of(status));
	json_set_bool(object, "overdue", is_overdue(status));
	json_set(object, "signoffs", signoffs_json(status));
	return object;
}
