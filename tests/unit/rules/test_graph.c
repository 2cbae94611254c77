#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/graph.h"

#define MANY 10000

struct history {
	struct graph graph;
	struct policy policy;
};

static int set_up(void **state)
{
	struct history *history = memory_alloc(sizeof(*history));
	struct signoff *review;

	policy_init(&history->policy);
	review = policy_add_signoff(&history->policy, "review");
	review->trailer = memory_copy("Reviewed-by");
	review->role = memory_copy("reviewer");
	*state = history;
	return 0;
}

static int tear_down(void **state)
{
	struct history *history = *state;

	graph_release(&history->graph);
	assert_null(history->graph.nodes);
	policy_release(&history->policy);
	free(history);
	return 0;
}

static struct object_id id_of(unsigned int number)
{
	struct object_id id;
	char digits[OBJECT_ID_DIGITS + 1];

	snprintf(digits, sizeof(digits), "%08x%032x", number * 2654435761u, number);
	assert_true(object_id_parse(&id, digits));
	return id;
}

static struct commit commit_of(unsigned int number, unsigned int tree, unsigned int parent)
{
	struct commit commit = {.id = id_of(number), .tree = id_of(tree)};
	struct object_id parent_id = id_of(parent);

	if (parent)
		object_ids_add(&commit.parents, &parent_id);
	return commit;
}

static void add_trailer(struct commit *commit, const char *key)
{
	commit->trailers = memory_resize(commit->trailers, commit->trailer_count + 1, sizeof(*commit->trailers));
	commit->trailers[commit->trailer_count++] = (struct trailer){memory_copy(key), memory_copy("somebody")};
}

static void add_work(struct history *history, unsigned int number, unsigned int tree, unsigned int parent)
{
	struct commit commit = commit_of(number, tree, parent);

	graph_add(&history->graph, &commit, false);
}

static void add_signoff(struct history *history, unsigned int number, unsigned int tree, unsigned int parent)
{
	struct commit commit = commit_of(number, tree, parent);

	add_trailer(&commit, "Reviewed-by");
	graph_add(&history->graph, &commit, false);
}

static void add_merge(struct history *history, unsigned int number, unsigned int tree, unsigned int first,
		      unsigned int second)
{
	struct commit commit = commit_of(number, tree, first);
	struct object_id second_id = id_of(second);

	object_ids_add(&commit.parents, &second_id);
	graph_add(&history->graph, &commit, false);
}

static void add_outside(struct history *history, unsigned int number, unsigned int tree)
{
	struct commit commit = commit_of(number, tree, 0);

	graph_add(&history->graph, &commit, true);
}

/* Asserts that NUMBER signs TARGET; itself when it is work. */
static void assert_signs(struct history *history, unsigned int number, unsigned int target)
{
	struct object_id id = id_of(number);
	struct object_id wanted = id_of(target);
	struct object_id found;

	graph_mark_signoffs(&history->graph, &history->policy);
	found = graph_target(&history->graph, &id);
	assert_string_equal(object_id_full(&found).digits, object_id_full(&wanted).digits);
	assert_int_equal(graph_find(&history->graph, &id)->is_signoff, number != target);
}

static bool only_signoffs(struct history *history, unsigned int number, unsigned int down_to)
{
	struct object_id id = id_of(number);
	struct object_id end = id_of(down_to);

	graph_mark_signoffs(&history->graph, &history->policy);
	return graph_only_signoffs(&history->graph, &id, &end);
}

static void an_empty_graph_holds_nothing(void **state)
{
	struct history *history = *state;
	struct object_id id = id_of(1);
	struct object_id target;

	assert_null(graph_find(&history->graph, &id));
	assert_null(graph_node(&history->graph, &id));
	assert_false(graph_holds(&history->graph, &id));
	graph_mark_signoffs(&history->graph, &history->policy);
	target = graph_target(&history->graph, &id);
	assert_true(object_id_equal(&target, &id));
	assert_false(only_signoffs(history, 1, 2));
	assert_true(only_signoffs(history, 1, 1));
}

static void a_commit_is_found_by_its_id(void **state)
{
	struct history *history = *state;
	struct object_id there = id_of(2);
	struct object_id missing = id_of(3);

	add_work(history, 2, 20, 1);
	assert_true(object_id_equal(&graph_find(&history->graph, &there)->id, &there));
	assert_true(graph_holds(&history->graph, &there));
	assert_null(graph_find(&history->graph, &missing));
}

