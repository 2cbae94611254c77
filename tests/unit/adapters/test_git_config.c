#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/git_config.h"
#include "base/buffer.h"
#include "support/git_fixture.h"

struct fixture {
	struct git_settings settings;
	struct error error;
};

static int setup(void **state)
{
	git_fixture_enter();
	git_fixture_run("git init -q --bare r.git; git config --file global user.name Owner");
	*state = calloc(1, sizeof(struct fixture));
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	git_settings_release(&fixture->settings);
	error_release(&fixture->error);
	free(fixture);
	git_fixture_leave();
	return 0;
}

static int read_settings(struct fixture *fixture)
{
	struct buffer path = BUFFER_INIT;
	int result;

	buffer_addf(&path, "%s/r.git", git_fixture_folder());
	result = git_settings_read(&fixture->settings, buffer_text(&path), geteuid(), &fixture->error);
	buffer_release(&path);
	return result;
}

static void a_setting_has_its_value_and_the_file_that_it_stands_in(void **state)
{
	struct fixture *fixture = *state;
	const struct git_setting *setting;
	struct buffer file = BUFFER_INIT;

	git_fixture_run("git config --file r.git/config core.hooksPath '/a folder/with = and ;'");
	assert_int_equal(read_settings(fixture), 0);
	setting = git_settings_find(&fixture->settings, "core.hookspath");
	assert_non_null(setting);
	assert_string_equal(setting->value, "/a folder/with = and ;");
	buffer_addf(&file, "%s/r.git/config", git_fixture_folder());
	assert_string_equal(setting->file, buffer_text(&file));
	buffer_release(&file);
}

static void the_last_of_several_holds(void **state)
{
	struct fixture *fixture = *state;

	git_fixture_run("git config --file r.git/config --add core.fsync none;"
			"git config --file r.git/config --add core.fsync all");
	assert_int_equal(read_settings(fixture), 0);
	assert_string_equal(git_settings_find(&fixture->settings, "core.fsync")->value, "all");
}

static void what_is_not_set_is_not_found_and_not_true(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_settings(fixture), 0);
	assert_null(git_settings_find(&fixture->settings, "receive.fsckobjects"));
	assert_false(git_settings_true(&fixture->settings, "receive.fsckobjects"));
}

static void truth_is_read_as_git_reads_it(void **state)
{
	struct fixture *fixture = *state;

	git_fixture_run("printf '[x]\\n\\talone\\n\\tyes = YES\\n\\ton = on\\n\\tone = 1\\n\\ttwo = 2\\n\\tno = no\\n"
			"\\tzero = 0\\n\\tempty =\\n\\tword = word\\n' >>r.git/config");
	assert_int_equal(read_settings(fixture), 0);
	assert_true(git_settings_true(&fixture->settings, "x.alone"));
	assert_true(git_settings_true(&fixture->settings, "x.yes"));
	assert_true(git_settings_true(&fixture->settings, "x.on"));
	assert_true(git_settings_true(&fixture->settings, "x.one"));
	assert_true(git_settings_true(&fixture->settings, "x.two"));
	assert_false(git_settings_true(&fixture->settings, "x.no"));
	assert_false(git_settings_true(&fixture->settings, "x.zero"));
	assert_false(git_settings_true(&fixture->settings, "x.empty"));
	assert_false(git_settings_true(&fixture->settings, "x.word"));
}

static void the_owner_sees_the_configuration_that_the_environment_names(void **state)
{
	struct fixture *fixture = *state;
	struct buffer file = BUFFER_INIT;

	buffer_addf(&file, "%s/global", git_fixture_folder());
	setenv("GIT_CONFIG_GLOBAL", buffer_text(&file), 1);
	assert_int_equal(read_settings(fixture), 0);
	assert_string_equal(git_settings_find(&fixture->settings, "user.name")->file, buffer_text(&file));
	buffer_release(&file);
}

static void settings_of_the_environment_alone_do_not_count(void **state)
{
	struct fixture *fixture = *state;
	int result;

	setenv("GIT_CONFIG_COUNT", "1", 1);
	setenv("GIT_CONFIG_KEY_0", "core.hooksPath", 1);
	setenv("GIT_CONFIG_VALUE_0", "/elsewhere", 1);
	result = read_settings(fixture);
	unsetenv("GIT_CONFIG_COUNT");
	unsetenv("GIT_CONFIG_KEY_0");
	unsetenv("GIT_CONFIG_VALUE_0");
	assert_int_equal(result, 0);
	assert_null(git_settings_find(&fixture->settings, "core.hookspath"));
}

static void a_broken_configuration_is_an_error(void **state)
{
	struct fixture *fixture = *state;

	git_fixture_run("echo '[broken' >>r.git/config");
	assert_int_equal(read_settings(fixture), ERROR_FAILED);
	assert_non_null(fixture->error.message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_setting_has_its_value_and_the_file_that_it_stands_in, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_last_of_several_holds, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_set_is_not_found_and_not_true, setup, teardown),
		cmocka_unit_test_setup_teardown(truth_is_read_as_git_reads_it, setup, teardown),
		cmocka_unit_test_setup_teardown(the_owner_sees_the_configuration_that_the_environment_names, setup,
						teardown),
		cmocka_unit_test_setup_teardown(settings_of_the_environment_alone_do_not_count, setup, teardown),
		cmocka_unit_test_setup_teardown(a_broken_configuration_is_an_error, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
