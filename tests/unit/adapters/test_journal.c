#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/journal.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

struct fixture {
	char *folder;
	char *file;
	struct error error;
};

/* What the C library's functions of these names would have been told: a program's own come first. */
static char system_line[128];
static char system_name[32];
static int system_facility;
static int system_priority;

void openlog(const char *ident, int option, int facility)
{
	(void)option;
	snprintf(system_name, sizeof(system_name), "%s", ident);
	system_facility = facility;
}

static void take_line(int priority, const char *format, va_list arguments)
{
	system_priority = priority;
	vsnprintf(system_line, sizeof(system_line), format, arguments);
}

void syslog(int pri, const char *fmt, ...)
{
	va_list arguments;

	va_start(arguments, fmt);
	take_line(pri, fmt, arguments);
	va_end(arguments);
}

/* Stands for syslog where _FORTIFY_SOURCE is on. */
void __syslog_chk(int priority, int flag, const char *format, ...);
void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list arguments;

	(void)flag;
	va_start(arguments, format);
	take_line(priority, format, arguments);
	va_end(arguments);
}

static int set_up(void **data)
{
	struct fixture *fixture = memory_alloc(sizeof(*fixture));
	char folder[] = "/tmp/test_journal.XXXXXX";
	struct buffer file = BUFFER_INIT;

	assert_non_null(mkdtemp(folder));
	fixture->folder = memory_copy(folder);
	buffer_addf(&file, "%s/log", folder);
	fixture->file = buffer_detach(&file);
	*data = fixture;
	return 0;
}

static int tear_down(void **data)
{
	struct fixture *fixture = *data;

	unlink(fixture->file);
	assert_int_equal(rmdir(fixture->folder), 0);
	error_release(&fixture->error);
	free(fixture->file);
	free(fixture->folder);
	free(fixture);
	return 0;
}

static void assert_file(struct fixture *fixture, const char *expected)
{
	struct buffer text = BUFFER_INIT;

	assert_int_equal(file_read(&text, fixture->file, 1024 * 1024, &fixture->error), 0);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
}

static void appends_lines_to_a_file(void **data)
{
	struct fixture *fixture = *data;

	assert_int_equal(journal_write(fixture->file, "{\"a\":1}", &fixture->error), 0);
	assert_int_equal(journal_write(fixture->file, "100%s", &fixture->error), 0);
	assert_file(fixture, "{\"a\":1}\n100%s\n");
}

static void makes_a_file_that_others_cannot_read(void **data)
{
	struct fixture *fixture = *data;
	mode_t before = umask(0);
	struct stat status;
	int result = journal_write(fixture->file, "x", &fixture->error);

	umask(before);
	assert_int_equal(result, 0);
	assert_int_equal(stat(fixture->file, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
}

static void writes_to_the_system_s_log(void **data)
{
	struct fixture *fixture = *data;

	assert_int_equal(journal_write("syslog", "100%s", &fixture->error), 0);
	assert_string_equal(system_name, "hotfix");
	assert_int_equal(system_facility, LOG_DAEMON);
	assert_int_equal(system_priority, LOG_INFO);
	assert_string_equal(system_line, "100%s");
}

static void writes_nowhere_when_there_is_no_log(void **data)
{
	struct fixture *fixture = *data;

	system_line[0] = '\0';
	assert_int_equal(journal_write(NULL, "x", &fixture->error), 0);
	assert_string_equal(system_line, "");
}

static void refuses_a_line_that_is_two(void **data)
{
	struct fixture *fixture = *data;

	assert_int_equal(journal_write(fixture->file, "one\ntwo", &fixture->error), ERROR_FAILED);
	assert_int_equal(access(fixture->file, F_OK), -1);
}

static void names_the_file_that_cannot_be_written(void **data)
{
	struct fixture *fixture = *data;
	struct buffer file = BUFFER_INIT;
	struct buffer expected = BUFFER_INIT;

	buffer_addf(&file, "%s/missing/log", fixture->folder);
	buffer_addf(&expected, "%s: No such file or directory", file.bytes);
	assert_int_equal(journal_write(file.bytes, "x", &fixture->error), ERROR_FAILED);
	assert_string_equal(error_text(&fixture->error), expected.bytes);
	buffer_release(&file);
	buffer_release(&expected);
}

static void names_the_full_disk(void **data)
{
	struct fixture *fixture = *data;

	assert_int_equal(journal_write("/dev/full", "x", &fixture->error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&fixture->error), "/dev/full: "));
	assert_non_null(strstr(error_text(&fixture->error), "No space left on device"));
}

static void does_not_wait_for_a_reader_of_a_pipe(void **data)
{
	struct fixture *fixture = *data;

	assert_int_equal(mkfifo(fixture->file, 0600), 0);
	assert_int_equal(journal_write(fixture->file, "x", &fixture->error), ERROR_FAILED);
}

static void keeps_lines_of_several_writers_whole(void **data)
{
	struct fixture *fixture = *data;
	struct buffer text = BUFFER_INIT;
	char line[401] = {0};
	size_t lines = 0;

	for (int writer = 0; writer < 4; writer++) {
		memset(line, 'a' + writer, 400);
		if (fork())
			continue;
		for (int i = 0; i < 50; i++)
			if (journal_write(fixture->file, line, &fixture->error))
				_exit(1);
		_exit(0);
	}
	for (int writer = 0; writer < 4; writer++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(file_read(&text, fixture->file, 1024 * 1024, &fixture->error), 0);
	for (const char *at = text.bytes; *at; at += 401, lines++) {
		assert_int_equal(strspn(at, (char[]){*at, '\0'}), 400);
		assert_int_equal(at[400], '\n');
	}
	assert_int_equal(lines, 200);
	buffer_release(&text);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(appends_lines_to_a_file),
		IN_FOLDER(makes_a_file_that_others_cannot_read),
		IN_FOLDER(writes_to_the_system_s_log),
		IN_FOLDER(writes_nowhere_when_there_is_no_log),
		IN_FOLDER(refuses_a_line_that_is_two),
		IN_FOLDER(names_the_file_that_cannot_be_written),
		IN_FOLDER(names_the_full_disk),
		IN_FOLDER(does_not_wait_for_a_reader_of_a_pipe),
		IN_FOLDER(keeps_lines_of_several_writers_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
