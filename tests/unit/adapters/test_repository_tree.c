#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/repository.h"
#include "base/buffer.h"
#include "support/git_fixture.h"

/* `tree NAME` reads "mode path content" lines and keeps the tree of them under refs/trees/NAME. */
#define TREES \
	"tree() {\n" \
	"	export GIT_INDEX_FILE=$PWD/index; rm -f index\n" \
	"	while read -r mode path content; do\n" \
	"		id=$(printf %%s \"$content\" | git hash-object -w --stdin)\n" \
	"		test $mode != 160000 || id=1111111111111111111111111111111111111111\n" \
	"		git update-index --add --cacheinfo $mode,$id,\"$path\"\n" \
	"	done\n" \
	"	git update-ref refs/trees/$1 $(git write-tree)\n" \
	"}\n"

static int compare(struct changes *out, const char *old_tree, const char *new_tree, size_t limit, struct error *error)
{
	struct object_id old_id = {{0}};
	struct object_id new_id = {{0}};
	struct repository *repository;
	int result;

	if (repository_open(&repository, "r.git", NULL, NULL, error))
		fail_msg("%s", error_text(error));
	if (old_tree)
		old_id = git_fixture_id(old_tree);
	if (new_tree)
		new_id = git_fixture_id(new_tree);
	result =
		repository_changes(repository, out, old_tree ? &old_id : NULL, new_tree ? &new_id : NULL, limit, error);
	repository_free(repository);
	return result;
}

/* EXPECTED: "old mode-new mode path;" for each. */
static void assert_changes(const char *old_tree, const char *new_tree, const char *expected)
{
	struct error error = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	struct changes changes = {0};

	if (compare(&changes, old_tree, new_tree, 1000, &error))
		fail_msg("%s", error_text(&error));
	for (size_t i = 0; i < changes.count; i++)
		buffer_addf(&text, "%o-%o %s;", changes.items[i].old_mode, changes.items[i].new_mode,
			    changes.items[i].path);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
	changes_release(&changes);
}

static void what_was_added_changed_and_removed_is_listed_by_path(void **state)
{
	(void)state;
	git_fixture_run(TREES
			"tree old <<E\n100644 b one\n100644 a/x/y one\n100644 gone one\n100644 same one\nE\n"
			"tree new <<E\n100644 b two\n100644 a/x/y two\n100644 new/file one\n100644 same one\nE\n");
	assert_changes("refs/trees/old", "refs/trees/new",
		       "100644-100644 a/x/y;100644-100644 b;100644-0 gone;0-100644 new/file;");
	assert_changes("refs/trees/new", "refs/trees/new", "");
	assert_changes(NULL, "refs/trees/new", "0-100644 a/x/y;0-100644 b;0-100644 new/file;0-100644 same;");
	assert_changes("refs/trees/old", NULL, "100644-0 a/x/y;100644-0 b;100644-0 gone;100644-0 same;");
	assert_changes(NULL, NULL, "");
}

static void modes_and_kinds_count(void **state)
{
	(void)state;
	git_fixture_run(TREES "tree old <<E\n100644 run one\n100644 link one\n160000 module\nE\n"
			      "tree new <<E\n100755 run one\n120000 link one\n100644 module x\nE\n");
	assert_changes("refs/trees/old", "refs/trees/new",
		       "100644-120000 link;160000-100644 module;100644-100755 run;");
}

static void a_file_that_becomes_a_folder_is_removed_and_its_files_are_added(void **state)
{
	(void)state;
	git_fixture_run(
		TREES
		"tree old <<E\n100644 a one\n100644 a-b one\n100644 a.c one\n100644 a0 one\nE\n"
		"tree new <<E\n100644 a/f one\n100644 a/g one\n100644 a-b one\n100644 a.c one\n100644 a0 two\nE\n");
	assert_changes("refs/trees/old", "refs/trees/new", "100644-0 a;0-100644 a/f;0-100644 a/g;100644-100644 a0;");
	assert_changes("refs/trees/new", "refs/trees/old", "0-100644 a;100644-0 a/f;100644-0 a/g;100644-100644 a0;");
}

