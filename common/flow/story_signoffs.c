/* Who pushed and who signed. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/story_parts.h"
#include "rules/people.h"
#include "rules/ref_class.h"

static char *copy(const char *text)
{
	return text ? memory_copy(text) : NULL;
}

static enum story_kind kind_of(const struct ref_push *push)
{
	if (object_id_is_zero(&push->old_id))
		return STORY_OPENED;
	if (push->abandoned)
		return STORY_ABANDONED;
	return object_id_is_zero(&push->new_id) ? STORY_DELETED : STORY_PUSHED;
}

static void note_reported(struct story *story, int64_t reported)
{
	struct story_entry *entry;

	if (!reported || (story->times.reported && story->times.reported <= reported))
		return;
	if (!story->times.reported) {
		entry = story_add_entry(story, STORY_REPORTED, reported);
		entry->proof = PROOF_TRAILER;
	}
	story->times.reported = reported;
	for (size_t i = 0; i < story->entries.count; i++)
		if (story->entries.items[i].kind == STORY_REPORTED)
			story->entries.items[i].time = reported;
}

int story_add_pushes(struct story *story, struct story_source *source, const struct story_branch *branch,
		     struct error *error)
{
	struct ref_pushes pushes = {0};
	int result = state_ref_pushes(source->session->state, &pushes, branch->name, error);

	for (size_t i = 0; i < pushes.count; i++) {
		const struct ref_push *push = &pushes.items[i];
		enum story_kind kind = kind_of(push);
		struct story_entry *entry;

		note_reported(story, push->reported);
		if (kind == STORY_OPENED && (!story->times.opened || push->time < story->times.opened))
			story->times.opened = push->time;
		if (kind == STORY_PUSHED && !push->moved_work)
			continue; /* what came are sign-offs, which are told one by one */
		entry = story_add_entry(story, kind, push->time);
		entry->order = push->push;
		entry->person = copy(push->pusher);
		entry->branch = memory_copy(branch->name);
		entry->commit = object_id_is_zero(&push->new_id) ? push->old_id : push->new_id;
		entry->proof = PROOF_PUSHER;
	}
	ref_pushes_release(&pushes);
	return result;
}

/* True when something landed with it. */
static bool was_counted(const struct story_branch *branch, const char *name, const struct object_id *carrier)
{
	const struct life_landings *landings = &branch->standing.landings;

	for (size_t i = 0; i < landings->count; i++)
		for (size_t k = 0; k < landings->items[i].what.signoff_count; k++)
			if (!strcmp(landings->items[i].what.signoffs[k].name, name) &&
			    object_id_equal(&landings->items[i].what.signoffs[k].carrier, carrier))
				return true;
	return false;
}

/* What is worth nothing says why, by the branch as it is; where that is gone or has landed, it was not needed. */
static void judge(struct story_entry *entry, const struct story_branch *branch, const struct policy *policy,
		  const struct signoff_states *states, const struct object_id *carrier)
{
	const struct landing *landing = &branch->standing.landing;
	struct buffer why = BUFFER_INIT;

	if (was_counted(branch, entry->signoff, carrier))
		return;
	entry->idle = true;
	for (size_t s = 0; s < states->count; s++)
		for (size_t i = 0; i < landing->evidence_count; i++) {
			const struct evidence *evidence = &landing->evidence[i];

			if (evidence->signoff != states->items[s].signoff ||
			    strcmp(evidence->signoff->name, entry->signoff) != 0 ||
			    !object_id_equal(&evidence->carrier, carrier))
				continue;
			if (states->items[s].faults[i] == EVIDENCE_COUNTS)
				entry->idle = false;
			else if (!why.length)
				evidence_explain(&why, policy, landing, evidence, states->items[s].faults[i]);
		}
	if (entry->idle && why.length)
		entry->why = buffer_detach(&why);
	else if (entry->idle)
		entry->why = memory_copy("it was not needed, or was overtaken by a later change");
	buffer_release(&why);
}

static bool is_pushed(const struct pushed_signoffs *pushed, const struct object_id *carrier, const char *name)
{
	for (size_t i = 0; i < pushed->count; i++)
		if (object_id_equal(&pushed->items[i].said.carrier, carrier) &&
		    !strcmp(pushed->items[i].said.name, name))
			return true;
	return false;
}

static bool is_told(const struct story *story, const char *name, const char *person, const char *carrier)
{
	for (size_t i = 0; i < story->entries.count; i++) {
		const struct story_entry *entry = &story->entries.items[i];

		if (entry->kind == STORY_SIGNED && entry->proof == PROOF_TRAILER && !strcmp(entry->signoff, name) &&
		    !strcmp(entry->person, person) && !strcmp(entry->proved_by, carrier))
			return true;
	}
	return false;
}

