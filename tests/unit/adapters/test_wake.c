#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/lock.h"
#include "adapters/wake.h"

static char folder[] = "/tmp/hotfix-wake.XXXXXX";

static int set_up(void **state)
{
	FILE *one;
	FILE *other;

	*state = wake_new();
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	one = fopen("one", "w");
	other = fopen("other", "w");
	return !one || !other || fclose(one) || fclose(other) || symlink("one", "link") ? -1 : 0;
}

static int tear_down(void **state)
{
	wake_free(*state);
	unlink("one");
	unlink("other");
	unlink("link");
	return chdir("/") < 0 || rmdir(folder) < 0 ? -1 : 0;
}

static void a_touch_wakes_and_says_which_file(void **state)
{
	struct wake *wake = *state;
	int one = wake_watch(wake, "one");
	int other = wake_watch(wake, "other");
	int watch = WAKE_NONE;

	assert_true(one != WAKE_NONE && other != WAKE_NONE && one != other);
	assert_true(wake_descriptor(wake) >= 0);
	assert_false(wake_next(wake, &watch));
	lock_touch("other");
	assert_true(wake_next(wake, &watch));
	assert_int_equal(watch, other);
	assert_false(wake_next(wake, &watch));
	wake_unwatch(wake, other);
	lock_touch("other");
	assert_false(wake_next(wake, &watch));
	wake_unwatch(wake, one);
}

static void reading_and_locking_do_not_wake(void **state)
{
	struct error error = ERROR_INIT;
	struct lock lock = LOCK_INIT;
	struct wake *wake = *state;
	int one = wake_watch(wake, "one");
	int watch;

	assert_int_equal(lock_try(&lock, "one", &error), 0);
	assert_true(lock.held);
	lock_release(&lock);
	assert_false(wake_next(wake, &watch));
	wake_unwatch(wake, one);
}

static void the_end_of_a_file_wakes(void **state)
{
	struct wake *wake = *state;
	int other = wake_watch(wake, "other");
	int watch = WAKE_NONE;

	assert_int_equal(unlink("other"), 0);
	assert_true(wake_next(wake, &watch));
	assert_int_equal(watch, other);
	while (wake_next(wake, &watch))
		assert_int_equal(watch, other);
}

static void what_is_no_file_is_not_watched(void **state)
{
	assert_int_equal(wake_watch(*state, "absent"), WAKE_NONE);
	wake_unwatch(*state, WAKE_NONE);
}

static void more_touches_than_fit_into_one_reading_are_told(void **state)
{
	struct wake *wake = *state;
	int watches[2] = {wake_watch(wake, "one"), wake_watch(wake, "link")};
	int told[2] = {0, 0};
	int watch;

	/* a link is watched itself, so that two names make no merged events */
	assert_true(watches[0] != WAKE_NONE && watches[1] != WAKE_NONE);
	for (int i = 0; i < 1000; i++) {
		lock_touch("one");
		lock_touch("link");
	}
	while (wake_next(wake, &watch)) {
		told[0] += watch == watches[0];
		told[1] += watch == watches[1];
	}
	assert_int_equal(told[0], 1000);
	assert_int_equal(told[1], 1000);
}

static void what_is_written_in_a_folder_wakes(void **state)
{
	struct wake *wake = *state;
	int watch = wake_watch_folder(wake, ".");
	FILE *file = fopen("one", "a");
	int told = WAKE_NONE;

	assert_true(watch != WAKE_NONE && file);
	assert_false(wake_next(wake, &told));
	assert_int_equal(fputs("x", file), 1);
	assert_int_equal(fflush(file), 0);
	assert_true(wake_next(wake, &told));
	assert_int_equal(told, watch);
	fclose(file);
	assert_int_equal(rename("other", "another"), 0);
	assert_true(wake_next(wake, &told));
	assert_int_equal(rename("another", "other"), 0);
	while (wake_next(wake, &told))
		assert_int_equal(told, watch);
	assert_int_equal(wake_watch_folder(wake, "one"), WAKE_NONE);
	wake_unwatch(wake, watch);
}

static void waiting_ends_with_a_touch_with_room_to_write_and_when_nobody_reads(void **state)
{
	struct wake *wake = *state;
	int watch = wake_watch(wake, "one");
	int ends[2];
	int told;

	while (wake_next(wake, &told))
		continue;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(wake_wait(wake, ends[1], false, 0), 0);
	assert_int_equal(wake_wait(wake, ends[1], true, 0), WAKE_WRITABLE);
	lock_touch("one");
	assert_int_equal(wake_wait(wake, ends[1], false, 60000), WAKE_TOUCHED);
	assert_true(wake_next(wake, &told));
	close(ends[0]);
	assert_int_equal(wake_wait(wake, ends[1], false, 60000), WAKE_CLOSED);
	close(ends[1]);
	wake_unwatch(wake, watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_touch_wakes_and_says_which_file),
		cmocka_unit_test(reading_and_locking_do_not_wake),
		cmocka_unit_test(more_touches_than_fit_into_one_reading_are_told),
		cmocka_unit_test(what_is_written_in_a_folder_wakes),
		cmocka_unit_test(waiting_ends_with_a_touch_with_room_to_write_and_when_nobody_reads),
		cmocka_unit_test(what_is_no_file_is_not_watched),
		cmocka_unit_test(the_end_of_a_file_wakes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
