#include "support/story.h"

#include "rules/story_html.h"

static void everything_that_happened_has_a_row(void **state)
{
	struct story *story = *state;

	assert_part_holds(story_html_add_entries, story,
			  "<tr><td>" AT("04:15") "</td><td>Review: approved<span class=\"proof\">step 4, Review and "
						 "test</span></td><td>rita<span class=\"proof\">signed with the key "
						 "SHA256:ritas</span></td></tr>\n");
	story_tell(story, STORY_OVERDUE, 0, NULL)->idle = true;
	assert_part_holds(
		story_html_add_entries, story,
		"<tr><td>" AT("04:05") "</td><td class=\"quiet\">The deadline passed<span class=\"proof\">step 3, "
				       "Develop</span></td><td>-</td></tr>\n");
}

static void where_nothing_happened_that_is_said(void **state)
{
	struct buffer out = BUFFER_INIT;

	(void)state;
	story_html_add_entries(&out, &(struct story){0});
	assert_string_equal(buffer_text(&out), "<p>Nothing that the server was there for.</p>\n");
	buffer_release(&out);
}

static void without_exceptions_there_is_no_section_of_them(void **state)
{
	struct buffer out = BUFFER_INIT;

	(void)state;
	story_html_add_exceptions(&out, &(struct story){0});
	assert_string_equal(buffer_text(&out), "");
	buffer_release(&out);
}

static void what_was_overridden_is_shown_until_it_is_made_good(void **state)
{
	struct story *story = *state;
	struct story_debt *debt = &story->debts[0];

	assert_part_holds(story_html_add_exceptions, story,
			  "<tr><td>" AT("04:35") "</td><td>olga</td><td>the shop is down</td><td>qa</td>"
						 "<td class=\"good\">" GOOD " " AT("04:50") "</td></tr>\n");
	strings_add(&debt->missing, "review");
	debt->settled = 0;
	assert_part_holds(story_html_add_exceptions, story,
			  "<td>qa, review</td><td class=\"warn\">" OPEN " not yet, due " AT("06:05") "</td></tr>\n");
	debt->due = 0;
	free(debt->person);
	free(debt->reason);
	debt->person = debt->reason = NULL;
	assert_part_holds(story_html_add_exceptions, story,
			  "<td>-</td><td>-</td><td>qa, review</td><td>nothing is owed</td></tr>\n</tbody>\n");
	debt->settled = STORY_BEGAN;
	assert_part_holds(story_html_add_exceptions, story, "<td class=\"good\">" GOOD " " AT("04:05") "</td></tr>\n");
}

static void where_the_fix_must_arrive_too_is_shown(void **state)
{
	struct story *story = *state;
	struct story_backmerge *backmerge = story_add_backmerge(story);

	backmerge->branch = memory_copy("refs/heads/next");
	backmerge->due = STORY_BEGAN + MINUTES(120);
	assert_part_holds(
		story_html_add_exceptions, story,
		"<tr><th scope=\"row\"><code>develop</code></th><td class=\"good\">" GOOD
		" arrived</td><td>" AT("04:55") "</td></tr>\n"
						"<tr><th scope=\"row\"><code>next</code></th><td class=\"warn\">" OPEN
						" not yet</td><td>" AT("06:05") "</td></tr>\n");
}

static void a_change_is_shown_with_its_commits_and_files(void **state)
{
	struct story *story = *state;

	assert_part_holds(story_html_add_changes, story,
			  "<h3><code>hotfix/INC-7-login</code>, put into production (<code>main</code>)</h3>\n"
			  "<ul class=\"commits\">\n<li>login: no gap on Sundays <span class=\"quiet\">by Dave, commit "
			  "<code>aaaaaaaaaa</code></span></li>\n</ul>\n"
			  "<table>\n<caption>1 file, 1 line added, 2 removed</caption>\n");
	assert_part_holds(story_html_add_changes, story,
			  "<th scope=\"col\">File</th><th scope=\"col\" class=\"number\">Lines added</th>"
			  "<th scope=\"col\" class=\"number\">Lines removed</th>");
	assert_part_holds(story_html_add_changes, story,
			  "<tr><th scope=\"row\"><code>src/login.c</code></th><td class=\"number\">+1</td><td "
			  "class=\"number\">\xe2\x88\x92"
			  "2</td></tr>\n");
	assert_part_lacks(story_html_add_changes, story, "more</li>");
	assert_part_lacks(story_html_add_changes, story, "any more");
}

static void of_a_large_change_the_beginning_is_shown(void **state)
{
	struct story *story = *state;
	struct story_change *change = &story->changes[0];

	change->commits_in_all = 60;
	change->files_in_all = 300;
	change->added = 4000;
	assert_part_holds(story_html_add_changes, story, "<li>and 59 more</li>\n</ul>\n");
	assert_part_holds(story_html_add_changes, story,
			  "<caption>300 files, 4000 lines added, 2 removed; the first 1</caption>");
}

