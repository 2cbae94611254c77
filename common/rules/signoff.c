#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/landing.h"
#include "rules/people.h"
#include "rules/ref_class.h"

#define DIFFERING_SHOWN 3

static bool did_some_work(const struct landing *landing, const char *person)
{
	for (size_t i = 0; i < landing->worker_count; i++)
		if (!strcmp(landing->workers[i].person, person))
			return true;
	return false;
}

static bool came_before(const struct evidence *evidence, int64_t landing)
{
	return landing && evidence->arrival <= landing;
}

static enum evidence_fault binding_fault(const struct landing *landing, const struct evidence *evidence)
{
	if (evidence->signoff->binds == BINDS_INCIDENT)
		return evidence->other_incident ? EVIDENCE_OTHER_INCIDENT : EVIDENCE_COUNTS;
	if (came_before(evidence, landing->last_landing) || came_before(evidence, evidence->last_landing))
		return EVIDENCE_USED_UP;
	if (!evidence->arrival_known && (landing->last_landing || evidence->signoff->binds == BINDS_CHANGE))
		return EVIDENCE_ARRIVAL_UNKNOWN;
	if (evidence->signoff->binds == BINDS_COMMIT)
		return object_id_equal(&evidence->target, &landing->target) ? EVIDENCE_COUNTS : EVIDENCE_OTHER_COMMIT;
	if (!evidence->one_base)
		return EVIDENCE_SEVERAL_BASES;
	return evidence->same_change ? EVIDENCE_COUNTS : EVIDENCE_OTHER_CHANGE;
}

static const char *said_severity(const struct evidence *evidence)
{
	return evidence->severity ? policy_severity(evidence->signoff, evidence->severity) : NULL;
}

enum evidence_fault evidence_fault_of(const struct policy *policy, const struct landing *landing,
				      const struct evidence *evidence)
{
	const struct role *role = policy_role(policy, evidence->signoff->role);

	if (evidence->revoked)
		return EVIDENCE_REVOKED;
	if (evidence->problem)
		return EVIDENCE_UNVERIFIED;
	if (!evidence->person)
		return EVIDENCE_NO_ADDRESS;
	if (!evidence->for_production)
		return EVIDENCE_OTHER_PRODUCTION;
	if (!role || !people_in_role(policy, role, evidence->person))
		return EVIDENCE_NOT_IN_ROLE;
	if (did_some_work(landing, evidence->person))
		return EVIDENCE_OWN_WORK;
	if (evidence->signoff->severities.count && !said_severity(evidence))
		return EVIDENCE_NO_SEVERITY;
	return binding_fault(landing, evidence);
}

/* Who counts for what: a matching between places (sign-off, n-th person) and people, by augmenting paths. */
struct matching {
	const struct landing *landing;
	struct signoff_states *states;
	size_t *place_state; /* place -> index of its state */
	size_t *holder;      /* evidence -> place + 1 that its person fills, 0 when none */
	bool *visited;       /* evidence, while one path is looked for */
	size_t places;
};

static bool same_pool(const struct signoff *a, const struct signoff *b)
{
	if (a->binds == BINDS_INCIDENT || b->binds == BINDS_INCIDENT)
		return a == b;
	return true;
}

/* The evidence that stands for the person of evidence INDEX where PLACE's sign-off is concerned: the first piece by that
 * person in the same pool. */
static size_t person_slot(const struct matching *matching, size_t index)
{
	const struct evidence *evidence = &matching->landing->evidence[index];

	for (size_t i = 0; i < index; i++) {
		const struct evidence *other = &matching->landing->evidence[i];

		if (other->person && !strcmp(other->person, evidence->person) &&
		    same_pool(other->signoff, evidence->signoff))
			return i;
	}
	return index;
}

static bool place_fill(struct matching *matching, size_t place)
{
	const struct signoff_state *state = &matching->states->items[matching->place_state[place]];

	for (size_t i = 0; i < matching->landing->evidence_count; i++) {
		size_t slot;

		if (matching->landing->evidence[i].signoff != state->signoff || state->faults[i] != EVIDENCE_COUNTS)
			continue;
		slot = person_slot(matching, i);
		if (matching->visited[slot])
			continue;
		matching->visited[slot] = true;
		if (!matching->holder[slot] || place_fill(matching, matching->holder[slot] - 1)) {
			matching->holder[slot] = place + 1;
			return true;
		}
	}
	return false;
}

