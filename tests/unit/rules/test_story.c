#include "support/story.h"

#include "rules/event.h"

static void what_happened_is_told_in_its_order(void **state)
{
	struct story story = {0};

	(void)state;
	story_add_entry(&story, STORY_CLOSED, 30)->order = 9;
	story_add_entry(&story, STORY_OPENED, 10);
	story_add_entry(&story, STORY_DEPLOYED, 20)->order = 7;
	story_add_entry(&story, STORY_DEPLOY_FAILED, 20)->order = 6;
	story_add_entry(&story, STORY_WATCHED, 30)->order = 9;
	story_add_entry(&story, STORY_REPORTED, 0);
	story_add_entry(&story, STORY_WATCHED, 30)->order = 9;
	story.entries.items[4].idle = true;
	story_sort(&story);
	assert_int_equal(story.entries.items[0].kind, STORY_REPORTED);
	assert_int_equal(story.entries.items[1].kind, STORY_OPENED);
	assert_int_equal(story.entries.items[2].kind, STORY_DEPLOY_FAILED);
	assert_int_equal(story.entries.items[3].kind, STORY_DEPLOYED);
	assert_int_equal(story.entries.items[4].kind, STORY_WATCHED);
	assert_true(story.entries.items[4].idle);
	assert_int_equal(story.entries.items[5].kind, STORY_WATCHED);
	assert_int_equal(story.entries.items[6].kind, STORY_CLOSED);
	story_release(&story);
}

static void the_clock_begins_with_the_report_or_else_the_first_push(void **state)
{
	struct story *story = *state;

	assert_int_equal(story_start(story), STORY_BEGAN - MINUTES(5));
	story->times.reported = 0;
	assert_int_equal(story_start(story), STORY_BEGAN);
}

static struct story_entry entry_of(enum story_kind kind, const char *signoff)
{
	return (struct story_entry){.kind = kind, .signoff = (char *)signoff};
}

static void assert_step(enum story_kind kind, const char *signoff, enum checklist_step wanted)
{
	struct story_entry entry = entry_of(kind, signoff);

	assert_int_equal(story_step_of(&entry), wanted);
}

static void each_thing_belongs_to_a_step(void **state)
{
	(void)state;
	assert_step(STORY_OPENED, NULL, STEP_REPORT);
	assert_step(STORY_PUSHED, NULL, STEP_DEVELOP);
	assert_step(STORY_SIGNED, "triage", STEP_TRIAGE);
	assert_step(STORY_SIGNED, "review", STEP_REVIEW);
	assert_step(STORY_SIGNED, NULL, STEP_REVIEW);
	assert_step(STORY_REVOKED, "triage", STEP_TRIAGE);
	assert_step(STORY_REVOKED, "monitor", STEP_MONITOR);
	assert_step(STORY_REVOKED, "qa", STEP_REVIEW);
	assert_step(STORY_REVOKED, NULL, STEP_REVIEW);
	assert_step(STORY_LANDED, NULL, STEP_DEPLOY);
	assert_step(STORY_SETTLED, "triage", STEP_MONITOR);
}

static void every_kind_and_proof_has_a_name_for_programs(void **state)
{
	static const char *const names[] = {"reported",   "opened",       "pushed",    "signed",   "revoked",
					    "overdue",    "overridden",   "landed",    "deployed", "deploy_failed",
					    "taken_back", "brought_back", "watched",   "settled",  "backmerge_due",
					    "waived",     "closed",       "abandoned", "deleted"};

	(void)state;
	assert_int_equal(sizeof(names) / sizeof(*names), STORY_KINDS);
	for (int kind = 0; kind < STORY_KINDS; kind++)
		assert_string_equal(story_kind_name((enum story_kind)kind), names[kind]);
	assert_null(story_proof_name(PROOF_NONE));
	assert_string_equal(story_proof_name(PROOF_TRAILER), "trailer");
	assert_string_equal(story_proof_name(PROOF_SIGNATURE), "signature");
	assert_string_equal(story_proof_name(PROOF_PUSHER), "pusher");
	assert_string_equal(story_proof_name(PROOF_SERVER), "server");
}

