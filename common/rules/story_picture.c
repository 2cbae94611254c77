/* The picture of the time line: a row for each step, and a mark for each thing that happened. */
#include "rules/duration.h"
#include "rules/html.h"
#include "rules/plot.h"
#include "rules/story_html.h"

#define WIDTH 880
#define LEFT 150
#define RIGHT 850
#define TOP 30
#define ROW 34
#define MARKS 6

/* What the picture spans, seconds since the epoch. */
struct span {
	int64_t from;
	int64_t to;
};

static struct span span_of(const struct story *story)
{
	struct span span = {0};

	for (size_t i = 0; i < story->entries.count; i++) {
		int64_t time = story->entries.items[i].time;

		if (time && (!span.from || time < span.from))
			span.from = time;
		if (time > span.to)
			span.to = time;
	}
	if (story->open && story->now > span.to)
		span.to = story->now;
	if (story->deadline > span.to && story->deadline - span.to < span.to - span.from)
		span.to = story->deadline;
	if (span.to <= span.from)
		span.to = span.from + 60;
	return span;
}

static int place(const struct span *span, int64_t time)
{
	return LEFT + (int)((time - span->from) * (RIGHT - LEFT) / (span->to - span->from));
}

static void add_rows(struct buffer *out)
{
	for (int i = 0; i < STEP_COUNT; i++) {
		struct buffer label = BUFFER_INIT;

		buffer_addf(&label, "%d. %s", i + 1, story_html_step((enum checklist_step)i));
		plot_add_text(out, LEFT - 18, TOP + i * ROW + 5, NULL, "end", buffer_text(&label));
		plot_add_line(out, "rule", LEFT, TOP + i * ROW, RIGHT, TOP + i * ROW);
		buffer_release(&label);
	}
}

static void add_scale(struct buffer *out, const struct span *span)
{
	int64_t step = plot_time_step(span->to - span->from, MARKS);
	int bottom = TOP + STEP_COUNT * ROW;

	for (int64_t after = 0; after <= span->to - span->from; after += step) {
		struct buffer label = BUFFER_INIT;
		int x = place(span, span->from + after);

		if (after)
			duration_format(&label, after);
		plot_add_line(out, "rule", x, TOP - 12, x, bottom - 16);
		plot_add_text(out, x, bottom, "quiet", after ? "middle" : "start",
			      after ? buffer_text(&label) : "start");
		buffer_release(&label);
	}
}

static void add_deadline(struct buffer *out, const struct story *story, const struct span *span)
{
	int x;

	if (story->deadline > span->to || story->deadline < span->from)
		return;
	x = place(span, story->deadline);
	plot_add_line(out, "limit", x, TOP - 14, x, TOP + STEP_COUNT * ROW - 16);
	plot_add_text(out, x > RIGHT - 60 ? x - 5 : x + 5, TOP - 16, "quiet", x > RIGHT - 60 ? "end" : "start",
		      "deadline");
}

static void add_mark(struct buffer *out, const struct story_entry *entry, const struct span *span)
{
	int y = TOP + (int)story_step_of(entry) * ROW;
	int x = place(span, entry->time);

	if (entry->kind == STORY_DEPLOY_FAILED || entry->kind == STORY_TAKEN_BACK || entry->kind == STORY_OVERDUE) {
		plot_add_line(out, "cross", x - 5, y - 5, x + 5, y + 5);
		plot_add_line(out, "cross", x - 5, y + 5, x + 5, y - 5);
	} else {
		buffer_addf(out, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"6\"/>\n",
			    entry->idle || entry->kind == STORY_REVOKED ? "ring" : "dot", x, y);
	}
}

/* The same in words: the table below the picture has it all. */
static void describe(struct buffer *out, const struct story *story, const struct span *span)
{
	size_t marks = 0;

	for (size_t i = 0; i < story->entries.count; i++)
		marks += story->entries.items[i].time != 0;
	buffer_addf(out, "%zu mark%s from ", marks, marks == 1 ? "" : "s");
	html_add_clock(out, span->from);
	buffer_add_string(out, " to ");
	html_add_clock(out, span->to);
	buffer_add_string(out, " UTC, in a row for each of the six steps. The table below says the same in words.");
}

void story_html_add_picture(struct buffer *out, const struct story *story)
{
	struct buffer description = BUFFER_INIT;
	struct span span = span_of(story);

	if (!span.from)
		return;
	describe(&description, story, &span);
	buffer_add_string(out, "<figure tabindex=\"0\" role=\"group\" aria-label=\"Picture of the time line\">\n");
	plot_begin(out, "line-picture", WIDTH, TOP + STEP_COUNT * ROW + 14, "What happened when",
		   buffer_text(&description));
	add_rows(out);
	add_scale(out, &span);
	add_deadline(out, story, &span);
	for (size_t i = 0; i < story->entries.count; i++)
		if (story->entries.items[i].time)
			add_mark(out, &story->entries.items[i], &span);
	buffer_add_string(out,
			  "</svg>\n<figcaption>A dot is something that was done, a ring something that does not count "
			  "any more, a cross something that went wrong.</figcaption>\n</figure>\n");
	buffer_release(&description);
}