static void match_people(struct matching *matching)
{
	size_t evidence_count = matching->landing->evidence_count;

	for (size_t place = 0; place < matching->places; place++) {
		memset(matching->visited, 0, evidence_count * sizeof(*matching->visited));
		if (place_fill(matching, place))
			matching->states->items[matching->place_state[place]].missing--;
	}
}

static enum evidence_fault place_fault(const struct matching *matching, size_t slot, size_t state, bool again)
{
	if (!matching->holder[slot])
		return EVIDENCE_NOT_NEEDED;
	return again || matching->place_state[matching->holder[slot] - 1] != state ? EVIDENCE_TAKEN : EVIDENCE_COUNTS;
}

/* Only the first piece of a person who fills a place of this sign-off counts for it. */
static void mark_taken(struct matching *matching)
{
	for (size_t s = 0; s < matching->states->count; s++) {
		struct signoff_state *state = &matching->states->items[s];
		bool *used = memory_alloc(matching->landing->evidence_count * sizeof(*used));

		for (size_t i = 0; i < matching->landing->evidence_count; i++) {
			size_t slot;

			if (state->faults[i] != EVIDENCE_COUNTS)
				continue;
			slot = person_slot(matching, i);
			state->faults[i] = place_fault(matching, slot, s, used[slot]);
			used[slot] = true;
		}
		free(used);
	}
}

static void judge_evidence(struct signoff_states *states, const struct policy *policy, const struct landing *landing)
{
	for (size_t s = 0; s < policy->signoff_count; s++) {
		struct signoff_state *state = &states->items[states->count];

		if (policy->signoffs[s].on_landing)
			continue;
		states->count++;
		state->signoff = &policy->signoffs[s];
		state->missing = state->signoff->count;
		state->faults = memory_alloc(landing->evidence_count * sizeof(*state->faults));
		for (size_t i = 0; i < landing->evidence_count; i++)
			state->faults[i] = landing->evidence[i].signoff == state->signoff
						   ? evidence_fault_of(policy, landing, &landing->evidence[i])
						   : EVIDENCE_TAKEN;
	}
}

void signoff_states_of(struct signoff_states *out, const struct policy *policy, const struct landing *landing)
{
	struct matching matching = {.landing = landing, .states = out};
	size_t place = 0;

	*out = (struct signoff_states){.items = memory_alloc(policy->signoff_count * sizeof(*out->items))};
	judge_evidence(out, policy, landing);
	for (size_t s = 0; s < out->count; s++)
		matching.places += (size_t)out->items[s].missing;
	matching.place_state = memory_alloc(matching.places * sizeof(*matching.place_state));
	matching.holder = memory_alloc(landing->evidence_count * sizeof(*matching.holder));
	matching.visited = memory_alloc(landing->evidence_count * sizeof(*matching.visited));
	for (size_t s = 0; s < out->count; s++)
		for (int n = 0; n < out->items[s].signoff->count; n++)
			matching.place_state[place++] = s;
	match_people(&matching);
	mark_taken(&matching);
	free(matching.place_state);
	free(matching.holder);
	free(matching.visited);
}

void signoff_states_release(struct signoff_states *states)
{
	for (size_t i = 0; i < states->count; i++)
		free(states->items[i].faults);
	free(states->items);
	*states = (struct signoff_states){0};
}

bool signoff_states_complete(const struct signoff_states *states)
{
	for (size_t i = 0; i < states->count; i++)
		if (states->items[i].missing > 0)
			return false;
	return true;
}

/* Good by itself, whether its person was needed or not. */
static bool is_good(enum evidence_fault fault)
{
	return fault == EVIDENCE_COUNTS || fault == EVIDENCE_TAKEN || fault == EVIDENCE_NOT_NEEDED;
}

const char *signoff_states_severity(const struct signoff_states *states, const struct landing *landing)
{
	const struct evidence *latest = NULL;

	for (size_t s = 0; s < states->count; s++)
		for (size_t i = 0; i < landing->evidence_count; i++) {
			const struct evidence *evidence = &landing->evidence[i];

			if (evidence->signoff == states->items[s].signoff && is_good(states->items[s].faults[i]) &&
			    said_severity(evidence) && (!latest || evidence->arrival > latest->arrival))
				latest = evidence;
		}
	return latest ? said_severity(latest) : NULL;
}

