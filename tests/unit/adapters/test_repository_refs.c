#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/repository.h"
#include "base/buffer.h"
#include "support/git_fixture.h"

static struct repository *opened(const char *git_namespace)
{
	struct error error = ERROR_INIT;
	struct repository *repository;

	if (repository_open(&repository, "r.git", NULL, git_namespace, &error))
		fail_msg("%s", error_text(&error));
	return repository;
}

static void assert_ref_in(const char *git_namespace, const char *ref, const char *revision)
{
	struct repository *repository = opened(git_namespace);
	struct object_id expected = git_fixture_id(revision);
	struct error error = ERROR_INIT;
	struct object_id id;

	if (repository_ref(repository, &id, ref, &error))
		fail_msg("%s: %s", ref, error_text(&error));
	assert_string_equal(object_id_full(&id).digits, object_id_full(&expected).digits);
	repository_free(repository);
}

static void assert_no_ref_in(const char *git_namespace, const char *ref, int code)
{
	struct repository *repository = opened(git_namespace);
	struct error error = ERROR_INIT;
	struct object_id id;

	assert_int_equal(repository_ref(repository, &id, ref, &error), code);
	assert_non_null(error.message);
	error_release(&error);
	repository_free(repository);
}

/* EXPECTED: the names, each with a space behind it. */
static void assert_refs_in(const char *git_namespace, const char *pattern, const char *expected)
{
	struct repository *repository = opened(git_namespace);
	struct error error = ERROR_INIT;
	struct branch_tips tips = {0};
	struct buffer names = BUFFER_INIT;

	if (repository_refs(repository, &tips, pattern, 1000, &error))
		fail_msg("%s: %s", pattern, error_text(&error));
	for (size_t i = 0; i < tips.count; i++)
		buffer_addf(&names, "%s ", tips.items[i].ref);
	assert_string_equal(buffer_text(&names), expected);
	buffer_release(&names);
	branch_tips_release(&tips);
	repository_free(repository);
}

static bool has_refs(const char *git_namespace)
{
	struct repository *repository = opened(git_namespace);
	struct error error = ERROR_INIT;
	bool out;

	if (repository_has_refs(repository, &out, &error))
		fail_msg("%s", error_text(&error));
	repository_free(repository);
	return out;
}

static void a_loose_and_a_packed_ref_are_found(void **state)
{
	(void)state;
	git_fixture_run("commit a; commit b; git tag -a -m t t a; git pack-refs --all; commit c");
	assert_ref_in(NULL, "refs/heads/a", "refs/heads/a");
	assert_ref_in(NULL, "refs/heads/b", "refs/heads/b");
	assert_ref_in(NULL, "refs/heads/c", "refs/heads/c");
	assert_ref_in(NULL, "refs/tags/t", "refs/tags/t");
}

static void a_loose_ref_stands_before_a_packed_one(void **state)
{
	(void)state;
	git_fixture_run("commit a; commit b; git pack-refs --all; git update-ref refs/heads/a b");
	assert_ref_in(NULL, "refs/heads/a", "refs/heads/b");
	assert_refs_in(NULL, "refs/heads/*", "refs/heads/a refs/heads/b ");
}

static void a_ref_that_is_not_there_is_not_found(void **state)
{
	(void)state;
	assert_no_ref_in(NULL, "refs/heads/a", ERROR_NOT_FOUND);
	git_fixture_run("commit a/b; git pack-refs --all; commit c/d");
	assert_no_ref_in(NULL, "refs/heads/a", ERROR_NOT_FOUND);
	assert_no_ref_in(NULL, "refs/heads/c", ERROR_NOT_FOUND);
	assert_no_ref_in(NULL, "refs/heads/c/d/e", ERROR_NOT_FOUND);
	assert_no_ref_in(NULL, "refs/heads/zz", ERROR_NOT_FOUND);
	assert_no_ref_in(NULL, "refs/aa", ERROR_NOT_FOUND);
}

