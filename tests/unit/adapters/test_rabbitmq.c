#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/rabbitmq.h"
#include "base/buffer.h"

static const struct strings no_headers = STRINGS_INIT;

static struct rabbitmq_message message_to(const char *url)
{
	return (struct rabbitmq_message){.url = url,
					 .exchange = "hotfix",
					 .routing_key = "ping",
					 .id = "1-w",
					 .type = "ping",
					 .content_type = "application/json",
					 .headers = &no_headers,
					 .body = "{}",
					 .length = 2,
					 .timeout = 2};
}

/* Through the request, as an errand does it. */
static int perform(struct reply *out, const struct rabbitmq_message *message, struct error *error)
{
	struct json *request = rabbitmq_request(message);
	int result = rabbitmq_perform(out, request, error);

	json_free(request);
	return result;
}

static void assert_no_answer(const struct rabbitmq_message *message, const char *words)
{
	struct reply reply = {0};
	struct error error = ERROR_INIT;

	if (perform(&reply, message, &error))
		fail_msg("%s", error_text(&error));
	assert_int_equal(reply.status, 0);
	assert_false(reply.unknown);
	assert_string_equal(reply.error, words);
	assert_in_range(reply.milliseconds, 0, 60000);
	reply_release(&reply);
}

static void assert_impossible(const struct rabbitmq_message *message, const char *words)
{
	struct reply reply = {0};
	struct error error = ERROR_INIT;

	assert_int_not_equal(perform(&reply, message, &error), 0);
	assert_string_equal(error_text(&error), words);
	error_release(&error);
	reply_release(&reply);
}

static void nobody_there_is_no_answer(void **state)
{
	struct rabbitmq_message message = message_to("amqp://127.0.0.1:9");

	(void)state;
	if (!rabbitmq_is_built())
		skip();
	assert_no_answer(&message, "Connection refused");
	message.url = "amqp://[::ffff:127.0.0.1]:9";
	assert_no_answer(&message, "Connection refused");
}

static void forbidden_addresses_are_not_connected_to(void **state)
{
	static const char words[] = "does not connect to 169.254.169.254: a link-local or metadata address";
	struct rabbitmq_message message = message_to("amqps://169.254.169.254");

	(void)state;
	if (!rabbitmq_is_built())
		skip();
	assert_no_answer(&message, words);
	message.url = "amqp://[::ffff:169.254.169.254]";
	message.insecure = true;
	assert_no_answer(&message, words);
	message.url = "amqps://[fe80::1]";
	assert_no_answer(&message, "does not connect to fe80::1: a link-local or metadata address");
}

/* 192.0.2.0/24 is for documentation (RFC 5737): nobody is there, and nobody is asked. */
static void without_tls_no_message_leaves_this_machine(void **state)
{
	struct rabbitmq_message message = message_to("amqp://192.0.2.1");

	(void)state;
	if (!rabbitmq_is_built())
		skip();
	assert_no_answer(&message, "does not connect to 192.0.2.1: amqp without TLS leaves this machine "
				   "(insecure = yes allows it)");
}

static void files_of_tls_that_cannot_be_read_are_named(void **state)
{
	struct rabbitmq_message message = message_to("amqps://127.0.0.1:9");
	struct reply reply = {0};
	struct error error = ERROR_INIT;

	(void)state;
	if (!rabbitmq_is_built())
		skip();
	message.ca_file = "/nonexistent/ca";
	assert_int_equal(perform(&reply, &message, &error), 0);
	assert_non_null(strstr(reply.error, "/nonexistent/ca: "));
	reply_release(&reply);
}

static void what_does_not_fit_into_the_protocol_is_impossible(void **state)
{
	struct rabbitmq_message message = message_to("amqp://127.0.0.1:9/");
	struct buffer key = BUFFER_INIT;

	(void)state;
	if (!rabbitmq_is_built())
		skip();
	assert_impossible(&message, "a vhost that is empty: without the last / it is the default one, which is /%2F");
	message.url = "amqp://127.0.0.1:9";
	for (int i = 0; i < 256; i++)
		buffer_add_char(&key, 'k');
	message.routing_key = buffer_text(&key);
	assert_impossible(&message, "the routing key is longer than 255 bytes");
	buffer_release(&key);
}

static void a_request_that_is_not_whole_is_impossible(void **state)
{
	struct rabbitmq_message message = message_to("amqp://127.0.0.1:9");
	struct json *nothing = json_new_object();
	struct reply reply = {0};
	struct error error = ERROR_INIT;

	(void)state;
	message.exchange = NULL;
	assert_impossible(&message, "the request for a message is not whole");
	assert_int_not_equal(rabbitmq_perform(&reply, nothing, &error), 0);
	assert_string_equal(error_text(&error), "the request for a message has no body");
	error_release(&error);
	json_free(nothing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_there_is_no_answer),
		cmocka_unit_test(forbidden_addresses_are_not_connected_to),
		cmocka_unit_test(without_tls_no_message_leaves_this_machine),
		cmocka_unit_test(files_of_tls_that_cannot_be_read_are_named),
		cmocka_unit_test(what_does_not_fit_into_the_protocol_is_impossible),
		cmocka_unit_test(a_request_that_is_not_whole_is_impossible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
