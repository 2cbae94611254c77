#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/route.h"

static struct object_id id(int number)
{
	struct object_id out = {{0}};

	memcpy(out.bytes, &number, sizeof(number));
	return out;
}

static struct move move(int from, int to)
{
	return (struct move){id(from), id(to)};
}

static void assert_route(const struct move *moves, size_t count, int from, int to, const char *expected)
{
	struct object_id start = id(from);
	struct object_id end = id(to);
	struct route route;
	char text[256] = "";

	if (!route_find(&route, moves, count, &start, &end))
		strcpy(text, "none");
	for (size_t i = 0; i < route.count; i++)
		text[i] = (char)('a' + (char)route.items[i]);
	assert_string_equal(text, expected);
	route_release(&route);
}

static void moves_join_up_in_order_whatever_their_order_was(void **state)
{
	const struct move moves[] = {move(3, 4), move(1, 2), move(2, 3)};

	(void)state;
	assert_route(moves, 3, 1, 4, "bca");
	assert_route(moves, 3, 1, 2, "b");
	assert_route(moves, 3, 2, 4, "ca");
}

static void what_does_not_join_up_is_no_route(void **state)
{
	const struct move moves[] = {move(1, 2), move(3, 4)};

	(void)state;
	assert_route(moves, 2, 1, 4, "none");
	assert_route(moves, 2, 2, 1, "none");
	assert_route(moves, 0, 1, 2, "none");
}

static void moves_that_never_came_true_are_left_aside(void **state)
{
	const struct move moves[] = {move(1, 7), move(1, 2), move(7, 8), move(2, 3), move(2, 9)};

	(void)state;
	assert_route(moves, 5, 1, 3, "bd");
}

static void the_shortest_way_wins_and_of_equal_ones_the_earlier(void **state)
{
	const struct move moves[] = {move(1, 2), move(2, 3), move(1, 3), move(1, 3)};

	(void)state;
	assert_route(moves, 4, 1, 3, "c");
}

static void a_circle_ends(void **state)
{
	const struct move moves[] = {move(1, 2), move(2, 1), move(2, 2)};

	(void)state;
	assert_route(moves, 3, 1, 5, "none");
	assert_route(moves, 3, 1, 1, "ab");
}

static void of_too_many_moves_the_last_are_looked_at(void **state)
{
	struct move *moves = calloc(ROUTE_MOVES_MAXIMUM + 2, sizeof(*moves));
	struct object_id from = id(1);
	struct object_id to = id(2);
	struct route route;

	(void)state;
	assert_non_null(moves);
	for (int i = 0; i < ROUTE_MOVES_MAXIMUM + 2; i++)
		moves[i] = move(100 + i, 100);
	moves[0] = move(1, 2);
	assert_false(route_find(&route, moves, ROUTE_MOVES_MAXIMUM + 2, &from, &to));
	moves[2] = move(1, 2);
	assert_true(route_find(&route, moves, ROUTE_MOVES_MAXIMUM + 2, &from, &to));
	assert_int_equal(route.count, 1);
	assert_int_equal(route.items[0], 2);
	route_release(&route);
	free(moves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_join_up_in_order_whatever_their_order_was),
		cmocka_unit_test(what_does_not_join_up_is_no_route),
		cmocka_unit_test(moves_that_never_came_true_are_left_aside),
		cmocka_unit_test(the_shortest_way_wins_and_of_equal_ones_the_earlier),
		cmocka_unit_test(a_circle_ends),
		cmocka_unit_test(of_too_many_moves_the_last_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
