#include "support/story.h"

#include "rules/site.h"

static int site_open(void **state)
{
	struct site *site = memory_alloc(sizeof(*site));

	site->repository = memory_copy("team/shop");
	site->now = STORY_BEGAN + MINUTES(120);
	figures_init(&site->figures, site->now);
	figures_finish(&site->figures);
	*state = site;
	return 0;
}

static int site_close(void **state)
{
	struct site *site = *state;

	site_release(site);
	assert_null(site->entries);
	assert_null(site->repository);
	free(site);
	return 0;
}

/* Adds a story that began LATER seconds after the others did, and did not end unless CHANGE says so. */
static void add_story(struct site *site, const char *incident, int64_t later, void (*change)(struct story *))
{
	struct story story = {.incident = memory_copy(incident), .open = true, .step = STEP_REVIEW};

	story.times.opened = STORY_BEGAN + later;
	if (change)
		change(&story);
	site_add(site, &story);
	story_release(&story);
}

static void assert_site_holds(struct site *site, const char *part)
{
	struct buffer page = BUFFER_INIT;

	site_html(&page, site);
	assert_holds(buffer_text(&page), part);
	buffer_release(&page);
}

static void assert_site_lacks(struct site *site, const char *part)
{
	struct buffer page = BUFFER_INIT;

	site_html(&page, site);
	assert_lacks(buffer_text(&page), part);
	buffer_release(&page);
}

static void assert_file(const char *incident, const char *wanted)
{
	char *file = site_file(incident);

	assert_string_equal(file, wanted);
	free(file);
}

static void a_name_of_a_file_is_safe(void **state)
{
	(void)state;
	assert_file("INC-7", "incident-INC-7.html");
	assert_file("../../etc", "incident-.._2f.._2fetc.html");
	assert_file("a_b", "incident-a_5fb.html");
	assert_file("azAZ09[`{/:@~", "incident-azAZ09_5b_60_7b_2f_3a_40_7e.html");
	assert_file("\xc3\xbc <x>", "incident-_c3_bc_20_3cx_3e.html");
}

static void a_long_name_is_cut_and_told_apart(void **state)
{
	char name[1001];
	char *file;
	char *other;

	(void)state;
	memset(name, 'x', 1000);
	name[1000] = 0;
	file = site_file(name);
	assert_true(strlen(file) < 255);
	name[999] = 'y';
	other = site_file(name);
	assert_string_not_equal(file, other);
	free(file);
	free(other);
}

static void have_all(struct story *story)
{
	story->subject = memory_copy("login <b>");
	story->severity = memory_copy("critical");
	story->open = false;
	story->in_production = true;
	story->times.landed = STORY_BEGAN + MINUTES(30);
	story->times.deployed = STORY_BEGAN + MINUTES(35);
	story->times.closed = STORY_BEGAN + MINUTES(60);
	story->deadline = STORY_BEGAN + MINUTES(240);
}

static void run_unclosed(struct story *story)
{
	have_all(story);
	story->times.closed = 0;
}

static void run_unreported(struct story *story)
{
	run_unclosed(story);
	story->times.deployed = 0;
}

static void the_first_page_needs_little_of_a_story(void **state)
{
	struct site *site = *state;
	const struct site_entry *entry;

	add_story(site, "INC-7", 0, have_all);
	entry = &site->entries[0];
	assert_string_equal(entry->incident, "INC-7");
	assert_string_equal(entry->file, "incident-INC-7.html");
	assert_string_equal(entry->subject, "login <b>");
	assert_string_equal(entry->severity, "critical");
	assert_string_equal(entry->standing, "closed");
	assert_string_equal(entry->class, "good");
	assert_string_equal(entry->sign, GOOD);
	assert_false(entry->open);
	assert_int_equal(entry->start, STORY_BEGAN);
	assert_int_equal(entry->landed, STORY_BEGAN + MINUTES(30));
	assert_int_equal(entry->deadline, STORY_BEGAN + MINUTES(240));
}