static void assert_words(const struct story_entry *entry, const char *wanted)
{
	struct buffer words = BUFFER_INIT;

	story_add_words(&words, entry);
	assert_string_equal(buffer_text(&words), wanted);
	buffer_release(&words);
}

static void every_kind_has_words(void **state)
{
	(void)state;
	for (int kind = 0; kind < STORY_KINDS; kind++) {
		struct story_entry entry = entry_of((enum story_kind)kind, "qa");
		struct buffer words = BUFFER_INIT;

		story_add_words(&words, &entry);
		if (words.length < 10)
			fail_msg("%s is told as \"%s\"", story_kind_name(entry.kind), buffer_text(&words));
		buffer_release(&words);
	}
}

static void what_happened_is_told_without_who(void **state)
{
	struct story_entry signed_off = entry_of(STORY_SIGNED, "review");
	struct story_entry settled = entry_of(STORY_SETTLED, "qa");
	struct story_entry revoked = entry_of(STORY_REVOKED, "qa");
	struct story_entry unnamed = entry_of(STORY_SIGNED, NULL);
	struct story_entry opened = entry_of(STORY_OPENED, NULL);

	(void)state;
	assert_words(&signed_off, "review: approved");
	assert_words(&settled, "qa: approved afterwards");
	assert_words(&revoked, "qa: the approval was withdrawn");
	assert_words(&unnamed, "sign-off: approved");
	assert_words(&opened, "work on the fix began");
}

static void a_landing_and_a_deploy_say_where_to(void **state)
{
	struct story_entry landed = entry_of(STORY_LANDED, NULL);
	struct story_entry deployed = entry_of(STORY_DEPLOYED, "deploy");
	struct story_entry failed = entry_of(STORY_DEPLOY_FAILED, "deploy");

	(void)state;
	assert_words(&landed, "the fix was put into production (-)");
	landed.production = (char[]){"refs/heads/main"};
	assert_words(&landed, "the fix was put into production (main)");
	assert_words(&deployed, "the fix runs in production");
	assert_words(&failed, "bringing the fix to production failed");
	deployed.environment = failed.environment = (char[]){"eu-west"};
	assert_words(&deployed, "the fix runs in eu-west");
	assert_words(&failed, "bringing the fix to eu-west failed");
}

static void what_was_said_and_why_it_does_not_count_stand_behind(void **state)
{
	struct story_entry triage = entry_of(STORY_SIGNED, "triage");
	struct story_entry overridden = entry_of(STORY_OVERRIDDEN, NULL);

	(void)state;
	triage.said = (char[]){"critical"};
	assert_words(&triage, "triage: approved, severity critical");
	triage.why = (char[]){"revoked since"};
	assert_words(&triage, "triage: approved, severity critical (revoked since)");
	overridden.said = (char[]){"the shop is down"};
	assert_words(&overridden, "the checks were overridden: the shop is down");
}

static void assert_proof(enum proof proof, const char *proved_by, const char *wanted)
{
	struct story_entry entry = {.proof = proof, .proved_by = (char *)proved_by};
	struct buffer words = BUFFER_INIT;

	story_add_proof(&words, &entry);
	assert_string_equal(buffer_text(&words), wanted);
	buffer_release(&words);
}

static void how_it_is_known_is_said_in_plain_words(void **state)
{
	(void)state;
	assert_proof(PROOF_NONE, NULL, "");
	assert_proof(PROOF_TRAILER, NULL, "a line in a commit");
	assert_proof(PROOF_TRAILER, "aaaaaaaaaa", "a line in the commit aaaaaaaaaa");
	assert_proof(PROOF_SIGNATURE, NULL, "signed with the key that the server has not kept");
	assert_proof(PROOF_SIGNATURE, "SHA256:x", "signed with the key SHA256:x");
	assert_proof(PROOF_PUSHER, NULL, "logged in to the server");
	assert_proof(PROOF_SERVER, NULL, "recorded on the server");
}

static void assert_standing(const struct story *story, const char *wanted)
{
	struct buffer words = BUFFER_INIT;

	story_add_standing(&words, story);
	assert_string_equal(buffer_text(&words), wanted);
	buffer_release(&words);
}

