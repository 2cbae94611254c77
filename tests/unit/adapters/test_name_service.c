#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/name_service.h"

#define NOBODY_HAS_IT 3999999999u

static void an_account_has_a_login_or_is_its_number(void **state)
{
	char *user = name_service_login(0);
	char *unknown_user = name_service_login(NOBODY_HAS_IT);

	(void)state;
	assert_string_equal(user, "root");
	assert_string_equal(unknown_user, "3999999999");
	free(user);
	free(unknown_user);
}

/* Everybody whom the C library's own name services put into GROUP. */
static void assert_same_members(const struct group *group)
{
	struct strings logins = STRINGS_INIT;
	struct strings members = STRINGS_INIT;
	struct error error = ERROR_INIT;
	const struct passwd *account;

	setpwent();
	while ((account = getpwent()))
		strings_add(&logins, account->pw_name);
	endpwent();
	strings_add(&logins, "no-such-account");
	strings_add(&logins, "-h");
	assert_int_equal(name_service_members(&members, group->gr_name, &logins, &error), 0);
	for (char **member = group->gr_mem; *member; member++)
		assert_true(strings_contain(&members, *member));
	for (size_t i = 0; i < logins.count; i++) {
		gid_t groups[256];
		int count = 256;
		bool in_it = false;

		account = getpwnam(logins.items[i]);
		if (account)
			getgrouplist(logins.items[i], account->pw_gid, groups, &count);
		for (int k = 0; account && k < count; k++)
			in_it |= groups[k] == group->gr_gid;
		assert_int_equal(strings_contain(&members, logins.items[i]), in_it);
	}
	strings_release(&logins);
	strings_release(&members);
	error_release(&error);
}

static void a_group_has_the_members_that_the_name_services_say(void **state)
{
	static const char *const names[] = {"root", "daemon", "users", "nogroup", "adm"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct group *group = getgrnam(names[i]);

		if (group)
			assert_same_members(group);
	}
}

static void a_group_without_logins_to_look_for_has_those_that_it_lists(void **state)
{
	struct strings none = STRINGS_INIT;
	struct strings members = STRINGS_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(name_service_members(&members, "root", &none, &error), 0);
	assert_false(strings_contain(&members, ""));
	strings_release(&members);
}

static void a_group_that_is_not_there_is_not_found(void **state)
{
	struct strings none = STRINGS_INIT;
	struct strings members = STRINGS_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(name_service_members(&members, "no-such-group", &none, &error), ERROR_NOT_FOUND);
	assert_int_equal(members.count, 0);
	error_release(&error);
	assert_int_equal(name_service_members(&members, "--help", &none, &error), ERROR_NOT_FOUND);
	error_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_has_a_login_or_is_its_number),
		cmocka_unit_test(a_group_has_the_members_that_the_name_services_say),
		cmocka_unit_test(a_group_without_logins_to_look_for_has_those_that_it_lists),
		cmocka_unit_test(a_group_that_is_not_there_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
