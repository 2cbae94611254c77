#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/merge_message.h"

static void assert_names(const char *subject, const char *wanted)
{
	char *branch = merge_message_branch(subject);

	if (wanted) {
		assert_non_null(branch);
		assert_string_equal(branch, wanted);
	} else {
		assert_null(branch);
	}
	free(branch);
}

static void a_merge_names_its_branch(void **state)
{
	(void)state;
	assert_names("Merge branch 'hotfix/INC-7-login'", "refs/heads/hotfix/INC-7-login");
	assert_names("Merge branch 'hotfix/INC-7-login' into main", "refs/heads/hotfix/INC-7-login");
	assert_names("Merge branch 'x' of https://git.example.com/shop", "refs/heads/x");
	assert_names("Merge remote-tracking branch 'origin/hotfix/INC-7-login'", "refs/heads/hotfix/INC-7-login");
	assert_names("Merge pull request #12 from alice/hotfix/INC-7-login", "refs/heads/hotfix/INC-7-login");
	assert_names("Merge pull request #12 from alice/x and more", "refs/heads/x");
}

static void other_words_name_none(void **state)
{
	static const char *const subjects[] = {
		"",
		"Land INC-7",
		"Merge branch 'x",
		"Merge branch ''",
		"Merge branches 'x' and 'y'",
		"merge branch 'x'",
		"Merge tag 'v1'",
		"Merge commit 'abc'",
		"Merge remote-tracking branch 'origin'",
		"Merge pull request #12",
		"Merge pull request #12 from alice",
		"Merge pull request #12 from alice/",
		"Merge pull request",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		assert_names(subjects[i], NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_merge_names_its_branch),
		cmocka_unit_test(other_words_name_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
