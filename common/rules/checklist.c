#include "rules/checklist.h"

#include <string.h>

#include "rules/checklist_parts.h"
#include "rules/deadline.h"
#include "rules/duration.h"
#include "rules/message.h"
#include "rules/moment.h"
#include "rules/people.h"
#include "rules/ref_class.h"
#include "rules/remedy.h"

#define COLUMN CHECKLIST_COLUMN

void checklist_add_label(struct buffer *out, const char *number, const char *label)
{
	buffer_addf(out, "  %s %-*s", number, COLUMN - 4, label);
	if (strlen(label) >= COLUMN - 4)
		buffer_addf(out, "\n%*s", COLUMN, "");
}

static void add_line(struct buffer *out, const char *text)
{
	message_wrap(out, text, COLUMN);
}

static void add_develop(struct buffer *out, const struct policy *policy, const struct checklist *checklist)
{
	struct buffer line = BUFFER_INIT;
	const char *production = ref_short(checklist->landing->production);

	checklist_add_label(out, "3", "develop");
	buffer_addf(&line, "%zu commit%s, ", checklist->landing->work, checklist->landing->work == 1 ? "" : "s");
	if (checklist->behind)
		buffer_addf(&line, "behind %s: git merge origin/%s", production, production);
	else
		buffer_addf(&line, "up to date with %s", production);
	add_line(out, buffer_text(&line));
	if (checklist->landing->pusher_unknown && policy_asks_for_signoffs(policy)) {
		line.length = 0;
		buffer_addf(&line, "the server does not know who first pushed %s: hotfixctl adopt %s PERSON",
			    object_id_short(&checklist->landing->unknown_commit).digits,
			    ref_short(checklist->landing->what.branch));
		buffer_addf(out, "%*s", COLUMN, "");
		add_line(out, buffer_text(&line));
	}
	buffer_release(&line);
}

static bool belongs_to(const struct signoff_state *state, const struct landing *landing, size_t index, bool counts)
{
	return landing->evidence[index].signoff == state->signoff &&
	       (state->faults[index] == EVIDENCE_COUNTS) == counts;
}

void checklist_add_item(struct buffer *out, const char *text, bool *first)
{
	if (!*first)
		buffer_addf(out, "%*s", COLUMN, "");
	*first = false;
	add_line(out, text);
}

static void add_evidence(struct buffer *out, const struct policy *policy, const struct landing *landing,
			 const struct signoff_state *state, bool counts, bool *first)
{
	struct buffer line = BUFFER_INIT;
	size_t shown = 0;

	for (size_t i = 0; i < landing->evidence_count; i++) {
		if (!belongs_to(state, landing, i, counts) || shown++ >= EVIDENCE_SHOWN)
			continue;
		buffer_clear(&line);
		evidence_explain(&line, policy, landing, &landing->evidence[i], state->faults[i]);
		checklist_add_item(out, buffer_text(&line), first);
	}
	if (shown > EVIDENCE_SHOWN) {
		buffer_clear(&line);
		buffer_addf(&line, "and %zu more", shown - EVIDENCE_SHOWN);
		checklist_add_item(out, buffer_text(&line), first);
	}
	buffer_release(&line);
}

/* True when somebody's sign-off is on the branch, whatever it is worth. */
static bool is_there(const struct landing *landing, const struct evidence *evidence)
{
	for (size_t i = 0; i < landing->evidence_count; i++)
		if (landing->evidence[i].signoff == evidence->signoff && landing->evidence[i].person &&
		    !strcmp(landing->evidence[i].person, evidence->person))
			return true;
	return false;
}

/* Adds the sign-offs that counted before this push, and are not on the branch any more. */
static void add_lost(struct buffer *out, const struct policy *policy, const struct checklist *checklist,
		     const struct signoff_state *state)
{
	struct signoff_states states = {0};
	const struct landing *before = checklist->before;

	if (before)
		signoff_states_of(&states, policy, before);
	for (size_t i = 0; i < states.count; i++)
		for (size_t k = 0; states.items[i].signoff == state->signoff && k < before->evidence_count; k++) {
			struct buffer line = BUFFER_INIT;

			if (states.items[i].faults[k] != EVIDENCE_COUNTS ||
			    is_there(checklist->landing, &before->evidence[k]))
				continue;
			evidence_explain(&line, policy, before, &before->evidence[k], EVIDENCE_COUNTS);
			buffer_add_string(&line, "; this push took that off the branch: stale");
			buffer_addf(out, "%*s", COLUMN, "");
			add_line(out, buffer_text(&line));
			buffer_release(&line);
		}
	signoff_states_release(&states);
}

static void add_signoff(struct buffer *out, const struct policy *policy, const struct checklist *checklist,
			const struct signoff_state *state, const char *number)
{
	const struct landing *landing = checklist->landing;
	struct buffer line = BUFFER_INIT;
	bool first = true;

	checklist_add_label(out, number, state->signoff->name);
	add_evidence(out, policy, landing, state, true, &first);
	if (state->missing > 0) {
		buffer_addf(&line, "missing %d of %d, by the role %s", state->missing, state->signoff->count,
			    state->signoff->role);
		checklist_add_item(out, buffer_text(&line), &first);
	}
	add_evidence(out, policy, landing, state, false, &first);
	add_lost(out, policy, checklist, state);
	buffer_release(&line);
}

bool checklist_is_triage(const struct signoff *signoff)
{
	return !strcmp(signoff->name, "triage");
}

static void add_signoffs(struct buffer *out, const struct policy *policy, const struct checklist *checklist,
			 const struct signoff_states *states)
{
	size_t shown = 0;

	for (size_t i = 0; i < states->count; i++)
		if (!checklist_is_triage(states->items[i].signoff))
			add_signoff(out, policy, checklist, &states->items[i], shown++ ? " " : "4");
	if (!shown) {
		checklist_add_label(out, "4", "review, qa");
		add_line(out, "not asked for here");
	}
}

