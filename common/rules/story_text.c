#include "rules/story_text.h"

#include <string.h>

#include "rules/message.h"
#include "rules/moment.h"
#include "rules/ref_class.h"

#define LABEL 13
#define ENTRY 35
#define EVENT ((size_t)24)

static void add_time(struct buffer *out, int64_t seconds)
{
	if (seconds)
		moment_format(out, &(struct moment){.seconds = seconds});
	else
		buffer_addf(out, "%-20s", "at a time not known");
}

static void add_field(struct buffer *out, const char *label, const char *text)
{
	if (!text)
		return;
	buffer_addf(out, "%-*s", LABEL, label);
	message_wrap(out, text, LABEL);
}

static void add_head(struct buffer *out, const struct story *story)
{
	struct buffer line = BUFFER_INIT;

	add_field(out, "incident", story->incident);
	add_field(out, "severity", story->severity);
	story_add_standing(&line, story);
	add_field(out, "standing", buffer_text(&line));
	add_field(out, "fix", story->subject);
	add_field(out, "repository", story->repository);
	for (size_t i = 0; i < story->branches.count; i++)
		add_field(out, i ? "" : "branch", ref_short(story->branches.items[i]));
	buffer_release(&line);
}

static void add_steps(struct buffer *out, const struct story *story)
{
	buffer_add_string(out, "\nsteps\n");
	for (int i = 0; i < STEP_COUNT; i++) {
		buffer_addf(out, "  %d %-*s%s", i + 1, LABEL - 4, checklist_step_name((enum checklist_step)i),
			    checklist_state_name(story->steps[i]));
		for (size_t k = 0; story->steps[i] != STEP_NOT_ASKED && k < story->roles[i].count; k++) {
			buffer_add_string(out, k ? ", " : ": the role ");
			message_escape(out, story->roles[i].items[k]);
		}
		buffer_add_char(out, '\n');
	}
}

static void add_entry(struct buffer *out, const struct story_entry *entry)
{
	enum checklist_step step = story_step_of(entry);
	struct buffer line = BUFFER_INIT;

	buffer_add_string(out, "  ");
	add_time(out, entry->time);
	buffer_addf(out, "  %d %-*s", (int)step + 1, ENTRY - 26, checklist_step_name(step));
	story_add_words(&line, entry);
	message_wrap(out, buffer_text(&line), ENTRY);
	buffer_clear(&line);
	if (entry->person)
		buffer_addf(&line, "by %s", entry->person);
	if (entry->proof != PROOF_NONE)
		buffer_addf(&line, "%s", entry->person ? ", " : "");
	story_add_proof(&line, entry);
	if (line.length) {
		buffer_addf(out, "%*s", ENTRY, "");
		message_wrap(out, buffer_text(&line), ENTRY);
	}
	buffer_release(&line);
}

static void add_span(struct buffer *out, const char *label, const struct story *story, int64_t to)
{
	if (!to)
		return;
	buffer_addf(out, "  %-*s", LABEL - 2, label);
	story_add_span(out, story_start(story), to);
	buffer_add_string(out, ", at ");
	add_time(out, to);
	buffer_add_char(out, '\n');
}

static void add_times(struct buffer *out, const struct story *story)
{
	if (!story_start(story))
		return;
	buffer_add_string(out, "\ntimes, since ");
	add_time(out, story_start(story));
	buffer_add_char(out, '\n');
	add_span(out, "to triage", story, story->times.triaged);
	add_span(out, "to merge", story, story->times.landed);
	add_span(out, "to deploy", story, story->times.deployed);
	add_span(out, "to close", story, story->times.closed);
	add_span(out, "deadline", story, story->deadline);
}

