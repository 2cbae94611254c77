#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/pages.h"
#include "base/file.h"
#include "base/memory.h"

struct fixture {
	char *folder;
	struct pages *pages;
};

static int set_up(void **state)
{
	struct fixture *fixture = memory_alloc(sizeof(*fixture));
	const char *above = getenv("TMPDIR");
	struct error error = ERROR_INIT;

	fixture->folder = buffer_format("%s/hotfix-pages.XXXXXX", above ? above : "/tmp");
	if (!mkdtemp(fixture->folder))
		return -1;
	*state = fixture;
	return pages_open(&fixture->pages, fixture->folder, &error);
}

static char *path_of(const struct fixture *fixture, const char *name)
{
	return buffer_format("%s/%s", fixture->folder, name);
}

static int tear_down(void **state)
{
	static const char *const names[] = {"a.html", "incident-1.html", "incident-2.html", "notes.html", "folder"};
	struct fixture *fixture = *state;

	pages_free(fixture->pages);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_of(fixture, names[i]);

		if (unlink(path))
			rmdir(path);
		free(path);
	}
	rmdir(fixture->folder);
	free(fixture->folder);
	free(fixture);
	return 0;
}

static struct buffer text(const char *content)
{
	struct buffer out = BUFFER_INIT;

	buffer_add_string(&out, content);
	return out;
}

static int write_page(struct fixture *fixture, const char *name, const char *content, struct error *error)
{
	struct buffer page = text(content);
	int result = pages_write(fixture->pages, name, &page, error);

	buffer_release(&page);
	return result;
}

static void write_good(struct fixture *fixture, const char *name, const char *content)
{
	struct error error = ERROR_INIT;

	if (write_page(fixture, name, content, &error))
		fail_msg("%s", error_text(&error));
}

static void assert_page(const struct fixture *fixture, const char *name, const char *wanted)
{
	char *path = path_of(fixture, name);
	struct buffer page = BUFFER_INIT;
	struct error error = ERROR_INIT;

	if (file_read(&page, path, 1000, &error))
		fail_msg("%s", error_text(&error));
	assert_string_equal(buffer_text(&page), wanted);
	buffer_release(&page);
	free(path);
}

static bool is_there(const struct fixture *fixture, const char *name)
{
	char *path = path_of(fixture, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static void a_page_is_replaced_whole(void **state)
{
	struct fixture *fixture = *state;

	write_good(fixture, "a.html", "a long first one");
	assert_page(fixture, "a.html", "a long first one");
	write_good(fixture, "a.html", "second");
	assert_page(fixture, "a.html", "second");
	write_good(fixture, "a.html", "");
	assert_page(fixture, "a.html", "");
	assert_false(is_there(fixture, ".hotfix-report.new"));
}

static void a_page_that_is_the_same_is_left_alone(void **state)
{
	struct fixture *fixture = *state;
	char *path = path_of(fixture, "a.html");
	struct stat before;
	struct stat after;

	write_good(fixture, "a.html", "same");
	assert_int_equal(stat(path, &before), 0);
	write_good(fixture, "a.html", "same");
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	write_good(fixture, "a.html", "SAME");
	assert_int_equal(stat(path, &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
	free(path);
}

static void a_link_is_replaced_and_not_followed(void **state)
{
	struct fixture *fixture = *state;
	char *path = path_of(fixture, "a.html");

	write_good(fixture, "notes.html", "mine");
	assert_int_equal(symlink("notes.html", path), 0);
	write_good(fixture, "a.html", "page");
	assert_page(fixture, "a.html", "page");
	assert_page(fixture, "notes.html", "mine");
	free(path);
}

static void a_page_that_cannot_be_written_is_named_and_leaves_nothing_behind(void **state)
{
	struct fixture *fixture = *state;
	char *path = path_of(fixture, "folder");
	struct error error = ERROR_INIT;

	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(write_page(fixture, "folder", "page", &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), path));
	assert_false(is_there(fixture, ".hotfix-report.new"));
	error_release(&error);
	free(path);
	path = path_of(fixture, ".hotfix-report.new");
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(write_page(fixture, "a.html", "page", &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), path));
	assert_false(is_there(fixture, "a.html"));
	error_release(&error);
	rmdir(path);
	free(path);
}

static void pages_that_nothing_stands_behind_go_and_other_files_stay(void **state)
{
	struct fixture *fixture = *state;
	struct strings keep = STRINGS_INIT;
	struct error error = ERROR_INIT;
	size_t removed = 7;

	write_good(fixture, "incident-1.html", "1");
	write_good(fixture, "incident-2.html", "2");
	write_good(fixture, "notes.html", "mine");
	write_good(fixture, ".hotfix-report.new", "half");
	strings_add(&keep, "incident-2.html");
	assert_int_equal(pages_sweep(fixture->pages, "incident-", ".html", &keep, &removed, &error), 0);
	assert_int_equal(removed, 2);
	assert_false(is_there(fixture, "incident-1.html"));
	assert_false(is_there(fixture, ".hotfix-report.new"));
	assert_true(is_there(fixture, "incident-2.html"));
	assert_true(is_there(fixture, "notes.html"));
	strings_release(&keep);
}

static void what_cannot_be_removed_is_named(void **state)
{
	static const struct strings nothing;
	struct fixture *fixture = *state;
	char *path = path_of(fixture, "incident-x.html");
	struct error error = ERROR_INIT;
	size_t removed;

	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(pages_sweep(fixture->pages, "incident-", ".html", &nothing, &removed, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), path));
	assert_int_equal(removed, 0);
	error_release(&error);
	rmdir(path);
	free(path);
}

static void assert_not_opened(const char *folder, const char *words)
{
	struct error error = ERROR_INIT;
	struct pages *pages;

	assert_int_equal(pages_open(&pages, folder, &error), ERROR_FAILED);
	assert_null(pages);
	assert_non_null(strstr(error_text(&error), folder));
	assert_non_null(strstr(error_text(&error), words));
	error_release(&error);
	pages_free(pages);
}

static void a_folder_is_made_below_one_that_is_there(void **state)
{
	struct fixture *fixture = *state;
	char *made = path_of(fixture, "folder");
	char *below = path_of(fixture, "nowhere/folder");
	char *file = path_of(fixture, "a.html");
	struct error error = ERROR_INIT;
	struct pages *pages;

	assert_int_equal(pages_open(&pages, made, &error), 0);
	assert_true(is_there(fixture, "folder"));
	pages_free(pages);
	assert_not_opened(below, "cannot be made: No such file or directory");
	write_good(fixture, "a.html", "page");
	assert_not_opened(file, "Not a directory");
	free(made);
	free(below);
	free(file);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_page_is_replaced_whole),
		TEST(a_page_that_is_the_same_is_left_alone),
		TEST(a_link_is_replaced_and_not_followed),
		TEST(a_page_that_cannot_be_written_is_named_and_leaves_nothing_behind),
		TEST(pages_that_nothing_stands_behind_go_and_other_files_stay),
		TEST(what_cannot_be_removed_is_named),
		TEST(a_folder_is_made_below_one_that_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