/* A trailer came with its commit; OTHERWISE is when that is not known. Returns NULL when it is told already. */
static struct story_entry *add_trailer(struct story *story, struct state *state, const char *name, const char *person,
				       const struct object_id *carrier, int64_t otherwise)
{
	struct object_id_text digits = object_id_short(carrier);
	struct error unknown = ERROR_INIT;
	struct arrival arrival = {0};
	struct story_entry *entry;

	if (is_told(story, name, person, digits.digits))
		return NULL;
	if (state_arrival(state, &arrival, carrier, &unknown))
		arrival.time = otherwise;
	entry = story_add_entry(story, STORY_SIGNED, arrival.time);
	entry->order = arrival.push;
	entry->signoff = memory_copy(name);
	entry->person = memory_copy(person);
	entry->proof = PROOF_TRAILER;
	entry->proved_by = memory_copy(digits.digits);
	arrival_release(&arrival);
	error_release(&unknown);
	return entry;
}

static void add_landed_trailers(struct story *story, struct state *state, const struct story_branch *branch,
				const struct pushed_signoffs *pushed)
{
	const struct life_landings *landings = &branch->standing.landings;

	for (size_t i = 0; i < landings->count; i++)
		for (size_t k = 0; k < landings->items[i].what.signoff_count; k++) {
			const struct record_signoff *signoff = &landings->items[i].what.signoffs[k];
			struct story_entry *entry;

			if (is_pushed(pushed, &signoff->carrier, signoff->name))
				continue;
			entry = add_trailer(story, state, signoff->name, signoff->person, &signoff->carrier,
					    landings->items[i].time);
			if (!entry)
				continue;
			entry->commit = signoff->commit;
			entry->branch = memory_copy(branch->name);
			if (!strcmp(signoff->name, "triage"))
				entry->said = copy(landings->items[i].what.severity);
		}
}

static void add_open_trailers(struct story *story, struct story_source *source, const struct story_branch *branch,
			      const struct signoff_states *states)
{
	const struct landing *landing = &branch->standing.landing;

	for (size_t i = 0; i < landing->evidence_count; i++) {
		const struct evidence *evidence = &landing->evidence[i];
		struct story_entry *entry;

		if (evidence->ref || !evidence->person || evidence->revokes)
			continue;
		entry = add_trailer(story, source->session->state, evidence->signoff->name, evidence->person,
				    &evidence->carrier, 0);
		if (!entry)
			continue;
		entry->commit = evidence->target;
		entry->branch = memory_copy(branch->name);
		entry->said = copy(evidence->severity);
		judge(entry, branch, &source->session->policy, states, &evidence->carrier);
	}
}

static void add_pushed(struct story *story, const struct policy *policy, const struct story_branch *branch,
		       const struct pushed_signoffs *pushed, const struct signoff_states *states)
{
	for (size_t i = 0; i < pushed->count; i++) {
		const struct pushed_signoff *signoff = &pushed->items[i];
		struct story_entry *entry =
			story_add_entry(story, signoff->revocation ? STORY_REVOKED : STORY_SIGNED, signoff->time);

		entry->order = signoff->push;
		entry->signoff = memory_copy(signoff->said.name);
		entry->person = memory_copy(signoff->said.person);
		entry->branch = memory_copy(branch->name);
		entry->commit = signoff->said.commit;
		entry->proof = signoff->key ? PROOF_SIGNATURE : PROOF_PUSHER;
		entry->proved_by = memory_copy(signoff->key ? signoff->key : signoff->ref);
		if (!signoff->revocation && !strcmp(signoff->said.name, "triage"))
			entry->said = copy(signoff->severity);
		if (!signoff->revocation)
			judge(entry, branch, policy, states, &signoff->said.carrier);
	}
}

int story_add_signoffs(struct story *story, struct story_source *source, struct story_branch *branch,
		       struct error *error)
{
	struct session *session = source->session;
	struct signoff_states states = {0};
	struct pushed_signoffs pushed = {0};
	int result = state_pushed_signoffs(session->state, &pushed, branch->name, error);

	if (branch->judged)
		signoff_states_of(&states, &session->policy, &branch->standing.landing);
	if (!result) {
		add_pushed(story, &session->policy, branch, &pushed, &states);
		add_landed_trailers(story, session->state, branch, &pushed);
		if (branch->judged)
			add_open_trailers(story, source, branch, &states);
	}
	if (branch->judged && !story->severity)
		story->severity = copy(signoff_states_severity(&states, &branch->standing.landing));
	signoff_states_release(&states);
	pushed_signoffs_release(&pushed);
	return result;
}
