#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/people.h"

/* alice has two addresses and a login, bob only a login. */
static int set_up(void **state)
{
	struct policy *policy = memory_alloc(sizeof(*policy));
	struct person *alice;

	policy_init(policy);
	alice = policy_add_person(policy, "alice");
	strings_add(&alice->emails, "alice@example.com");
	strings_add(&alice->emails, "al@laptop.example.org");
	alice->login = memory_copy("al");
	policy_add_person(policy, "bob")->login = memory_copy("bob");
	*state = policy;
	return 0;
}

static int tear_down(void **state)
{
	policy_release(*state);
	free(*state);
	return 0;
}

static void assert_key(char *key, const char *wanted)
{
	assert_string_equal(key, wanted);
	free(key);
}

static void the_key_of_a_configured_person_is_the_name(void **state)
{
	assert_key(people_key_of_address(*state, "alice@example.com"), "alice");
	assert_key(people_key_of_address(*state, "AL@Laptop.Example.ORG"), "alice");
	assert_key(people_key_of_login(*state, "al"), "alice");
}

static void the_key_of_anybody_else_is_the_whole_address_or_the_login(void **state)
{
	assert_key(people_key_of_address(*state, "Carol@Example.com"), "carol@example.com");
	assert_key(people_key_of_login(*state, "Carol"), "login:Carol");
	assert_key(people_key_of_login(*state, "AL"), "login:AL");
}

static void a_forged_address_is_not_taken_for_a_name_or_a_login(void **state)
{
	assert_key(people_key_of_address(*state, "alice"), "<alice>");
	assert_key(people_key_of_address(*state, "login:carol"), "<login:carol>");
	assert_key(people_key_of_address(*state, "login:carol@x.org"), "<login:carol@x.org>");
}

