#include "support/story.h"

#include "rules/story_html.h"

static void whole_page(struct buffer *out, const struct story *story)
{
	story_html(out, story, NULL);
}

static void assert_page_holds(const struct story *story, const char *part)
{
	assert_part_holds(whole_page, story, part);
}

static void assert_page_lacks(const struct story *story, const char *part)
{
	assert_part_lacks(whole_page, story, part);
}

static void a_page_is_about_one_incident(void **state)
{
	struct story *story = *state;

	assert_page_holds(story, "<title>INC-7: closed</title>");
	assert_page_holds(story, "<p class=\"kicker\">Hotfix report, team/shop</p>\n<h1>Incident INC-7</h1>\n"
				 "<p class=\"subject\">login: no gap on Sundays</p>\n"
				 "<p class=\"standing good\"><span aria-hidden=\"true\">" GOOD "</span> Closed</p>\n");
	free(story->subject);
	story->subject = NULL;
	assert_page_lacks(story, "class=\"subject\"");
}

static void assert_seen(const struct story *story, const char *class, const char *sign)
{
	assert_string_equal(story_html_class(story), class);
	assert_string_equal(story_html_sign(story), sign);
}

static void a_standing_is_seen_in_colour_and_without(void **state)
{
	struct story *story = *state;

	story->was_taken_back = true;
	assert_seen(story, "good", GOOD);
	story->in_production = false;
	assert_seen(story, "quiet", QUIET);
	story_reopen(story, STEP_DEVELOP);
	assert_seen(story, "bad", BAD);
	story->was_taken_back = false;
	assert_seen(story, "warn", OPEN);
	story->overdue = true;
	assert_seen(story, "bad", BAD);
	story->overdue = false;
	story->steps[STEP_DEPLOY] = STEP_FAILED;
	assert_seen(story, "bad", BAD);
}

static void what_came_back_after_a_rollback_is_not_failing(void **state)
{
	struct story *story = *state;

	story->was_taken_back = true;
	story_reopen(story, STEP_MONITOR);
	assert_seen(story, "warn", OPEN);
}

static void facts_are_shown_as_far_as_they_are_known(void **state)
{
	struct story *story = *state;

	assert_page_holds(story,
			  "<dl class=\"facts\">\n"
			  "<div><dt>Severity</dt><dd>critical<small>as triage said</small></dd></div>\n"
			  "<div><dt>Reported</dt><dd>2026-02-03 04:00<small>the clock starts here</small></dd></div>\n"
			  "<div><dt>Time to triage</dt><dd>6m<small>2026-02-03 04:06</small></dd></div>\n"
			  "<div><dt>Time to production</dt><dd>35m<small>2026-02-03 04:35</small></dd></div>\n"
			  "<div><dt>Time until it ran</dt><dd>40m<small>2026-02-03 04:40</small></dd></div>\n"
			  "<div><dt>Time to close</dt><dd>1h 5m<small>2026-02-03 05:05</small></dd></div>\n"
			  "</dl>\n");
	free(story->severity);
	story->severity = NULL;
	story->times = (struct story_times){.opened = STORY_BEGAN};
	story->deadline = STORY_BEGAN + MINUTES(120);
	assert_page_holds(story,
			  "<dl class=\"facts\">\n"
			  "<div><dt>Begun</dt><dd>2026-02-03 04:05<small>the clock starts here</small></dd></div>\n"
			  "<div><dt>Deadline</dt><dd>2h<small>2026-02-03 06:05</small></dd></div>\n"
			  "</dl>\n");
	story->times = (struct story_times){.landed = STORY_BEGAN};
	story->deadline = 0;
	assert_page_holds(story, "<dl class=\"facts\">\n</dl>\n");
}

