/* The pictures of the figures, and the tables that say the same. */
#include <string.h>

#include "rules/duration.h"
#include "rules/html.h"
#include "rules/plot.h"
#include "rules/site.h"

#define WIDTH 440
#define HEIGHT 210
#define LEFT 52
#define RIGHT 430
#define TOP 34
#define BOTTOM 178
#define MARKS 4

static void begin(struct buffer *out, const char *id, const char *title, const char *description)
{
	buffer_add_string(out, "<figure>\n");
	plot_begin(out, id, WIDTH, HEIGHT, title, description);
	plot_add_text(out, 4, 18, NULL, "start", title);
}

static void end(struct buffer *out, const char *caption)
{
	buffer_addf(out, "</svg>\n<figcaption>%s</figcaption>\n</figure>\n", caption);
}

/* MOST is at least 1. */
static int height_of(int64_t value, int64_t most)
{
	return (int)(value * (BOTTOM - TOP) / most);
}

static void add_dates(struct buffer *out, const struct figures *figures)
{
	for (int i = 0; i <= FIGURES_WEEKS; i += 4) {
		struct buffer label = BUFFER_INIT;
		int x = LEFT + i * (RIGHT - LEFT) / FIGURES_WEEKS;

		html_add_clock(&label, figures->from + i * INT64_C(7) * 86400);
		label.bytes[10] = 0; /* the date alone */
		plot_add_text(out, x, BOTTOM + 20, "quiet", i ? "middle" : "start", label.bytes + 5);
		buffer_release(&label);
	}
}

static void add_scale(struct buffer *out, int64_t most, int64_t step, bool times)
{
	for (int64_t value = 0; value <= most; value += step) {
		struct buffer label = BUFFER_INIT;
		int y = BOTTOM - height_of(value, most);

		if (times && value)
			duration_format(&label, value);
		else
			buffer_addf(&label, "%lld", (long long)value);
		plot_add_line(out, "rule", LEFT, y, RIGHT, y);
		plot_add_text(out, LEFT - 6, y + 4, "quiet", "end", buffer_text(&label));
		buffer_release(&label);
	}
}

static void add_bar(struct buffer *out, const char *class, int x, int width, int below, int count, int64_t most)
{
	int height = height_of(count, most);

	if (count)
		buffer_addf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", class, x,
			    BOTTOM - height_of(below, most) - height, width, height);
}

static int64_t most_in_a_week(const struct figures *figures)
{
	int most = 1;

	for (int i = 0; i < FIGURES_WEEKS; i++) {
		const struct figures_week *week = &figures->weeks[i];
		int count = week->hotfixes + week->ordinary;

		most = count > most ? count : most;
		most = week->rollbacks > most ? week->rollbacks : most;
	}
	return most;
}

static void add_weeks(struct buffer *out, const struct figures *figures)
{
	const int step = (RIGHT - LEFT) / FIGURES_WEEKS;
	int64_t most = most_in_a_week(figures);

	begin(out, "weeks", "Deployments a week",
	      "A bar for each week: hotfixes, ordinary deployments, and rollbacks beside them. The table below has the "
	      "numbers.");
	add_scale(out, most, plot_count_step(most, MARKS), false);
	for (int i = 0; i < FIGURES_WEEKS; i++) {
		const struct figures_week *week = &figures->weeks[i];
		int x = LEFT + i * (RIGHT - LEFT) / FIGURES_WEEKS;

		add_bar(out, "bar", x + 2, step * 6 / 10, 0, week->hotfixes, most);
		add_bar(out, "bar2", x + 2, step * 6 / 10, week->hotfixes, week->ordinary, most);
		add_bar(out, "bar3", x + 2 + step * 6 / 10 + 1, step * 2 / 10, 0, week->rollbacks, most);
	}
	add_dates(out, figures);
	end(out,
	    "Full bars are hotfixes, outlined ones ordinary deployments; the narrow bars beside them are rollbacks.");
}

static int64_t value_of(const struct figures_point *point, bool lead)
{
	return lead ? point->lead : point->restore;
}

