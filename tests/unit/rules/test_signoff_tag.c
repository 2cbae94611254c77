#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/signoff_tag.h"

#define TARGET "3f2a1c9d4e000000000000000000000000000000"
#define REF "refs/signoffs/b/review/rita-3f2a1c9"
#define NAME "signoff/b/review/rita-3f2a1c9"
#define SIGNED "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"

static void add_person(struct policy *policy, const char *name, const char *address, const char *other)
{
	struct person *person = policy_add_person(policy, name);

	strings_add(&person->emails, address);
	if (other)
		strings_add(&person->emails, other);
}

static int set_up(void **state)
{
	struct policy *policy = memory_alloc(sizeof(*policy));
	struct signoff *signoff;

	policy_init(policy);
	strings_release(&policy->production);
	strings_add(&policy->production, "refs/heads/main");
	add_person(policy, "rita", "rita@x.org", "r@home.org");
	add_person(policy, "quentin", "quentin@x.org", NULL);
	signoff = policy_add_signoff(policy, "review");
	free(signoff->trailer);
	signoff->trailer = memory_copy("Reviewed-by");
	*state = policy;
	return 0;
}

static int tear_down(void **state)
{
	policy_release(*state);
	free(*state);
	return 0;
}

/* A tag of that kind of object, of that name and message, signed or not. */
static void make(struct tag *out, const char *type, const char *name, const char *message, const char *signature)
{
	struct buffer raw = BUFFER_INIT;
	struct error error = ERROR_INIT;
	struct object_id id = {{1}};

	buffer_addf(&raw, "object " TARGET "\ntype %s\ntag %s\ntagger R <rita@x.org> 1 +0000\n\n%s\n%s", type, name,
		    message, signature);
	if (tag_parse(out, &id, buffer_text(&raw), raw.length, &error))
		fail_msg("%s", error_text(&error));
	buffer_release(&raw);
}

/* WHY NULL: nothing is wrong. */
static void assert_problem(const struct policy *policy, const char *ref, const struct tag *tag, const char *why)
{
	struct signoff_ref name;
	char *problem;

	assert_true(signoff_ref_parse(&name, policy, ref));
	problem = signoff_tag_problem(policy, ref, &name, tag);
	if (why) {
		assert_non_null(problem);
		assert_string_equal(problem, why);
	} else if (problem) {
		fail_msg("%s", problem);
	}
	free(problem);
	signoff_ref_release(&name);
}

static void assert_message(const struct policy *policy, const char *message, const char *why)
{
	struct tag tag;

	make(&tag, "commit", NAME, message, SIGNED);
	assert_problem(policy, REF, &tag, why);
	tag_release(&tag);
}

static void assert_signer(const struct policy *policy, const char *first, const char *second, const char *why)
{
	struct strings addresses = STRINGS_INIT;
	struct signoff_ref name;
	char *problem;

	if (first)
		strings_add(&addresses, first);
	if (second)
		strings_add(&addresses, second);
	assert_true(signoff_ref_parse(&name, policy, REF));
	problem = signoff_tag_signer_problem(policy, name.person, &addresses);
	if (why) {
		assert_non_null(problem);
		assert_string_equal(problem, why);
	} else {
		assert_null(problem);
	}
	free(problem);
	signoff_ref_release(&name);
	strings_release(&addresses);
}

static void nothing_is_wrong_with_a_good_one(void **state)
{
	assert_message(*state, "Reviewed-by: Rita <rita@x.org>", NULL);
	assert_message(*state, "Looks good\n\nreviewed-by: R <R@Home.Org>\nProduction: main", NULL);
}

static void its_own_name_must_fit(void **state)
{
	struct tag tag;

	make(&tag, "commit", "signoff/b/review/rita-3f2a1c9-2", "Reviewed-by: Rita <rita@x.org>", SIGNED);
	assert_problem(*state, REF, &tag, "the tag's own name is signoff/b/review/rita-3f2a1c9-2, it must be " NAME);
	assert_problem(*state, REF "-2", &tag, NULL);
	tag_release(&tag);
}

static void it_is_on_a_commit_that_its_name_says(void **state)
{
	struct tag tag;

	make(&tag, "tag", NAME, "Reviewed-by: Rita <rita@x.org>", SIGNED);
	assert_problem(*state, REF, &tag, "it is on a tag, not on a commit");
	tag_release(&tag);
	make(&tag, "commit", "signoff/b/review/rita-3f2a1c0", "Reviewed-by: Rita <rita@x.org>", SIGNED);
	assert_problem(*state, "refs/signoffs/b/review/rita-3f2a1c0", &tag,
		       "it is on 3f2a1c9d4e, its name says 3f2a1c0");
	tag_release(&tag);
}

static void it_must_be_signed(void **state)
{
	struct tag tag;

	make(&tag, "commit", NAME, "Reviewed-by: Rita <rita@x.org>", "");
	assert_problem(*state, REF, &tag, "it is not signed: git tag -s");
	tag_release(&tag);
}

