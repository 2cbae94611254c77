#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

/* The vectors of the authors' own test suite (fnv64a). */
static void the_published_vectors_come_out(void **state)
{
	(void)state;
	assert_true(hash_text("") == 0xcbf29ce484222325ULL);
	assert_true(hash_text("a") == 0xaf63dc4c8601ec8cULL);
	assert_true(hash_text("foobar") == 0x85944171f73967e8ULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_vectors_come_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