static void a_name_cannot_leave_the_folder_of_the_refs(void **state)
{
	static const char *const names[] = {"refs/heads/../../secret", "/etc/passwd", "refs//heads/a",    "",
					    "refs/heads/a/",           "../secret",   "refs/heads/a.lock"};

	(void)state;
	git_fixture_run("commit a; cp r.git/refs/heads/a r.git/secret; cp r.git/refs/heads/a secret;"
			"cp r.git/refs/heads/a r.git/refs/heads/a.lock");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_no_ref_in(NULL, names[i], ERROR_NOT_FOUND);
}

static void names_with_any_bytes_are_found(void **state)
{
	(void)state;
	git_fixture_run(
		"commit a; git update-ref refs/heads/-x a; git update-ref \"$(printf 'refs/heads/\\377\\200')\" a");
	assert_ref_in(NULL, "refs/heads/-x", "a");
	assert_ref_in(NULL, "refs/heads/\377\200", "a");
	git_fixture_run("git pack-refs --all");
	assert_ref_in(NULL, "refs/heads/\377\200", "refs/heads/a");
	assert_refs_in(NULL, "refs/heads/\377*", "refs/heads/\377\200 ");
}

static void symbolic_refs_are_followed(void **state)
{
	(void)state;
	git_fixture_run("commit main; git symbolic-ref refs/heads/one refs/heads/main\n"
			"git symbolic-ref refs/heads/two refs/heads/one; git pack-refs --all");
	assert_ref_in(NULL, "HEAD", "refs/heads/main");
	assert_ref_in(NULL, "refs/heads/two", "refs/heads/main");
	assert_refs_in(NULL, "refs/heads/*", "refs/heads/main refs/heads/one refs/heads/two ");
}

static void a_symbolic_ref_onto_nothing_is_not_found_and_not_listed(void **state)
{
	(void)state;
	git_fixture_run("git symbolic-ref refs/heads/one refs/heads/gone");
	assert_no_ref_in(NULL, "refs/heads/one", ERROR_NOT_FOUND);
	assert_no_ref_in(NULL, "HEAD", ERROR_NOT_FOUND);
	assert_refs_in(NULL, "refs/heads/*", "");
}

static void a_circle_of_symbolic_refs_is_an_error(void **state)
{
	(void)state;
	git_fixture_run("mkdir -p r.git/refs/heads; echo ref: refs/heads/b >r.git/refs/heads/a;"
			"echo ref: refs/heads/a >r.git/refs/heads/b");
	assert_no_ref_in(NULL, "refs/heads/a", ERROR_FAILED);
}

static void a_symbolic_ref_cannot_leave_the_folder_either(void **state)
{
	(void)state;
	git_fixture_run("commit a; cp r.git/refs/heads/a secret; echo ref: ../secret >r.git/refs/heads/b");
	assert_no_ref_in(NULL, "refs/heads/b", ERROR_NOT_FOUND);
}

static void a_damaged_ref_is_an_error_and_not_an_absence(void **state)
{
	(void)state;
	git_fixture_run("commit a; : >r.git/refs/heads/a");
	assert_no_ref_in(NULL, "refs/heads/a", ERROR_FAILED);
	git_fixture_run("echo 12345 >r.git/refs/heads/a");
	assert_no_ref_in(NULL, "refs/heads/a", ERROR_FAILED);
}

static void damaged_packed_refs_are_an_error_and_not_an_absence(void **state)
{
	static const char *const lines[] = {"rubbish\\n",
					    "587be6b4c3f93f93c489c0111bba5596147a26cb refs/heads/a",
					    "587be6b4c3f93f93c489c0111bba5596147a26cb \\n",
					    "587be6b4c3f93f93c489c0111bba5596147a26cbrefs/heads/a\\n",
					    "587BE6b4c3f93f93c489c0111bba5596147a26cb refs/heads/a\\n",
					    "\\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		git_fixture_run("printf '# pack-refs with: peeled fully-peeled sorted \\n%s' >r.git/packed-refs",
				lines[i]);
		assert_no_ref_in(NULL, "refs/heads/a", ERROR_FAILED);
		git_fixture_run("printf '%s' >r.git/packed-refs", lines[i]);
		assert_no_ref_in(NULL, "refs/heads/a", ERROR_FAILED);
	}
}