static void its_trailer_names_the_person(void **state)
{
	assert_message(*state, "Reviewed-by: Q <quentin@x.org>",
		       "\"Reviewed-by: Q <quentin@x.org>\" does not name rita");
	assert_message(*state, "Reviewed-by: rita", "\"Reviewed-by: rita\" does not name rita");
	assert_message(*state, "Reviewed-by: Rita <rita@x.org> <quentin@x.org>",
		       "\"Reviewed-by: Rita <rita@x.org> <quentin@x.org>\" does not name rita");
}

static void it_holds_one_trailer(void **state)
{
	static const char *const why = "its message must hold one trailer \"Reviewed-by:\"";

	assert_message(*state, "Tested-by: Rita <rita@x.org>", why);
	assert_message(*state, "Reviewed-by: Rita <rita@x.org>\nReviewed-by: Rita <rita@x.org>", why);
	assert_message(*state, "Reviewed-by: Rita <rita@x.org>\n\nNo trailer.", why);
}

static void a_revocation_needs_no_other_trailer(void **state)
{
	struct tag tag;

	make(&tag, "commit", NAME, "Revokes: refs/signoffs/b/review/rita-3f2a1c9-2", SIGNED);
	assert_problem(*state, REF, &tag, NULL);
	assert_string_equal(signoff_tag_revokes(&tag), "refs/signoffs/b/review/rita-3f2a1c9-2");
	tag_release(&tag);
}

static void a_revocation_of_two_is_no_sign_off_either(void **state)
{
	assert_message(*state, "Revokes: a\nRevokes: b\nReviewed-by: Rita <rita@x.org>",
		       "its message must hold one trailer \"Revokes:\", and one only");
}

static void the_key_is_the_persons(void **state)
{
	assert_signer(*state, "rita@x.org", NULL, NULL);
	assert_signer(*state, "r@home.org", "rita@x.org", NULL);
	assert_signer(*state, "nobody@x.org", "rita@x.org", NULL);
	assert_signer(*state, "quentin@x.org", NULL, "its key belongs to quentin@x.org, not to rita");
	assert_signer(*state, "nobody@x.org", NULL, "its key belongs to nobody@x.org, not to rita");
	assert_signer(*state, NULL, NULL, "its key belongs to nobody, not to rita");
	assert_signer(*state, "quentin@x.org", "nobody@x.org", "its key belongs to quentin@x.org, not to rita");
}

static void the_key_is_nobody_elses(void **state)
{
	static const char *const why = "its key belongs to quentin too: a key must stand for one person";

	assert_signer(*state, "rita@x.org", "quentin@x.org", why);
	assert_signer(*state, "quentin@x.org", "rita@x.org", why);
}

static void one_production_branch_need_not_be_named(void **state)
{
	struct tag tag;

	make(&tag, "commit", NAME, "Reviewed-by: Rita <rita@x.org>", SIGNED);
	assert_true(signoff_tag_is_for(*state, &tag, "refs/heads/main"));
	tag_release(&tag);
}

static void one_of_several_must_be_named(void **state)
{
	struct policy *policy = *state;
	struct tag tag;

	strings_add(&policy->production, "refs/heads/eu");
	make(&tag, "commit", NAME, "Reviewed-by: Rita <rita@x.org>", SIGNED);
	assert_false(signoff_tag_is_for(policy, &tag, "refs/heads/main"));
	tag_release(&tag);
	make(&tag, "commit", NAME, "Reviewed-by: Rita <rita@x.org>\nproduction: eu", SIGNED);
	assert_false(signoff_tag_is_for(policy, &tag, "refs/heads/main"));
	assert_true(signoff_tag_is_for(policy, &tag, "refs/heads/eu"));
	tag_release(&tag);
	make(&tag, "commit", NAME, "Production: refs/heads/main\nProduction: eu", SIGNED);
	assert_true(signoff_tag_is_for(policy, &tag, "refs/heads/main"));
	assert_true(signoff_tag_is_for(policy, &tag, "refs/heads/eu"));
	assert_false(signoff_tag_is_for(policy, &tag, "refs/heads/us"));
	tag_release(&tag);
}

static void a_sign_off_that_nobody_asks_for_is_none(void **state)
{
	struct tag tag;

	make(&tag, "commit", "signoff/b/risk/rita-3f2a1c9", "Reviewed-by: Rita <rita@x.org>", SIGNED);
	assert_problem(*state, "refs/signoffs/b/risk/rita-3f2a1c9", &tag, "there is no sign-off risk here");
	tag_release(&tag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_wrong_with_a_good_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(its_own_name_must_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_is_on_a_commit_that_its_name_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_must_be_signed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(its_trailer_names_the_person, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_holds_one_trailer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_revocation_needs_no_other_trailer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_revocation_of_two_is_no_sign_off_either, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_key_is_the_persons, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_key_is_nobody_elses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_production_branch_need_not_be_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_of_several_must_be_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_sign_off_that_nobody_asks_for_is_none, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