static void a_hotfix_ends_when_it_is_closed_or_else_runs_or_else_landed(void **state)
{
	struct site *site = *state;

	add_story(site, "INC-7", 0, have_all);
	add_story(site, "INC-8", 0, run_unclosed);
	add_story(site, "INC-9", 0, run_unreported);
	add_story(site, "INC-10", 0, NULL);
	assert_int_equal(site->entries[0].ended, STORY_BEGAN + MINUTES(60));
	assert_int_equal(site->entries[1].ended, STORY_BEGAN + MINUTES(35));
	assert_int_equal(site->entries[2].ended, STORY_BEGAN + MINUTES(30));
	assert_int_equal(site->entries[3].ended, 0);
}

static void a_site_of_nothing_says_so(void **state)
{
	struct site *site = *state;

	assert_site_holds(site, "<title>Hotfixes of team/shop</title>");
	assert_site_holds(
		site,
		"<section aria-labelledby=\"open\">\n<h2 id=\"open\">Open hotfixes</h2>\n<p>No hotfix is open.</p>\n</section>\n");
	assert_site_holds(
		site,
		"<section aria-labelledby=\"past\">\n<h2 id=\"past\">Past hotfixes</h2>\n<p>There is none yet.</p>\n</section>\n");
	assert_site_lacks(site, "<caption>0 ");
}

static void an_open_hotfix_says_its_step_and_for_how_long(void **state)
{
	struct site *site = *state;

	add_story(site, "INC-7", 0, NULL);
	assert_site_holds(site, "<caption>1 hotfix, the newest first</caption>");
	assert_site_holds(
		site, "<th scope=\"col\">Open for</th></tr></thead>\n<tbody>\n"
		      "<tr><th scope=\"row\"><a href=\"incident-INC-7.html\">INC-7</a></th><td><span class=\"warn\">"
		      "<span aria-hidden=\"true\">" OPEN "</span> being reviewed and tested</span><span "
		      "class=\"proof\">step 4, Review and test</span></td><td>" AT("04:05") "</td><td>2h</td></tr>\n");
}

static void a_past_hotfix_says_how_long_it_took(void **state)
{
	struct site *site = *state;

	add_story(site, "INC-7", 0, have_all);
	assert_site_holds(site,
			  "<th scope=\"col\">Took</th></tr></thead>\n<tbody>\n"
			  "<tr><th scope=\"row\"><a href=\"incident-INC-7.html\">INC-7</a><span class=\"proof\">login "
			  "&lt;b&gt;</span></th><td><span class=\"good\"><span aria-hidden=\"true\">" GOOD
			  "</span> closed</span><span class=\"proof\">severity critical</span></td><td>" AT(
				  "04:05") "</td><td>1h</td></tr>\n");
	assert_site_lacks(site, "due ");
}

static void be_due(struct story *story)
{
	story->deadline = STORY_BEGAN + MINUTES(55);
}

static void be_due_but_landed(struct story *story)
{
	be_due(story);
	story->times.landed = STORY_BEGAN + MINUTES(30);
}

static void an_open_hotfix_is_due_until_it_lands(void **state)
{
	struct site *site = *state;

	add_story(site, "INC-7", 0, be_due_but_landed);
	assert_site_lacks(site, "due ");
	add_story(site, "INC-8", 0, be_due);
	assert_site_holds(site, "<td>" AT("04:05") "<span class=\"proof\">due " AT("05:00") "</span></td>");
}

static void the_newest_is_the_first(void **state)
{
	struct site *site = *state;

	add_story(site, "INC-7", 0, have_all);
	add_story(site, "INC-8", MINUTES(2), NULL);
	add_story(site, "INC-9", MINUTES(1), have_all);
	add_story(site, "INC-10", MINUTES(3), NULL);
	assert_site_holds(site, "<caption>2 hotfixes, the newest first</caption>");
	assert_string_equal(site->entries[0].incident, "INC-10");
	assert_string_equal(site->entries[1].incident, "INC-8");
	assert_string_equal(site->entries[2].incident, "INC-9");
	assert_string_equal(site->entries[3].incident, "INC-7");
}

/* --- figures --- */

static void add_point(struct site *site, const char *incident, int64_t lead, int64_t restore)
{
	struct story story = {.incident = memory_copy(incident), .in_production = true};

	story.times.landed = site->now - 86400;
	story.times.opened = story.times.landed - lead;
	story.times.reported = story.times.landed - restore;
	figures_add_story(&site->figures, &story);
	story_release(&story);
}