static void explain_own_work(struct buffer *out, const struct landing *landing, const struct evidence *evidence)
{
	for (size_t i = 0; i < landing->worker_count; i++) {
		const struct worker *worker = &landing->workers[i];

		if (strcmp(worker->person, evidence->person) != 0)
			continue;
		buffer_addf(out, "did some of the work: %s", worker->how);
		if (!object_id_is_zero(&worker->commit))
			buffer_addf(out, " %s", object_id_short(&worker->commit).digits);
	}
}

static void explain_other_change(struct buffer *out, const struct evidence *evidence)
{
	buffer_addf(out, "is for %s; ", object_id_short(&evidence->target).digits);
	for (size_t i = 0; i < evidence->differing.count && i < DIFFERING_SHOWN; i++)
		buffer_addf(out, "%s%s", i ? ", " : "", evidence->differing.items[i]);
	if (evidence->differing.count > DIFFERING_SHOWN)
		buffer_addf(out, " and %zu more", evidence->differing.count - DIFFERING_SHOWN);
	buffer_add_string(out, evidence->differing.count ? " changed since: stale" : "the change is another: stale");
}

static void explain_severity(struct buffer *out, const struct evidence *evidence)
{
	const struct strings *severities = &evidence->signoff->severities;

	if (evidence->severity)
		buffer_addf(out, "says \"Severity: %s\", which must be one of", evidence->severity);
	else
		buffer_add_string(out, "does not say \"Severity:\", once, and one of");
	for (size_t i = 0; i < severities->count; i++)
		buffer_addf(out, "%s %s", i ? "," : "", severities->items[i]);
}

static void explain_signed(struct buffer *out, const struct evidence *evidence)
{
	const char *severity = said_severity(evidence);

	buffer_addf(out, "signed %s", object_id_short(&evidence->target).digits);
	if (severity)
		buffer_addf(out, ", %s", severity);
}

void evidence_explain(struct buffer *out, const struct policy *policy, const struct landing *landing,
		      const struct evidence *evidence, enum evidence_fault fault)
{
	if (evidence->ref && (!evidence->person || fault == EVIDENCE_UNVERIFIED)) {
		buffer_addf(out, "%s: %s", evidence->ref, evidence->problem ? evidence->problem : "names nobody");
		return;
	}
	if (!evidence->person) {
		buffer_addf(out, "\"%s: %s\" names no address", evidence->signoff->trailer, evidence->text);
		return;
	}
	people_describe(out, policy, evidence->person);
	buffer_add_char(out, ' ');
	switch (fault) {
	case EVIDENCE_OTHER_PRODUCTION:
		buffer_addf(out, "does not say \"Production: %s\"", landing->production);
		break;
	case EVIDENCE_NOT_IN_ROLE:
		buffer_addf(out, "is not in the role %s", evidence->signoff->role);
		break;
	case EVIDENCE_OWN_WORK:
		explain_own_work(out, landing, evidence);
		break;
	case EVIDENCE_NO_SEVERITY:
		explain_severity(out, evidence);
		break;
	case EVIDENCE_OTHER_INCIDENT:
		buffer_addf(out, "signed on %s, for another incident", ref_short(evidence->branch));
		break;
	case EVIDENCE_USED_UP:
		buffer_addf(out, "signed before the last landing of %s: used up",
			    came_before(evidence, landing->last_landing) ? "this branch" : ref_short(evidence->branch));
		break;
	case EVIDENCE_OTHER_COMMIT:
		buffer_addf(out, "is for %s, the tip is %s: stale", object_id_short(&evidence->target).digits,
			    object_id_short(&landing->target).digits);
		break;
	case EVIDENCE_ARRIVAL_UNKNOWN:
		buffer_add_string(out, "signed, but the server does not know where production was then");
		break;
	case EVIDENCE_SEVERAL_BASES:
		buffer_addf(out, "is for %s, which has no single merge base with production as it was then",
			    object_id_short(&evidence->target).digits);
		break;
	case EVIDENCE_OTHER_CHANGE:
		explain_other_change(out, evidence);
		break;
	case EVIDENCE_TAKEN:
		buffer_add_string(out, "counts once already, here or for another sign-off");
		break;
	case EVIDENCE_NOT_NEEDED:
		buffer_addf(out, "signed %s too", object_id_short(&evidence->target).digits);
		break;
	case EVIDENCE_REVOKED:
		buffer_addf(out, "signed %s: revoked", object_id_short(&evidence->target).digits);
		break;
	default:
		explain_signed(out, evidence);
		break;
	}
}
