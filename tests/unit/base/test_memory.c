#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

static void allocated_bytes_are_zero_and_none_is_an_allocation_too(void **state)
{
	static const char zero[64];
	char *bytes = memory_alloc(sizeof(zero));
	void *nothing = memory_alloc(0);

	(void)state;
	assert_memory_equal(bytes, zero, sizeof(zero));
	assert_non_null(nothing);
	free(bytes);
	free(nothing);
}

static void a_copy_is_apart_from_what_was_copied(void **state)
{
	char text[] = "text";
	char *copy = memory_copy(text);

	(void)state;
	text[0] = 'T';
	assert_string_equal(copy, "text");
	free(copy);
}

static void copied_bytes_end_with_a_nul(void **state)
{
	char *part = memory_copy_bytes("a\0bc", 3);
	char *nothing = memory_copy_bytes(NULL, 0);

	(void)state;
	assert_memory_equal(part, "a\0b", 4);
	assert_string_equal(nothing, "");
	free(part);
	free(nothing);
}

static void an_array_grows_only_when_it_is_full_and_keeps_its_items(void **state)
{
	size_t capacity = 0;
	int *items = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		size_t before = capacity;

		items = memory_grow(items, i, &capacity, sizeof(*items));
		assert_true(capacity > i);
		assert_true(capacity == before || i == before);
		items[i] = (int)i;
	}
	assert_int_equal(items[0], 0);
	assert_int_equal(items[999], 999);
	free(items);
}

/* Returns the exit status of a child that asks for COUNT items of SIZE bytes; ERROR_OUTPUT gets what it says. */
static int exit_of_resize(size_t count, size_t size, char *error_output, size_t room)
{
	int ends[2];
	int status;
	pid_t child;
	ssize_t length;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		void *items;

		dup2(ends[1], STDERR_FILENO);
		items = memory_resize(NULL, count, size);
		status = items ? 0 : 3;
		free(items);
		_exit(status);
	}
	close(ends[1]);
	length = read(ends[0], error_output, room - 1);
	error_output[length > 0 ? length : 0] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_product_that_overflows_ends_the_process_with_a_message(void **state)
{
	char message[200];

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* the sanitizer ends the process itself, in its own words */
#endif
	assert_int_equal(exit_of_resize(4, 4, message, sizeof(message)), 0);
	assert_int_equal(exit_of_resize(SIZE_MAX / 2, 4, message, sizeof(message)), EXIT_FAILURE);
	assert_non_null(strstr(message, "out of memory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocated_bytes_are_zero_and_none_is_an_allocation_too),
		cmocka_unit_test(a_copy_is_apart_from_what_was_copied),
		cmocka_unit_test(copied_bytes_end_with_a_nul),
		cmocka_unit_test(an_array_grows_only_when_it_is_full_and_keeps_its_items),
		cmocka_unit_test(a_product_that_overflows_ends_the_process_with_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
