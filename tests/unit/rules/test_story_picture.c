#include "support/story.h"

#include "rules/story_html.h"

/* The rows are 34 apart from 30 on, and time runs from 150 to 850. */
#define ROW(number) (30 + ((number)-1) * 34)

static void assert_picture_holds(const struct story *story, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void assert_picture_holds(const struct story *story, const char *format, ...)
{
	struct buffer part = BUFFER_INIT;
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(&part, format, arguments);
	va_end(arguments);
	assert_part_holds(story_html_add_picture, story, buffer_text(&part));
	buffer_release(&part);
}

static void assert_picture_lacks(const struct story *story, const char *part)
{
	assert_part_lacks(story_html_add_picture, story, part);
}

static void there_is_no_picture_of_what_nobody_knows_when(void **state)
{
	struct story story = {.open = true, .now = STORY_BEGAN};
	struct buffer out = BUFFER_INIT;

	(void)state;
	story_html_add_picture(&out, &story);
	assert_string_equal(buffer_text(&out), "");
	story_add_entry(&story, STORY_REPORTED, 0);
	story_html_add_picture(&out, &story);
	assert_string_equal(buffer_text(&out), "");
	story_release(&story);
}

static void what_was_done_is_a_dot_in_the_row_of_its_step(void **state)
{
	struct story *story = *state;

	assert_picture_holds(story, "<circle class=\"dot\" cx=\"150\" cy=\"%d\" r=\"6\"/>\n", ROW(1));
	assert_picture_holds(story, "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"6\"/>\n", 150 + 700 / 6, ROW(4));
	assert_picture_holds(story, "<circle class=\"dot\" cx=\"500\" cy=\"%d\" r=\"6\"/>\n", ROW(5));
	assert_picture_holds(story, "<circle class=\"dot\" cx=\"850\" cy=\"%d\" r=\"6\"/>\n", ROW(6));
	assert_picture_lacks(story, "\"ring\"");
	assert_picture_lacks(story, "\"cross\"");
}

static void the_order_in_which_it_is_told_does_not_count(void **state)
{
	struct story *story = *state;

	story_tell(story, STORY_REPORTED, -MINUTES(60), "dave");
	assert_picture_holds(story, "<circle class=\"dot\" cx=\"150\" cy=\"%d\" r=\"6\"/>\n", ROW(1));
	assert_picture_holds(story, "<circle class=\"dot\" cx=\"500\" cy=\"%d\" r=\"6\"/>\n", ROW(1));
}

static void what_does_not_count_is_a_ring(void **state)
{
	struct story *story = *state;

	story->entries.items[1].idle = true;
	story_tell(story, STORY_REVOKED, MINUTES(60), "rita");
	assert_picture_holds(story, "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"6\"/>\n", 150 + 700 / 6, ROW(4));
	assert_picture_holds(story, "<circle class=\"ring\" cx=\"850\" cy=\"%d\" r=\"6\"/>\n", ROW(4));
}

static void what_went_wrong_is_a_cross(void **state)
{
	struct story *story = *state;

	story_tell(story, STORY_DEPLOY_FAILED, MINUTES(30), "olga");
	story_tell(story, STORY_TAKEN_BACK, MINUTES(60), "olga");
	story_tell(story, STORY_OVERDUE, 0, NULL);
	assert_picture_holds(story,
			     "<line class=\"cross\" x1=\"495\" y1=\"%d\" x2=\"505\" y2=\"%d\"/>\n"
			     "<line class=\"cross\" x1=\"495\" y1=\"%d\" x2=\"505\" y2=\"%d\"/>\n",
			     ROW(5) - 5, ROW(5) + 5, ROW(5) + 5, ROW(5) - 5);
	assert_picture_holds(story, "<line class=\"cross\" x1=\"845\" y1=\"%d\"", ROW(5) - 5);
	assert_picture_holds(story, "<line class=\"cross\" x1=\"145\" y1=\"%d\"", ROW(3) - 5);
}

static void what_has_no_time_has_no_mark(void **state)
{
	struct story *story = *state;

	story_add_entry(story, STORY_OVERDUE, 0);
	assert_picture_lacks(story, "\"cross\"");
	assert_picture_holds(story,
			     "4 marks from 2026-02-03 04:05 to 2026-02-03 05:05 UTC, in a row for each of the six");
}

static void the_scale_has_spans_that_people_read(void **state)
{
	struct story *story = *state;

	assert_picture_holds(story, "text-anchor=\"start\" class=\"quiet\">start</text>");
	assert_picture_holds(story, "text-anchor=\"middle\" class=\"quiet\">15m</text>");
	assert_picture_holds(story, "text-anchor=\"middle\" class=\"quiet\">1h</text>");
	assert_picture_holds(story, "<line class=\"rule\" x1=\"500\" y1=\"18\" x2=\"500\" y2=\"218\"/>\n"
				    "<text x=\"500\" y=\"234\" text-anchor=\"middle\" class=\"quiet\">30m</text>\n");
	assert_picture_lacks(story, "1h 15m");
}

static void one_thing_alone_spans_a_minute(void **state)
{
	struct story story = {0};

	(void)state;
	story_add_entry(&story, STORY_OPENED, STORY_BEGAN);
	assert_picture_holds(&story, "1 mark from 2026-02-03 04:05 to 2026-02-03 04:06 UTC");
	assert_picture_holds(&story, "cx=\"150\"");
	story_release(&story);
}

static void an_open_one_goes_on_until_now(void **state)
{
	struct story *story = *state;

	story_reopen(story, STEP_MONITOR);
	assert_picture_holds(story, "to 2026-02-03 05:35 UTC");
	story->now = STORY_BEGAN;
	assert_picture_holds(story, "to 2026-02-03 05:05 UTC");
}

static void a_deadline_is_shown_unless_it_is_far_off(void **state)
{
	struct story *story = *state;

	story->deadline = STORY_BEGAN + MINUTES(30);
	assert_picture_holds(story, "<line class=\"limit\" x1=\"500\" y1=\"16\" x2=\"500\" y2=\"218\"/>\n");
	assert_picture_holds(story, "<text x=\"505\" y=\"14\" text-anchor=\"start\" class=\"quiet\">deadline</text>");
	story->deadline = STORY_BEGAN + MINUTES(119);
	assert_picture_holds(story, "to 2026-02-03 06:04 UTC");
	assert_picture_holds(story, "<line class=\"limit\" x1=\"850\"");
	assert_picture_holds(story, "<text x=\"845\" y=\"14\" text-anchor=\"end\" class=\"quiet\">deadline</text>");
	story->deadline = STORY_BEGAN + MINUTES(120);
	assert_picture_lacks(story, "deadline");
	story->deadline = STORY_BEGAN;
	assert_picture_holds(story, "<line class=\"limit\" x1=\"150\"");
	story->deadline = STORY_BEGAN - 1;
	assert_picture_lacks(story, "deadline");
	story->deadline = 0;
	assert_picture_lacks(story, "deadline");
}

static void each_step_has_a_row_with_its_name(void **state)
{
	assert_picture_holds(*state, "<svg viewBox=\"0 0 880 248\" role=\"img\" aria-labelledby=\"line-picture-title ");
	for (int i = 0; i < STEP_COUNT; i++) {
		const int y = ROW(i + 1);

		assert_picture_holds(*state,
				     "<text x=\"132\" y=\"%d\" text-anchor=\"end\">%d. %s</text>\n"
				     "<line class=\"rule\" x1=\"150\" y1=\"%d\" x2=\"850\" y2=\"%d\"/>\n",
				     y + 5, i + 1, story_html_step((enum checklist_step)i), y, y);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_no_picture_of_what_nobody_knows_when),
		TEST(what_was_done_is_a_dot_in_the_row_of_its_step),
		TEST(the_order_in_which_it_is_told_does_not_count),
		TEST(what_does_not_count_is_a_ring),
		TEST(what_went_wrong_is_a_cross),
		TEST(what_has_no_time_has_no_mark),
		TEST(the_scale_has_spans_that_people_read),
		cmocka_unit_test(one_thing_alone_spans_a_minute),
		TEST(an_open_one_goes_on_until_now),
		TEST(a_deadline_is_shown_unless_it_is_far_off),
		TEST(each_step_has_a_row_with_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
