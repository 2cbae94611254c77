#include "rules/story_html.h"

#include <stdlib.h>

#include "base/memory.h"
#include "rules/html.h"

struct step_words {
	const char *name;
	const char *what;
};

static const struct step_words steps[STEP_COUNT] = {
	[STEP_REPORT] = {"Report", "The problem is reported and gets a number."},
	[STEP_TRIAGE] = {"Triage", "The product owner says how severe it is."},
	[STEP_DEVELOP] = {"Develop", "A developer makes the fix."},
	[STEP_REVIEW] = {"Review and test", "Other people check the fix and test it."},
	[STEP_DEPLOY] = {"Deploy", "The fix is brought to production, the system that customers use."},
	[STEP_MONITOR] = {"Monitor", "Somebody watches that it works, and closes the incident."},
};

const char *story_html_step(enum checklist_step step)
{
	return steps[step].name;
}

/* Of an open one. */
static bool is_failing(const struct story *story)
{
	return story->overdue || story->steps[STEP_DEPLOY] == STEP_FAILED ||
	       (story->was_taken_back && !story->in_production);
}

const char *story_html_class(const struct story *story)
{
	if (story->open)
		return is_failing(story) ? "bad" : "warn";
	return story->in_production ? "good" : "quiet";
}

const char *story_html_sign(const struct story *story)
{
	if (story->open)
		return is_failing(story) ? "\xe2\x9c\x95" : "\xe2\x80\xa6"; /* a cross, three dots */
	return story->in_production ? "\xe2\x9c\x93" : "\xe2\x80\x93";      /* a check mark, a dash */
}

void story_html_add_capital(struct buffer *out, const char *text)
{
	char *capital = memory_copy(text);

	if (*capital >= 'a' && *capital <= 'z')
		*capital = (char)(*capital - 'a' + 'A');
	html_add(out, capital);
	free(capital);
}

static void add_fact(struct buffer *out, const char *label, const char *text, const char *small)
{
	if (!text || !*text)
		return;
	buffer_addf(out, "<div><dt>%s</dt><dd>", label);
	html_add(out, text);
	buffer_add_string(out, "<small>");
	html_add(out, small);
	buffer_add_string(out, "</small></dd></div>\n");
}

static void add_span(struct buffer *out, const char *label, const struct story *story, int64_t to)
{
	struct buffer span = BUFFER_INIT;
	struct buffer at = BUFFER_INIT;

	if (to && story_start(story)) {
		story_add_span(&span, story_start(story), to);
		html_add_clock(&at, to);
	}
	add_fact(out, label, buffer_text(&span), buffer_text(&at));
	buffer_release(&span);
	buffer_release(&at);
}

static void add_facts(struct buffer *out, const struct story *story)
{
	struct buffer start = BUFFER_INIT;

	buffer_add_string(out, "<dl class=\"facts\">\n");
	add_fact(out, "Severity", story->severity, "as triage said");
	if (story_start(story))
		html_add_clock(&start, story_start(story));
	add_fact(out, story->times.reported ? "Reported" : "Begun", buffer_text(&start), "the clock starts here");
	add_span(out, "Time to triage", story, story->times.triaged);
	add_span(out, "Time to production", story, story->times.landed);
	add_span(out, "Time until it ran", story, story->times.deployed);
	add_span(out, "Time to close", story, story->times.closed);
	add_span(out, "Deadline", story, story->deadline);
	buffer_add_string(out, "</dl>\n");
	buffer_release(&start);
}

static void add_header(struct buffer *out, const struct story *story)
{
	struct buffer standing = BUFFER_INIT;

	story_add_standing(&standing, story);
	buffer_add_string(out, "<header>\n<p class=\"kicker\">Hotfix report, ");
	html_add(out, story->repository);
	buffer_add_string(out, "</p>\n<h1>Incident ");
	html_add(out, story->incident);
	buffer_add_string(out, "</h1>\n");
	if (story->subject) {
		buffer_add_string(out, "<p class=\"subject\">");
		html_add(out, story->subject);
		buffer_add_string(out, "</p>\n");
	}
	buffer_addf(out, "<p class=\"standing %s\"><span aria-hidden=\"true\">%s</span> ", story_html_class(story),
		    story_html_sign(story));
	story_html_add_capital(out, buffer_text(&standing));
	buffer_add_string(out, "</p>\n<p class=\"note\">A hotfix is an urgent repair of the system that customers use. "
			       "This page tells what happened, who did it, and how that is known.</p>\n");
	add_facts(out, story);
	buffer_add_string(out, "</header>\n");
	buffer_release(&standing);
}

