#include "support/deliver_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/git_fixture.h"

void deliver_fixture_configure(const char *format, ...)
{
	FILE *file = fopen("r.git/hotfix.ini", "w");
	va_list arguments;

	assert_non_null(file);
	fputs("[repository]\nweb = https://git.example.com/{path}\n[production]\nbranch = refs/heads/main\n", file);
	va_start(arguments, format);
	vfprintf(file, format, arguments);
	va_end(arguments);
	assert_int_equal(fclose(file), 0);
	git_fixture_run("umask 077; echo 0123456789abcdef0123456789abcdef >secret; chmod 644 r.git/hotfix.ini");
	deliver_fixture_sql("UPDATE repository SET begun = 1");
}

void deliver_fixture_land(struct flow_fixture *fixture, const char *from, const char *to)
{
	flow_fixture_record_landing(fixture, MAIN, from, to, LANDING_MERGE);
	flow_fixture_move(MAIN, to);
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
}

struct deliver_result deliver_fixture_run(enum deliver_mode mode)
{
	struct deliver_options options = {.git_dir = "r.git", .mode = mode};
	struct deliver_result result;
	struct error error = ERROR_INIT;

	if (deliver_main_loop(&result, &options, &error))
		fail_msg("%s", error_text(&error));
	return result;
}

void deliver_fixture_sql(const char *sql)
{
	git_fixture_run("sqlite3 -bail r.git/hotfix.sqlite \"%s\"", sql);
}

void deliver_fixture_assert_sql(const char *sql, const char *wanted)
{
	git_fixture_run("sqlite3 -bail r.git/hotfix.sqlite \"%s\" | paste -sd' ' >got\n"
			"echo '%s' >wanted\ncmp got wanted || { cat got >&2; exit 1; }",
			sql, wanted);
}

void deliver_fixture_everything_is_due(void)
{
	deliver_fixture_sql("PRAGMA busy_timeout = 5000; UPDATE delivery SET due = 0 WHERE state = 0");
}