static void without_landings_there_are_no_figures(void **state)
{
	struct site *site = *state;

	assert_site_holds(site, "<div><dt>Lead time for changes</dt><dd>none<small>the median of 0 "
				"hotfixes</small></dd></div>\n");
	assert_site_holds(site, "<div><dt>Change failure rate</dt><dd>none<small>0 of 0 failed</small></dd></div>\n");
	assert_site_holds(site,
			  "<div><dt>Deployments</dt><dd>0<small>0.0 a week, and 0 rollbacks</small></dd></div>\n");
	assert_site_lacks(site, "Hotfixes that were restored");
	assert_site_lacks(site, "class=\"limit\"");
	assert_site_lacks(site, "class=\"dot\"");
	assert_site_lacks(site, "class=\"bar\"");
	assert_site_lacks(site, "class=\"bar3\"");
}

static void figures_are_given_for_the_period(void **state)
{
	struct site *site = *state;

	add_point(site, "INC-7", 3600, 7200);
	figures_finish(&site->figures);
	for (int i = 0; i < 16; i++)
		figures_add_landing(&site->figures, i % 2 ? LANDING_MERGE : LANDING_ORDINARY, site->now, i == 0);
	figures_add_landing(&site->figures, LANDING_ROLLBACK, site->now, false);
	assert_site_holds(site,
			  "<div><dt>Lead time for changes</dt><dd>1h<small>the median of 1 hotfix</small></dd></div>\n"
			  "<div><dt>Time to restore</dt><dd>2h<small>the median of 1 hotfix</small></dd></div>\n"
			  "<div><dt>Change failure rate</dt><dd>6 %<small>1 of 16 failed</small></dd></div>\n"
			  "<div><dt>Deployments</dt><dd>16<small>1.2 a week, and 1 rollback</small></dd></div>\n");
}

static void the_numbers_behind_the_pictures_are_tables(void **state)
{
	struct site *site = *state;

	add_point(site, "INC-7 <b>", 3600, 7200);
	figures_add_landing(&site->figures, LANDING_MERGE, site->now, false);
	figures_add_landing(&site->figures, LANDING_ROLLBACK, site->now, false);
	assert_site_holds(
		site, "</td><td class=\"number\">1</td><td class=\"number\">0</td><td class=\"number\">1</td></tr>\n"
		      "</tbody>\n");
	assert_site_holds(site, "<tr><th scope=\"row\">INC-7 &lt;b&gt;</th><td>" TIME(
					"2026-02-02", "06:05") "</td><td>1h</td><td>2h</td></tr>\n");
}

static void each_restored_hotfix_is_a_dot_by_its_day_and_time(void **state)
{
	struct site *site = *state;

	add_point(site, "INC-7", 3600, 7200);
	add_point(site, "INC-8", 1800, 1800);
	figures_finish(&site->figures);
	/* 90 of 91 days over 378 from 52 on; 144 high, from 178 up */
	assert_site_holds(site, "<circle class=\"dot\" cx=\"425\" cy=\"34\" r=\"5\"/>\n"
				"<circle class=\"dot\" cx=\"425\" cy=\"106\" r=\"5\"/>\n");
	assert_site_holds(site, "<line class=\"limit\" x1=\"52\" y1=\"70\" x2=\"430\" y2=\"70\"/>\n");
	assert_site_holds(site, "<circle class=\"dot\" cx=\"425\" cy=\"34\" r=\"5\"/>\n"
				"<circle class=\"dot\" cx=\"425\" cy=\"142\" r=\"5\"/>\n");
	assert_site_holds(site, "text-anchor=\"end\" class=\"quiet\">0</text>");
	assert_site_holds(site, "text-anchor=\"end\" class=\"quiet\">30m</text>");
}

static void what_failed_is_filled_in(void **state)
{
	struct site *site = *state;

	figures_add_landing(&site->figures, LANDING_MERGE, site->now, true);
	figures_add_landing(&site->figures, LANDING_MERGE, site->now, false);
	assert_site_holds(site, ">1 of 2 deployments failed</text>");
	assert_site_holds(site, "<rect class=\"bar2\" x=\"8\" y=\"70\" width=\"414\" height=\"44\"/>\n"
				"<rect class=\"bar3\" x=\"8\" y=\"70\" width=\"207\" height=\"44\"/>\n");
}

