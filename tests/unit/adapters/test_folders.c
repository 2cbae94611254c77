#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/folders.h"
#include "base/buffer.h"
#include "support/git_fixture.h"

static void run_in_folder(const char *script)
{
	git_fixture_run("%s", script);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names below the folder "srv", in order, with a space behind each. */
static void assert_found(const char *folder, size_t maximum, const char *wanted)
{
	struct folders_found found = {0};
	struct error error = ERROR_INIT;
	struct buffer names = BUFFER_INIT;

	assert_int_equal(folders_find(&found, folder, false, maximum, &error), 0);
	if (found.repositories.count)
		qsort(found.repositories.items, found.repositories.count, sizeof(char *), compare);
	for (size_t i = 0; i < found.repositories.count; i++) {
		const char *name = strstr(found.repositories.items[i], "/srv/");

		assert_non_null(name);
		buffer_addf(&names, "%s ", name + 5);
	}
	assert_string_equal(buffer_text(&names), wanted);
	buffer_release(&names);
	folders_found_release(&found);
}

static int set_up(void **state)
{
	(void)state;
	git_fixture_enter();
	run_in_folder(
		"make() { mkdir -p $1/objects $1/refs; echo ref: refs/heads/main >$1/HEAD; }\n"
		"make srv/a.git; touch srv/a.git/hotfix.ini\n"
		"make srv/team/b.git; mkdir srv/team/b.git/hooks\n"
		"ln -s /usr/local/libexec/hotfix/post-receive srv/team/b.git/hooks/post-receive\n"
		"make srv/team/plain.git\n"
		"make srv/other.git; mkdir srv/other.git/hooks; ln -s /bin/true srv/other.git/hooks/post-receive\n"
		"mkdir srv/work; make srv/work/.git; touch srv/work/.git/hotfix.ini\n"
		"make srv/a.git/objects/inside.git; touch srv/a.git/objects/inside.git/hotfix.ini\n"
		"mkdir elsewhere; make elsewhere/c.git; touch elsewhere/c.git/hotfix.ini\n"
		"ln -s ../elsewhere srv/link; ln -s ../../elsewhere/c.git srv/team/c.git\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	git_fixture_leave();
	return 0;
}

static void only_bare_repositories_with_the_hooks_are_found(void **state)
{
	(void)state;
	assert_found("srv", 100, "a.git team/b.git ");
}

static void the_folder_itself_may_be_a_repository_or_a_link(void **state)
{
	(void)state;
	assert_found("srv/a.git", 100, "a.git ");
	run_in_folder("ln -s srv/team entry");
	assert_found("entry", 100, "team/b.git ");
}

static void forges_keep_their_hooks_in_folders_of_their_own(void **state)
{
	(void)state;
	run_in_folder("mkdir -p srv/team/plain.git/hooks/post-receive.d srv/other.git/custom_hooks/post-receive.d\n"
		      "ln -s /opt/x/libexec/hotfix/post-receive srv/team/plain.git/hooks/post-receive.d/hotfix\n"
		      "ln -s /opt/x/libexec/hotfix/post-receive srv/other.git/custom_hooks/post-receive.d/hotfix\n");
	assert_found("srv", 100, "a.git other.git team/b.git team/plain.git ");
}

static void no_more_than_asked_for_are_found(void **state)
{
	(void)state;
	assert_found("srv/team", 0, "");
}

static void a_folder_that_is_not_there_is_named(void **state)
{
	struct folders_found found = {0};
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(folders_find(&found, "absent", false, 100, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "absent: No such file or directory");
	error_release(&error);
	folders_found_release(&found);
}

static void what_belongs_to_others_is_passed_over(void **state)
{
	struct folders_found found = {0};
	struct error error = ERROR_INIT;

	(void)state;
	if (geteuid() != 0)
		skip();
	run_in_folder("chown 12345 srv/a.git");
	assert_int_equal(folders_find(&found, "srv", false, 100, &error), 0);
	assert_int_equal(found.repositories.count, 1);
	assert_int_equal(found.foreign, 1);
	assert_non_null(strstr(found.foreigner, "/srv/a.git"));
	folders_found_release(&found);
	assert_int_equal(folders_find(&found, "srv", true, 100, &error), 0);
	assert_int_equal(found.repositories.count, 2);
	assert_int_equal(found.foreign, 0);
	folders_found_release(&found);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_bare_repositories_with_the_hooks_are_found),
		TEST(the_folder_itself_may_be_a_repository_or_a_link),
		TEST(forges_keep_their_hooks_in_folders_of_their_own),
		TEST(no_more_than_asked_for_are_found),
		TEST(a_folder_that_is_not_there_is_named),
		TEST(what_belongs_to_others_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
