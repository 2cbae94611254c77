#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/repository.h"
#include "support/git_fixture.h"

/* main is 400 commits long; early is cut from its 20th and has 1, deep is cut from its tip and has 300, both is a merge
 * of early and deep. Each is farther from main than a walk goes without git. */
static int enter(void **state)
{
	(void)state;
	git_fixture_enter();
	git_fixture_run("git init -q --bare -b main r.git");
	git_fixture_run(
		"commit() { echo \"commit refs/heads/$1\ncommitter A <a@x.example> $2 +0000\ndata <<E\nc\nE\n$3\"; }\n"
		"{ for i in $(seq 1 400); do commit main $((1600000000 + i)) \"\" |\n"
		"  sed \"s/^committer/mark :$i\\n&/\"; done\n"
		"commit early 1700000000 \"from :20\n\"\n"
		"commit deep 1700000001 \"from :400\n\"\n"
		"for i in $(seq 2 300); do commit deep $((1700000000 + i)) \"\"; done\n"
		"commit both 1800000000 \"from refs/heads/early\nmerge refs/heads/deep\n\"; } |\n"
		"git fast-import --quiet");
	return 0;
}

/* The walk first, as judging a push does; then whether TIP descends from main, of the same repository. */
static void assert_range(const char *tip, size_t length, bool descends)
{
	struct object_id tip_id = git_fixture_id(tip);
	struct object_id main_id = git_fixture_id("main");
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	struct object_ids out = {0};
	struct repository *repository;
	struct error error = ERROR_INIT;
	bool answer;

	object_ids_add(&tips, &tip_id);
	object_ids_add(&tips, &tip_id);
	object_ids_add(&hidden, &main_id);
	assert_int_equal(repository_open(&repository, "r.git", NULL, NULL, &error), 0);
	for (int again = 0; again < 2; again++) {
		out.count = 0;
		assert_int_equal(repository_walk(repository, &out, &tips, &hidden, 1000, &error), 0);
		assert_int_equal(out.count, length);
		assert_int_equal(repository_descends(repository, &answer, &tip_id, &main_id, &error), 0);
		assert_int_equal(answer, descends);
		assert_int_equal(repository_descends(repository, &answer, &main_id, &tip_id, &error), 0);
		assert_false(answer);
	}
	object_ids_release(&tips);
	object_ids_release(&hidden);
	object_ids_release(&out);
	repository_free(repository);
}

static void a_branch_that_was_cut_long_ago_does_not_descend_from_the_tip(void **state)
{
	(void)state;
	assert_range("early", 1, false);
}

static void a_long_branch_of_the_tip_descends_from_it(void **state)
{
	(void)state;
	assert_range("deep", 300, true);
}

static void a_merge_of_an_old_and_a_new_branch_descends_from_the_tip(void **state)
{
	(void)state;
	assert_range("both", 302, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_branch_that_was_cut_long_ago_does_not_descend_from_the_tip),
		cmocka_unit_test(a_long_branch_of_the_tip_descends_from_it),
		cmocka_unit_test(a_merge_of_an_old_and_a_new_branch_descends_from_the_tip),
	};

	return cmocka_run_group_tests_name("repository_range", tests, enter, git_fixture_tear_down);
}
