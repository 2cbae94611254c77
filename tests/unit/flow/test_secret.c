#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/hmac.h"
#include "flow/secret.h"
#include "support/git_fixture.h"

/* MADE is what a shell makes the file of; WANTED NULL: it is refused. */
static void assert_secret(const char *made, const char *wanted)
{
	struct buffer secret = BUFFER_INIT;
	struct error error = ERROR_INIT;
	int result;

	git_fixture_run("rm -rf secret; umask 077; %s", made);
	result = secret_load(&secret, "secret", getuid(), &error);
	assert_int_equal(result == 0, wanted != NULL);
	if (wanted)
		assert_string_equal(buffer_text(&secret), wanted);
	else
		assert_null(strstr(error_text(&error), "hunter"));
	secret_release(&secret);
	error_release(&error);
}

static void a_secret_is_one_line(void **state)
{
	(void)state;
	assert_secret("printf 'hunter 2\\n' >secret", "hunter 2");
	assert_secret("printf 'hunter 2' >secret", "hunter 2");
	assert_secret("printf ' hunter2 \\r\\n' >secret", " hunter2 ");
	assert_secret(": >secret", "");
	assert_secret("printf 'hunter2\\n\\n' >secret", NULL);
	assert_secret("printf 'hunter2\\nhunter3\\n' >secret", NULL);
	assert_secret("printf 'hunter2\\0x\\n' >secret", NULL);
	assert_secret("head -c 5000 /dev/zero | tr '\\0' x >secret", NULL);
}

static void what_others_can_read_is_none(void **state)
{
	(void)state;
	assert_secret("echo hunter2 >secret; chmod 640 secret", NULL);
	assert_secret("echo hunter2 >secret; chmod 604 secret", NULL);
	assert_secret("mkdir secret", NULL);
	assert_secret(":", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_secret_is_one_line, git_fixture_set_up, git_fixture_tear_down),
		cmocka_unit_test_setup_teardown(what_others_can_read_is_none, git_fixture_set_up,
						git_fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