static void what_is_not_known_of_a_change_is_not_made_up(void **state)
{
	struct story *story = *state;
	struct story_change *change = &story->changes[0];

	free(change->production);
	free(change->commits[0].author);
	free(change->commits[0].subject);
	change->production = change->commits[0].author = change->commits[0].subject = NULL;
	change->landed = false;
	change->unknown = true;
	change->commits[1].subject = memory_copy("");
	change->commit_count = change->commits_in_all = 2;
	assert_part_holds(story_html_add_changes, story,
			  "</code>, not yet in production (<code>-</code>)</h3>\n"
			  "<p class=\"note\">The server cannot show all of it any more.</p>\n"
			  "<ul class=\"commits\">\n"
			  "<li>(no words) <span class=\"quiet\">by -, commit <code>aaaaaaaaaa</code></span></li>\n"
			  "<li>(no words) <span class=\"quiet\">by -, commit <code>0000000000</code></span></li>\n");
}

static void a_change_that_did_not_stay_may_show_nothing_else(void **state)
{
	struct story *story = *state;
	struct story_change *change = story_add_change(story);

	*change = (struct story_change){
		.branch = memory_copy("refs/heads/hotfix/INC-7-b"), .landed = true, .taken_back = true};
	assert_part_holds(story_html_add_changes, story,
			  "<h3><code>hotfix/INC-7-b</code>, put into production (<code>-</code>), taken back "
			  "since</h3>\n</section>\n");
}

static void lines_of_a_file_are_counted_where_it_has_some(void **state)
{
	struct story *story = *state;
	struct story_file *file = &story->changes[0].files[0];

	file->added = 0;
	file->removed = -1;
	assert_part_holds(story_html_add_changes, story,
			  "</code></th><td class=\"number\">0</td><td class=\"number\">not text</td></tr>\n");
}

static void where_nothing_was_changed_or_told_that_is_said(void **state)
{
	const struct story nothing = {0};

	(void)state;
	assert_part_holds(
		story_html_add_changes, &nothing,
		"<section aria-labelledby=\"changes\">\n<h2 id=\"changes\">What was changed</h2>\n<p>Nothing yet.</p>\n</section>\n");
	assert_part_holds(
		story_html_add_deliveries, &nothing,
		"<section aria-labelledby=\"told\">\n<h2 id=\"told\">Who was told</h2>\n<p>Nobody is asked to be told.</p>\n</section>\n");
}

static struct story_delivery *add_delivery(struct story *story, const char *state, int64_t attempts)
{
	struct story_delivery *delivery = story_add_delivery(story);

	delivery->event = memory_copy("hotfix.closed");
	delivery->endpoint = memory_copy("log");
	delivery->state = memory_copy(state);
	delivery->attempts = attempts;
	return delivery;
}

static void who_was_told_and_what_became_of_it_is_shown(void **state)
{
	struct story *story = *state;

	add_delivery(story, "waiting", 0);
	add_delivery(story, "dead", 158)->error = memory_copy("<refused>");
	assert_part_holds(
		story_html_add_deliveries, story,
		"<tr><td>" AT("04:35") "</td><td>The fix was put into production<span "
				       "class=\"proof\">hotfix.merged</span></td><td>deploy: <span class=\"good\">" GOOD
				       " received</span><span class=\"proof\">1 attempt, answer "
				       "200</span></td></tr>\n"
				       "<tr><td>not known</td><td>The incident was closed<span "
				       "class=\"proof\">hotfix.closed</span></td><td>log: <span class=\"warn\">" OPEN
				       " waiting</span><span class=\"proof\">0 attempts</span></td></tr>\n");
	assert_part_holds(
		story_html_add_deliveries, story,
		"<td>log: <span class=\"bad\">" BAD
		" given up</span><span class=\"proof\">158 attempts, &lt;refused&gt;</span></td></tr>\n</tbody>\n");
}

static void each_section_is_called_by_its_title(void **state)
{
	assert_part_holds(story_html_add_exceptions, *state,
			  "<section aria-labelledby=\"exceptions\">\n<h2 id=\"exceptions\">Exceptions</h2>\n");
	assert_part_holds(story_html_add_exceptions, *state,
			  "<section aria-labelledby=\"back\">\n<h2 id=\"back\">Back in development</h2>\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
	const struct CMUnitTest tests[] = {
		TEST(everything_that_happened_has_a_row),
		cmocka_unit_test(where_nothing_happened_that_is_said),
		cmocka_unit_test(without_exceptions_there_is_no_section_of_them),
		TEST(what_was_overridden_is_shown_until_it_is_made_good),
		TEST(where_the_fix_must_arrive_too_is_shown),
		TEST(a_change_is_shown_with_its_commits_and_files),
		TEST(of_a_large_change_the_beginning_is_shown),
		TEST(what_is_not_known_of_a_change_is_not_made_up),
		TEST(a_change_that_did_not_stay_may_show_nothing_else),
		TEST(lines_of_a_file_are_counted_where_it_has_some),
		cmocka_unit_test(where_nothing_was_changed_or_told_that_is_said),
		TEST(who_was_told_and_what_became_of_it_is_shown),
		TEST(each_section_is_called_by_its_title),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
