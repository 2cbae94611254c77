#include <stdlib.h>

#include "rules/duration.h"
#include "rules/html.h"
#include "rules/site.h"
#include "rules/story_html.h"

#define WEEKS_IN_PERIOD FIGURES_WEEKS

static int by_start(const void *a, const void *b)
{
	const struct site_entry *left = a;
	const struct site_entry *right = b;

	return (left->start < right->start) - (left->start > right->start);
}

static void add_fact(struct buffer *out, const char *label, const char *value, const char *small)
{
	buffer_addf(out, "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n", label, value, small);
}

static void add_median(struct buffer *out, const char *label, int64_t seconds, size_t count)
{
	struct buffer value = BUFFER_INIT;
	struct buffer small = BUFFER_INIT;

	if (seconds < 0)
		buffer_add_string(&value, "none");
	else
		duration_format(&value, seconds);
	buffer_addf(&small, "the median of %zu hotfix%s", count, count == 1 ? "" : "es");
	add_fact(out, label, buffer_text(&value), buffer_text(&small));
	buffer_release(&value);
	buffer_release(&small);
}

static void add_counts(struct buffer *out, const struct figures *figures)
{
	int tenths = figures->deployments * 10 / WEEKS_IN_PERIOD;
	struct buffer value = BUFFER_INIT;
	struct buffer small = BUFFER_INIT;

	if (figures->deployments)
		buffer_addf(&value, "%d %%",
			    (figures->failures * 100 + figures->deployments / 2) / figures->deployments);
	else
		buffer_add_string(&value, "none");
	buffer_addf(&small, "%d of %d failed", figures->failures, figures->deployments);
	add_fact(out, "Change failure rate", buffer_text(&value), buffer_text(&small));
	buffer_clear(&value);
	buffer_clear(&small);
	buffer_addf(&value, "%d", figures->deployments);
	buffer_addf(&small, "%d.%d a week, and %d rollback%s", tenths / 10, tenths % 10, figures->rollbacks,
		    figures->rollbacks == 1 ? "" : "s");
	add_fact(out, "Deployments", buffer_text(&value), buffer_text(&small));
	buffer_release(&value);
	buffer_release(&small);
}

static void add_figures(struct buffer *out, const struct figures *figures)
{
	buffer_addf(out,
		    "<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">The last %d days</h2>\n<dl "
		    "class=\"facts\">\n",
		    FIGURES_DAYS);
	add_median(out, "Lead time for changes", figures->lead, figures->point_count);
	add_median(out, "Time to restore", figures->restore, figures->point_count);
	add_counts(out, figures);
	buffer_add_string(out, "</dl>\n");
}

static void add_definitions(struct buffer *out)
{
	buffer_addf(
		out,
		"<section class=\"words\" aria-labelledby=\"counted\">\n<h2 id=\"counted\">How this is counted</h2>\n<dl>\n"
		"<dt>The period</dt><dd>The %d days before this page was made.</dd>\n"
		"<dt>Restored</dt><dd>A hotfix is restored when every environment that is asked for has reported that it "
		"runs; where no reports are asked for, when it was put into production. What a rollback took back does "
		"not count until it is back.</dd>\n"
		"<dt>Lead time for changes</dt><dd>From the first time that work on a hotfix was handed in until it was "
		"restored: the median of all hotfixes restored in the period.</dd>\n"
		"<dt>Time to restore</dt><dd>From the report of the incident, or, where nobody said when that was, from "
		"the first time that work was handed in, until the hotfix was restored: the median of the same.</dd>\n"
		"<dt>Deployments</dt><dd>Changes of production in the period, hotfixes and ordinary ones; rollbacks are "
		"counted apart.</dd>\n"
		"<dt>Change failure rate</dt><dd>The share of these deployments that a rollback took back, or that were "
		"reported as failed at least once.</dd>\n"
		"<dt>Median</dt><dd>Half of them were faster, half slower.</dd>\n</dl>\n</section>\n",
		FIGURES_DAYS);
}