static void add_points(struct buffer *out, const struct figures *figures, bool lead)
{
	int64_t median = lead ? figures->lead : figures->restore;
	int64_t most = 60;

	for (size_t i = 0; i < figures->point_count; i++)
		if (value_of(&figures->points[i], lead) > most)
			most = value_of(&figures->points[i], lead);
	begin(out, lead ? "lead" : "restore", lead ? "Lead time for changes" : "Time to restore",
	      "A dot for each hotfix, by the day on which it was restored, and a dashed line at the median. The table below "
	      "has the numbers.");
	add_scale(out, most, plot_time_step(most, MARKS), true);
	if (median >= 0)
		plot_add_line(out, "limit", LEFT, BOTTOM - height_of(median, most), RIGHT,
			      BOTTOM - height_of(median, most));
	for (size_t i = 0; i < figures->point_count; i++) {
		const struct figures_point *point = &figures->points[i];
		int x = LEFT + (int)((point->time - figures->from) * (RIGHT - LEFT) / (figures->to - figures->from));

		buffer_addf(out, "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"5\"/>\n", x,
			    BOTTOM - height_of(value_of(point, lead), most));
	}
	add_dates(out, figures);
	end(out, "A dot is a hotfix, by the day on which it was restored; the dashed line is the median.");
}

static void add_failures(struct buffer *out, const struct figures *figures)
{
	int width = RIGHT - 16;
	int part = figures->deployments ? figures->failures * width / figures->deployments : 0;
	struct buffer words = BUFFER_INIT;

	buffer_addf(&words, "%d of %d deployments failed", figures->failures, figures->deployments);
	begin(out, "failures", "Change failure rate", buffer_text(&words));
	buffer_addf(out, "<rect class=\"bar2\" x=\"8\" y=\"70\" width=\"%d\" height=\"44\"/>\n", width);
	if (part)
		buffer_addf(out, "<rect class=\"bar3\" x=\"8\" y=\"70\" width=\"%d\" height=\"44\"/>\n", part);
	plot_add_text(out, 8, 140, NULL, "start", buffer_text(&words));
	end(out, "The filled part failed: a rollback took it back, or its deploy was reported as failed.");
	buffer_release(&words);
}

static void add_weeks_table(struct buffer *out, const struct figures *figures)
{
	buffer_add_string(out,
			  "<table>\n<caption>Deployments by week</caption>\n<thead><tr><th scope=\"col\">Week from "
			  "(UTC)</th><th scope=\"col\" class=\"number\">Hotfixes</th><th scope=\"col\" "
			  "class=\"number\">Ordinary</th><th scope=\"col\" class=\"number\">Rollbacks</th></tr></thead>"
			  "\n<tbody>\n");
	for (int i = 0; i < FIGURES_WEEKS; i++) {
		const struct figures_week *week = &figures->weeks[i];

		buffer_add_string(out, "<tr><td>");
		html_add_time(out, week->from);
		buffer_addf(
			out,
			"</td><td class=\"number\">%d</td><td class=\"number\">%d</td><td class=\"number\">%d</td></tr>\n",
			week->hotfixes, week->ordinary, week->rollbacks);
	}
	buffer_add_string(out, "</tbody>\n</table>\n");
}

static void add_points_table(struct buffer *out, const struct figures *figures)
{
	if (!figures->point_count)
		return;
	buffer_add_string(out, "<table>\n<caption>Hotfixes that were restored</caption>\n<thead><tr><th "
			       "scope=\"col\">Incident</th><th scope=\"col\">Restored (UTC)</th><th scope=\"col\">Lead "
			       "time</th><th scope=\"col\">Time to restore</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < figures->point_count; i++) {
		const struct figures_point *point = &figures->points[i];

		buffer_add_string(out, "<tr><th scope=\"row\">");
		html_add(out, point->incident);
		buffer_add_string(out, "</th><td>");
		html_add_time(out, point->time);
		buffer_add_string(out, "</td><td>");
		duration_format(out, point->lead);
		buffer_add_string(out, "</td><td>");
		duration_format(out, point->restore);
		buffer_add_string(out, "</td></tr>\n");
	}
	buffer_add_string(out, "</tbody>\n</table>\n");
}

void site_html_add_plots(struct buffer *out, const struct figures *figures)
{
	buffer_add_string(out, "<h3>In pictures</h3>\n<div class=\"plots\">\n");
	add_points(out, figures, true);
	add_points(out, figures, false);
	add_failures(out, figures);
	add_weeks(out, figures);
	buffer_add_string(out, "</div>\n<details><summary>The numbers behind the pictures</summary>\n");
	add_weeks_table(out, figures);
	add_points_table(out, figures);
	buffer_add_string(out, "</details>\n");
}