static void packed_refs_that_are_not_sorted_are_read_whole(void **state)
{
	(void)state;
	git_fixture_run(
		"commit a; commit b; commit c; for n in c a b; do echo $(git rev-parse $n) refs/heads/$n; done >p;"
		"rm r.git/refs/heads/*; cp p r.git/packed-refs");
	assert_ref_in(NULL, "refs/heads/a", "a");
	assert_ref_in(NULL, "refs/heads/b", "b");
	assert_ref_in(NULL, "refs/heads/c", "c");
	assert_no_ref_in(NULL, "refs/heads/d", ERROR_NOT_FOUND);
	assert_refs_in(NULL, "refs/heads/*", "refs/heads/a refs/heads/b refs/heads/c ");
	assert_true(has_refs(NULL));
}

/* Every name of a packed file is found, whatever lies beside it: tags with their "^" lines make the halves uneven. */
static void every_one_of_many_packed_refs_is_found(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct branch_tips tips = {0};
	struct object_id id;

	(void)state;
	git_fixture_run("commit a; a=$(git rev-parse a); git tag -a -m t t a; t=$(git rev-parse t)\n"
			"{ for i in $(seq 1 37); do echo create refs/heads/x$i $a; echo create refs/tags/y$i $t;"
			"echo create refs/tags/y$i-plain $a; done; } | git update-ref --stdin; git pack-refs --all");
	repository = opened(NULL);
	assert_int_equal(repository_refs(repository, &tips, "refs/*", 1000, &error), 0);
	assert_int_equal(tips.count, 2 + 3 * 37);
	for (size_t i = 0; i < tips.count; i++) {
		assert_int_equal(repository_ref(repository, &id, tips.items[i].ref, &error), 0);
		assert_true(object_id_equal(&id, &tips.items[i].tip));
	}
	branch_tips_release(&tips);
	assert_int_equal(repository_refs(repository, &tips, "refs/tags/y3?", 1000, &error), 0);
	assert_int_equal(tips.count, 8);
	branch_tips_release(&tips);
	repository_free(repository);
}

static void a_pattern_lists_what_it_matches_and_nothing_else(void **state)
{
	(void)state;
	git_fixture_run("commit hotfix/A-1; commit hotfix/A-2; commit hotfixes; commit main; git pack-refs --all\n"
			"commit hotfix/B-1; commit hotfix/deep/er; cp r.git/refs/heads/hotfix/B-1 "
			"r.git/refs/heads/hotfix/C-1.lock; mkdir r.git/refs/heads/empty");
	assert_refs_in(NULL, "refs/heads/hotfix/*",
		       "refs/heads/hotfix/A-1 refs/heads/hotfix/A-2 refs/heads/hotfix/B-1 refs/heads/hotfix/deep/er ");
	assert_refs_in(NULL, "refs/heads/hotfix/A-?", "refs/heads/hotfix/A-1 refs/heads/hotfix/A-2 ");
	assert_refs_in(NULL, "refs/heads/*-1", "refs/heads/hotfix/A-1 refs/heads/hotfix/B-1 ");
	assert_refs_in(NULL, "refs/heads/main", "refs/heads/main ");
	assert_refs_in(NULL, "refs/heads/hotfix", "");
	assert_refs_in(NULL, "refs/nowhere/*", "");
	assert_refs_in(NULL, "refs/heads/../*", "");
	assert_refs_in(NULL, "*main", "refs/heads/main ");
}

