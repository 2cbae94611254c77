#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/history.h"

static void a_signoff_commit_has_its_parents_tree_and_a_trailer(void **state)
{
	struct history *history = *state;

	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	add_outside(history, 1, 10);
	assert_signs(history, 3, 2);
	assert_signs(history, 2, 2);
}

static void the_key_of_the_trailer_may_have_any_case(void **state)
{
	struct history *history = *state;
	struct commit commit = commit_of(3, 20, 2);

	add_trailer(&commit, "Signed-off-by");
	add_trailer(&commit, "REVIEWED-BY");
	graph_add(&history->graph, &commit, false);
	add_work(history, 2, 20, 1);
	assert_signs(history, 3, 2);
}

static void a_commit_with_another_tree_is_work_whatever_it_says(void **state)
{
	struct history *history = *state;

	add_signoff(history, 3, 30, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 3, 3);
}

static void an_empty_commit_without_such_a_trailer_is_work(void **state)
{
	struct history *history = *state;
	struct commit commit = commit_of(3, 20, 2);

	add_trailer(&commit, "Signed-off-by");
	graph_add(&history->graph, &commit, false);
	add_work(history, 2, 20, 1);
	assert_signs(history, 3, 3);
}

static void a_root_is_work_whatever_it_says(void **state)
{
	struct history *history = *state;

	add_signoff(history, 1, 10, 0);
	assert_signs(history, 1, 1);
}

static void a_commit_whose_parent_is_not_known_is_work(void **state)
{
	struct history *history = *state;

	add_signoff(history, 3, 20, 2);
	assert_signs(history, 3, 3);
}

static void several_signoff_commits_in_a_row_sign_the_same(void **state)
{
	struct history *history = *state;

	add_signoff(history, 5, 20, 4);
	add_signoff(history, 4, 20, 3);
	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 5, 2);
	assert_signs(history, 4, 2);
}

static void a_signoff_on_work_above_another_signs_the_work(void **state)
{
	struct history *history = *state;

	add_signoff(history, 5, 40, 4);
	add_work(history, 4, 40, 3);
	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 5, 4);
	assert_signs(history, 3, 2);
}

static void a_signoff_commit_can_sign_what_is_outside(void **state)
{
	struct history *history = *state;

	add_signoff(history, 2, 10, 1);
	add_outside(history, 1, 10);
	assert_signs(history, 2, 1);
}

static void what_is_outside_is_never_a_signoff_commit(void **state)
{
	struct history *history = *state;
	struct commit commit = commit_of(2, 10, 1);

	add_trailer(&commit, "Reviewed-by");
	graph_add(&history->graph, &commit, true);
	add_outside(history, 1, 10);
	assert_signs(history, 2, 2);
}

static void a_merge_of_two_signoff_commits_is_one(void **state)
{
	struct history *history = *state;

	add_merge(history, 5, 20, 3, 4);
	add_signoff(history, 4, 20, 2);
	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 5, 2);
}

static void a_merge_of_a_signoff_commit_and_what_it_signs_is_one(void **state)
{
	struct history *history = *state;

	add_merge(history, 4, 20, 2, 3);
	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 4, 2);
}

static void signoffs_above_a_merge_of_signoffs_sign_the_same(void **state)
{
	struct history *history = *state;

	add_signoff(history, 8, 20, 7);
	add_merge(history, 7, 20, 5, 6);
	add_signoff(history, 6, 20, 4);
	add_merge(history, 5, 20, 3, 4);
	add_signoff(history, 4, 20, 2);
	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 8, 2);
	assert_signs(history, 5, 2);
}

static void a_merge_of_signoffs_on_different_commits_is_work(void **state)
{
	struct history *history = *state;

	add_merge(history, 6, 20, 4, 5);
	add_signoff(history, 5, 20, 3);
	add_signoff(history, 4, 20, 2);
	add_work(history, 3, 20, 1);
	add_work(history, 2, 20, 1);
	assert_signs(history, 6, 6);
}

static void a_merge_of_a_signoff_with_work_is_work(void **state)
{
	struct history *history = *state;

	add_merge(history, 5, 20, 3, 4);
	add_work(history, 4, 40, 2);
	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 5, 5);
}

static void a_merge_of_signoffs_with_another_tree_is_work(void **state)
{
	struct history *history = *state;

	add_merge(history, 5, 50, 3, 4);
	add_signoff(history, 4, 20, 2);
	add_signoff(history, 3, 20, 2);
	add_work(history, 2, 20, 1);
	assert_signs(history, 5, 5);
}

static void the_order_of_adding_does_not_matter(void **state)
{
	struct history *history = *state;

	add_work(history, 2, 20, 1);
	add_signoff(history, 3, 20, 2);
	add_signoff(history, 4, 20, 2);
	add_merge(history, 5, 20, 3, 4);
	add_signoff(history, 6, 20, 5);
	assert_signs(history, 6, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_open, history_close)
	const struct CMUnitTest tests[] = {
		TEST(a_signoff_commit_has_its_parents_tree_and_a_trailer),
		TEST(the_key_of_the_trailer_may_have_any_case),
		TEST(a_commit_with_another_tree_is_work_whatever_it_says),
		TEST(an_empty_commit_without_such_a_trailer_is_work),
		TEST(a_root_is_work_whatever_it_says),
		TEST(a_commit_whose_parent_is_not_known_is_work),
		TEST(several_signoff_commits_in_a_row_sign_the_same),
		TEST(a_signoff_on_work_above_another_signs_the_work),
		TEST(a_signoff_commit_can_sign_what_is_outside),
		TEST(what_is_outside_is_never_a_signoff_commit),
		TEST(a_merge_of_two_signoff_commits_is_one),
		TEST(a_merge_of_a_signoff_commit_and_what_it_signs_is_one),
		TEST(signoffs_above_a_merge_of_signoffs_sign_the_same),
		TEST(a_merge_of_signoffs_on_different_commits_is_work),
		TEST(a_merge_of_a_signoff_with_work_is_work),
		TEST(a_merge_of_signoffs_with_another_tree_is_work),
		TEST(the_order_of_adding_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
