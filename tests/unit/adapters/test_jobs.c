#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/jobs.h"
#include "base/clock.h"

/* A job that runs a script by sh. */
static struct job script(const char *text)
{
	struct job job = {.arguments = STRINGS_INIT};

	strings_add(&job.arguments, "/bin/sh");
	strings_add(&job.arguments, "-c");
	strings_add(&job.arguments, text);
	return job;
}

static void run(struct job *jobs, size_t count)
{
	struct error error = ERROR_INIT;

	if (jobs_run(jobs, count, 20, &error))
		fail_msg("%s", error_text(&error));
}

static void assert_output(const char *text, const char *expected)
{
	struct job job = script(text);

	run(&job, 1);
	assert_int_equal(job.status, 0);
	assert_string_equal(buffer_text(&job.output), expected);
	job_release(&job);
}

static void gives_input_and_file_and_takes_the_output(void **state)
{
	struct job job = script("cat; cat " JOB_FILE "; cat " JOB_FILE);

	(void)state;
	buffer_add_string(&job.input, "in ");
	buffer_add_string(&job.file, "file ");
	run(&job, 1);
	assert_string_equal(buffer_text(&job.output), "in file file ");
	assert_int_equal(job.status, 0);
	job_release(&job);
}

static void input_may_be_long_and_hold_any_byte(void **state)
{
	struct job job = script("wc -c; wc -c <" JOB_FILE);

	(void)state;
	for (int i = 0; i < 300000; i++)
		buffer_add_char(&job.input, (char)i);
	buffer_add(&job.file, "\0\0", 2);
	run(&job, 1);
	assert_string_equal(buffer_text(&job.output), "300000\n2\n");
	job_release(&job);
}

static void its_environment_is_its_own(void **state)
{
	(void)state;
	setenv("PATH", "/nowhere", 1);
	setenv("LD_LIBRARY_PATH", "/nowhere", 1);
	setenv("GNUPGHOME", "/nowhere", 1);
	assert_output("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= | sort",
		      "HOME=/nonexistent\nLC_ALL=C\nPATH=/usr/bin:/bin\nTZ=UTC0\n");
	unsetenv("LD_LIBRARY_PATH");
	unsetenv("GNUPGHOME");
	setenv("PATH", "/usr/bin:/bin", 1);
}

static void it_gets_no_other_descriptor(void **state)
{
	int kept = fcntl(open("/dev/null", O_RDONLY), F_DUPFD, 50);

	(void)state;
	assert_true(kept >= 50);
	assert_output("ls /proc/$$/fd", "0\n1\n2\n3\n");
	close(kept);
}

static void what_it_says_to_nobody_is_lost(void **state)
{
	(void)state;
	assert_output("echo wrong >&2; echo right", "right\n");
}

static void tells_how_it_ended(void **state)
{
	struct job jobs[] = {script("exit 3"), script("kill -TERM $$"), script("exit 0")};

	(void)state;
	run(jobs, 3);
	assert_int_equal(jobs[0].status, 3);
	assert_int_equal(jobs[1].status, 128 + 15);
	assert_int_equal(jobs[2].status, 0);
	for (int i = 0; i < 3; i++)
		job_release(&jobs[i]);
}

static void many_run_at_a_time(void **state)
{
	struct job jobs[20];
	int64_t begin = clock_monotonic();

	(void)state;
	for (int i = 0; i < 20; i++) {
		jobs[i] = script("sleep 0.3; cat");
		buffer_addf(&jobs[i].input, "%d", i);
	}
	run(jobs, 20);
	assert_true(clock_monotonic() - begin < 20 * 300);
	for (int i = 0; i < 20; i++) {
		struct buffer expected = BUFFER_INIT;

		buffer_addf(&expected, "%d", i);
		assert_string_equal(buffer_text(&jobs[i].output), buffer_text(&expected));
		buffer_release(&expected);
		job_release(&jobs[i]);
	}
}

