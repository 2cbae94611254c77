#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/repository_patch.h"
#include "support/git_fixture.h"

/* A repository with the branches main, fix (two commits on main, the second in a file of its own), picked (the same two on
 * something else), once (both in one commit), and other. */
static int enter(void **state)
{
	(void)state;
	git_fixture_enter();
	git_fixture_run(
		"unset GIT_DIR; git init -q -b main w; cd w; git config user.name t; git config user.email t@example.com;"
		"seq 20 >a; git add .; git commit -qm one; git branch base;"
		"git switch -q -c fix; sed -i s/^5$/five/ a; git commit -qam two;"
		"printf 'x\\n' >'b*'; git add .; git commit -qm three; git commit -q --allow-empty -m four;"
		"git switch -q -c picked base; sed -i 1iprepended a; git commit -qam five;"
		"git cherry-pick fix~2 fix~1 >/dev/null;"
		"git switch -q -c once base; sed -i 1iprepended a; printf 'y\\n' >bc; git add .; git commit -qm six;"
		"git cherry-pick -n fix~2 fix~1; git commit -qm seven;"
		"git switch -q -c other base; sed -i s/^5$/other/ a; git commit -qam eight;"
		"cd ..; git clone -q --bare w r.git");
	return 0;
}

struct found {
	struct object_ids commits;
	struct patches patches;
};

/* The commits of TIP that BASE lacks and that touch PATH (NULL: any), and their patches. */
static struct found find(const char *tip, const char *path)
{
	struct object_id tip_id = git_fixture_id(tip);
	struct object_id base = git_fixture_id("base");
	struct repository *repository = NULL;
	struct strings paths = STRINGS_INIT;
	struct error error = ERROR_INIT;
	struct found found = {0};

	if (path)
		strings_add(&paths, path);
	if (repository_open(&repository, "r.git", NULL, NULL, &error) ||
	    repository_touching(repository, &found.commits, &tip_id, &base, &paths, &error) ||
	    repository_patches(repository, &found.patches, &found.commits, &error))
		fail_msg("%s", error_text(&error));
	strings_release(&paths);
	repository_free(repository);
	return found;
}

static void found_release(struct found *found)
{
	object_ids_release(&found->commits);
	patches_release(&found->patches);
}

static struct patches between(const char *from, const char *to)
{
	struct object_id old_id = git_fixture_id(from);
	struct object_id new_id = git_fixture_id(to);
	struct repository *repository = NULL;
	struct error error = ERROR_INIT;
	struct patches patches = {0};

	if (repository_open(&repository, "r.git", NULL, NULL, &error) ||
	    repository_patch_between(repository, &patches, &old_id, &new_id, &error))
		fail_msg("%s", error_text(&error));
	repository_free(repository);
	return patches;
}

static void the_same_change_has_the_same_patch_wherever_it_stands(void **state)
{
	struct found fix = find("fix", NULL);
	struct found picked = find("picked", NULL);
	struct found other = find("other", NULL);

	(void)state;
	assert_int_equal(fix.commits.count, 3);
	assert_int_equal(fix.patches.count, 2); /* the empty one has none */
	assert_int_equal(picked.patches.count, 3);
	for (size_t i = 0; i < fix.patches.count; i++) {
		assert_true(object_id_equal(&fix.patches.items[i].commit, &fix.commits.items[i]));
		assert_true(patches_contain(&picked.patches, &fix.patches.items[i].id));
		assert_false(patches_contain(&other.patches, &fix.patches.items[i].id));
	}
	found_release(&fix);
	found_release(&picked);
	found_release(&other);
}

static void a_whole_range_has_the_patch_of_one_commit_that_makes_it(void **state)
{
	struct patches whole = between("base", "fix");
	struct patches nothing = between("fix~1", "fix");
	struct found once = find("once", NULL);
	struct found picked = find("picked", NULL);

	(void)state;
	assert_int_equal(whole.count, 1);
	assert_true(object_id_is_zero(&whole.items[0].commit));
	assert_true(patches_contain(&once.patches, &whole.items[0].id));
	assert_false(patches_contain(&picked.patches, &whole.items[0].id));
	assert_int_equal(nothing.count, 0);
	patches_release(&whole);
	patches_release(&nothing);
	found_release(&once);
	found_release(&picked);
}

static void a_path_is_a_name_and_no_pattern(void **state)
{
	struct found star = find("fix", "b*");
	struct found once = find("once", "b*");
	struct found none = find("once", "c");

	(void)state;
	assert_int_equal(star.commits.count, 1);
	assert_int_equal(once.commits.count, 1); /* not the commit that makes bc */
	assert_int_equal(none.commits.count, 0);
	assert_int_equal(none.patches.count, 0);
	found_release(&star);
	found_release(&once);
	found_release(&none);
}

static void what_cannot_be_read_is_an_error(void **state)
{
	struct object_id missing = {.bytes = {1}};
	struct object_ids commits = {0};
	struct repository *repository = NULL;
	struct error error = ERROR_INIT;
	struct patches patches = {0};

	(void)state;
	object_ids_add(&commits, &missing);
	assert_int_equal(repository_open(&repository, "r.git", NULL, NULL, &error), 0);
	assert_int_not_equal(repository_patch_between(repository, &patches, &missing, &missing, &error), 0);
	assert_int_equal(patches.count, 0);
	error_release(&error);
	object_ids_release(&commits);
	repository_free(repository);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, git_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_change_has_the_same_patch_wherever_it_stands),
		TEST(a_whole_range_has_the_patch_of_one_commit_that_makes_it),
		TEST(a_path_is_a_name_and_no_pattern),
		TEST(what_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
