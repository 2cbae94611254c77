#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/ref_class.h"

#define MAIN "refs/heads/main"

#define SHADOWS "git could take it for a production branch"
#define LOOKS "it looks like a production branch"
#define BLOCKS "it stands in the way of a governed name"
#define SYMBOLIC "it is a symbolic ref onto a production branch"

struct server {
	struct policy policy;
	struct symbolic_refs symbolic;
};

static int set_up(void **state)
{
	struct server *server = memory_alloc(sizeof(*server));

	policy_init(&server->policy);
	*state = server;
	return 0;
}

static int tear_down(void **state)
{
	struct server *server = *state;

	policy_release(&server->policy);
	symbolic_refs_release(&server->symbolic);
	assert_int_equal(server->symbolic.count, 0);
	free(server);
	return 0;
}

static void set_production(struct server *server, const char *pattern)
{
	strings_release(&server->policy.production);
	strings_add(&server->policy.production, pattern);
}

static void assert_kind(const struct server *server, const char *ref, enum ref_kind wanted)
{
	struct ref_class class;

	ref_classify(&class, &server->policy, &server->symbolic, ref);
	if (class.kind != wanted)
		fail_msg("%s is %d (%s), not %d", ref, (int)class.kind, class.why ? class.why : "-", (int)wanted);
	assert_int_equal(class.canonical != NULL, wanted == REF_PRODUCTION);
	assert_int_equal(class.why != NULL, wanted == REF_RESERVED);
	assert_int_equal(class.meant != NULL, wanted == REF_NEAR_MISS);
	ref_class_release(&class);
	assert_null(class.canonical);
}

static void assert_reserved(const struct server *server, const char *ref, const char *why)
{
	struct ref_class class;

	ref_classify(&class, &server->policy, &server->symbolic, ref);
	if (class.kind != REF_RESERVED)
		fail_msg("%s is %d, not reserved", ref, (int)class.kind);
	assert_string_equal(class.why, why);
	ref_class_release(&class);
}

static void assert_production(const struct server *server, const char *ref, const char *canonical)
{
	struct ref_class class;

	ref_classify(&class, &server->policy, &server->symbolic, ref);
	if (class.kind != REF_PRODUCTION)
		fail_msg("%s is %d, not production", ref, (int)class.kind);
	assert_string_equal(class.canonical, canonical);
	ref_class_release(&class);
}

/* --- what is governed --- */

static void production_is_production(void **state)
{
	assert_production(*state, MAIN, MAIN);
}

static void other_branches_and_tags_are_free(void **state)
{
	static const char *const refs[] = {
		"refs/heads/feature",    "refs/heads/mainline", "refs/heads/x/main",      "refs/tags/v1.0",
		"refs/notes/commits",    "refs/heads/develop",  "refs/heads/maintenance", "refs/tags/x/main",
		"refs/changes/01/1/1",   "refs/heads/mai",      "refs/remotes/main",      "refs/tags/hotfix/INC-7-x",
		"refs/heads/signoffs/x",
	};

	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs); i++)
		assert_kind(*state, refs[i], REF_FREE);
}

static void everything_below_the_prefix_is_a_hotfix(void **state)
{
	assert_kind(*state, "refs/heads/hotfix/INC-7-login", REF_HOTFIX);
	assert_kind(*state, "refs/heads/hotfix/whatever", REF_HOTFIX);
	assert_kind(*state, "refs/heads/hotfix/a/b", REF_HOTFIX);
}

static void a_slip_in_the_name_is_a_near_miss(void **state)
{
	struct server *server = *state;
	struct ref_class class;

	ref_classify(&class, &server->policy, &server->symbolic, "refs/heads/Hotfix/INC-7-login");
	assert_int_equal(class.kind, REF_NEAR_MISS);
	assert_string_equal(class.meant, "hotfix/INC-7-login");
	ref_class_release(&class);
	assert_kind(server, "refs/heads/hotfix-INC-7-login", REF_NEAR_MISS);
}

