#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "adapters/address.h"
#include "support/http_exchange.h"

static void a_request_arrives_as_it_was_made(void **state)
{
	static const char *const script[] = {"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ndeployed", NULL};
	struct strings headers = STRINGS_INIT;
	struct http_server server;
	struct exchange exchange;
	const char *request;

	(void)state;
	strings_add(&headers, "Content-Type: application/json");
	strings_add(&headers, "webhook-id: msg_1");
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	exchange.request.headers = &headers;
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 200);
	assert_false(exchange.reply.cut);
	assert_string_equal(buffer_text(&exchange.reply.body), "deployed");
	assert_null(exchange.reply.error);
	assert_false(exchange.reply.unknown);
	assert_int_equal(exchange.reply.retry_after, -1);
	assert_int_equal(server.requests.count, 1);
	request = server.requests.items[0];
	assert_int_equal(strncmp(request, "POST /hook HTTP/1.1\r\n", 21), 0);
	assert_non_null(strstr(request, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(request, "\r\nwebhook-id: msg_1\r\n"));
	assert_null(strcasestr(request, "\r\nExpect:"));
	assert_non_null(strstr(request, "\r\n\r\n{\"a\":1}"));
	reply_release(&exchange.reply);
	strings_release(&headers);
	server_release(&server);
}