static void each_week_has_bars_as_high_as_its_landings(void **state)
{
	struct site *site = *state;

	figures_add_landing(&site->figures, LANDING_MERGE, site->now, false);
	figures_add_landing(&site->figures, LANDING_ORDINARY, site->now, false);
	for (int i = 0; i < 4; i++)
		figures_add_landing(&site->figures, LANDING_ROLLBACK, site->now, false);
	/* the last of 13 weeks; 144 for four */
	assert_site_holds(site, "<rect class=\"bar\" x=\"402\" y=\"142\" width=\"17\" height=\"36\"/>\n"
				"<rect class=\"bar2\" x=\"402\" y=\"106\" width=\"17\" height=\"36\"/>\n"
				"<rect class=\"bar3\" x=\"420\" y=\"34\" width=\"5\" height=\"144\"/>\n");
	assert_site_holds(site, "text-anchor=\"start\" class=\"quiet\">11-04</text>");
}

static void of_a_hotfix_that_took_no_time_the_median_is_none_at_all(void **state)
{
	struct site *site = *state;

	add_point(site, "INC-7", 0, 0);
	figures_finish(&site->figures);
	assert_site_holds(
		site, "<div><dt>Lead time for changes</dt><dd>0s<small>the median of 1 hotfix</small></dd></div>\n");
	assert_site_holds(site, "<line class=\"limit\" x1=\"52\" y1=\"178\" x2=\"430\" y2=\"178\"/>\n");
}

static void each_picture_has_a_title_and_a_name_of_its_own(void **state)
{
	struct site *site = *state;

	assert_site_holds(site, "<title id=\"lead-title\">Lead time for changes</title>");
	assert_site_holds(site, "<title id=\"restore-title\">Time to restore</title>");
	assert_site_holds(site, "<title id=\"failures-title\">Change failure rate</title>");
	assert_site_holds(site, "<title id=\"weeks-title\">Deployments a week</title>");
	assert_site_holds(site, "<text x=\"4\" y=\"18\" text-anchor=\"start\">Deployments a week</text>\n");
}

static void a_picture_has_dates_below_and_numbers_beside_it(void **state)
{
	struct site *site = *state;

	for (int i = 0; i < 4; i++)
		figures_add_landing(&site->figures, i % 2 ? LANDING_MERGE : LANDING_ORDINARY, site->now, false);
	assert_site_holds(site, "<line class=\"rule\" x1=\"52\" y1=\"34\" x2=\"430\" y2=\"34\"/>\n"
				"<text x=\"46\" y=\"38\" text-anchor=\"end\" class=\"quiet\">4</text>\n");
	assert_site_holds(site, "<text x=\"52\" y=\"198\" text-anchor=\"start\" class=\"quiet\">11-04</text>\n"
				"<text x=\"168\" y=\"198\" text-anchor=\"middle\" class=\"quiet\">12-02</text>\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, site_open, site_close)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_of_a_file_is_safe),
		cmocka_unit_test(a_long_name_is_cut_and_told_apart),
		TEST(the_first_page_needs_little_of_a_story),
		TEST(a_hotfix_ends_when_it_is_closed_or_else_runs_or_else_landed),
		TEST(a_site_of_nothing_says_so),
		TEST(an_open_hotfix_says_its_step_and_for_how_long),
		TEST(a_past_hotfix_says_how_long_it_took),
		TEST(an_open_hotfix_is_due_until_it_lands),
		TEST(the_newest_is_the_first),
		TEST(without_landings_there_are_no_figures),
		TEST(figures_are_given_for_the_period),
		TEST(the_numbers_behind_the_pictures_are_tables),
		TEST(each_restored_hotfix_is_a_dot_by_its_day_and_time),
		TEST(what_failed_is_filled_in),
		TEST(each_week_has_bars_as_high_as_its_landings),
		TEST(of_a_hotfix_that_took_no_time_the_median_is_none_at_all),
		TEST(each_picture_has_a_title_and_a_name_of_its_own),
		TEST(a_picture_has_dates_below_and_numbers_beside_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