static void signoff_refs_are_governed(void **state)
{
	assert_kind(*state, "refs/signoffs/INC-7-login/review/rita-0123", REF_SIGNOFF);
	assert_kind(*state, "refs/signoffs/x", REF_SIGNOFF);
}

static void what_allow_from_names_is_governed(void **state)
{
	struct server *server = *state;

	strings_add(&server->policy.allow_from, "refs/heads/release/*");
	assert_kind(server, "refs/heads/release/1.0", REF_ALLOW_FROM);
	assert_kind(server, "refs/heads/release/a/b", REF_ALLOW_FROM);
	assert_kind(server, "refs/heads/releases", REF_FREE);
	assert_reserved(server, "refs/heads/release", BLOCKS);
}

static void production_can_be_a_pattern(void **state)
{
	struct server *server = *state;

	set_production(server, "refs/heads/live/*");
	assert_production(server, "refs/heads/live/eu", "refs/heads/live/eu");
	assert_production(server, "refs/heads/live/a/b", "refs/heads/live/a/b");
	assert_kind(server, MAIN, REF_FREE);
	assert_reserved(server, "refs/heads/live", BLOCKS);
	assert_reserved(server, "refs/tags/live/eu", SHADOWS);
	assert_reserved(server, "refs/heads/heads/live/eu", SHADOWS);
	assert_reserved(server, "refs/heads/Live/eu", LOOKS);
	strings_add(&server->policy.production, "refs/heads/prod");
	assert_production(server, "refs/heads/prod", "refs/heads/prod");
}

/* --- names that stand for production --- */

static void names_that_git_finds_for_production_are_refused(void **state)
{
	static const char *const refs[] = {
		"refs/main",
		"refs/tags/main",
		"refs/heads/heads/main",
		"refs/tags/heads/main",
		"refs/heads/refs/heads/main",
		"refs/tags/refs/heads/main",
		"refs/refs/heads/main",
		"refs/tags/Main",
		"refs/MAIN",
		"refs/heads/heads/m\xd0\xb0in",
		"refs/tags/origin/main",
		"refs/tags/remotes/origin/main",
		"refs/tags/refs/remotes/origin/Main",
	};

	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs); i++)
		assert_reserved(*state, refs[i], SHADOWS);
}

static void lookalikes_of_production_are_refused(void **state)
{
	assert_reserved(*state, "refs/heads/Main", LOOKS);
	assert_reserved(*state, "refs/heads/MAIN", LOOKS);
	assert_reserved(*state, "refs/heads/m\xd0\xb0in", LOOKS);      /* a Cyrillic a */
	assert_reserved(*state, "refs/heads/main\xe2\x80\x8b", LOOKS); /* a zero width space */
	assert_reserved(*state, "refs/HEADS/main", LOOKS);
}

static void folders_that_look_like_production_are_refused(void **state)
{
	struct server *server = *state;

	assert_reserved(server, "refs/heads/MAIN/x", LOOKS);
	assert_reserved(server, "refs/heads/m\xd0\xb0in/x/y", LOOKS);
	assert_kind(server, "refs/heads/x/MAIN", REF_FREE);
	assert_kind(server, "refs/heads/MAINTENANCE/x", REF_FREE);
	set_production(server, "refs/heads/live/eu");
	assert_reserved(server, "refs/heads/Live/EU/x", LOOKS);
	assert_kind(server, "refs/heads/Live/us/x", REF_FREE);
}

static void names_that_stand_for_head_in_a_clone_are_refused(void **state)
{
	static const char *const refs[] = {
		"refs/heads/HEAD",
		"refs/tags/HEAD",
		"refs/tags/origin",
		"refs/tags/origin/HEAD",
		"refs/tags/remotes/origin/HEAD",
		"refs/tags/refs/remotes/origin/HEAD",
	};

	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs); i++)
		assert_reserved(*state, refs[i], "in a clone it stands for HEAD, which mostly is production");
	assert_kind(*state, "refs/heads/x/HEAD", REF_FREE);
	assert_kind(*state, "refs/tags/origin/v1", REF_FREE);
}

