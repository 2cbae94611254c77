#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "support/history.h"

#define MANY 10000

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
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_open, history_close)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_graph_holds_nothing),
		TEST(a_commit_is_found_by_its_id),
		TEST(what_is_outside_is_found_but_not_held),
		TEST(the_inside_wins_over_the_outside),
		TEST(adding_takes_what_the_commit_holds),
		TEST(what_lies_between_may_be_signoffs_alone),
		TEST(a_net_of_merges_is_walked_once),
		TEST(many_commits_are_marked_fast),
		TEST(many_commits_are_marked_fast_with_parents_first),
		TEST(ids_that_begin_alike_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