static void a_redirect_is_not_followed(void **state)
{
	static const char *const script[] = {"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
					     NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 302);
	assert_int_equal(server.requests.count, 1);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void the_receiver_can_ask_for_time(void **state)
{
	static const char *const script[] = {"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
					     NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 503);
	assert_int_equal(exchange.reply.retry_after, 120);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void an_endless_reply_is_cut_and_still_an_answer(void **state)
{
	static const char *const script[] = {SERVER_TALKS, NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 200);
	assert_int_equal(exchange.reply.body.length, NETWORK_REPLY_MAXIMUM);
	assert_true(exchange.reply.cut);
	assert_null(exchange.reply.error);
	assert_true(exchange.reply.milliseconds < 2000);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void silence_after_the_request_is_unknown(void **state)
{
	static const char *const script[] = {SERVER_HANGS, NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	exchange.request.timeout = 1;
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 0);
	assert_true(exchange.reply.unknown);
	assert_string_equal(exchange.reply.error,
			    "no answer within 1 s; the request was sent: unknown whether it was acted on");
	assert_in_range(exchange.reply.milliseconds, 900, 3000);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void a_status_counts_when_the_rest_of_the_reply_never_comes(void **state)
{
	static const char *const script[] = {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ndeployed", NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 200);
	assert_string_equal(buffer_text(&exchange.reply.body), "deployed");
	reply_release(&exchange.reply);
	server_release(&server);
}

static void what_is_not_http_is_no_answer(void **state)
{
	static const char *const script[] = {"SSH-2.0-OpenSSH_9.2\r\n", SERVER_CLOSES, NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	for (int i = 0; i < 2; i++) {
		init(&exchange, &server, "127.0.0.1");
		perform(&exchange);
		assert_int_equal(exchange.reply.status, 0);
		assert_non_null(exchange.reply.error);
		reply_release(&exchange.reply);
	}
	server_stop(&server);
	server_release(&server);
}

static void nobody_there_is_no_answer_and_not_unknown(void **state)
{
	static const char *const script[] = {SERVER_CLOSES, NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "127.0.0.1");
	server_stop(&server);
	perform(&exchange);
	assert_int_equal(exchange.reply.status, 0);
	assert_false(exchange.reply.unknown);
	assert_non_null(strstr(exchange.reply.error, "127.0.0.1"));
	reply_release(&exchange.reply);
	server_release(&server);
}

/* 0.0.0.0 reaches this machine, but is not its loopback address. */
static void plain_http_needs_leave_to_go_beyond_loopback(void **state)
{
	static const char *const script[] = {"HTTP/1.1 204 No Content\r\n\r\n", NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "0.0.0.0");
	perform(&exchange);
	assert_int_equal(exchange.reply.status, 0);
	assert_string_equal(exchange.reply.error, "does not connect to 0.0.0.0: plain http leaves this machine"
						  " (insecure = yes allows it)");
	reply_release(&exchange.reply);
	exchange.request.insecure = true;
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 204);
	assert_int_equal(server.requests.count, 1);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void metadata_addresses_are_never_connected_to(void **state)
{
	static const char *const urls[] = {"http://169.254.169.254/latest/", "https://[fe80::1]/",
					   "https://[::ffff:169.254.1.1]/", "https://2852039166/"};
	struct exchange exchange;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		exchange = (struct exchange){
			.request = {.method = "POST", .url = urls[i], .body = "{}", .length = 2, .timeout = 5}};
		exchange.request.insecure = true;
		perform(&exchange);
		assert_int_equal(exchange.reply.status, 0);
		assert_non_null(strstr(exchange.reply.error, ": a link-local or metadata address"));
		reply_release(&exchange.reply);
	}
}

static void only_http_and_https_are_spoken(void **state)
{
	static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "%"};
	struct exchange exchange;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		exchange = (struct exchange){
			.request = {.method = "POST", .url = urls[i], .body = "{}", .length = 2, .timeout = 5}};
		perform(&exchange);
		assert_int_equal(exchange.reply.status, 0);
		assert_non_null(exchange.reply.error);
		assert_int_equal(exchange.reply.body.length, 0);
		reply_release(&exchange.reply);
	}
}

static void the_environment_chooses_no_proxy(void **state)
{
	static const char *const script[] = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
	init(&exchange, &server, "127.0.0.1");
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 200);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void a_header_cannot_bring_another_one_with_it(void **state)
{
	struct error error = ERROR_INIT;
	struct strings headers = STRINGS_INIT;
	struct http_request request = {
		.method = "POST", .url = "http://127.0.0.1:1/", .headers = &headers, .body = "", .timeout = 1};
	struct network *network = NULL;

	(void)state;
	strings_add(&headers, "ce-subject: refs/heads/x\r\nX-Evil: 1");
	assert_int_equal(network_new(&network, &error), 0);
	assert_int_equal(http_send(network, &request, NULL, &error), ERROR_FAILED);
	assert_int_equal(network_under_way(network), 0);
	network_free(network);
	error_release(&error);
	strings_release(&headers);
}

static void requests_do_not_wait_for_each_other(void **state)
{
	static const char *const hangs[] = {SERVER_HANGS, NULL};
	static const char *const answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL};
	struct error error = ERROR_INIT;
	struct http_server servers[2];
	struct exchange exchanges[2];
	struct reply reply;
	struct network *network = NULL;
	void *owner = NULL;

	(void)state;
	assert_true(server_start(&servers[0], hangs));
	assert_true(server_start(&servers[1], answers));
	assert_int_equal(network_new(&network, &error), 0);
	for (int i = 0; i < 2; i++) {
		init(&exchanges[i], &servers[i], "127.0.0.1");
		assert_int_equal(http_send(network, &exchanges[i].request, &exchanges[i], &error), 0);
	}
	while (!network_next(network, &reply, &owner))
		assert_int_equal(network_run(network, 1000, &error), 0);
	assert_ptr_equal(owner, &exchanges[1]);
	assert_int_equal(reply.status, 200);
	assert_true(reply.milliseconds < 1000);
	reply_release(&reply);
	assert_int_equal(network_under_way(network), 1);
	network_free(network);
	for (int i = 0; i < 2; i++) {
		server_stop(&servers[i]);
		server_release(&servers[i]);
	}
}

static void addresses_are_seen_through_their_disguise(void **state)
{
	static const struct {
		const char *text;
		bool forbidden;
		bool loopback;
	} cases[] = {
		{"127.0.0.1", false, true},
		{"127.255.1.2", false, true},
		{"::1", false, true},
		{"::ffff:127.0.0.1", false, true},
		{"10.0.0.1", false, false},
		{"192.0.2.1", false, false},
		{"169.254.169.254", true, false},
		{"169.253.0.1", false, false},
		{"100.100.100.200", true, false},
		{"fe80::1", true, false},
		{"febf::1", true, false},
		{"fec0::1", false, false},
		{"fd00:ec2::254", true, false},
		{"fd00:ec2::23", true, false},
		{"fd00:ec3::254", false, false},
		{"fd00:42::42", true, false},
		{"fd20:ce::254", true, false},
		{"::ffff:169.254.0.1", true, false},
		{"::169.254.169.254", true, false},
		{"::ffff:0:169.254.169.254", true, false},
		{"64:ff9b::a9fe:a9fe", true, false},
		{"64:ff9b::127.0.0.1", false, false},
		{"64:ff9b:1::169.254.169.254", true, false},
		{"64:ff9b:1:a9fe:a9:fe00::", true, false},
		{"64:ff9b:1:00a9:fe:a9fe::", true, false},
		{"64:ff9b:1:0:00a9:fea9:fe00:0", true, false},
		{"64:ff9b:1::192.0.2.1", false, false},
		{"2002:a9fe:a9fe::1", true, false},
		{"2002:c000:0201::1", false, false},
		{"2001:0:53aa:64c:0:0:5601:5601", true, false},
		{"2001:0:53aa:64c:0:0:3fff:fdfe", false, false},
		{"2001:db8::1", false, false},
		{"168.63.129.16", true, false},
		{"192.0.0.192", true, false},
		{"::", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sockaddr_in six_or_four = {.sin_family = AF_INET};
		struct sockaddr_in6 six = {.sin6_family = AF_INET6};
		const struct sockaddr *address = (const struct sockaddr *)&six;

		if (inet_pton(AF_INET6, cases[i].text, &six.sin6_addr) != 1) {
			assert_int_equal(inet_pton(AF_INET, cases[i].text, &six_or_four.sin_addr), 1);
			address = (const struct sockaddr *)&six_or_four;
		}
		if (address_is_forbidden(address) != cases[i].forbidden ||
		    address_is_loopback(address) != cases[i].loopback)
			fail_msg("%s", cases[i].text);
	}
}

static void a_host_that_somebody_else_connects_to_is_looked_at_as_it_is_written(void **state)
{
	static const char *const forbidden[] = {
		"169.254.169.254",  "169.254.169.254.",         "[fe80::1]",
		"[fe80::1%25eth0]", "[::ffff:169.254.169.254]", "Metadata.Google.Internal."};
	static const char *const others[] = {"127.0.0.1", "[::1]", "deploy.example.com", "[2001:db8::1]", "",
					     "[]",        "."};

	(void)state;
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (!address_host_is_forbidden(forbidden[i]))
			fail_msg("%s", forbidden[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (address_host_is_forbidden(others[i]))
			fail_msg("%s", others[i]);
}

static void an_address_of_an_unknown_kind_is_forbidden(void **state)
{
	struct sockaddr address = {.sa_family = AF_UNIX};

	(void)state;
	assert_true(address_is_forbidden(&address));
	assert_false(address_is_loopback(&address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_arrives_as_it_was_made),
		cmocka_unit_test(a_redirect_is_not_followed),
		cmocka_unit_test(the_receiver_can_ask_for_time),
		cmocka_unit_test(an_endless_reply_is_cut_and_still_an_answer),
		cmocka_unit_test(silence_after_the_request_is_unknown),
		cmocka_unit_test(a_status_counts_when_the_rest_of_the_reply_never_comes),
		cmocka_unit_test(what_is_not_http_is_no_answer),
		cmocka_unit_test(nobody_there_is_no_answer_and_not_unknown),
		cmocka_unit_test(plain_http_needs_leave_to_go_beyond_loopback),
		cmocka_unit_test(metadata_addresses_are_never_connected_to),
		cmocka_unit_test(only_http_and_https_are_spoken),
		cmocka_unit_test(the_environment_chooses_no_proxy),
		cmocka_unit_test(a_header_cannot_bring_another_one_with_it),
		cmocka_unit_test(requests_do_not_wait_for_each_other),
		cmocka_unit_test(addresses_are_seen_through_their_disguise),
		cmocka_unit_test(a_host_that_somebody_else_connects_to_is_looked_at_as_it_is_written),
		cmocka_unit_test(an_address_of_an_unknown_kind_is_forbidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