static void an_open_one_stands_at_its_first_step_that_is_not_done(void **state)
{
	static const char *const standings[STEP_COUNT] = {"reported",
							  "waiting for triage",
							  "being developed",
							  "being reviewed and tested",
							  "ready to go into production",
							  "in production, being watched"};

	for (int step = 0; step < STEP_COUNT; step++) {
		story_reopen(*state, (enum checklist_step)step);
		assert_standing(*state, standings[step]);
	}
}

static void between_landing_and_its_deploy_it_is_brought_to_production(void **state)
{
	struct story *story = *state;

	story_reopen(story, STEP_DEPLOY);
	story->in_production = true;
	assert_standing(story, "being brought to production");
	story->steps[STEP_DEPLOY] = STEP_FAILED;
	assert_standing(story, "bringing it to production failed");
}

static void one_that_is_over_is_closed_in_production_or_given_up(void **state)
{
	struct story *story = *state;

	assert_standing(story, "closed");
	story->times.closed = 0;
	assert_standing(story, "in production");
	story->in_production = false;
	assert_standing(story, "given up");
}

static void a_branch_that_goes_on_after_its_closing_is_open(void **state)
{
	struct story *story = *state;

	story_reopen(story, STEP_REVIEW);
	story->times.closed = STORY_BEGAN + MINUTES(60);
	assert_standing(story, "being reviewed and tested");
}

static void a_rollback_is_told_until_the_fix_is_back_or_over(void **state)
{
	struct story *story = *state;

	story->was_taken_back = true;
	assert_standing(story, "closed");
	story_reopen(story, STEP_DEVELOP);
	assert_standing(story, "being developed, after a rollback");
	story->overdue = true;
	assert_standing(story, "being developed, after a rollback, overdue");
	story_reopen(story, STEP_MONITOR);
	story->overdue = false;
	assert_standing(story, "in production, being watched");
}

static void an_event_is_told_in_plain_words(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPES; type++) {
		const char *name = event_name((enum event_type)type);
		const char *words = story_event_words(name);

		if (!strncmp(name, "hotfix.", 7) && (!strcmp(name, words) || strlen(words) < 10))
			fail_msg("%s is told as \"%s\"", name, words);
	}
	assert_string_equal(story_event_words("hotfix.merged"), "the fix was put into production");
	assert_string_equal(story_event_words("production.rolled_back"), "production was rolled back");
	assert_string_equal(story_event_words("of.a.later.version"), "of.a.later.version");
}

static void assert_span(int64_t from, int64_t to, const char *wanted)
{
	struct buffer words = BUFFER_INIT;

	story_add_span(&words, from, to);
	assert_string_equal(buffer_text(&words), wanted);
	buffer_release(&words);
}

static void a_span_has_both_ends(void **state)
{
	(void)state;
	assert_span(1000, 4660, "1h 1m");
	assert_span(4660, 1000, "0s");
	assert_span(0, 1000, "-");
	assert_span(1000, 0, "-");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happened_is_told_in_its_order),
		TEST(the_clock_begins_with_the_report_or_else_the_first_push),
		cmocka_unit_test(each_thing_belongs_to_a_step),
		cmocka_unit_test(every_kind_and_proof_has_a_name_for_programs),
		cmocka_unit_test(every_kind_has_words),
		cmocka_unit_test(what_happened_is_told_without_who),
		cmocka_unit_test(a_landing_and_a_deploy_say_where_to),
		cmocka_unit_test(what_was_said_and_why_it_does_not_count_stand_behind),
		cmocka_unit_test(how_it_is_known_is_said_in_plain_words),
		TEST(an_open_one_stands_at_its_first_step_that_is_not_done),
		TEST(between_landing_and_its_deploy_it_is_brought_to_production),
		TEST(one_that_is_over_is_closed_in_production_or_given_up),
		TEST(a_branch_that_goes_on_after_its_closing_is_open),
		TEST(a_rollback_is_told_until_the_fix_is_back_or_over),
		cmocka_unit_test(an_event_is_told_in_plain_words),
		cmocka_unit_test(a_span_has_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
