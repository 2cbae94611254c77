#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/guard.h"
#include "adapters/process.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"

#define LATE 7

/* Runs WORK in a process of its own, under a guard; returns its exit status, and what it said in SAID. */
static int run(char said[GUARD_WORDS], int seconds, int64_t memory, void (*work)(void))
{
	struct guard guard = {.seconds = seconds, .memory = memory, .words = "time is up\n", .status = LATE};
	struct error error = ERROR_INIT;
	ssize_t length;
	size_t total = 0;
	int ends[2];
	int status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		if (guard_set(&guard, &error))
			_exit(1);
		work();
		guard_lift(&guard);
		_exit(0);
	}
	close(ends[1]);
	while (total < GUARD_WORDS - 1 && (length = read(ends[0], said + total, GUARD_WORDS - 1 - total)) > 0)
		total += (size_t)length;
	said[total] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void spin(void)
{
	for (volatile unsigned int i = 0;; i++)
		;
}

/* Its child keeps the pipe open, so that the test would wait for that too. */
static void wait_for_a_child(void)
{
	pid_t child = fork();

	if (!child) {
		signal(SIGALRM, SIG_IGN);
		for (;;)
			pause();
	}
	while (waitpid(child, NULL, 0) < 0)
		;
	_exit(0);
}

static void do_nothing(void)
{
}

static void take_much(void)
{
	for (int i = 0; i < 1024; i++)
		memory_alloc(1024 * 1024);
}

static void map_much(void)
{
	int fd = memfd_create("much", 0);

	if (fd < 0 || ftruncate(fd, 512 * 1024 * 1024))
		_exit(1);
	if (mmap(NULL, 512 * 1024 * 1024, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		_exit(2);
	if (mmap(NULL, 512 * 1024 * 1024, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED)
		_exit(3);
}

static void what_takes_too_long_is_ended(void **state)
{
	char said[GUARD_WORDS];

	(void)state;
	assert_int_equal(run(said, 1, 0, spin), LATE);
	assert_string_equal(said, "time is up\n");
}

static void so_is_a_program_that_is_waited_for(void **state)
{
	char said[GUARD_WORDS];

	(void)state;
	assert_int_equal(run(said, 1, 0, wait_for_a_child), LATE);
	assert_string_equal(said, "time is up\n");
}

static void what_is_done_in_time_goes_on(void **state)
{
	char said[GUARD_WORDS];

	(void)state;
	assert_int_equal(run(said, 60, 0, do_nothing), 0);
	assert_string_equal(said, "");
}

static void raise_the_alarm(void)
{
	raise(SIGALRM);
}

static void a_signal_of_somebody_else_ends_nothing(void **state)
{
	char said[GUARD_WORDS];

	(void)state;
	assert_int_equal(run(said, 60, 0, raise_the_alarm), 0);
}

static void lift_and_wait(void)
{
	struct guard guard = {.seconds = 1, .words = "late", .status = LATE};
	struct error error = ERROR_INIT;
	int64_t until = clock_monotonic() + 1500;

	if (guard_set(&guard, &error))
		_exit(1);
	guard_lift(&guard);
	while (clock_monotonic() < until)
		usleep(10000);
}

static void a_guard_that_is_lifted_ends_nothing(void **state)
{
	char said[GUARD_WORDS];

	(void)state;
	assert_int_equal(run(said, 60, 0, lift_and_wait), 0);
}

#ifndef __SANITIZE_ADDRESS__
static void who_takes_too_much_memory_is_told_which_limit(void **state)
{
	char said[GUARD_WORDS];

	(void)state;
	assert_int_equal(run(said, 60, 64 * 1024 * 1024, take_much), EXIT_FAILURE);
	assert_non_null(strstr(said, "more than 64 MB of memory ([limits] memory in hotfix.ini)"));
}

static void files_that_are_mapped_do_not_count(void **state)
{
	char said[GUARD_WORDS];

	(void)state;
	assert_int_equal(run(said, 60, 64 * 1024 * 1024, map_much), 0);
}

/* Writes its own limit into a file, from a process that outlives the guarded one. */
static void leave_somebody_behind(void)
{
	char *const arguments[] = {"/bin/sh", "-c", "ulimit -S -d >/tmp/test_guard.$$; mv /tmp/test_guard.$$ \"$0\"",
				   getenv("GUARD_FILE"), NULL};
	char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
	struct error error = ERROR_INIT;

	if (process_detach(arguments, environment, &error))
		_exit(1);
}

static void what_is_left_behind_is_not_held_to_it(void **state)
{
	char folder[] = "/tmp/test_guard.XXXXXX";
	char said[GUARD_WORDS];
	struct buffer path = BUFFER_INIT;
	char limit[32] = "";
	int tries = 0;
	ssize_t length;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	buffer_addf(&path, "%s/limit", folder);
	setenv("GUARD_FILE", buffer_text(&path), 1);
	assert_int_equal(run(said, 60, 64 * 1024 * 1024, leave_somebody_behind), 0);
	while ((fd = open(buffer_text(&path), O_RDONLY)) < 0 && tries++ < 1000)
		usleep(10000);
	length = read(fd, limit, sizeof(limit) - 1);
	close(fd);
	assert_true(length > 0);
	assert_string_not_equal(limit, "65536\n");
	assert_int_equal(unlink(buffer_text(&path)), 0);
	assert_int_equal(rmdir(folder), 0);
	buffer_release(&path);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_takes_too_long_is_ended),
		cmocka_unit_test(so_is_a_program_that_is_waited_for),
		cmocka_unit_test(what_is_done_in_time_goes_on),
		cmocka_unit_test(a_signal_of_somebody_else_ends_nothing),
		cmocka_unit_test(a_guard_that_is_lifted_ends_nothing),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(who_takes_too_much_memory_is_told_which_limit),
		cmocka_unit_test(files_that_are_mapped_do_not_count),
		cmocka_unit_test(what_is_left_behind_is_not_held_to_it),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