static void add_name(struct buffer *out, const struct site_entry *entry)
{
	buffer_add_string(out, "<tr><th scope=\"row\"><a href=\"");
	html_add(out, entry->file);
	buffer_add_string(out, "\">");
	html_add(out, entry->incident);
	buffer_add_string(out, "</a>");
	if (entry->subject) {
		buffer_add_string(out, "<span class=\"proof\">");
		html_add(out, entry->subject);
		buffer_add_string(out, "</span>");
	}
	buffer_addf(out, "</th><td><span class=\"%s\"><span aria-hidden=\"true\">%s</span> ", entry->class,
		    entry->sign);
	html_add(out, entry->standing);
	buffer_add_string(out, "</span>");
	if (entry->open)
		buffer_addf(out, "<span class=\"proof\">step %d, %s</span>", (int)entry->step + 1,
			    story_html_step(entry->step));
	if (entry->severity) {
		buffer_add_string(out, "<span class=\"proof\">severity ");
		html_add(out, entry->severity);
		buffer_add_string(out, "</span>");
	}
	buffer_add_string(out, "</td><td>");
}

static void add_span(struct buffer *out, int64_t from, int64_t to)
{
	buffer_add_string(out, "</td><td>");
	story_add_span(out, from, to);
	buffer_add_string(out, "</td></tr>\n");
}

static void add_row(struct buffer *out, const struct site *site, const struct site_entry *entry)
{
	add_name(out, entry);
	html_add_time(out, entry->start);
	if (entry->open && entry->deadline && !entry->landed) {
		buffer_add_string(out, "<span class=\"proof\">due ");
		html_add_time(out, entry->deadline);
		buffer_add_string(out, "</span>");
	}
	add_span(out, entry->start, entry->open ? site->now : entry->ended);
}

static void add_list(struct buffer *out, const struct site *site, bool open)
{
	size_t count = 0;

	for (size_t i = 0; i < site->count; i++)
		count += site->entries[i].open == open;
	buffer_addf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", open ? "open" : "past",
		    open ? "open" : "past", open ? "Open hotfixes" : "Past hotfixes");
	if (!count) {
		buffer_addf(out, "<p>%s</p>\n</section>\n", open ? "No hotfix is open." : "There is none yet.");
		return;
	}
	buffer_addf(
		out,
		"<table>\n<caption>%zu hotfix%s, the newest first</caption>\n<thead><tr><th scope=\"col\">Incident</th>"
		"<th scope=\"col\">Standing</th><th scope=\"col\">Began (UTC)</th><th scope=\"col\">%s</th></tr>"
		"</thead>\n<tbody>\n",
		count, count == 1 ? "" : "es", open ? "Open for" : "Took");
	for (size_t i = 0; i < site->count; i++)
		if (site->entries[i].open == open)
			add_row(out, site, &site->entries[i]);
	buffer_add_string(out, "</tbody>\n</table>\n</section>\n");
}

void site_html(struct buffer *out, struct site *site)
{
	struct buffer title = BUFFER_INIT;

	if (site->count)
		qsort(site->entries, site->count, sizeof(*site->entries), by_start);
	buffer_addf(&title, "Hotfixes of %s", site->repository);
	html_begin(out, buffer_text(&title), NULL);
	buffer_add_string(out, "<header>\n<p class=\"kicker\">Status</p>\n<h1>");
	html_add(out, buffer_text(&title));
	buffer_add_string(out, "</h1>\n<p class=\"note\">A hotfix is an urgent repair of the system that customers "
			       "use.</p>\n</header>\n<main id=\"main\">\n");
	add_list(out, site, true);
	add_list(out, site, false);
	add_figures(out, &site->figures);
	site_html_add_plots(out, &site->figures);
	buffer_add_string(out, "</section>\n");
	add_definitions(out);
	buffer_add_string(out, "</main>\n");
	html_end(out, site->now);
	buffer_release(&title);
}