static void add_triage(struct buffer *out, const struct policy *policy, const struct checklist *checklist,
		       const struct signoff_states *states)
{
	for (size_t i = 0; i < states->count; i++)
		if (checklist_is_triage(states->items[i].signoff)) {
			add_signoff(out, policy, checklist, &states->items[i], "2");
			return;
		}
	checklist_add_label(out, "2", "triage");
	add_line(out, "not asked for here");
}

static void add_clock(struct buffer *out, const struct policy *policy, const struct checklist *checklist)
{
	const struct landing *landing = checklist->landing;
	int64_t opened = landing->opened ? landing->opened : checklist->now;
	int64_t since = deadline_since(opened, landing->reported);
	int64_t left = since + policy->deadline - checklist->now;
	struct buffer line = BUFFER_INIT;

	if (!policy->deadline)
		return;
	checklist_add_label(out, " ", "clock");
	duration_format(&line, left < 0 ? -left : left);
	buffer_add_string(&line, left < 0 ? " over the deadline of " : " left of ");
	duration_format(&line, policy->deadline);
	if (since == landing->reported) {
		buffer_add_string(&line, ", since the report at ");
		moment_format(&line, &(struct moment){.seconds = since});
	}
	add_line(out, buffer_text(&line));
	buffer_release(&line);
	if (!landing->report_ignored)
		return;
	buffer_addf(out, "%*s", COLUMN, "");
	add_line(out, landing->report_ignored);
}

/* The sign-off that is asked for next: triage is step 2, whatever the order in the configuration; NULL: none. */
static const struct signoff *next_signoff(const struct signoff_states *states)
{
	const struct signoff *next = NULL;

	for (size_t i = 0; i < states->count; i++)
		if (states->items[i].missing > 0 && (!next || checklist_is_triage(states->items[i].signoff)))
			next = states->items[i].signoff;
	return next;
}

static void add_next(struct buffer *out, const struct policy *policy, const struct checklist *checklist,
		     const struct signoff_states *states, bool ready)
{
	const struct landing *landing = checklist->landing;
	const char *production = ref_short(landing->production);
	struct strings commands = STRINGS_INIT;

	if (ready) {
		strings_add(&commands, "git fetch origin");
		strings_addf(&commands, "git switch -C %s origin/%s", production, production);
		remedy_add(&commands, "git merge --no-ff origin/%s", ref_short(landing->what.branch));
		strings_addf(&commands, "git push origin %s", production);
	} else if (!checklist->behind && checklist->landing->work) {
		const struct signoff *next = next_signoff(states);

		if (next)
			landing_add_signing(&commands, policy, landing, next);
	}
	message_commands(out, ready ? "ready to land" : "next", &commands);
	strings_release(&commands);
}

static bool is_ready(const struct policy *policy, const struct checklist *checklist,
		     const struct signoff_states *states)
{
	const struct landing *landing = checklist->landing;

	return signoff_states_complete(states) && !checklist->behind && landing->work && !landing->other_incident &&
	       !(landing->pusher_unknown && policy_asks_for_signoffs(policy));
}

static void write_open(struct buffer *out, struct checklist_sum *sum, const struct policy *policy,
		       const struct checklist *checklist)
{
	const struct landing *landing = checklist->landing;
	struct signoff_states states;

	signoff_states_of(&states, policy, landing);
	sum->ready = is_ready(policy, checklist, &states);
	sum->severity = signoff_states_severity(&states, landing);
	add_triage(out, policy, checklist, &states);
	add_develop(out, policy, checklist);
	add_signoffs(out, policy, checklist, &states);
	checklist_add_after(out, policy, checklist);
	add_clock(out, policy, checklist);
	add_next(out, policy, checklist, &states, sum->ready);
	signoff_states_release(&states);
}

static const char *landed_severity(const struct checklist *checklist)
{
	const struct life_landings *landings = checklist_landings(checklist);

	for (size_t i = landings->count; i > 0; i--)
		if (landings->items[i - 1].what.severity)
			return landings->items[i - 1].what.severity;
	return NULL;
}

static void write_landed(struct buffer *out, struct checklist_sum *sum, const struct policy *policy,
			 const struct checklist *checklist)
{
	sum->severity = landed_severity(checklist);
	checklist_add_landed(out, policy, checklist);
	checklist_add_after(out, policy, checklist);
	checklist_add_after_next(out, policy, checklist);
}

static void add_title(struct buffer *out, const struct checklist *checklist)
{
	buffer_add_string(out, "hotfix: ");
	message_escape(out, ref_short(checklist->branch));
	if (object_id_is_zero(&checklist->tip))
		buffer_add_string(out, ", which is gone");
	else
		buffer_addf(out, " at %s", object_id_short(&checklist->tip).digits);
	buffer_add_string(out, "\n\n");
}

void checklist_write(struct buffer *out, struct checklist_sum *sum, const struct policy *policy,
		     const struct checklist *checklist)
{
	struct checklist_sum unused;

	sum = sum ? sum : &unused;
	*sum = (struct checklist_sum){0};
	if (checklist->landing) {
		sum->opened = checklist->landing->opened ? checklist->landing->opened : checklist->now;
		sum->reported = checklist->landing->reported;
	}
	add_title(out, checklist);
	checklist_add_label(out, "1", "report");
	add_line(out, checklist->incident ? checklist->incident : "-");
	if (checklist->landing && !checklist->landed)
		write_open(out, sum, policy, checklist);
	else
		write_landed(out, sum, policy, checklist);
}
