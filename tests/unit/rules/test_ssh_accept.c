#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/ssh_accept.h"

static void assert_read(const char *text, const char *patterns, const char *includes)
{
	struct strings lists[2] = {STRINGS_INIT, STRINGS_INIT};
	const char *expected[] = {patterns, includes};

	ssh_accept_read(&lists[0], &lists[1], text);
	for (int i = 0; i < 2; i++) {
		struct buffer joined = BUFFER_INIT;

		for (size_t k = 0; k < lists[i].count; k++)
			buffer_addf(&joined, "%s%s", k ? "|" : "", lists[i].items[k]);
		assert_string_equal(buffer_text(&joined), expected[i]);
		buffer_release(&joined);
		strings_release(&lists[i]);
	}
}

static void words_of_accept_env_are_patterns(void **state)
{
	(void)state;
	assert_read("AcceptEnv LANG LC_*\n", "LANG|LC_*", "");
	assert_read("Port 22\n  acceptenv\tGIT_PROTOCOL\nMatch User git\n\tACCEPTENV=GIT_*", "GIT_PROTOCOL|GIT_*", "");
	assert_read("AcceptEnv = \"A\" \"B\"\r\n", "A|B", "");
	assert_read("AcceptEnv A # B\n", "A", "");
	assert_read("Include /etc/ssh/sshd_config.d/*.conf other\n", "", "/etc/ssh/sshd_config.d/*.conf|other");
}

static void other_lines_are_none(void **state)
{
	(void)state;
	assert_read("", "", "");
	assert_read("\n\n", "", "");
	assert_read("#AcceptEnv A\nAcceptEnvs B\nAccept C\nSetEnv D=1\nAcceptEnv\nAcceptEnv \n", "", "");
	assert_read("AcceptEnv\nA\n", "", "");
	assert_read("PrintMotd no\nCiphers aes256-ctr\n", "", "");
	assert_read("AcceptEnv \"\" \n", "", "");
}

static void assert_danger(const char *pattern, const char *pusher, const char *variable)
{
	const char *found = ssh_accept_danger(pattern, pusher);

	assert_string_equal(found ? found : "none", variable ? variable : "none");
}

static void what_git_reads_is_dangerous(void **state)
{
	(void)state;
	assert_danger("GIT_*", NULL, "GIT_CONFIG_COUNT");
	assert_danger("*", NULL, "GIT_CONFIG_COUNT");
	assert_danger("GIT_COMMON_DIR", NULL, "GIT_COMMON_DIR");
	assert_danger("XDG_*", NULL, "XDG_CONFIG_HOME");
	assert_danger("LD_?RELOAD", NULL, "LD_PRELOAD");
}

static void who_pushes_is_dangerous_where_it_is_asked(void **state)
{
	(void)state;
	assert_danger("GL_*", "GL_USER", "GL_USER");
	assert_danger("GL_*", NULL, NULL);
	assert_danger("REMOTE_USER", "GL_USER", NULL);
}

static void what_a_terminal_needs_is_not(void **state)
{
	(void)state;
	assert_danger("LANG", "GL_USER", NULL);
	assert_danger("LC_*", "GL_USER", NULL);
	assert_danger("GIT_PROTOCOL", "GL_USER", NULL);
	assert_danger("COLORTERM", "GL_USER", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_accept_env_are_patterns),
		cmocka_unit_test(other_lines_are_none),
		cmocka_unit_test(what_git_reads_is_dangerous),
		cmocka_unit_test(who_pushes_is_dangerous_where_it_is_asked),
		cmocka_unit_test(what_a_terminal_needs_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
