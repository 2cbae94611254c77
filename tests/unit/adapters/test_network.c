#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/http.h"
#include "base/clock.h"
#include "support/http_server.h"

static void post(struct network *network, const struct http_server *server, void *owner)
{
	struct error error = ERROR_INIT;
	char url[64];
	struct http_request request = {.method = "POST", .url = url, .body = "12345", .length = 5, .timeout = 30};

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", server->port);
	assert_int_equal(http_send(network, &request, owner, &error), 0);
}

static void await_requests(struct network *network, struct http_server *server, size_t count)
{
	int64_t end = clock_monotonic() + 20000;
	struct error error = ERROR_INIT;

	while (server_request_count(server) < count && clock_monotonic() < end)
		assert_int_equal(network_run(network, 10, &error), 0);
	assert_true(server_request_count(server) >= count);
}

static void what_is_cancelled_is_not_under_way_and_has_no_reply(void **state)
{
	static const char *const script[] = {SERVER_HANGS, SERVER_HANGS, NULL};
	struct network *network = NULL;
	struct error error = ERROR_INIT;
	struct http_server server;
	struct reply reply;
	void *owner = NULL;
	int one, other;

	(void)state;
	assert_true(server_start(&server, script));
	assert_int_equal(network_new(&network, &error), 0);
	post(network, &server, &one);
	post(network, &server, &other);
	assert_int_equal(network_under_way(network), 2);
	assert_int_equal(network_bytes_under_way(network), 10);
	await_requests(network, &server, 1);
	network_cancel(network, &one);
	network_cancel(network, &one);
	assert_int_equal(network_under_way(network), 1);
	assert_int_equal(network_bytes_under_way(network), 5);
	assert_int_equal(network_run(network, 0, &error), 0);
	assert_false(network_next(network, &reply, &owner));
	network_free(network);
	server_stop(&server);
	server_release(&server);
}

static void a_wait_ends_when_what_is_listened_to_can_be_read(void **state)
{
	struct network *network = NULL;
	struct error error = ERROR_INIT;
	int64_t begin;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(network_new(&network, &error), 0);
	network_listen(network, ends[0]);
	begin = clock_monotonic();
	assert_int_equal(network_run(network, 50, &error), 0);
	assert_true(clock_monotonic() - begin >= 40);
	assert_int_equal(write(ends[1], "x", 1), 1);
	begin = clock_monotonic();
	assert_int_equal(network_run(network, 60000, &error), 0);
	assert_true(clock_monotonic() - begin < 30000);
	network_free(network);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_cancelled_is_not_under_way_and_has_no_reply),
		cmocka_unit_test(a_wait_ends_when_what_is_listened_to_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