static void parents_of_governed_names_are_refused(void **state)
{
	struct server *server = *state;

	strings_add(&server->policy.allow_from, "refs/heads/train/next");
	assert_reserved(server, "refs/heads/hotfix", BLOCKS);
	assert_reserved(server, "refs/signoffs", BLOCKS);
	assert_reserved(server, "refs/heads/train", BLOCKS);
	assert_reserved(server, "refs/heads", BLOCKS);
	set_production(server, "refs/heads/live/eu/prod");
	assert_reserved(server, "refs/heads/live", BLOCKS);
	assert_reserved(server, "refs/heads/live/eu", BLOCKS);
	assert_kind(server, "refs/heads/live/us", REF_FREE);
}

static void names_below_governed_names_are_refused(void **state)
{
	struct server *server = *state;

	strings_add(&server->policy.allow_from, "refs/heads/train");
	assert_reserved(server, "refs/heads/main/x", BLOCKS);
	assert_reserved(server, "refs/heads/main/x/y", BLOCKS);
	assert_reserved(server, "refs/heads/train/x", BLOCKS);
	assert_kind(server, "refs/heads/trainer", REF_FREE);
}

static void a_prefix_of_several_folders_has_several_parents(void **state)
{
	struct server *server = *state;

	free(server->policy.hotfix_branch);
	server->policy.hotfix_branch = memory_copy("ops/urgent/{incident}-{slug}");
	assert_kind(server, "refs/heads/ops/urgent/INC-7-x", REF_HOTFIX);
	assert_reserved(server, "refs/heads/ops/urgent", BLOCKS);
	assert_reserved(server, "refs/heads/ops", BLOCKS);
	assert_kind(server, "refs/heads/ops/calm", REF_FREE);
}

static void replacements_and_namespaces_are_refused(void **state)
{
	assert_reserved(*state, "refs/replace/0123456789012345678901234567890123456789",
			"replacement refs change what other commits seem to be");
	assert_reserved(*state, "refs/namespaces/x/refs/heads/main",
			"it reaches into another namespace of this server");
	assert_kind(*state, "refs/heads/refs/replace/x", REF_FREE);
}

/* --- symbolic refs --- */

static void what_a_symbolic_production_ref_resolves_to_is_production(void **state)
{
	struct server *server = *state;

	set_production(server, "refs/heads/live");
	symbolic_refs_add(&server->symbolic, "refs/heads/live", "refs/heads/trunk");
	assert_production(server, "refs/heads/trunk", "refs/heads/live");
	assert_production(server, "refs/heads/live", "refs/heads/live");
	assert_kind(server, "refs/heads/other", REF_FREE);
}

static void a_symbolic_ref_onto_production_is_refused(void **state)
{
	struct server *server = *state;

	symbolic_refs_add(&server->symbolic, "refs/heads/alias", MAIN);
	assert_reserved(server, "refs/heads/alias", SYMBOLIC);
	assert_production(server, MAIN, MAIN);
}

static void a_symbolic_ref_onto_a_governed_ref_is_refused(void **state)
{
	struct server *server = *state;

	strings_add(&server->policy.allow_from, "refs/heads/release/*");
	symbolic_refs_add(&server->symbolic, "refs/heads/a", "refs/heads/hotfix/INC-7-login");
	symbolic_refs_add(&server->symbolic, "refs/heads/b", "refs/heads/release/1");
	symbolic_refs_add(&server->symbolic, "refs/heads/c", "refs/signoffs/INC-7-login/review/rita-1234567");
	symbolic_refs_add(&server->symbolic, "refs/heads/hotfix/INC-8-x", "refs/heads/hotfix/INC-7-login");
	symbolic_refs_add(&server->symbolic, "refs/heads/release/now", "refs/heads/release/1");
	assert_reserved(server, "refs/heads/a", "it is a symbolic ref onto a hotfix branch");
	assert_reserved(server, "refs/heads/hotfix/INC-8-x", "it is a symbolic ref onto a hotfix branch");
	assert_reserved(server, "refs/heads/b", "it is a symbolic ref onto a branch of allow-from");
	assert_reserved(server, "refs/heads/c", "it is a symbolic ref onto a sign-off");
	assert_kind(server, "refs/heads/release/now", REF_ALLOW_FROM);
}