static void an_open_step_is_now_or_to_do(void **state)
{
	struct story *story = *state;

	story_reopen(story, STEP_REVIEW);
	story->steps[STEP_MONITOR] = STEP_NOT_ASKED;
	assert_page_holds(story, "<h3>2. Triage <span class=\"state good\">" GOOD " done</span></h3>");
	assert_page_holds(story, "<h3>4. Review and test <span class=\"state warn\">" OPEN " now</span></h3>");
	assert_page_holds(story, "<h3>5. Deploy <span class=\"state warn\">" OPEN " to do</span></h3>");
	assert_page_holds(story, "<h3>6. Monitor <span class=\"state quiet\">" QUIET " not asked for</span></h3>");
	story->steps[STEP_DEPLOY] = STEP_FAILED;
	assert_page_holds(story, "<h3>5. Deploy <span class=\"state bad\">" BAD " failed</span></h3>");
	story->open = false;
	assert_page_holds(story, "<h3>4. Review and test <span class=\"state quiet\">" QUIET " not done</span></h3>");
}

static void a_step_names_each_person_once_with_the_last_time(void **state)
{
	struct story *story = *state;

	assert_page_holds(story, "<p>A developer makes the fix.</p></li>");
	assert_page_holds(story, "<p class=\"note\">By rita, " AT("04:15") "</p></li>");
	story_sign(story, MINUTES(20), "qa", "quentin", "SHA256:quentins");
	story_sign(story, MINUTES(16), "qa", "rita", "SHA256:ritas");
	story_sign(story, MINUTES(25), "qa", "mallory", "SHA256:mallorys");
	story->entries.items[story->entries.count - 1].idle = true;
	story_tell(story, STORY_REVOKED, MINUTES(12), NULL);
	assert_page_holds(story, "<p class=\"note\">By rita, quentin, " AT("04:25") "</p></li>");
	assert_page_lacks(story, "By rita, quentin, mallory");
}

static void what_was_done_before_a_rollback_is_not_what_is_to_do_now(void **state)
{
	struct story *story = *state;

	story_reopen(story, STEP_REVIEW);
	assert_page_holds(story, "<p class=\"note\">By rita, ");
	story->was_taken_back = true;
	assert_page_lacks(story, "<p class=\"note\">By rita, ");
	assert_page_holds(story, "<p class=\"note\">By dave, ");
}

static void a_step_says_whom_it_waits_for(void **state)
{
	struct story *story = *state;

	strings_add(&story->roles[STEP_REVIEW], "reviewer");
	strings_add(&story->roles[STEP_REVIEW], "qa");
	strings_add(&story->roles[STEP_DEPLOY], "ops");
	assert_page_lacks(story, "Waiting for");
	story_reopen(story, STEP_REVIEW);
	assert_page_holds(story, "<p class=\"note\">Waiting for: reviewer, qa</p></li>");
	story->steps[STEP_REVIEW] = STEP_DONE;
	story->steps[STEP_DEPLOY] = STEP_FAILED;
	assert_page_lacks(story, "Waiting for: reviewer");
	assert_page_holds(story, "<p class=\"note\">Waiting for: ops</p></li>");
	story->steps[STEP_DEPLOY] = STEP_NOT_ASKED;
	assert_page_lacks(story, "Waiting for");
}

static void a_page_may_lead_home(void **state)
{
	struct buffer page = BUFFER_INIT;

	story_html(&page, *state, "index.html");
	assert_holds(buffer_text(&page), "<a href=\"index.html\">All hotfixes</a>");
	buffer_release(&page);
	assert_page_lacks(*state, "All hotfixes");
}

static void assert_capital(const char *text, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	story_html_add_capital(&out, text);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

static void a_sentence_begins_with_a_capital(void **state)
{
	(void)state;
	assert_capital("ab <c>", "Ab &lt;c&gt;");
	assert_capital("z", "Z");
	assert_capital("Ab", "Ab");
	assert_capital("{a}", "{a}");
	assert_capital("\xc3\xbc", "\xc3\xbc");
	assert_capital("", "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
	const struct CMUnitTest tests[] = {
		TEST(a_page_is_about_one_incident),
		TEST(a_standing_is_seen_in_colour_and_without),
		TEST(what_came_back_after_a_rollback_is_not_failing),
		TEST(facts_are_shown_as_far_as_they_are_known),
		TEST(an_open_step_is_now_or_to_do),
		TEST(a_step_names_each_person_once_with_the_last_time),
		TEST(what_was_done_before_a_rollback_is_not_what_is_to_do_now),
		TEST(a_step_says_whom_it_waits_for),
		TEST(a_page_may_lead_home),
		cmocka_unit_test(a_sentence_begins_with_a_capital),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
