#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/symbolic.h"
#include "base/buffer.h"
#include "support/git_fixture.h"

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct symbolic_ref *)a)->name, ((const struct symbolic_ref *)b)->name);
}

/* Asserts that these were added, "NAME=TARGET " for each, by their names; releases them. */
static void assert_added(struct symbolic_refs *refs, const char *wanted)
{
	struct buffer text = BUFFER_INIT;

	if (refs->count)
		qsort(refs->items, refs->count, sizeof(*refs->items), compare);
	for (size_t i = 0; i < refs->count; i++)
		buffer_addf(&text, "%s=%s ", refs->items[i].name, refs->items[i].target);
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
	symbolic_refs_release(refs);
}

static void assert_ref_in(const char *git_namespace, const char *ref, const char *wanted)
{
	struct symbolic_refs refs = {0};
	struct error error = ERROR_INIT;

	if (symbolic_ref_add(&refs, "r.git", git_namespace, ref, &error))
		fail_msg("%s", error_text(&error));
	assert_added(&refs, wanted);
}

static void assert_pattern_in(const char *git_namespace, const char *pattern, const char *wanted)
{
	struct symbolic_refs refs = {0};
	struct error error = ERROR_INIT;

	if (symbolic_refs_of_pattern(&refs, "r.git", git_namespace, pattern, &error))
		fail_msg("%s", error_text(&error));
	assert_added(&refs, wanted);
}

static void a_symbolic_ref_is_what_it_finally_stands_for(void **state)
{
	(void)state;
	git_fixture_run(
		"commit main; git symbolic-ref refs/heads/one refs/heads/main\n"
		"git symbolic-ref refs/heads/two refs/heads/one; git symbolic-ref refs/heads/far refs/heads/gone");
	assert_ref_in(NULL, "refs/heads/one", "refs/heads/one=refs/heads/main ");
	assert_ref_in(NULL, "refs/heads/two", "refs/heads/two=refs/heads/main ");
	assert_ref_in(NULL, "refs/heads/far", "refs/heads/far=refs/heads/gone ");
}

static void blanks_and_ends_of_lines_are_not_part_of_the_name(void **state)
{
	(void)state;
	git_fixture_write("r.git/refs/heads/one", "ref:\t  refs/heads/main\r\nmore\n", 0644);
	git_fixture_write("r.git/refs/heads/two", "ref:refs/heads/main", 0644);
	assert_ref_in(NULL, "refs/heads/one", "refs/heads/one=refs/heads/main ");
	assert_ref_in(NULL, "refs/heads/two", "refs/heads/two=refs/heads/main ");
}

static void what_is_no_symbolic_ref_adds_nothing(void **state)
{
	static const char *const names[] = {
		"refs/heads/main", "refs/heads/gone", "refs/heads", "HEAD",
		"refs/heads/",     "refs//heads/one", "refs/./one", "refs/heads/../heads/one"};

	(void)state;
	git_fixture_run("commit main; git symbolic-ref refs/heads/one refs/heads/main");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_ref_in(NULL, names[i], "");
}

static void a_name_that_is_no_ref_s_ends_the_chain(void **state)
{
	(void)state;
	git_fixture_write("r.git/secret", "ref: refs/heads/main\n", 0644);
	git_fixture_write("r.git/refs/heads/one", "ref: ../secret\n", 0644);
	git_fixture_write("r.git/refs/heads/two", "ref: refs/heads/../../secret\n", 0644);
	assert_ref_in(NULL, "refs/heads/one", "");
	assert_ref_in(NULL, "refs/heads/two", "");
}

