#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/shell.h"

static void assert_quoted(const char *text, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	shell_quote(&out, text);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

static void a_plain_word_stays_as_it_is(void **state)
{
	(void)state;
	assert_quoted("hotfix/INC-7-login", "hotfix/INC-7-login");
	assert_quoted("a/b._-+:=@,%", "a/b._-+:=@,%");
}

static void what_means_something_to_a_shell_is_quoted(void **state)
{
	(void)state;
	assert_quoted("$(touch x)", "'$(touch x)'");
	assert_quoted("a b", "'a b'");
	assert_quoted("a;b", "'a;b'");
	assert_quoted("~", "'~'");
	assert_quoted("", "''");
	assert_quoted("it's", "'it'\\''s'");
	assert_quoted("\xc3\xa4", "'\xc3\xa4'");
}

/* Every byte that a word can hold, through a shell and back. */
static void a_shell_reads_every_byte_back(void **state)
{
	char text[256];
	char read[sizeof(text)] = "";
	struct buffer command = BUFFER_INIT;
	FILE *shell;

	(void)state;
	for (size_t i = 1; i < sizeof(text); i++)
		text[i - 1] = (char)i;
	text[sizeof(text) - 1] = '\0';
	buffer_add_string(&command, "LC_ALL=C printf %s ");
	shell_quote(&command, text);
	shell = popen(buffer_text(&command), "r");
	assert_non_null(shell);
	assert_int_equal(fread(read, 1, sizeof(read), shell), sizeof(text) - 1);
	assert_int_equal(pclose(shell), 0);
	assert_memory_equal(read, text, sizeof(text) - 1);
	buffer_release(&command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_word_stays_as_it_is),
		cmocka_unit_test(what_means_something_to_a_shell_is_quoted),
		cmocka_unit_test(a_shell_reads_every_byte_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