static void an_empty_folder_and_the_mode_of_a_folder_are_changes(void **state)
{
	(void)state;
	git_fixture_run(
		"empty=$(git mktree </dev/null)\n"
		"bytes() { for two in $(echo $1 | sed 's/../& /g'); do printf \"\\\\$(printf %%o 0x$two)\"; done; }\n"
		"entry() { printf \"$1 $2\\\\0\"; bytes $3; }\n"
		"keep() { git update-ref refs/trees/$1 $(git hash-object -t tree -w --literally --stdin); }\n"
		"file=$(echo x | git hash-object -w --stdin)\n"
		"folder=$(printf '100644 blob %%s\\tf\\n' $file | git mktree)\n"
		"entry 40000 d $folder | keep plain\n"
		"entry 40755 d $folder | keep mode\n"
		"entry 040000 d $folder | keep padded\n"
		"{ entry 40000 d $folder; entry 40000 e $empty; } | keep empty\n");
	assert_changes("refs/trees/plain", "refs/trees/mode", "40000-40755 d;");
	assert_changes(NULL, "refs/trees/mode", "0-40755 d;0-100644 d/f;");
	assert_changes("refs/trees/plain", "refs/trees/padded", "40000-100040000 d;");
	assert_changes("refs/trees/plain", "refs/trees/empty", "0-40000 e;");
	assert_changes("refs/trees/empty", "refs/trees/plain", "40000-0 e;");
}

static void a_submodule_is_an_entry_and_is_not_entered(void **state)
{
	(void)state;
	git_fixture_run(TREES "tree old <<E\n100644 a one\nE\ntree new <<E\n100644 a one\n160000 module\nE\n");
	assert_changes("refs/trees/old", "refs/trees/new", "0-160000 module;");
}

/* The whole of git diff-tree on trees of every shape that a small generator makes. */
static void it_agrees_with_git_on_many_trees(void **state)
{
	struct error error = ERROR_INIT;
	struct buffer ours = BUFFER_INIT;
	struct changes changes = {0};
	FILE *file;

	(void)state;
	git_fixture_run(
		TREES
		"for t in old new; do awk -v seed=$(test $t = old && echo 1 || echo 2) 'BEGIN { srand(seed)\n"
		"for (i = 0; i < 120; i++) { path = \"\"; depth = int(rand() * 4)\n"
		"for (j = 0; j < depth; j++) path = path substr(\"a.ba-a\", 1 + int(rand() * 4), 1 + int(rand() * 2)) \"x/\"\n"
		"print \"100644\", path \"f\" int(rand() * 9), int(rand() * 2) } }' | tree $t; done\n"
		"git diff-tree -r --no-renames refs/trees/old refs/trees/new |\n"
		"sed 's/^:0*\\([0-7]*\\) 0*\\([0-7]*\\) \\([0-9a-f]*\\) \\([0-9a-f]*\\) .\\t/\\1-\\2 \\3-\\4 /' |\n"
		"sed 's/^-/0-/; s/- /-0 /' | LC_ALL=C sort -k3 >expected; test $(wc -l <expected) -gt 50");
	assert_int_equal(compare(&changes, "refs/trees/old", "refs/trees/new", 1000, &error), 0);
	for (size_t i = 0; i < changes.count; i++)
		buffer_addf(&ours, "%o-%o %s-%s %s\n", changes.items[i].old_mode, changes.items[i].new_mode,
			    object_id_full(&changes.items[i].old_id).digits,
			    object_id_full(&changes.items[i].new_id).digits, changes.items[i].path);
	file = fopen("ours", "w");
	assert_non_null(file);
	fputs(buffer_text(&ours), file);
	fclose(file);
	git_fixture_run("diff -u expected ours >&2");
	buffer_release(&ours);
	changes_release(&changes);
}

static void the_same_changes_elsewhere_are_equal(void **state)
{
	struct error error = ERROR_INIT;
	struct changes changes[3] = {{0}};

	(void)state;
	git_fixture_run(TREES
			"tree a <<E\n100644 f one\nE\ntree b <<E\n100644 f two\nE\n"
			"tree c <<E\n100644 f one\n100644 other x\nE\ntree d <<E\n100644 f two\n100644 other x\nE\n"
			"tree e <<E\n100644 f three\nE\n");
	assert_int_equal(compare(&changes[0], "refs/trees/a", "refs/trees/b", 10, &error), 0);
	assert_int_equal(compare(&changes[1], "refs/trees/c", "refs/trees/d", 10, &error), 0);
	assert_int_equal(compare(&changes[2], "refs/trees/a", "refs/trees/e", 10, &error), 0);
	assert_true(changes_equal(&changes[0], &changes[1]));
	assert_false(changes_equal(&changes[0], &changes[2]));
	for (size_t i = 0; i < 3; i++)
		changes_release(&changes[i]);
	assert_false(changes_equal(&changes[0], &(struct changes){.count = 1}));
}