static void five_symbolic_refs_in_a_row_are_followed_and_not_six(void **state)
{
	struct symbolic_refs refs = {0};
	struct error error = ERROR_INIT;

	(void)state;
	git_fixture_run("for i in 1 2 3 4 5 6; do\n"
			"	git symbolic-ref refs/heads/$i refs/heads/$((i - 1)); done\n"
			"git symbolic-ref refs/heads/round refs/heads/circle\n"
			"git symbolic-ref refs/heads/circle refs/heads/round");
	assert_ref_in(NULL, "refs/heads/5", "refs/heads/5=refs/heads/0 ");
	assert_int_equal(symbolic_ref_add(&refs, "r.git", NULL, "refs/heads/6", &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "refs/heads/6: more than 5 symbolic refs in a row");
	error_release(&error);
	assert_int_equal(symbolic_ref_add(&refs, "r.git", NULL, "refs/heads/round", &error), ERROR_FAILED);
	error_release(&error);
	assert_int_equal(refs.count, 0);
	assert_int_equal(symbolic_refs_of_pattern(&refs, "r.git", NULL, "refs/heads/*", &error), ERROR_FAILED);
	error_release(&error);
	symbolic_refs_release(&refs);
}

static void a_pattern_names_refs_in_every_folder_below_it(void **state)
{
	(void)state;
	git_fixture_run("commit main; git symbolic-ref refs/heads/live/eu refs/heads/main\n"
			"git symbolic-ref refs/heads/live/us/west refs/heads/main\n"
			"git symbolic-ref refs/heads/live-eu refs/heads/main\n"
			"git symbolic-ref refs/tags/live/eu refs/heads/main");
	git_fixture_write("r.git/refs/heads/live/.hidden", "ref: refs/heads/main\n", 0644);
	assert_pattern_in(NULL, "refs/heads/live/*",
			  "refs/heads/live/eu=refs/heads/main refs/heads/live/us/west=refs/heads/main ");
	assert_pattern_in(NULL, "refs/heads/live?eu",
			  "refs/heads/live-eu=refs/heads/main refs/heads/live/eu=refs/heads/main ");
	assert_pattern_in(NULL, "refs/heads/l*-eu", "refs/heads/live-eu=refs/heads/main ");
	assert_pattern_in(NULL, "refs/heads/live/eu", "refs/heads/live/eu=refs/heads/main ");
	assert_pattern_in(NULL, "refs/heads/gone/*", "");
	assert_pattern_in(NULL, "refs/heads/main", "");
}

static void a_namespace_has_refs_of_its_own(void **state)
{
	(void)state;
	git_fixture_run("commit main\n"
			"git symbolic-ref refs/namespaces/one/refs/heads/live refs/namespaces/one/refs/heads/main\n"
			"git symbolic-ref refs/namespaces/one/refs/namespaces/two/refs/heads/live "
			"refs/namespaces/one/refs/namespaces/two/refs/heads/main\n"
			"git symbolic-ref refs/namespaces/one/refs/heads/out refs/heads/main");
	assert_ref_in(NULL, "refs/heads/live", "");
	assert_ref_in("one", "refs/heads/live", "refs/heads/live=refs/heads/main ");
	assert_ref_in("one/two", "refs/heads/live", "refs/heads/live=refs/heads/main ");
	assert_ref_in("/one//two/", "refs/heads/live", "refs/heads/live=refs/heads/main ");
	assert_ref_in("two", "refs/heads/live", "");
	assert_pattern_in("one", "refs/heads/l*", "refs/heads/live=refs/heads/main ");
}

static void folders_are_searched_to_a_depth(void **state)
{
	struct buffer name = BUFFER_INIT;
	struct buffer wanted = BUFFER_INIT;

	(void)state;
	buffer_add_string(&name, "refs/heads");
	for (int i = 0; i < 63; i++)
		buffer_add_string(&name, "/a");
	git_fixture_run("mkdir -p r.git/%s/b; echo 'ref: refs/heads/main' >r.git/%s/c\n"
			"echo 'ref: refs/heads/main' >r.git/%s/b/d",
			buffer_text(&name), buffer_text(&name), buffer_text(&name));
	buffer_addf(&wanted, "%s/c=refs/heads/main ", buffer_text(&name));
	assert_pattern_in(NULL, "refs/heads/*", buffer_text(&wanted));
	buffer_release(&name);
	buffer_release(&wanted);
}

static void head_is_what_it_stands_for_unless_it_is_detached(void **state)
{
	char *head;

	(void)state;
	git_fixture_run("commit main; git symbolic-ref HEAD refs/heads/live");
	head = symbolic_head("r.git");
	assert_string_equal(head, "refs/heads/live");
	free(head);
	git_fixture_run("git update-ref --no-deref HEAD main");
	assert_null(symbolic_head("r.git"));
	assert_null(symbolic_head("nowhere.git"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, git_fixture_set_up_repository, git_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_symbolic_ref_is_what_it_finally_stands_for),
		TEST(blanks_and_ends_of_lines_are_not_part_of_the_name),
		TEST(what_is_no_symbolic_ref_adds_nothing),
		TEST(a_name_that_is_no_ref_s_ends_the_chain),
		TEST(five_symbolic_refs_in_a_row_are_followed_and_not_six),
		TEST(a_pattern_names_refs_in_every_folder_below_it),
		TEST(a_namespace_has_refs_of_its_own),
		TEST(folders_are_searched_to_a_depth),
		TEST(head_is_what_it_stands_for_unless_it_is_detached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