static void more_refs_than_the_limit_are_an_error(void **state)
{
	struct error error = ERROR_INIT;
	struct branch_tips tips = {0};
	struct repository *repository;

	(void)state;
	git_fixture_run("commit a; commit b; git pack-refs --all; commit c");
	repository = opened(NULL);
	assert_int_equal(repository_refs(repository, &tips, "refs/heads/*", 2, &error), ERROR_LIMIT);
	assert_string_equal(error_text(&error), "more than 2 refs match refs/heads/*");
	error_release(&error);
	branch_tips_release(&tips);
	assert_int_equal(repository_refs(repository, &tips, "refs/heads/*", 3, &error), 0);
	assert_int_equal(tips.count, 3);
	assert_int_equal(repository_refs(repository, &tips, "refs/heads/*", 3, &error), 0);
	assert_int_equal(tips.count, 6);
	branch_tips_release(&tips);
	repository_free(repository);
}

static void a_new_repository_has_no_refs(void **state)
{
	(void)state;
	assert_false(has_refs(NULL));
	git_fixture_run("printf '# pack-refs with: peeled fully-peeled sorted \\n' >r.git/packed-refs");
	assert_false(has_refs(NULL));
	git_fixture_run(": >r.git/packed-refs; mkdir -p r.git/refs/heads/empty");
	assert_false(has_refs(NULL));
}

static void one_ref_anywhere_is_a_ref(void **state)
{
	(void)state;
	git_fixture_run("commit a; git update-ref refs/other/place a; git update-ref -d refs/heads/a");
	assert_true(has_refs(NULL));
	git_fixture_run("git pack-refs --all");
	assert_true(has_refs(NULL));
}

static void a_namespace_sees_its_own_refs_only(void **state)
{
	(void)state;
	git_fixture_run("commit a; commit b; git update-ref refs/namespaces/one/refs/heads/main a\n"
			"git update-ref refs/namespaces/one/refs/namespaces/two/refs/heads/main b\n"
			"git symbolic-ref refs/namespaces/one/HEAD refs/namespaces/one/refs/heads/main");
	for (int packed = 0; packed < 2; packed++) {
		assert_ref_in("one", "refs/heads/main", "refs/heads/a");
		assert_ref_in("one", "HEAD", "refs/heads/a");
		assert_ref_in("one/two", "refs/heads/main", "refs/heads/b");
		assert_no_ref_in("one", "refs/heads/a", ERROR_NOT_FOUND);
		assert_no_ref_in("three", "refs/heads/main", ERROR_NOT_FOUND);
		assert_refs_in("one", "refs/heads/*", "refs/heads/main ");
		assert_refs_in("one/two", "refs/heads/*", "refs/heads/main ");
		assert_true(has_refs("one"));
		assert_true(has_refs("one/two"));
		assert_false(has_refs("two"));
		assert_false(has_refs("on"));
		git_fixture_run("git pack-refs --all");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, git_fixture_set_up_repository, git_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_loose_and_a_packed_ref_are_found),
		TEST(a_loose_ref_stands_before_a_packed_one),
		TEST(a_ref_that_is_not_there_is_not_found),
		TEST(a_name_cannot_leave_the_folder_of_the_refs),
		TEST(names_with_any_bytes_are_found),
		TEST(symbolic_refs_are_followed),
		TEST(a_symbolic_ref_onto_nothing_is_not_found_and_not_listed),
		TEST(a_circle_of_symbolic_refs_is_an_error),
		TEST(a_symbolic_ref_cannot_leave_the_folder_either),
		TEST(a_damaged_ref_is_an_error_and_not_an_absence),
		TEST(damaged_packed_refs_are_an_error_and_not_an_absence),
		TEST(packed_refs_that_are_not_sorted_are_read_whole),
		TEST(every_one_of_many_packed_refs_is_found),
		TEST(a_pattern_lists_what_it_matches_and_nothing_else),
		TEST(more_refs_than_the_limit_are_an_error),
		TEST(a_new_repository_has_no_refs),
		TEST(one_ref_anywhere_is_a_ref),
		TEST(a_namespace_sees_its_own_refs_only),
	};

	return cmocka_run_group_tests_name("repository_refs", tests, NULL, NULL);
}
