#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "adapters/http.h"
#include "support/http_server.h"

struct exchange {
	struct http_request request;
	struct reply reply;
	char proxy[64];
};

static void init(struct exchange *exchange, const struct http_server *server, const char *scheme, const char *url)
{
	*exchange = (struct exchange){
		.request = {.method = "POST", .url = url, .body = "{}", .length = 2, .timeout = 5, .insecure = true}};
	snprintf(exchange->proxy, sizeof(exchange->proxy), "%s://127.0.0.1:%d", scheme, server->port);
	exchange->request.proxy = exchange->proxy;
}

static void perform(struct exchange *exchange)
{
	struct error error = ERROR_INIT;
	struct network *network = NULL;
	void *owner = NULL;

	assert_int_equal(network_new(&network, &error), 0);
	assert_int_equal(http_send(network, &exchange->request, exchange, &error), 0);
	while (!network_next(network, &exchange->reply, &owner))
		assert_int_equal(network_run(network, 1000, &error), 0);
	network_free(network);
}

/* A name that nobody here can resolve: it is for the proxy to do. The environment has exceptions for it, which count as
 * little as a proxy there. */
static void a_request_goes_to_the_proxy_that_was_chosen(void **state)
{
	static const char *const script[] = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	setenv("no_proxy", "*", 1);
	setenv("NO_PROXY", "*", 1);
	assert_true(server_start(&server, script));
	init(&exchange, &server, "http", "http://deploy.invalid/hook");
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 200);
	assert_int_equal(server.requests.count, 1);
	assert_int_equal(strncmp(server.requests.items[0], "POST http://deploy.invalid/hook HTTP/1.1\r\n", 42), 0);
	reply_release(&exchange.reply);
	server_release(&server);
}

static void a_proxy_that_does_not_want_is_no_answer_and_nothing_was_sent(void **state)
{
	static const char *const script[] = {"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	init(&exchange, &server, "http", "https://deploy.invalid/hook");
	perform(&exchange);
	server_stop(&server);
	assert_int_equal(exchange.reply.status, 0);
	assert_false(exchange.reply.unknown);
	assert_string_equal(exchange.reply.error, "CONNECT tunnel failed, response 403");
	assert_int_equal(exchange.reply.body.length, 0);
	assert_int_equal(strncmp(server.requests.items[0], "CONNECT deploy.invalid:443 HTTP/1.1\r\n", 37), 0);
	assert_null(strstr(server.requests.items[0], "{}"));
	reply_release(&exchange.reply);
	server_release(&server);
}

static void the_address_of_the_proxy_is_guarded(void **state)
{
	static const char *const proxies[] = {"http://169.254.169.254:80", "http://[fe80::1]:3128",
					      "socks5h://169.254.1.1:1080"};
	static const char *const script[] = {"", NULL};
	struct http_server server;
	struct exchange exchange;

	(void)state;
	assert_true(server_start(&server, script));
	server_stop(&server);
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++) {
		init(&exchange, &server, "http", "https://deploy.invalid/hook");
		exchange.request.proxy = proxies[i];
		perform(&exchange);
		assert_int_equal(exchange.reply.status, 0);
		assert_non_null(strstr(exchange.reply.error, ": a link-local or metadata address"));
		reply_release(&exchange.reply);
	}
	server_release(&server);
}

static void assert_not_sent(const char *url, bool insecure, const char *words)
{
	const struct http_request request = {.method = "POST",
					     .url = url,
					     .body = "{}",
					     .length = 2,
					     .timeout = 5,
					     .insecure = insecure,
					     .proxy = "http://127.0.0.1:1"};
	struct error error = ERROR_INIT;
	struct network *network = NULL;

	assert_int_equal(network_new(&network, &error), 0);
	assert_int_equal(http_send(network, &request, NULL, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), words));
	assert_int_equal(network_under_way(network), 0);
	network_free(network);
	error_release(&error);
}

static void a_proxy_is_not_asked_for_what_is_never_connected_to(void **state)
{
	static const char *const urls[] = {
		"https://169.254.169.254/latest",     "https://2852039166/",
		"https://0xa9.254.0251.0376/",        "https://169.254.169.254./",
		"https://[fe80::1%25eth0]/",          "https://[::ffff:169.254.169.254]/",
		"https://%31%36%39.254.169.254/",     "https://metadata.google.internal/",
		"https://user@169.254.169.254:8443/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		assert_not_sent(urls[i], true, "does not ask the proxy for a link-local or metadata address");
}

/* Where the proxy is nobody knows, so not even "localhost" is here. */
static void plain_http_through_a_proxy_needs_leave(void **state)
{
	(void)state;
	assert_not_sent("http://deploy.example.com/", false, "plain http leaves this machine through a proxy");
	assert_not_sent("http://localhost/", false, "plain http leaves this machine through a proxy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_goes_to_the_proxy_that_was_chosen),
		cmocka_unit_test(a_proxy_that_does_not_want_is_no_answer_and_nothing_was_sent),
		cmocka_unit_test(the_address_of_the_proxy_is_guarded),
		cmocka_unit_test(a_proxy_is_not_asked_for_what_is_never_connected_to),
		cmocka_unit_test(plain_http_through_a_proxy_needs_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
