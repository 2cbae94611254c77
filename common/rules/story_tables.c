/* The sections of the page that are tables. */
#include <string.h>

#include "rules/html.h"
#include "rules/ref_class.h"
#include "rules/story_html.h"

static void begin_section(struct buffer *out, const char *id, const char *title)
{
	buffer_addf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, title);
}

static void begin_table(struct buffer *out, const char *caption, const char *const *columns)
{
	buffer_add_string(out, "<table>\n<caption>");
	html_add(out, caption);
	buffer_add_string(out, "</caption>\n<thead><tr>");
	for (; *columns; columns++)
		buffer_addf(out, "<th scope=\"col\"%s>%s</th>",
			    strncmp(*columns, "Lines", 5) ? "" : " class=\"number\"", *columns);
	buffer_add_string(out, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct buffer *out)
{
	buffer_add_string(out, "</tbody>\n</table>\n");
}

static void add_entry(struct buffer *out, const struct story_entry *entry)
{
	struct buffer words = BUFFER_INIT;
	struct buffer proof = BUFFER_INIT;

	story_add_words(&words, entry);
	story_add_proof(&proof, entry);
	buffer_add_string(out, "<tr><td>");
	html_add_time(out, entry->time);
	buffer_addf(out, "</td><td%s>", entry->idle ? " class=\"quiet\"" : "");
	story_html_add_capital(out, buffer_text(&words));
	buffer_addf(out, "<span class=\"proof\">step %d, %s</span>", (int)story_step_of(entry) + 1,
		    story_html_step(story_step_of(entry)));
	buffer_add_string(out, "</td><td>");
	html_add(out, entry->person ? entry->person : "-");
	if (proof.length) {
		buffer_add_string(out, "<span class=\"proof\">");
		html_add(out, buffer_text(&proof));
		buffer_add_string(out, "</span>");
	}
	buffer_add_string(out, "</td></tr>\n");
	buffer_release(&words);
	buffer_release(&proof);
}

void story_html_add_entries(struct buffer *out, const struct story *story)
{
	static const char *const columns[] = {"When (UTC)", "What happened", "By whom, and how that is known", NULL};

	if (!story->entries.count) {
		buffer_add_string(out, "<p>Nothing that the server was there for.</p>\n");
		return;
	}
	begin_table(out, "Everything that happened, in the order of time", columns);
	for (size_t i = 0; i < story->entries.count; i++)
		add_entry(out, &story->entries.items[i]);
	end_table(out);
}

static void add_debts(struct buffer *out, const struct story *story)
{
	static const char *const columns[] = {"When (UTC)", "By whom", "Why", "What was missing", "Made good", NULL};

	begin_table(out, "Checks that were overridden, and whether what was missing was given afterwards", columns);
	for (size_t i = 0; i < story->debt_count; i++) {
		const struct story_debt *debt = &story->debts[i];

		buffer_add_string(out, "<tr><td>");
		html_add_time(out, debt->time);
		buffer_add_string(out, "</td><td>");
		html_add(out, debt->person ? debt->person : "-");
		buffer_add_string(out, "</td><td>");
		html_add(out, debt->reason ? debt->reason : "-");
		buffer_add_string(out, "</td><td>");
		for (size_t k = 0; k < debt->missing.count; k++) {
			buffer_add_string(out, k ? ", " : "");
			html_add(out, debt->missing.items[k]);
		}
		if (!debt->due && !debt->settled) {
			buffer_add_string(out, "</td><td>nothing is owed</td></tr>\n");
			continue;
		}
		buffer_add_string(out, debt->settled ? "</td><td class=\"good\">\xe2\x9c\x93 "
						     : "</td><td class=\"warn\">\xe2\x80\xa6 not yet, due ");
		html_add_time(out, debt->settled ? debt->settled : debt->due);
		buffer_add_string(out, "</td></tr>\n");
	}
	end_table(out);
}

static void add_backmerges(struct buffer *out, const struct story *story)
{
	static const char *const columns[] = {"Branch", "Whether it is there", "Since, or due (UTC)", NULL};

	begin_table(out, "The fix must also arrive where development goes on, or the problem comes back", columns);
	for (size_t i = 0; i < story->backmerge_count; i++) {
		const struct story_backmerge *backmerge = &story->backmerges[i];

		buffer_add_string(out, "<tr><th scope=\"row\"><code>");
		html_add(out, ref_short(backmerge->branch));
		buffer_add_string(out, backmerge->how ? "</code></th><td class=\"good\">\xe2\x9c\x93 "
						      : "</code></th><td class=\"warn\">\xe2\x80\xa6 ");
		html_add(out, backmerge->how ? backmerge->how : "not yet");
		buffer_add_string(out, "</td><td>");
		html_add_time(out, backmerge->how ? backmerge->arrived : backmerge->due);
		buffer_add_string(out, "</td></tr>\n");
	}
	end_table(out);
}

void story_html_add_exceptions(struct buffer *out, const struct story *story)
{
	if (story->debt_count) {
		begin_section(out, "exceptions", "Exceptions");
		add_debts(out, story);
		buffer_add_string(out, "</section>\n");
	}
	if (story->backmerge_count) {
		begin_section(out, "back", "Back in development");
		add_backmerges(out, story);
		buffer_add_string(out, "</section>\n");
	}
}

static void add_commits(struct buffer *out, const struct story_change *change)
{
	if (!change->commit_count)
		return;
	buffer_add_string(out, "<ul class=\"commits\">\n");
	for (size_t i = 0; i < change->commit_count; i++) {
		const struct story_commit *commit = &change->commits[i];

		buffer_add_string(out, "<li>");
		html_add(out, commit->subject && *commit->subject ? commit->subject : "(no words)");
		buffer_add_string(out, " <span class=\"quiet\">by ");
		html_add(out, commit->author ? commit->author : "-");
		buffer_addf(out, ", commit <code>%s</code></span></li>\n", object_id_short(&commit->id).digits);
	}
	if (change->commits_in_all > change->commit_count)
		buffer_addf(out, "<li>and %zu more</li>\n", change->commits_in_all - change->commit_count);
	buffer_add_string(out, "</ul>\n");
}

static void add_lines(struct buffer *out, int64_t lines, const char *sign)
{
	if (lines < 0)
		buffer_add_string(out, "<td class=\"number\">not text</td>");
	else
		buffer_addf(out, "<td class=\"number\">%s%lld</td>", lines ? sign : "", (long long)lines);
}

static void add_files(struct buffer *out, const struct story_change *change)
{
	static const char *const columns[] = {"File", "Lines added", "Lines removed", NULL};
	struct buffer caption = BUFFER_INIT;

	buffer_addf(&caption, "%zu file%s, %lld line%s added, %lld removed", change->files_in_all,
		    change->files_in_all == 1 ? "" : "s", (long long)change->added, change->added == 1 ? "" : "s",
		    (long long)change->removed);
	if (change->files_in_all > change->file_count)
		buffer_addf(&caption, "; the first %zu", change->file_count);
	begin_table(out, buffer_text(&caption), columns);
	for (size_t i = 0; i < change->file_count; i++) {
		buffer_add_string(out, "<tr><th scope=\"row\"><code>");
		html_add(out, change->files[i].path);
		buffer_add_string(out, "</code></th>");
		add_lines(out, change->files[i].added, "+");
		add_lines(out, change->files[i].removed, "\xe2\x88\x92");
		buffer_add_string(out, "</tr>\n");
	}
	end_table(out);
	buffer_release(&caption);
}

static void add_change(struct buffer *out, const struct story_change *change)
{
	buffer_add_string(out, "<h3><code>");
	html_add(out, ref_short(change->branch));
	buffer_add_string(out, change->landed ? "</code>, put into production (<code>"
					      : "</code>, not yet in production (<code>");
	html_add(out, change->production ? ref_short(change->production) : "-");
	buffer_addf(out, "</code>)%s</h3>\n", change->taken_back ? ", taken back since" : "");
	if (change->unknown)
		buffer_add_string(out, "<p class=\"note\">The server cannot show all of it any more.</p>\n");
	add_commits(out, change);
	if (change->file_count)
		add_files(out, change);
}

void story_html_add_changes(struct buffer *out, const struct story *story)
{
	begin_section(out, "changes", "What was changed");
	for (size_t i = 0; i < story->change_count; i++)
		add_change(out, &story->changes[i]);
	if (!story->change_count)
		buffer_add_string(out, "<p>Nothing yet.</p>\n");
	buffer_add_string(out, "</section>\n");
}

static void add_result(struct buffer *out, const struct story_delivery *delivery)
{
	if (!strcmp(delivery->state, "delivered"))
		buffer_add_string(out, ": <span class=\"good\">\xe2\x9c\x93 received</span>");
	else if (!strcmp(delivery->state, "dead"))
		buffer_add_string(out, ": <span class=\"bad\">\xe2\x9c\x95 given up</span>");
	else
		buffer_add_string(out, ": <span class=\"warn\">\xe2\x80\xa6 waiting</span>");
	buffer_addf(out, "<span class=\"proof\">%lld attempt%s", (long long)delivery->attempts,
		    delivery->attempts == 1 ? "" : "s");
	if (delivery->status)
		buffer_addf(out, ", answer %lld", (long long)delivery->status);
	if (delivery->error) {
		buffer_add_string(out, ", ");
		html_add(out, delivery->error);
	}
	buffer_add_string(out, "</span></td></tr>\n");
}

void story_html_add_deliveries(struct buffer *out, const struct story *story)
{
	static const char *const columns[] = {"When (UTC)", "News", "To whom, and what became of it", NULL};

	begin_section(out, "told", "Who was told");
	if (!story->delivery_count)
		buffer_add_string(out, "<p>Nobody is asked to be told.</p>\n");
	if (story->delivery_count)
		begin_table(out, "Messages to other systems and people", columns);
	for (size_t i = 0; i < story->delivery_count; i++) {
		const struct story_delivery *delivery = &story->deliveries[i];

		buffer_add_string(out, "<tr><td>");
		html_add_time(out, delivery->time);
		buffer_add_string(out, "</td><td>");
		story_html_add_capital(out, story_event_words(delivery->event));
		buffer_add_string(out, "<span class=\"proof\">");
		html_add(out, delivery->event);
		buffer_add_string(out, "</span></td><td>");
		html_add(out, delivery->endpoint);
		add_result(out, delivery);
	}
	if (story->delivery_count)
		end_table(out);
	buffer_add_string(out, "</section>\n");
}