static void add_change(struct buffer *out, const struct story_change *change)
{
	buffer_add_string(out, "\nchanged by ");
	message_escape(out, ref_short(change->branch));
	buffer_add_string(out, change->landed ? " on " : ", not yet on ");
	message_escape(out, change->production ? ref_short(change->production) : "-");
	buffer_addf(out, " (%s..%s)%s\n", object_id_short(&change->from).digits, object_id_short(&change->to).digits,
		    change->taken_back ? ", taken back since" : "");
	if (change->unknown)
		buffer_add_string(out, "  the server cannot show all of it any more\n");
	for (size_t i = 0; i < change->commit_count; i++) {
		buffer_addf(out, "  %s ", object_id_short(&change->commits[i].id).digits);
		message_escape(out, change->commits[i].subject ? change->commits[i].subject : "");
		buffer_add_string(out, " (");
		message_escape(out, change->commits[i].author ? change->commits[i].author : "-");
		buffer_add_string(out, ")\n");
	}
	for (size_t i = 0; i < change->file_count; i++) {
		if (change->files[i].added < 0)
			buffer_add_string(out, "       binary  ");
		else
			buffer_addf(out, "  %5lld %5lld  ", (long long)change->files[i].added,
				    -(long long)change->files[i].removed);
		message_escape(out, change->files[i].path);
		buffer_add_char(out, '\n');
	}
	buffer_addf(out, "  %zu commit%s, %zu file%s, %lld line%s added, %lld removed\n", change->commits_in_all,
		    change->commits_in_all == 1 ? "" : "s", change->files_in_all, change->files_in_all == 1 ? "" : "s",
		    (long long)change->added, change->added == 1 ? "" : "s", (long long)change->removed);
}

static void add_deliveries(struct buffer *out, const struct story *story)
{
	if (story->delivery_count)
		buffer_add_string(out, "\ntold\n");
	for (size_t i = 0; i < story->delivery_count; i++) {
		const struct story_delivery *delivery = &story->deliveries[i];

		buffer_add_string(out, "  ");
		add_time(out, delivery->time);
		buffer_add_string(out, "  ");
		message_escape(out, delivery->event);
		buffer_addf(out, "%*s", EVENT > strlen(delivery->event) ? (int)(EVENT - strlen(delivery->event)) : 2,
			    "");
		message_escape(out, delivery->endpoint);
		buffer_addf(out, ": %s, %lld attempt%s", delivery->state, (long long)delivery->attempts,
			    delivery->attempts == 1 ? "" : "s");
		if (delivery->status)
			buffer_addf(out, ", status %lld", (long long)delivery->status);
		if (delivery->error) {
			buffer_add_string(out, ", ");
			message_escape(out, delivery->error);
		}
		buffer_add_char(out, '\n');
	}
}

static void add_debts(struct buffer *out, const struct story *story)
{
	if (story->debt_count)
		buffer_add_string(out, "\noverridden\n");
	for (size_t i = 0; i < story->debt_count; i++) {
		const struct story_debt *debt = &story->debts[i];

		buffer_add_string(out, "  ");
		add_time(out, debt->time);
		buffer_add_string(out, "  by ");
		message_escape(out, debt->person ? debt->person : "-");
		buffer_add_string(out, ": ");
		message_escape(out, debt->reason ? debt->reason : "-");
		buffer_add_string(out, "; missing ");
		for (size_t k = 0; k < debt->missing.count; k++) {
			buffer_add_string(out, k ? ", " : "");
			message_escape(out, debt->missing.items[k]);
		}
		if (debt->due || debt->settled) {
			buffer_add_string(out, debt->settled ? "; settled " : "; to be settled by ");
			add_time(out, debt->settled ? debt->settled : debt->due);
		}
		buffer_add_char(out, '\n');
	}
}

static void add_backmerges(struct buffer *out, const struct story *story)
{
	if (story->backmerge_count)
		buffer_add_string(out, "\nback in development\n");
	for (size_t i = 0; i < story->backmerge_count; i++) {
		const struct story_backmerge *backmerge = &story->backmerges[i];

		buffer_add_string(out, "  ");
		message_escape(out, ref_short(backmerge->branch));
		buffer_add_string(out, ": ");
		message_escape(out, backmerge->how ? backmerge->how : "missing, due");
		if (!backmerge->how || backmerge->arrived) {
			buffer_add_string(out, backmerge->how ? ", at " : " ");
			add_time(out, backmerge->how ? backmerge->arrived : backmerge->due);
		}
		buffer_add_char(out, '\n');
	}
}

void story_text(struct buffer *out, const struct story *story)
{
	add_head(out, story);
	add_steps(out, story);
	buffer_add_string(out, "\nwhat happened\n");
	for (size_t i = 0; i < story->entries.count; i++)
		add_entry(out, &story->entries.items[i]);
	if (!story->entries.count)
		buffer_add_string(out, "  nothing that the server was there for\n");
	add_times(out, story);
	add_debts(out, story);
	add_backmerges(out, story);
	for (size_t i = 0; i < story->change_count; i++)
		add_change(out, &story->changes[i]);
	add_deliveries(out, story);
}
