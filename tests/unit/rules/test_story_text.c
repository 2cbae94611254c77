#include "support/story.h"

#include "rules/story_text.h"

static void a_story_begins_with_what_it_is_about(void **state)
{
	struct story *story = *state;

	strings_add(&story->branches, "refs/heads/hotfix/INC-7-again");
	assert_part_holds(story_text, story,
			  "incident     INC-7\n"
			  "severity     critical\n"
			  "standing     closed\n"
			  "fix          login: no gap on Sundays\n"
			  "repository   team/shop\n"
			  "branch       hotfix/INC-7-login\n"
			  "             hotfix/INC-7-again\n"
			  "\n"
			  "steps\n");
}

static void what_nobody_said_is_left_out(void **state)
{
	struct story *story = *state;

	free(story->severity);
	free(story->subject);
	story->severity = story->subject = NULL;
	assert_part_holds(story_text, story, "incident     INC-7\nstanding     closed\nrepository   team/shop\n");
}

static void a_missing_step_names_who_is_asked_for(void **state)
{
	struct story *story = *state;

	story_reopen(story, STEP_REVIEW);
	strings_add(&story->roles[STEP_REVIEW], "reviewer");
	strings_add(&story->roles[STEP_REVIEW], "qa");
	strings_add(&story->roles[STEP_MONITOR], "ops");
	story->steps[STEP_MONITOR] = STEP_NOT_ASKED;
	assert_part_holds(story_text, story,
			  "\nsteps\n"
			  "  1 report   done\n"
			  "  2 triage   done\n"
			  "  3 develop  done\n"
			  "  4 review   missing: the role reviewer, qa\n"
			  "  5 deploy   missing\n"
			  "  6 monitor  not asked for\n");
}

static void what_happened_is_told_with_who_and_how_that_is_known(void **state)
{
	assert_part_holds(story_text, *state,
			  "\nwhat happened\n"
			  "  2026-02-03T04:05:06Z  1 report   work on the fix began\n"
			  "                                   by dave, logged in to the server\n"
			  "  2026-02-03T04:15:06Z  4 review   review: approved\n"
			  "                                   by rita, signed with the key\n"
			  "                                   SHA256:ritas\n"
			  "  2026-02-03T04:35:06Z  5 deploy   the fix was put into production\n"
			  "                                   (main)\n"
			  "                                   by olga, logged in to the server\n"
			  "  2026-02-03T05:05:06Z  6 monitor  the incident was closed\n"
			  "                                   by paul, recorded on the server\n"
			  "\n");
}

static void what_the_server_does_not_know_is_not_made_up(void **state)
{
	struct story *story = *state;

	story_add_entry(story, STORY_OVERDUE, 0);
	story_tell(story, STORY_ABANDONED, 0, "dave");
	story_tell(story, STORY_DELETED, 0, NULL)->proof = PROOF_PUSHER;
	assert_part_holds(story_text, story,
			  "  at a time not known   3 develop  the deadline passed\n"
			  "  2026-02-03T04:05:06Z  3 develop  this attempt at a fix was given up\n"
			  "                                   by dave\n"
			  "  2026-02-03T04:05:06Z  6 monitor  the branch of the fix was cleared\n"
			  "                                   away\n"
			  "                                   logged in to the server\n"
			  "\n");
}

static void where_nothing_is_known_that_is_said(void **state)
{
	struct story story = {.incident = (char[]){"INC-8"}, .repository = (char[]){"team/shop"}};

	(void)state;
	assert_part_holds(story_text, &story, "\nwhat happened\n  nothing that the server was there for\n");
	assert_part_lacks(story_text, &story, "times");
	assert_part_lacks(story_text, &story, "changed by");
	assert_part_lacks(story_text, &story, "told");
	assert_part_lacks(story_text, &story, "overridden");
	assert_part_lacks(story_text, &story, "back in development");
}

static void times_run_from_the_report(void **state)
{
	struct story *story = *state;

	assert_part_holds(story_text, story,
			  "\ntimes, since 2026-02-03T04:00:06Z\n"
			  "  to triage  6m, at 2026-02-03T04:06:06Z\n"
			  "  to merge   35m, at 2026-02-03T04:35:06Z\n"
			  "  to deploy  40m, at 2026-02-03T04:40:06Z\n"
			  "  to close   1h 5m, at 2026-02-03T05:05:06Z\n"
			  "\n");
	story_reopen(story, STEP_DEPLOY);
	story->times = (struct story_times){.opened = STORY_BEGAN};
	story->deadline = STORY_BEGAN + MINUTES(120);
	assert_part_holds(story_text, story,
			  "\ntimes, since 2026-02-03T04:05:06Z\n"
			  "  deadline   2h, at 2026-02-03T06:05:06Z\n"
			  "\n");
}

static void a_change_is_shown_with_its_commits_and_files(void **state)
{
	assert_part_holds(story_text, *state,
			  "\nchanged by hotfix/INC-7-login on main (ffffffffff..1111111111)\n"
			  "  aaaaaaaaaa login: no gap on Sundays (Dave)\n"
			  "      1    -2  src/login.c\n"
			  "  1 commit, 1 file, 1 line added, 2 removed\n");
}

