/* The program that is sent is a script: what hotfixctl itself does is shown by tests/push/mail.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "adapters/errand.h"
#include "base/clock.h"
#include "support/git_fixture.h"

static int set_up(void **state)
{
	struct error error = ERROR_INIT;

	git_fixture_enter();
	return network_new((struct network **)state, &error);
}

static int tear_down(void **state)
{
	network_free(*state);
	git_fixture_leave();
	return 0;
}

/* Each has a file of its own: a shell may read it when the next is written. */
static char *script(const char *text)
{
	static int number;
	struct buffer path = BUFFER_INIT;
	FILE *file;

	buffer_addf(&path, "%s/script-%d", git_fixture_folder(), ++number);
	file = fopen(buffer_text(&path), "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", text);
	fclose(file);
	assert_int_equal(chmod(buffer_text(&path), 0700), 0);
	return buffer_detach(&path);
}

static void begin(struct network *network, const char *text, int timeout, void *owner)
{
	struct json *request = json_new_object();
	struct error error = ERROR_INIT;
	char *program = script(text);

	json_set_string(request, "word", "the request");
	if (errand_begin(network, program, request, timeout, owner, &error))
		fail_msg("%s", error_text(&error));
	json_free(request);
	free(program);
}

static void await(struct network *network, struct reply *reply, void **owner)
{
	struct error error = ERROR_INIT;

	while (!network_next(network, reply, owner))
		assert_int_equal(network_run(network, 10000, &error), 0);
}

static struct reply reply_of(struct network *network, const char *text)
{
	struct reply reply;
	void *owner;

	begin(network, text, 20, &reply);
	assert_int_equal(network_under_way(network), 1);
	await(network, &reply, &owner);
	assert_ptr_equal(owner, &reply);
	assert_int_equal(network_under_way(network), 0);
	return reply;
}

static void what_is_written_is_read(void **state)
{
	struct recipient recipients[] = {{(char *)"a@b", 250, (char *)"250 ok"}, {(char *)"c@d", 0, NULL}};
	struct reply written = {.status = 250, .unknown = true, .milliseconds = 7, .error = (char *)"odd \"words\"\n"};
	struct buffer text = BUFFER_INIT;
	struct buffer command = BUFFER_INIT;
	struct reply reply;

	written.recipients = recipients;
	written.recipient_count = 2;
	buffer_add_string(&written.body, "250 said the server\n");
	errand_write_reply(&text, &written);
	buffer_addf(&command, "cat <<'END'\n%s\nEND", buffer_text(&text));
	reply = reply_of(*state, buffer_text(&command));
	assert_int_equal(reply.status, 250);
	assert_true(reply.unknown);
	assert_int_equal(reply.milliseconds, 7);
	assert_int_equal(reply.retry_after, -1);
	assert_string_equal(reply.error, "odd \"words\"\n");
	assert_string_equal(buffer_text(&reply.body), "250 said the server\n");
	assert_int_equal(reply.recipient_count, 2);
	assert_string_equal(reply.recipients[0].words, "250 ok");
	assert_string_equal(reply.recipients[1].address, "c@d");
	assert_null(reply.recipients[1].words);
	reply_release(&reply);
	buffer_release(&written.body);
	buffer_release(&text);
	buffer_release(&command);
}

static void the_request_is_on_standard_input_and_nowhere_else(void **state)
{
	struct reply reply = reply_of(*state, "[ \"$*\" = errand ] || exit 9\nenv | grep -q request && exit 9\n"
					      "printf '{\"error\":'; sed 's/.*:\\(.*\\)}/\\1/'; echo '}'");

	assert_string_equal(reply.error, "the request");
	reply_release(&reply);
}

/* It may have done its work before. */
static void assert_unknown(struct network *network, const char *text, const char *words)
{
	struct reply reply = reply_of(network, text);

	assert_int_equal(reply.status, 0);
	assert_true(reply.unknown);
	assert_non_null(strstr(reply.error, words));
	reply_release(&reply);
}

static void a_process_that_falls_over_is_no_answer(void **state)
{
	assert_unknown(*state, "exit 3", "it ended with status 3");
	assert_unknown(*state, "echo '{\"status\":250}'; kill -9 $$", "it ended with status 137");
	assert_unknown(*state, "echo hello", "no JSON");
	assert_unknown(*state, ":", "no JSON");
	assert_unknown(*state, "head -c 300000 /dev/zero", "");
}

static void one_that_hangs_is_killed_and_delays_no_other(void **state)
{
	int64_t start = clock_monotonic();
	struct reply reply;
	int first, second;
	void *owner;

	/* a second from now */
	begin(*state, "sleep 100", 1 - ERRAND_GRACE_SECONDS, &first);
	begin(*state, "echo '{\"status\":250}'", 20, &second);
	await(*state, &reply, &owner);
	assert_ptr_equal(owner, &second);
	assert_int_equal(reply.status, 250);
	reply_release(&reply);
	await(*state, &reply, &owner);
	assert_ptr_equal(owner, &first);
	assert_int_equal(reply.status, 0);
	assert_true(reply.unknown);
	assert_true(reply.milliseconds >= 1000);
	assert_true(clock_monotonic() - start < 60000);
	reply_release(&reply);
}

static void one_that_is_cancelled_leaves_no_trace(void **state)
{
	struct error error = ERROR_INIT;
	struct reply reply;
	void *owner;
	int ours;

	begin(*state, "sleep 100", 20, &ours);
	network_cancel(*state, &ours);
	assert_int_equal(network_under_way(*state), 0);
	assert_int_equal(network_run(*state, 0, &error), 0);
	assert_false(network_next(*state, &reply, &owner));
}

static void a_program_that_is_not_there_cannot_be_sent(void **state)
{
	struct json *request = json_new_object();
	struct error error = ERROR_INIT;

	assert_int_not_equal(errand_begin(*state, "/nowhere/hotfixctl", request, 1, state, &error), 0);
	assert_non_null(strstr(error_text(&error), "/nowhere/hotfixctl"));
	assert_int_equal(network_under_way(*state), 0);
	error_release(&error);
	json_free(request);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(the_request_is_on_standard_input_and_nowhere_else),
		TEST(a_process_that_falls_over_is_no_answer),
		TEST(one_that_hangs_is_killed_and_delays_no_other),
		TEST(one_that_is_cancelled_leaves_no_trace),
		TEST(a_program_that_is_not_there_cannot_be_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