static void one_address_is_read_from_a_trailer(void **state)
{
	static const struct {
		const char *text;
		const char *address;
	} cases[] = {
		{"Rita <Rita@Example.com>", "rita@example.com"},
		{"rita@example.com", "rita@example.com"},
		{"ZOE.A@EXAMPLE.COM", "zoe.a@example.com"},
		{"  rita@example.com\t", "rita@example.com"},
		{"<rita@example.com>", "rita@example.com"},
		{"Rita Ray <rita@example.com> # twice", "rita@example.com"},
		{"Rita@example.com <rita@example.com>", "rita@example.com"},
		{"Rita\t<rita@example.com>", "rita@example.com"},
		{"rita@example.com ", "rita@example.com"},
		{"", NULL},
		{"Rita", NULL},
		{"Rita <rita>", NULL},
		{"Rita <>", NULL},
		{"Rita <@example.com>", NULL},
		{"Rita <rita@>", NULL},
		{"Rita <rita@example.com", NULL},
		{"Rita rita@example.com", NULL},
		{"Rita <rita@example.com> <bob@example.com>", NULL},
		{"bob@example.com <rita@example.com>", NULL},
		{"Rita <rita@example.com> bob@example.com", NULL},
		{"Rita <rita@example.com, bob@example.com>", NULL},
		{"rita@example.com,bob@example.com", NULL},
		{"Rita <<rita@example.com>>", NULL},
		{"Rita <rita@exam\nple.com>", NULL},
		{"> <rita@example.com>", NULL},
		{"Rita <rita@example.com> <bob>", NULL},
		{"ritz@example.com <rita@example.com>", NULL},
		{"Rita <rita\x7f@example.com>", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *address = people_address_of(cases[i].text);

		assert_string_equal(address ? address : "none", cases[i].address ? cases[i].address : "none");
		free(address);
	}
}

static void every_address_of_a_text_is_found(void **state)
{
	static const struct {
		const char *text;
		const char *addresses;
	} cases[] = {
		{"Rita <Rita@Example.com>", "rita@example.com"},
		{"Rita <rita@example.com>, Bob <bob@example.com>", "rita@example.com bob@example.com"},
		{"rita@example.com;bob@example.com", "rita@example.com bob@example.com"},
		{"bob@example.com <rita@example.com>", "bob@example.com rita@example.com"},
		{"Rita <<rita@example.com>> (bob@example.com)", "rita@example.com bob@example.com"},
		{"Rita <rita@example.com", "rita@example.com"},
		{"Rita <mailto:rita@example.com>", "rita@example.com"},
		{"with 'rita@example.com'.", "rita@example.com"},
		{"O'Brien <o'brien@example.com>", "o'brien@example.com"},
		{"x: <rita@example.com>: y", "rita@example.com"},
		{"@ rita@ @example.com Rita", ""},
		{"", ""},
		{" <,;>()", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strings addresses = STRINGS_INIT;
		struct buffer joined = BUFFER_INIT;

		people_addresses_in(&addresses, cases[i].text);
		for (size_t k = 0; k < addresses.count; k++)
			buffer_addf(&joined, "%s%s", k ? " " : "", addresses.items[k]);
		assert_string_equal(buffer_text(&joined), cases[i].addresses);
		strings_release(&addresses);
		buffer_release(&joined);
	}
}

static struct role *role_of(struct policy *policy, const char *member)
{
	struct role *role = policy_add_role(policy, "r");

	strings_add(&role->members, member);
	return role;
}

static void a_star_takes_in_everybody(void **state)
{
	const struct role *role = role_of(*state, "*");

	assert_true(people_in_role(*state, role, "alice"));
	assert_true(people_in_role(*state, role, "carol@example.com"));
	assert_true(people_in_role(*state, role, "login:carol"));
}

static void a_name_takes_in_its_person_alone(void **state)
{
	const struct role *role = role_of(*state, "bob");

	assert_true(people_in_role(*state, role, "bob"));
	assert_false(people_in_role(*state, role, "alice"));
	assert_false(people_in_role(*state, role, "login:bob"));
	assert_false(people_in_role(*state, role, "<bob>"));
}

static void an_address_takes_in_whose_it_is(void **state)
{
	const struct role *role = role_of(*state, "al@laptop.example.org");

	assert_true(people_in_role(*state, role, "alice"));
	assert_false(people_in_role(*state, role, "bob"));
	role = role_of(*state, "carol@example.com");
	assert_true(people_in_role(*state, role, "carol@example.com"));
	assert_false(people_in_role(*state, role, "xcarol@example.com"));
}

static void a_pattern_takes_in_addresses_but_no_names_and_logins(void **state)
{
	const struct role *role = role_of(*state, "*@example.com");

	assert_true(people_in_role(*state, role, "alice"));
	assert_true(people_in_role(*state, role, "carol@example.com"));
	assert_false(people_in_role(*state, role, "carol@example.com.evil.org"));
	assert_false(people_in_role(*state, role, "login:carol@example.com"));
	role = role_of(*state, "b*");
	assert_false(people_in_role(*state, role, "bob"));
	assert_true(people_in_role(*state, role, "bert@example.com"));
}

static void a_unix_group_takes_in_logins(void **state)
{
	struct role *role = role_of(*state, "group:qa");

	assert_false(people_in_role(*state, role, "bob"));
	strings_add(&role->group_logins, "bob");
	strings_add(&role->group_logins, "carol");
	assert_true(people_in_role(*state, role, "bob"));
	assert_true(people_in_role(*state, role, "login:carol"));
	assert_false(people_in_role(*state, role, "alice"));
	assert_false(people_in_role(*state, role, "carol"));
}

static void an_empty_role_takes_in_nobody(void **state)
{
	const struct role *role = policy_add_role(*state, "empty");

	assert_false(people_in_role(*state, role, "alice"));
	assert_false(people_in_role(*state, role, ""));
}

static void a_person_is_described_by_name_and_first_address(void **state)
{
	struct buffer text = BUFFER_INIT;

	people_describe(&text, *state, "alice");
	buffer_add_string(&text, "; ");
	people_describe(&text, *state, "bob");
	buffer_add_string(&text, "; ");
	people_describe(&text, *state, "carol@example.com");
	assert_string_equal(buffer_text(&text), "alice <alice@example.com>; bob; carol@example.com");
	buffer_release(&text);
}

static void who_has_no_login_is_found_by_none(void **state)
{
	struct policy *policy = *state;

	strings_add(&policy_add_person(policy, "carol")->emails, "carol@example.com");
	policy_add_person(policy, "dave")->login = memory_copy("dave");
	assert_ptr_equal(people_by_login(policy, "dave"), &policy->people[3]);
	assert_null(people_by_login(policy, "carol"));
	assert_null(people_by_login(policy, ""));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_key_of_a_configured_person_is_the_name),
		TEST(the_key_of_anybody_else_is_the_whole_address_or_the_login),
		TEST(a_forged_address_is_not_taken_for_a_name_or_a_login),
		TEST(one_address_is_read_from_a_trailer),
		TEST(every_address_of_a_text_is_found),
		TEST(a_star_takes_in_everybody),
		TEST(a_name_takes_in_its_person_alone),
		TEST(an_address_takes_in_whose_it_is),
		TEST(a_pattern_takes_in_addresses_but_no_names_and_logins),
		TEST(a_unix_group_takes_in_logins),
		TEST(an_empty_role_takes_in_nobody),
		TEST(a_person_is_described_by_name_and_first_address),
		TEST(who_has_no_login_is_found_by_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
