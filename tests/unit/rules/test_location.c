#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/location.h"

static void assert_path(const char *git_dir, const char *root, const char *expected)
{
	char *path = location_path(git_dir, root);

	assert_string_equal(path, expected);
	free(path);
}

static void a_repository_is_called_by_its_place_below_the_root(void **state)
{
	(void)state;
	assert_path("/srv/git/team/shop.git", "/srv/git", "team/shop");
	assert_path("/srv/git/team/shop.git", "/srv/git/", "team/shop");
	assert_path("/srv/git/team/shop.git", NULL, "shop");
	assert_path("/srv/git/shop", "/srv/git", "shop");
	assert_path("/srv/shop.git", "/", "srv/shop");
}

static void a_repository_outside_of_the_root_is_called_by_its_last_name(void **state)
{
	(void)state;
	assert_path("/srv/gitx/shop.git", "/srv/git", "shop");
	assert_path("/home/shop.git", "/srv/git", "shop");
	assert_path("/srv/git", "/srv/git", "git");
}

static void only_a_suffix_is_taken_off(void **state)
{
	(void)state;
	assert_path("/work/shop/.git", NULL, "shop");
	assert_path("/work/shop.git.old", NULL, "shop.git.old");
	assert_path("/work/digit", NULL, "digit");
	assert_path("/.git", NULL, ".git");
	assert_path("/s", NULL, "s");
}

static void assert_url(const char *form, const char *path, const char *expected)
{
	char *url = location_url(form, path);

	assert_string_equal(url, expected);
	free(url);
}

static void the_path_is_encoded_where_the_form_has_its_place(void **state)
{
	(void)state;
	assert_url("https://git.example.com/{path}", "team/shop", "https://git.example.com/team/shop");
	assert_url("{path}?p={path}", "a b", "a%20b?p=a%20b");
	assert_url("x/{path}.git", "\xc3\xa4#?%", "x/%C3%A4%23%3F%25.git");
	assert_url("{path}", "AZaz09-._~/", "AZaz09-._~/");
	assert_url("{path}", "!:@[`{", "%21%3A%40%5B%60%7B");
	assert_url("https://git.example.com/", "shop", "https://git.example.com/");
	assert_null(location_url(NULL, "shop"));
}

static void the_last_name_stands_behind_the_last_slash(void **state)
{
	(void)state;
	assert_string_equal(location_name("/srv/git/shop.git"), "shop.git");
	assert_string_equal(location_name("shop.git"), "shop.git");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_repository_is_called_by_its_place_below_the_root),
		cmocka_unit_test(a_repository_outside_of_the_root_is_called_by_its_last_name),
		cmocka_unit_test(only_a_suffix_is_taken_off),
		cmocka_unit_test(the_path_is_encoded_where_the_form_has_its_place),
		cmocka_unit_test(the_last_name_stands_behind_the_last_slash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
