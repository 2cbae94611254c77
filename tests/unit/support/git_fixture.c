#include "support/git_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"

/* libgit2 1.5 loses some memory at each key that it finds by a regular expression: its own look at the extensions of
 * a repository does that, once for each opening. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:pcre2_match\nleak:_pcre2_memctl_malloc\n";
}

static char *folder;

static const char prelude[] =
	"set -e\n"
	"export GIT_DIR=\"$PWD/r.git\"\n"
	"commit() {\n"
	"	name=$1; shift; parents=\n"
	"	for parent; do parents=\"$parents -p refs/heads/$parent\"; done\n"
	"	clock=$(($(cat clock 2>/dev/null || echo 1700000000) + 60)); echo $clock >clock\n"
	"	GIT_COMMITTER_DATE=\"${date:-$clock} +0000\" GIT_AUTHOR_DATE=\"${date:-$clock} +0000\" \\\n"
	"		git commit-tree -m \"$name\" $parents \"${tree:-$(git mktree </dev/null)}\" >id\n"
	"	git update-ref \"refs/heads/$name\" \"$(cat id)\"\n"
	"}\n";

void git_fixture_enter(void)
{
	const char *temporary = getenv("TMPDIR");
	struct buffer name = BUFFER_INIT;
	static const char *const cleared[] = {"GIT_DIR",
					      "GIT_WORK_TREE",
					      "GIT_INDEX_FILE",
					      "GIT_OBJECT_DIRECTORY",
					      "GIT_QUARANTINE_PATH",
					      "GIT_ALTERNATE_OBJECT_DIRECTORIES",
					      "GIT_NAMESPACE",
					      "GIT_DEFAULT_HASH",
					      "GIT_CONFIG_PARAMETERS",
					      "GIT_CONFIG_COUNT"};

	for (size_t i = 0; i < sizeof(cleared) / sizeof(cleared[0]); i++)
		unsetenv(cleared[i]);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("HOME", "/nonexistent", 1);
	setenv("GIT_AUTHOR_NAME", "Ada", 1);
	setenv("GIT_AUTHOR_EMAIL", "ada@example.com", 1);
	setenv("GIT_COMMITTER_NAME", "Ada", 1);
	setenv("GIT_COMMITTER_EMAIL", "ada@example.com", 1);
	buffer_addf(&name, "%s/hotfix-test-XXXXXX", temporary ? temporary : "/tmp");
	folder = buffer_detach(&name);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
}

void git_fixture_leave(void)
{
	struct buffer command = BUFFER_INIT;

	assert_int_equal(chdir("/"), 0);
	buffer_addf(&command, "rm -rf '%s'", folder);
	assert_int_equal(system(buffer_text(&command)), 0);
	buffer_release(&command);
	free(folder);
	folder = NULL;
}

const char *git_fixture_folder(void)
{
	return folder;
}

void git_fixture_run(const char *script, ...)
{
	struct buffer whole = BUFFER_INIT;
	va_list arguments;
	FILE *file;

	buffer_addf(&whole, "exec 2>log\n%s", prelude);
	va_start(arguments, script);
	buffer_vaddf(&whole, script, arguments);
	va_end(arguments);
	file = fopen("script", "w");
	assert_non_null(file);
	fputs(buffer_text(&whole), file);
	assert_int_equal(fclose(file), 0);
	if (system("sh script >/dev/null") != 0)
		fail_msg("failed: %s\n%s", script, system("cat log >&2") ? "" : "(see above)");
	buffer_release(&whole);
}

struct object_id git_fixture_id(const char *revision)
{
	char digits[OBJECT_ID_DIGITS + 1] = "";
	struct object_id out;
	FILE *file;

	git_fixture_run("git rev-parse --verify '%s' >answer", revision);
	file = fopen("answer", "r");
	assert_non_null(file);
	assert_int_equal(fread(digits, 1, OBJECT_ID_DIGITS, file), OBJECT_ID_DIGITS);
	fclose(file);
	assert_true(object_id_parse(&out, digits));
	return out;
}

int git_fixture_set_up(void **state)
{
	(void)state;
	git_fixture_enter();
	return 0;
}

int git_fixture_tear_down(void **state)
{
	(void)state;
	git_fixture_leave();
	return 0;
}

int git_fixture_set_up_repository(void **state)
{
	git_fixture_set_up(state);
	git_fixture_run("git init -q --bare -b main r.git");
	return 0;
}

void git_fixture_write(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}
