#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/html.h"
#include "rules/plot.h"
#include "rules/story_html.h"
#include "rules/story_text.h"

/* NOLINTBEGIN(misc-misleading-bidirectional) */
#define HOSTILE "<script>alert(1)</script>\"'&\x1b[31m\xe2\x80\xae"

static void assert_added(const char *text, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	html_add(&out, text);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

static void what_could_be_markup_is_text(void **state)
{
	(void)state;
	assert_added("a < b & c", "a &lt; b &amp; c");
	assert_added("\"'>", "&quot;&#39;&gt;");
	assert_added("J\xc3\xbcrgen", "J\xc3\xbcrgen");
	assert_added("", "");
	assert_added(NULL, "");
}

static void what_hides_is_shown(void **state)
{
	(void)state;
	assert_added("a\x1b[31mb", "a\\x1b[31mb");
	assert_added("a\xe2\x80\xae", "a\\u202e");
	assert_added("\xff<", "\\xff&lt;");
}

static void a_time_is_for_people_and_for_programs(void **state)
{
	struct buffer out = BUFFER_INIT;

	(void)state;
	html_add_time(&out, 1770091506);
	assert_string_equal(buffer_text(&out), "<time datetime=\"2026-02-03T04:05:06Z\"><span "
					       "class=\"date\">2026-02-03</span> 04:05</time>");
	buffer_clear(&out);
	html_add_time(&out, 0);
	assert_string_equal(buffer_text(&out), "not known");
	buffer_release(&out);
}

static void a_page_says_where_it_belongs(void **state)
{
	struct buffer out = BUFFER_INIT;

	(void)state;
	html_begin(&out, "a < b", NULL);
	assert_non_null(strstr(buffer_text(&out), "<title>a &lt; b</title>"));
	assert_null(strstr(buffer_text(&out), "<nav"));
	buffer_clear(&out);
	html_begin(&out, "INC-7", "index.html?a&b");
	assert_non_null(strstr(buffer_text(&out), "<nav aria-label=\"Site\"><a href=\"index.html?a&amp;b\">"
						  "All hotfixes</a></nav>\n"));
	buffer_release(&out);
}

static void marks_are_at_times_that_people_read(void **state)
{
	(void)state;
	assert_int_equal(plot_time_step(6 * 3600, 6), 3600);
	assert_int_equal(plot_time_step(59, 6), 15);
	assert_int_equal(plot_time_step(0, 6), 1);
	assert_int_equal(plot_time_step(INT64_C(100) * 365 * 86400, 6), INT64_C(16) * 365 * 86400);
	assert_int_equal(plot_count_step(3, 5), 1);
	assert_int_equal(plot_count_step(40, 5), 10);
	assert_int_equal(plot_count_step(5, 5), 1);
	assert_int_equal(plot_count_step(9, 5), 2);
	assert_int_equal(plot_count_step(20, 5), 5);
	assert_int_equal(plot_count_step(0, 5), 1);
}

/* A story in which everything that came from outside is hostile. */
static void fill(struct story *story)
{
	struct story_entry *entry = story_add_entry(story, STORY_SIGNED, 1000);
	struct story_change *change = story_add_change(story);
	struct story_delivery *delivery = story_add_delivery(story);
	struct story_debt *debt = story_add_debt(story);
	struct story_backmerge *backmerge = story_add_backmerge(story);

	story->incident = memory_copy(HOSTILE);
	story->repository = memory_copy(HOSTILE);
	story->severity = memory_copy(HOSTILE);
	story->subject = memory_copy(HOSTILE);
	story->now = 5000;
	story->open = true;
	strings_add(&story->branches, HOSTILE);
	strings_add(&story->roles[STEP_REPORT], HOSTILE);
	story->steps[STEP_REPORT] = STEP_MISSING;
	entry->person = memory_copy(HOSTILE);
	entry->signoff = memory_copy(HOSTILE);
	entry->said = memory_copy(HOSTILE);
	entry->why = memory_copy(HOSTILE);
	entry->proof = PROOF_SIGNATURE;
	entry->proved_by = memory_copy(HOSTILE);
	change->branch = memory_copy(HOSTILE);
	change->production = memory_copy(HOSTILE);
	story_add_file(change)->path = memory_copy(HOSTILE);
	change->commits = memory_alloc(sizeof(*change->commits));
	change->commit_count = 1;
	change->commits[0].author = memory_copy(HOSTILE);
	change->commits[0].subject = memory_copy(HOSTILE);
	delivery->id = memory_copy(HOSTILE);
	delivery->event = memory_copy(HOSTILE);
	delivery->endpoint = memory_copy(HOSTILE);
	delivery->state = memory_copy("dead");
	delivery->error = memory_copy(HOSTILE);
	debt->person = memory_copy(HOSTILE);
	debt->reason = memory_copy(HOSTILE);
	strings_add(&debt->missing, HOSTILE);
	backmerge->branch = memory_copy(HOSTILE);
	backmerge->how = memory_copy(HOSTILE);
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static void nothing_hostile_reaches_a_page_as_it_is(void **state)
{
	struct buffer out = BUFFER_INIT;
	struct story story = {0};

	(void)state;
	fill(&story);
	story_html(&out, &story, NULL);
	assert_null(strstr(buffer_text(&out), "<script"));
	assert_null(strchr(buffer_text(&out), '\x1b'));
	assert_null(strstr(buffer_text(&out), "\xe2\x80\xae"));
	assert_true(count_of(buffer_text(&out), "&lt;script&gt;alert(1)&lt;/script&gt;") >= 18);
	buffer_clear(&out);
	story_text(&out, &story);
	assert_null(strchr(buffer_text(&out), '\x1b'));
	assert_null(strstr(buffer_text(&out), "\xe2\x80\xae"));
	buffer_release(&out);
	story_release(&story);
}

/* NOLINTEND(misc-misleading-bidirectional) */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_could_be_markup_is_text),
		cmocka_unit_test(what_hides_is_shown),
		cmocka_unit_test(a_time_is_for_people_and_for_programs),
		cmocka_unit_test(a_page_says_where_it_belongs),
		cmocka_unit_test(marks_are_at_times_that_people_read),
		cmocka_unit_test(nothing_hostile_reaches_a_page_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