static void a_link_between_two_names_of_production_is_refused(void **state)
{
	struct server *server = *state;

	/* live -> middle -> trunk, resolved to its end for each */
	set_production(server, "refs/heads/live");
	symbolic_refs_add(&server->symbolic, "refs/heads/middle", "refs/heads/trunk");
	symbolic_refs_add(&server->symbolic, "refs/heads/live", "refs/heads/trunk");
	assert_reserved(server, "refs/heads/middle", SYMBOLIC);
	assert_production(server, "refs/heads/trunk", "refs/heads/live");
}

static void a_symbolic_ref_onto_anything_else_is_as_its_name(void **state)
{
	struct server *server = *state;

	symbolic_refs_add(&server->symbolic, "refs/heads/alias", "refs/heads/feature");
	assert_kind(server, "refs/heads/alias", REF_FREE);
	assert_kind(server, "refs/heads/feature", REF_FREE);
}

static void a_target_of_a_pattern_is_the_branch_that_points_there(void **state)
{
	struct server *server = *state;

	set_production(server, "refs/heads/live/*");
	symbolic_refs_add(&server->symbolic, "refs/heads/live/eu", "refs/heads/trunk");
	assert_production(server, "refs/heads/trunk", "refs/heads/live/eu");
}

static void a_short_name_lacks_its_folder(void **state)
{
	(void)state;
	assert_string_equal(ref_short(MAIN), "main");
	assert_string_equal(ref_short("refs/heads/hotfix/x"), "hotfix/x");
	assert_string_equal(ref_short("refs/tags/v1"), "v1");
	assert_string_equal(ref_short("refs/signoffs/x"), "signoffs/x");
	assert_string_equal(ref_short("HEAD"), "HEAD");
}

static void where_hotfixes_are_merged_back_to_is_known_unless_it_is_governed(void **state)
{
	struct server *server = *state;

	strings_add(&server->policy.backmerge.into, "refs/heads/develop");
	strings_add(&server->policy.backmerge.into, "refs/heads/release/*");
	strings_add(&server->policy.allow_from, "refs/heads/release/*");
	assert_kind(server, "refs/heads/develop", REF_BACKMERGE);
	assert_kind(server, "refs/heads/release/1", REF_ALLOW_FROM);
	assert_kind(server, "refs/heads/develop2", REF_FREE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(production_is_production),
		TEST(other_branches_and_tags_are_free),
		TEST(everything_below_the_prefix_is_a_hotfix),
		TEST(a_slip_in_the_name_is_a_near_miss),
		TEST(signoff_refs_are_governed),
		TEST(what_allow_from_names_is_governed),
		TEST(production_can_be_a_pattern),
		TEST(names_that_git_finds_for_production_are_refused),
		TEST(lookalikes_of_production_are_refused),
		TEST(folders_that_look_like_production_are_refused),
		TEST(names_that_stand_for_head_in_a_clone_are_refused),
		TEST(parents_of_governed_names_are_refused),
		TEST(names_below_governed_names_are_refused),
		TEST(a_prefix_of_several_folders_has_several_parents),
		TEST(replacements_and_namespaces_are_refused),
		TEST(what_a_symbolic_production_ref_resolves_to_is_production),
		TEST(a_symbolic_ref_onto_production_is_refused),
		TEST(a_symbolic_ref_onto_a_governed_ref_is_refused),
		TEST(a_link_between_two_names_of_production_is_refused),
		TEST(a_symbolic_ref_onto_anything_else_is_as_its_name),
		TEST(a_target_of_a_pattern_is_the_branch_that_points_there),
		TEST(a_short_name_lacks_its_folder),
		TEST(where_hotfixes_are_merged_back_to_is_known_unless_it_is_governed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
