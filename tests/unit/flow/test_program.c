#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "flow/program.h"

/* As in program.c, where the build says nothing. */
#ifndef HOTFIX_BINDIR
#define HOTFIX_BINDIR "/usr/local/bin"
#endif

#define WHOLE ((size_t)256 * 1024 * 1024) /* more than a program with its symbols */

/* An installation: this program, as a hook, in FOLDER/libexec/hotfix. */
struct installation {
	char *folder;
	char *hook;
};

static char *path_of(const struct installation *installation, const char *name)
{
	return buffer_format("%s/%s", installation->folder, name);
}

static void make_folder(const struct installation *installation, const char *name)
{
	char *path = path_of(installation, name);

	assert_int_equal(mkdir(path, 0755), 0);
	free(path);
}

static void write_program(const char *path, const struct buffer *content)
{
	struct error error = ERROR_INIT;
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(file_write_all(fileno(file), buffer_text(content), content->length, &error), 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0755), 0);
}

static int set_up(void **state)
{
	struct installation *installation = memory_alloc(sizeof(*installation));
	const char *above = getenv("TMPDIR");
	struct buffer self = BUFFER_INIT;
	struct error error = ERROR_INIT;

	installation->folder = buffer_format("%s/hotfix-program.XXXXXX", above ? above : "/tmp");
	assert_non_null(mkdtemp(installation->folder));
	make_folder(installation, "libexec");
	make_folder(installation, "libexec/hotfix");
	make_folder(installation, "bin");
	installation->hook = path_of(installation, "libexec/hotfix/hook");
	assert_int_equal(file_read(&self, "/proc/self/exe", WHOLE, &error), 0);
	write_program(installation->hook, &self);
	buffer_release(&self);
	*state = installation;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {
		"libexec/hotfix/hook", "libexec/hotfix/hotfixctl", "bin/hotfixctl", "bin", "libexec/hotfix", "libexec"};
	struct installation *installation = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_of(installation, names[i]);

		if (unlink(path))
			rmdir(path);
		free(path);
	}
	rmdir(installation->folder);
	free(installation->folder);
	free(installation->hook);
	free(installation);
	return 0;
}

/* Asserts what the hook finds: a file of the installation, or with NULL the place of the build. */
static void assert_found(const struct installation *installation, const char *name)
{
	char *wanted = name ? path_of(installation, name) : memory_copy(HOTFIX_BINDIR "/hotfixctl");
	char found[4096] = "";
	char *place;
	FILE *answer;

	assert_int_equal(setenv("PROGRAM_ASKED", installation->hook, 1), 0);
	answer = popen("\"$PROGRAM_ASKED\" find", "re"); /* NOLINT(bugprone-command-processor): our own program */
	assert_non_null(answer);
	assert_non_null(fgets(found, sizeof(found), answer));
	assert_int_equal(pclose(answer), 0);
	place = name ? realpath(found, NULL) : memory_copy(found);
	assert_non_null(place);
	assert_string_equal(place, wanted);
	free(place);
	free(wanted);
}

static void put(const struct installation *installation, const char *name, mode_t mode)
{
	const struct buffer nothing = BUFFER_INIT;
	char *path = path_of(installation, name);

	write_program(path, &nothing);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static void hotfixctl_of_the_same_installation_is_found(void **state)
{
	put(*state, "bin/hotfixctl", 0755);
	put(*state, "libexec/hotfix/hotfixctl", 0755);
	assert_found(*state, "bin/hotfixctl");
}

static void hotfixctl_may_stand_beside_the_hook(void **state)
{
	put(*state, "bin/hotfixctl", 0644);
	put(*state, "libexec/hotfix/hotfixctl", 0755);
	assert_found(*state, "libexec/hotfix/hotfixctl");
}

static void else_it_is_where_it_was_to_be_installed(void **state)
{
	assert_found(*state, NULL);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(hotfixctl_of_the_same_installation_is_found),
		TEST(hotfixctl_may_stand_beside_the_hook),
		TEST(else_it_is_where_it_was_to_be_installed),
	};

	if (argc > 1 && !strcmp(argv[1], "find")) {
		char *program = program_find();

		fputs(program, stdout);
		free(program);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