static void none_is_nothing(void **state)
{
	(void)state;
	run(NULL, 0);
}

static void assert_no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void kills_what_does_not_end(void **state)
{
	struct error error = ERROR_INIT;
	struct job jobs[] = {script("exec sleep 60"), script("exec sleep 60")};
	int64_t begin = clock_monotonic();

	(void)state;
	assert_int_not_equal(jobs_run(jobs, 2, 1, &error), 0);
	assert_true(clock_monotonic() - begin < 10000);
	assert_string_equal(error_text(&error), "/bin/sh did not end in time");
	assert_no_child_is_left();
	error_release(&error);
	job_release(&jobs[0]);
	job_release(&jobs[1]);
}

static void one_that_does_not_end_stops_none_of_the_others(void **state)
{
	struct error error = ERROR_INIT;
	struct job jobs[] = {script("exec sleep 60"), script("echo one; exit 3"), script("exec sleep 60"),
			     script("echo two")};
	int64_t begin = clock_monotonic();

	(void)state;
	if (jobs_try(jobs, 4, 2, &error))
		fail_msg("%s", error_text(&error));
	assert_true(clock_monotonic() - begin < 20000);
	assert_true(jobs[0].late && jobs[2].late);
	assert_false(jobs[1].late || jobs[3].late);
	assert_int_equal(jobs[1].status, 3);
	assert_string_equal(buffer_text(&jobs[1].output), "one\n");
	assert_string_equal(buffer_text(&jobs[3].output), "two\n");
	assert_no_child_is_left();
	for (size_t i = 0; i < 4; i++)
		job_release(&jobs[i]);
}

static void a_program_that_is_not_there_fails_all(void **state)
{
	struct error error = ERROR_INIT;
	struct job jobs[] = {script("exec sleep 60"), {.arguments = STRINGS_INIT}};

	(void)state;
	strings_add(&jobs[1].arguments, "/nonexistent/program");
	assert_int_not_equal(jobs_run(jobs, 2, 20, &error), 0);
	assert_non_null(strstr(error_text(&error), "/nonexistent/program"));
	assert_no_child_is_left();
	error_release(&error);
	job_release(&jobs[0]);
	job_release(&jobs[1]);
}

static void more_output_than_anybody_needs_is_an_error(void **state)
{
	struct error error = ERROR_INIT;
	struct job job = script("head -c 300000 /dev/zero");

	(void)state;
	assert_int_equal(jobs_run(&job, 1, 20, &error), ERROR_LIMIT);
	error_release(&error);
	job_release(&job);
}

/* In a process of its own, which has no standard files. */
static void runs_without_standard_files(void **state)
{
	pid_t pid = fork();
	int how;

	(void)state;
	if (!pid) {
		struct error error = ERROR_INIT;
		struct job job = script("cat; cat " JOB_FILE);

		for (int fd = 0; fd < 10; fd++)
			close(fd);
		buffer_add_string(&job.input, "in ");
		buffer_add_string(&job.file, "file");
		if (jobs_run(&job, 1, 20, &error) || job.status)
			_exit(1);
		_exit(strcmp(buffer_text(&job.output), "in file") ? 2 : 0);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_int_equal(how, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_input_and_file_and_takes_the_output),
		cmocka_unit_test(input_may_be_long_and_hold_any_byte),
		cmocka_unit_test(its_environment_is_its_own),
		cmocka_unit_test(it_gets_no_other_descriptor),
		cmocka_unit_test(what_it_says_to_nobody_is_lost),
		cmocka_unit_test(tells_how_it_ended),
		cmocka_unit_test(many_run_at_a_time),
		cmocka_unit_test(none_is_nothing),
		cmocka_unit_test(kills_what_does_not_end),
		cmocka_unit_test(one_that_does_not_end_stops_none_of_the_others),
		cmocka_unit_test(a_program_that_is_not_there_fails_all),
		cmocka_unit_test(more_output_than_anybody_needs_is_an_error),
		cmocka_unit_test(runs_without_standard_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