static void assert_error(const char *tree, size_t limit, int code, const char *words)
{
	struct error error = ERROR_INIT;
	struct changes changes = {0};

	assert_int_equal(compare(&changes, NULL, tree, limit, &error), code);
	if (!strstr(error_text(&error), words))
		fail_msg("\"%s\" does not say \"%s\"", error_text(&error), words);
	error_release(&error);
	changes_release(&changes);
}

static void more_changes_than_the_limit_are_an_error(void **state)
{
	struct error error = ERROR_INIT;
	struct changes changes = {0};

	(void)state;
	git_fixture_run(TREES "tree t <<E\n100644 a 1\n100644 d/b 1\n100644 d/c 1\nE\n");
	assert_error("refs/trees/t", 2, ERROR_LIMIT, "more than 2 paths differ");
	assert_int_equal(compare(&changes, NULL, "refs/trees/t", 3, &error), 0);
	changes_release(&changes);
}

/* `raw NAME` reads a tree's bytes by printf, with E for the twenty bytes of an id, into refs/trees/NAME. */
#define RAW \
	"raw() { printf \"$(echo \"$2\" | sed 's/E/aaaaaaaaaaaaaaaaaaaa/g')\" |" \
	"git hash-object -w -t tree --literally --stdin >raw-id; mkdir -p r.git/refs/trees; cp raw-id r.git/refs/trees/$1; }\n"

static void trees_that_git_would_not_make_are_errors(void **state)
{
	static const char *const trees[][2] = {
		{"100644 b\\\\0E100644 a\\\\0E", "is not sorted"},
		{"100644 a\\\\0E100644 a\\\\0E", "is not sorted, or has an entry twice"},
		{"100644 a\\\\0E100644 a.c\\\\0E40000 a\\\\0E", "is not sorted, or has an entry twice"},
		{"100644 a\\\\0E40000 a\\\\0E", "is not sorted, or has an entry twice"},
		{"40000 a\\\\0E100644 a.c\\\\0E", "is not sorted"},
		{"100644 ..\\\\0E", "is damaged"},
		{"40000 .\\\\0E", "is damaged"},
		{"100644 a/b\\\\0E", "is damaged"},
		{"100644 \\\\0E", "is damaged"},
		{"100644 a\\\\0aaa", "is damaged"},
		{"100644 a", "is damaged"},
		{"100648 a\\\\0E", "is damaged"},
		{" a\\\\0E", "is damaged"},
		{"0 a\\\\0E", "is damaged"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		git_fixture_run(RAW "raw t '%s'", trees[i][0]);
		assert_error("refs/trees/t", 10, ERROR_MALFORMED, trees[i][1]);
	}
}

static void a_tree_in_itself_many_times_over_ends_at_a_bound(void **state)
{
	(void)state;
	git_fixture_run(
		"t=$(git mktree </dev/null)\n"
		"for level in 1 2 3 4 5 6 7 8; do\n"
		"	t=$(for i in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %%s\\t%%s\\n' $t $i; done | git mktree)\n"
		"done; git update-ref refs/trees/bomb $t");
	assert_error("refs/trees/bomb", 100000, ERROR_LIMIT, "folders differ");
	git_fixture_run("t=$(git mktree </dev/null)\n"
			"for level in $(seq 1 210); do t=$(printf '040000 tree %%s\\td\\n' $t | git mktree); done\n"
			"git update-ref refs/trees/deep $t");
	assert_error("refs/trees/deep", 1000, ERROR_LIMIT, "folders or");
}

static void a_tree_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	git_fixture_run(
		"printf '040000 tree 587be6b4c3f93f93c489c0111bba5596147a26cb\\td\\n' | git mktree --missing >id\n"
		"mkdir -p r.git/refs/trees; cp id r.git/refs/trees/t");
	assert_error("refs/trees/t", 10, ERROR_NOT_FOUND,
		     "object 587be6b4c3f93f93c489c0111bba5596147a26cb is not there");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, git_fixture_set_up_repository, git_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_added_changed_and_removed_is_listed_by_path),
		TEST(modes_and_kinds_count),
		TEST(a_file_that_becomes_a_folder_is_removed_and_its_files_are_added),
		TEST(an_empty_folder_and_the_mode_of_a_folder_are_changes),
		TEST(a_submodule_is_an_entry_and_is_not_entered),
		TEST(it_agrees_with_git_on_many_trees),
		TEST(the_same_changes_elsewhere_are_equal),
		TEST(more_changes_than_the_limit_are_an_error),
		TEST(trees_that_git_would_not_make_are_errors),
		TEST(a_tree_in_itself_many_times_over_ends_at_a_bound),
		TEST(a_tree_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests_name("repository_tree", tests, NULL, NULL);
}
