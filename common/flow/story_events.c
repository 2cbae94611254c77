/* Who was told, what only the outbox knows, and what it all comes to. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/story_parts.h"
#include "rules/deadline.h"

/* Deliveries of one story. */
#define DELIVERIES_MAXIMUM 1000

static char *copy(const char *text)
{
	return text ? memory_copy(text) : NULL;
}

/* Events that are told as such; the others have their own place in the ledger. */
static enum story_kind kind_of(const struct told_event *event)
{
	if (!strcmp(event->type, "hotfix.overdue"))
		return STORY_OVERDUE;
	if (!strcmp(event->type, "hotfix.closed"))
		return STORY_CLOSED;
	if (!strcmp(event->type, "hotfix.backmerge_due"))
		return STORY_BACKMERGE_DUE;
	if (!event->role)
		return STORY_KINDS;
	return !strcmp(event->role, "taken_back") ? STORY_TAKEN_BACK : STORY_BROUGHT_BACK;
}

static void add_entry(struct story *story, const struct told_event *event)
{
	enum story_kind kind = kind_of(event);
	struct story_entry *entry;

	if (kind == STORY_KINDS)
		return;
	entry = story_add_entry(story, kind, event->time);
	entry->person = copy(event->pusher);
	entry->proof = event->pusher ? PROOF_PUSHER : PROOF_NONE;
	entry->said = copy(event->reason);
	if (event->branch) {
		struct buffer name = BUFFER_INIT;

		buffer_addf(&name, "refs/heads/%s", event->branch);
		entry->branch = buffer_detach(&name);
	}
	if (event->after)
		object_id_parse(&entry->commit, event->after);
	entry->order = INT64_MAX; /* what it followed is in the ledger: place_event */
}

/* A rollback came with its push, and a hotfix is closed by the push of the last sign-off on it. */
static void place_event(struct story_entry *entry, const struct life_landings *landings)
{
	for (size_t i = 0; i < landings->count; i++) {
		const struct life_landing *landing = &landings->items[i];

		if (entry->kind == STORY_TAKEN_BACK && object_id_equal(&landing->taken_back.commit, &entry->commit))
			entry->order = landing->taken_back.push;
		for (size_t k = 0; entry->kind == STORY_CLOSED && landing->closed && k < landing->answers.count; k++)
			if (landing->answers.items[k].time == entry->time)
				entry->order = landing->answers.items[k].push;
	}
}

void story_place_events(struct story *story, const struct life_landings *landings)
{
	for (size_t i = 0; i < story->entries.count; i++)
		if (story->entries.items[i].order == INT64_MAX)
			place_event(&story->entries.items[i], landings);
}

static int add_deliveries(struct story *story, struct state *state, const struct told_event *event, struct error *error)
{
	struct deliveries deliveries = {0};
	int result = state_event_deliveries(state, &deliveries, event->id, error);

	for (size_t i = 0; i < deliveries.count && story->delivery_count < DELIVERIES_MAXIMUM; i++) {
		const struct delivery *delivery = &deliveries.items[i];
		struct story_delivery *out = story_add_delivery(story);

		*out = (struct story_delivery){.id = copy(delivery->id),
					       .event = copy(event->type),
					       .endpoint = copy(delivery->endpoint),
					       .state = copy(delivery_state_name(delivery->state)),
					       .attempts = delivery->attempts,
					       .time = event->time,
					       .delivered = delivery->due / 1000,
					       .status = delivery->last_status,
					       .error = copy(delivery->last_error)};
	}
	deliveries_release(&deliveries);
	return result;
}

int story_add_events(struct story *story, struct story_source *source, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < source->events.count; i++) {
		const struct told_event *event = &source->events.items[i];

		if (strcmp(event->incident, story->incident) != 0)
			continue;
		add_entry(story, event);
		result = add_deliveries(story, source->session->state, event, error);
	}
	return result;
}

static void find_triaged(struct story *story)
{
	for (size_t i = 0; i < story->entries.count; i++) {
		const struct story_entry *entry = &story->entries.items[i];

		if (entry->kind == STORY_SIGNED && entry->time && !entry->idle && !strcmp(entry->signoff, "triage") &&
		    (!story->times.triaged || entry->time < story->times.triaged))
			story->times.triaged = entry->time;
	}
}

/* When the last of the environments that are asked for had it; 0 while one has not. */
static int64_t deployed_at(const struct policy *policy, const struct life_landing *landing)
{
	const struct signoff *deploy = policy_signoff(policy, SIGNOFF_DEPLOY);
	int64_t time = 0;

	if (!deploy || !answers_deployed(&landing->answers, deploy))
		return 0;
	for (size_t i = 0; i < deploy->environments.count; i++) {
		const struct answer *last = answers_last_deploy(&landing->answers, deploy->environments.items[i]);

		if (last->time > time)
			time = last->time;
	}
	return time;
}

static void find_times(struct story *story, const struct policy *policy, const struct life_landings *landings)
{
	for (size_t i = 0; i < landings->count; i++) {
		if (!life_landing_is_current(landings, i))
			continue;
		story->in_production = true;
		story->times.landed = landings->items[i].time;
		story->times.deployed = deployed_at(policy, &landings->items[i]);
		story->times.closed = landings->items[i].closed;
	}
}

static void add_role(struct story *story, enum checklist_step step, const char *role)
{
	if (story->steps[step] != STEP_DONE)
		strings_add_once(&story->roles[step], role);
}

static void find_roles(struct story *story, const struct policy *policy)
{
	for (size_t i = 0; i < policy->signoff_count; i++) {
		const struct signoff *signoff = &policy->signoffs[i];

		if (!strcmp(signoff->name, "triage"))
			add_role(story, STEP_TRIAGE, signoff->role);
		else if (!strcmp(signoff->name, SIGNOFF_DEPLOY))
			add_role(story, STEP_DEPLOY, signoff->role);
		else if (!strcmp(signoff->name, SIGNOFF_MONITOR))
			add_role(story, STEP_MONITOR, signoff->role);
		else if (!signoff->on_landing)
			add_role(story, STEP_REVIEW, signoff->role);
	}
}

static enum checklist_step first_open(const struct story *story)
{
	int step = STEP_REPORT;

	while (step + 1 < STEP_COUNT && (story->steps[step] == STEP_DONE || story->steps[step] == STEP_NOT_ASKED))
		step++;
	return (enum checklist_step)step;
}

static bool is_open(const struct policy *policy, const struct story_branch *branch)
{
	const struct life_landings *landings = &branch->standing.landings;

	if (branch->there && (!branch->judged || !branch->standing.landed))
		return true;
	return life_next(policy, landings) &&
	       (branch->there || life_next(policy, landings)->time > branch->checklist.now - LIFE_UNCLOSED_SHOWN);
}

void story_conclude(struct story *story, const struct policy *policy, const struct story_branch *branch)
{
	checklist_states(story->steps, policy, &branch->checklist);
	find_roles(story, policy);
	find_triaged(story);
	find_times(story, policy, &branch->standing.landings);
	story->open = is_open(policy, branch);
	story->step = first_open(story);
	if (!story->open || story->times.landed || !policy->deadline || !story->times.opened)
		return;
	story->deadline = story_start(story) + policy->deadline;
	story->overdue = story->deadline < story->now;
}