static void add_state(struct buffer *out, const struct story *story, enum checklist_step step)
{
	static const char *const states[] = {
		[STEP_DONE] = "<span class=\"state good\">\xe2\x9c\x93 done</span>",
		[STEP_MISSING] = "<span class=\"state quiet\">\xe2\x80\x93 not done</span>",
		[STEP_FAILED] = "<span class=\"state bad\">\xe2\x9c\x95 failed</span>",
		[STEP_NOT_ASKED] = "<span class=\"state quiet\">\xe2\x80\x93 not asked for</span>",
	};

	if (story->open && story->steps[step] == STEP_MISSING)
		buffer_addf(out, "<span class=\"state warn\">\xe2\x80\xa6 %s</span>",
			    step == story->step ? "now" : "to do");
	else
		buffer_add_string(out, states[story->steps[step]]);
}

/* Who did it, each person once; what was done before a rollback is not what is to do now. */
static void add_people(struct buffer *out, const struct story *story, enum checklist_step step)
{
	struct strings people = STRINGS_INIT;
	int64_t last = 0;

	if (story->steps[step] == STEP_MISSING && story->was_taken_back)
		return;
	for (size_t i = 0; i < story->entries.count; i++) {
		const struct story_entry *entry = &story->entries.items[i];

		if (story_step_of(entry) != step || entry->idle)
			continue;
		if (entry->person)
			strings_add_once(&people, entry->person);
		last = entry->time > last ? entry->time : last;
	}
	if (people.count)
		buffer_add_string(out, "<p class=\"note\">By ");
	for (size_t i = 0; i < people.count; i++) {
		buffer_add_string(out, i ? ", " : "");
		html_add(out, people.items[i]);
	}
	if (people.count) {
		buffer_add_string(out, ", ");
		html_add_time(out, last);
		buffer_add_string(out, "</p>");
	}
	strings_release(&people);
}

static void add_roles(struct buffer *out, const struct story *story, enum checklist_step step)
{
	const struct strings *roles = &story->roles[step];

	if (!story->open || (story->steps[step] != STEP_MISSING && story->steps[step] != STEP_FAILED) || !roles->count)
		return;
	buffer_add_string(out, "<p class=\"note\">Waiting for: ");
	for (size_t i = 0; i < roles->count; i++) {
		buffer_add_string(out, i ? ", " : "");
		html_add(out, roles->items[i]);
	}
	buffer_add_string(out, "</p>");
}

static void add_steps(struct buffer *out, const struct story *story)
{
	buffer_add_string(out, "<section aria-labelledby=\"steps\">\n<h2 id=\"steps\">The six steps</h2>\n<ol "
			       "class=\"steps\">\n");
	for (int i = 0; i < STEP_COUNT; i++) {
		enum checklist_step step = (enum checklist_step)i;

		buffer_addf(out, "<li><h3>%d. %s ", i + 1, steps[i].name);
		add_state(out, story, step);
		buffer_addf(out, "</h3><p>%s</p>", steps[i].what);
		add_people(out, story, step);
		add_roles(out, story, step);
		buffer_add_string(out, "</li>\n");
	}
	buffer_add_string(out, "</ol>\n</section>\n");
}

static void add_words(struct buffer *out)
{
	buffer_add_string(
		out,
		"<section class=\"words\" aria-labelledby=\"words\">\n<h2 id=\"words\">Words used here</h2>\n<dl>\n"
		"<dt>Approved</dt><dd>A person who did none of the work said yes: after reading the change (review), after "
		"trying it (qa), or about its severity (triage).</dd>\n"
		"<dt>Signed with the key</dt><dd>The approval carries a digital signature, which nobody else can make. The "
		"letters are the fingerprint of the key, by which it can be checked.</dd>\n"
		"<dt>A line in a commit</dt><dd>The approval is a line of text that was stored with the change. The server "
		"cannot prove who wrote it.</dd>\n"
		"<dt>Logged in to the server</dt><dd>The server knew who it was when this arrived.</dd>\n"
		"<dt>Commit</dt><dd>One stored step of the work, named by a row of letters and digits.</dd>\n"
		"<dt>Branch</dt><dd>A named line of work; the branch of production is what customers use.</dd>\n"
		"<dt>Rollback</dt><dd>Production is set back to how it was before.</dd>\n</dl>\n</section>\n");
}

void story_html(struct buffer *out, const struct story *story, const char *home)
{
	struct buffer title = BUFFER_INIT;

	buffer_addf(&title, "%s: ", story->incident);
	story_add_standing(&title, story);
	html_begin(out, buffer_text(&title), home);
	add_header(out, story);
	buffer_add_string(out, "<main id=\"main\">\n");
	add_steps(out, story);
	buffer_add_string(out, "<section aria-labelledby=\"line\">\n<h2 id=\"line\">Time line</h2>\n");
	story_html_add_picture(out, story);
	story_html_add_entries(out, story);
	buffer_add_string(out, "</section>\n");
	story_html_add_exceptions(out, story);
	story_html_add_changes(out, story);
	story_html_add_deliveries(out, story);
	add_words(out);
	buffer_add_string(out, "</main>\n");
	html_end(out, story->now);
	buffer_release(&title);
}