static void a_change_that_has_not_landed_or_did_not_stay_is_told_as_that(void **state)
{
	struct story *story = *state;
	struct story_change *change = &story->changes[0];
	struct story_file *file = story_add_file(change);

	free(change->production);
	change->production = NULL;
	change->landed = false;
	change->unknown = true;
	free(change->commits[0].subject);
	free(change->commits[0].author);
	change->commits[0].subject = change->commits[0].author = NULL;
	change->commits_in_all = change->files_in_all = change->added = 2;
	file->path = memory_copy("logo.png");
	file->added = file->removed = -1;
	file = story_add_file(change);
	file->path = memory_copy("old.c");
	file->removed = 9;
	assert_part_holds(story_text, story,
			  "\nchanged by hotfix/INC-7-login, not yet on - (ffffffffff..1111111111)\n"
			  "  the server cannot show all of it any more\n"
			  "  aaaaaaaaaa  (-)\n"
			  "      1    -2  src/login.c\n"
			  "       binary  logo.png\n"
			  "      0    -9  old.c\n"
			  "  2 commits, 2 files, 2 lines added, 2 removed\n");
	change->landed = change->taken_back = true;
	assert_part_holds(story_text, story, "(ffffffffff..1111111111), taken back since\n");
}

static void who_was_told_and_what_came_of_it_is_told(void **state)
{
	struct story *story = *state;
	struct story_delivery *delivery = story_add_delivery(story);

	delivery->event = memory_copy("of.a.version.that.is.still.to.come");
	delivery->endpoint = memory_copy("log");
	delivery->state = memory_copy("waiting");
	delivery->attempts = 2;
	delivery->error = memory_copy("connection refused");
	delivery = story_add_delivery(story);
	delivery->event = memory_copy("of.twenty.four.and.no.le");
	delivery->endpoint = memory_copy("log");
	delivery->state = memory_copy("waiting");
	assert_part_holds(story_text, story,
			  "\ntold\n"
			  "  2026-02-03T04:35:06Z  hotfix.merged           deploy: delivered, 1 attempt, status 200\n"
			  "  at a time not known   of.a.version.that.is.still.to.come  log: waiting, 2 attempts, "
			  "connection refused\n"
			  "  at a time not known   of.twenty.four.and.no.le  log: waiting, 0 attempts\n");
}

static void what_was_overridden_is_told_until_it_is_settled(void **state)
{
	struct story *story = *state;
	struct story_debt *debt = &story->debts[0];

	assert_part_holds(story_text, story,
			  "\noverridden\n"
			  "  2026-02-03T04:35:06Z  by olga: the shop is down; missing qa; settled "
			  "2026-02-03T04:50:06Z\n");
	debt->settled = 0;
	strings_add(&debt->missing, "review");
	assert_part_holds(story_text, story, "; missing qa, review; to be settled by 2026-02-03T06:05:06Z\n");
	debt->due = 0;
	free(debt->person);
	free(debt->reason);
	debt->person = debt->reason = NULL;
	assert_part_holds(story_text, story, "  2026-02-03T04:35:06Z  by -: -; missing qa, review\n\n");
	debt->settled = STORY_BEGAN;
	assert_part_holds(story_text, story, "; missing qa, review; settled 2026-02-03T04:05:06Z\n");
}

static void whether_the_fix_is_back_in_development_is_told(void **state)
{
	struct story *story = *state;
	struct story_backmerge *backmerge = story_add_backmerge(story);

	backmerge->branch = memory_copy("refs/heads/next");
	backmerge->due = STORY_BEGAN + MINUTES(120);
	backmerge = story_add_backmerge(story);
	backmerge->branch = memory_copy("refs/heads/old");
	backmerge->how = memory_copy("waived");
	assert_part_holds(story_text, story,
			  "\nback in development\n"
			  "  develop: arrived, at 2026-02-03T04:55:06Z\n"
			  "  next: missing, due 2026-02-03T06:05:06Z\n"
			  "  old: waived\n"
			  "\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
	const struct CMUnitTest tests[] = {
		TEST(a_story_begins_with_what_it_is_about),
		TEST(what_nobody_said_is_left_out),
		TEST(a_missing_step_names_who_is_asked_for),
		TEST(what_happened_is_told_with_who_and_how_that_is_known),
		TEST(what_the_server_does_not_know_is_not_made_up),
		cmocka_unit_test(where_nothing_is_known_that_is_said),
		TEST(times_run_from_the_report),
		TEST(a_change_is_shown_with_its_commits_and_files),
		TEST(a_change_that_has_not_landed_or_did_not_stay_is_told_as_that),
		TEST(who_was_told_and_what_came_of_it_is_told),
		TEST(what_was_overridden_is_told_until_it_is_settled),
		TEST(whether_the_fix_is_back_in_development_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