static void what_is_outside_is_found_but_not_held(void **state)
{
	struct history *history = *state;
	struct object_id id = id_of(1);

	add_outside(history, 1, 10);
	add_outside(history, 1, 10);
	assert_int_equal(history->graph.count, 1);
	assert_non_null(graph_find(&history->graph, &id));
	assert_false(graph_holds(&history->graph, &id));
}

static void the_inside_wins_over_the_outside(void **state)
{
	struct history *history = *state;
	struct object_id id = id_of(1);

	add_outside(history, 1, 10);
	add_work(history, 1, 10, 0);
	assert_true(graph_holds(&history->graph, &id));
	add_outside(history, 1, 10);
	assert_true(graph_holds(&history->graph, &id));
	assert_int_equal(history->graph.count, 1);
}

static void adding_takes_what_the_commit_holds(void **state)
{
	struct history *history = *state;
	struct commit commit = commit_of(2, 20, 1);

	graph_add(&history->graph, &commit, false);
	assert_null(commit.parents.items);
	commit = commit_of(2, 20, 1);
	graph_add(&history->graph, &commit, false);
	assert_null(commit.parents.items);
}

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

static void what_lies_between_may_be_signoffs_alone(void **state)
{
	struct history *history = *state;

	add_merge(history, 6, 20, 4, 5);
	add_signoff(history, 5, 20, 3);
	add_signoff(history, 4, 20, 3);
	add_work(history, 3, 20, 2);
	add_work(history, 2, 10, 1);
	add_outside(history, 1, 10);
	assert_true(only_signoffs(history, 6, 6));
	assert_true(only_signoffs(history, 6, 5));
	assert_true(only_signoffs(history, 6, 4));
	assert_true(only_signoffs(history, 6, 3));
	assert_true(only_signoffs(history, 3, 3));
	assert_false(only_signoffs(history, 6, 2));
	assert_false(only_signoffs(history, 3, 2));
	assert_false(only_signoffs(history, 4, 5));
	assert_false(only_signoffs(history, 3, 6));
}

static void a_net_of_merges_is_walked_once(void **state)
{
	struct history *history = *state;
	unsigned int top = 2;

	add_outside(history, 1, 10);
	add_work(history, 2, 20, 1);
	/* 200 times two ways: more ways in all than could ever be walked */
	for (int i = 0; i < 200; i++, top += 3) {
		add_signoff(history, top + 1, 20, top);
		add_signoff(history, top + 2, 20, top);
		add_merge(history, top + 3, 20, top + 1, top + 2);
	}
	assert_signs(history, top, 2);
	assert_true(only_signoffs(history, top, 2));
	assert_false(only_signoffs(history, top, 1));
}

static void many_commits_are_marked_fast(void **state)
{
	struct history *history = *state;
	clock_t begin = clock();

	for (unsigned int number = MANY; number > 2; number--)
		add_signoff(history, number, 20, number - 1);
	add_work(history, 2, 20, 1);
	assert_signs(history, MANY, 2);
	assert_true(only_signoffs(history, MANY, 2));
	assert_true(clock() - begin < 2 * CLOCKS_PER_SEC);
}

static void many_commits_are_marked_fast_with_parents_first(void **state)
{
	struct history *history = *state;
	clock_t begin = clock();

	add_work(history, 2, 20, 1);
	for (unsigned int number = 3; number <= MANY; number++)
		add_signoff(history, number, 20, number - 1);
	assert_signs(history, MANY, 2);
	assert_true(clock() - begin < 2 * CLOCKS_PER_SEC);
}

static void ids_that_begin_alike_are_told_apart(void **state)
{
	struct history *history = *state;
	struct object_id id = id_of(1);

	for (unsigned char last = 0; last < 200; last++) {
		struct commit commit = {.id = id};

		commit.id.bytes[OBJECT_ID_BYTES - 1] = last;
		graph_add(&history->graph, &commit, false);
	}
	for (unsigned char last = 0; last < 201; last++) {
		id.bytes[OBJECT_ID_BYTES - 1] = last;
		assert_int_equal(graph_holds(&history->graph, &id), last < 200);
	}
	assert_int_equal(history->graph.count, 200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_graph_holds_nothing),
		TEST(a_commit_is_found_by_its_id),
		TEST(what_is_outside_is_found_but_not_held),
		TEST(the_inside_wins_over_the_outside),
		TEST(adding_takes_what_the_commit_holds),
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
		TEST(what_lies_between_may_be_signoffs_alone),
		TEST(a_net_of_merges_is_walked_once),
		TEST(many_commits_are_marked_fast),
		TEST(many_commits_are_marked_fast_with_parents_first),
		TEST(ids_that_begin_alike_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
