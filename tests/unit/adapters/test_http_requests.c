#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/http_exchange.h"

static void assert_begins(const char *method, const char *body, const char *wanted, bool has_body)
{
	static const char *const script[] = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL};
	struct http_server server;
	struct exchange exchange;

	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	exchange.request.method = method;
	exchange.request.body = body;
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(strncmp(server.requests.items[0], wanted, strlen(wanted)), 0);
	assert_int_equal(strstr(server.requests.items[0], "\r\n\r\n{\"a\":1}") != NULL, has_body);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void a_method_can_be_chosen(void **state)
{
	(void)state;
	assert_begins("GET", NULL, "GET /hook HTTP/1.1\r\n", false);
	assert_begins("PUT", "{\"a\":1}", "PUT /hook HTTP/1.1\r\n", true);
	assert_begins("POST", "{\"a\":1}", "POST /hook HTTP/1.1\r\n", true);
}

static void more_of_a_reply_can_be_asked_for(void **state)
{
	static const char *const script[] = {SERVER_TALKS, NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	exchange.request.reply_maximum = 100000;
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.body.length, 100000);
	assert_true(exchange.reply.cut);
	reply_release(&exchange.reply);
	server_release(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_method_can_be_chosen),
		cmocka_unit_test(more_of_a_reply_can_be_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
