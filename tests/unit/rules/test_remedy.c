#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/remedy.h"

static void plain_names_stay_as_they_are(void **state)
{
	struct strings commands = STRINGS_INIT;

	(void)state;
	remedy_add(&commands, "git fetch origin");
	remedy_add(&commands, "git push origin %s:refs/heads/%s", "0123", "hotfix/INC-7-login");
	assert_int_equal(commands.count, 2);
	assert_string_equal(commands.items[0], "git fetch origin");
	assert_string_equal(commands.items[1], "git push origin 0123:refs/heads/hotfix/INC-7-login");
	strings_release(&commands);
}

static void what_a_shell_would_run_is_quoted_within_its_word(void **state)
{
	struct strings commands = STRINGS_INIT;
	char *word;

	(void)state;
	remedy_add(&commands, "git merge origin/%s && git push", "x;$(y)%s");
	assert_string_equal(commands.items[0], "git merge origin/'x;$(y)%s' && git push");
	strings_release(&commands);
	word = remedy_word("a>b");
	assert_string_equal(word, "'a>b'");
	free(word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_names_stay_as_they_are),
		cmocka_unit_test(what_a_shell_would_run_is_quoted_within_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
