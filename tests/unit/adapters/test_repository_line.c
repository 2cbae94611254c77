#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/repository_line.h"
#include "support/git_fixture.h"

static struct line_commits line_of(const char *tip, int64_t since)
{
	struct object_id id = git_fixture_id(tip);
	struct repository *repository = NULL;
	struct error error = ERROR_INIT;
	struct line_commits line = {0};

	if (repository_open(&repository, "r.git", NULL, NULL, &error) || repository_give_room(repository, &error) ||
	    repository_line(repository, &line, &id, since, &error))
		fail_msg("%s", error_text(&error));
	repository_free(repository);
	return line;
}

static void the_line_goes_down_by_first_parents(void **state)
{
	static const char *const wanted[] = {"merge", "two", "one"};
	static const size_t parents[] = {2, 1, 0};
	struct line_commits line;

	(void)state;
	git_fixture_run("commit one; commit two one; commit side one; commit merge two side");
	line = line_of("merge", 0);
	assert_int_equal(line.count, 3);
	for (size_t i = 0; line.items && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct object_id id = git_fixture_id(wanted[i]);

		assert_true(object_id_equal(&line.items[i].id, &id));
		assert_true(line.items[i].time > 0);
		assert_int_equal(line.items[i].parents, parents[i]);
	}
	line_commits_release(&line);
}

static void one_that_is_older_does_not_end_it_but_a_hundred_in_a_row_do(void **state)
{
	struct line_commits line;

	(void)state;
	git_fixture_run(
		"date='1000000000 +0000'; commit c0; i=1; while [ $i -le 150 ]; do commit c$i c$((i - 1)); i=$((i + 1));"
		"done; date='1300000000 +0000'; commit young c150; date='1000000000 +0000'; commit old young;"
		"date='1300000000 +0000'; commit tip old");
	line = line_of("tip", 1200000000);
	assert_int_equal(line.count, 3 + LINE_OLDER);
	line_commits_release(&line);
	line = line_of("tip", 900000000);
	assert_int_equal(line.count, 154);
	line_commits_release(&line);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, git_fixture_set_up_repository, git_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_line_goes_down_by_first_parents),
		TEST(one_that_is_older_does_not_end_it_but_a_hundred_in_a_row_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
