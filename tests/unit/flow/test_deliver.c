#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/deliver_fixture.h"
#include "support/git_fixture.h"
#include "support/http_server.h"

static void a_landing_arrives_signed(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct deliver_result result;
	struct http_server server;
	const char *request;

	assert_true(server_start(&server, script));
	deliver_fixture_configure(
		"[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/hook\nsecret-file = %s/secret\nexpect = ^deployed$\n",
		server.port, git_fixture_folder());
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	result = deliver_fixture_run(DELIVER_ONCE);
	server_stop(&server);
	assert_int_equal(result.delivered, 1);
	assert_false(result.busy);
	assert_int_equal(server.requests.count, 1);
	request = server.requests.items[0];
	assert_non_null(strstr(request, "\r\nX-GitHub-Event: push\r\n"));
	assert_non_null(strstr(request, "\r\nwebhook-signature: v1,"));
	assert_non_null(strstr(request, "\r\nX-Hub-Signature-256: sha256="));
	assert_non_null(strstr(request, "\r\nce-source: https://git.example.com/r\r\n"));
	assert_non_null(strstr(request, "\r\n\r\n{\"ref\":\"refs/heads/main\""));
	deliver_fixture_assert_sql("SELECT state, attempts, last_status FROM delivery", "1|1|200");
	deliver_fixture_assert_sql("SELECT number, status, error, reply FROM attempt", "1|200||deployed");
	assert_int_equal(flow_fixture_waiting_deliveries(fixture), 0);
	server_release(&server);
}

static void a_failure_is_tried_again_under_the_same_id(void **state)
{
	static const char *const script[] = {STATUS("500"), SERVER_CLOSES, OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;
	char *ids[3];

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 1);
	deliver_fixture_assert_sql("SELECT due - (SELECT time FROM attempt) BETWEEN 5000 AND 7000 FROM delivery", "1");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 0);
	deliver_fixture_everything_is_due();
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 1);
	deliver_fixture_assert_sql("SELECT due - max(time) BETWEEN 15000 AND 19000 FROM delivery, attempt", "1");
	deliver_fixture_everything_is_due();
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	deliver_fixture_assert_sql("SELECT number, status FROM attempt ORDER BY id", "1|500 2|0 3|200");
	assert_int_equal(server.requests.count, 3);
	for (int i = 0; i < 3; i++)
		ids[i] = strstr(server.requests.items[i], "webhook-id: ");
	assert_int_equal(strncmp(ids[0], ids[1], 60), 0);
	assert_int_equal(strncmp(ids[0], ids[2], 60), 0);
	server_release(&server);
}

static void what_the_receiver_will_never_take_is_dead_and_told_to_others(void **state)
{
	static const char *const refuses[] = {STATUS("404"), NULL};
	static const char *const takes[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server dead;
	struct http_server alive;

	assert_true(server_start(&dead, refuses));
	assert_true(server_start(&alive, takes));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nevents = *\n"
				  "[webhook \"watch\"]\nurl = http://127.0.0.1:%d/\nevents = delivery.exhausted\n",
				  dead.port, alive.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).dead, 1);
	server_stop(&dead);
	server_stop(&alive);
	assert_int_equal(dead.requests.count, 1);
	assert_int_equal(alive.requests.count, 1);
	assert_non_null(strstr(alive.requests.items[0], "\"type\":\"delivery.exhausted\""));
	assert_non_null(strstr(alive.requests.items[0], "\"endpoint\":\"deploy\""));
	assert_non_null(strstr(alive.requests.items[0], "\"status\":404"));
	deliver_fixture_assert_sql("SELECT endpoint, state FROM delivery ORDER BY number", "deploy|2 watch|1");
	server_release(&dead);
	server_release(&alive);
}

static void that_the_news_of_a_dead_delivery_is_dead_is_no_news(void **state)
{
	static const char *const refuses[] = {STATUS("404"), NULL};
	struct flow_fixture *fixture = *state;
	struct http_server dead;

	assert_true(server_start(&dead, refuses));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n"
				  "[webhook \"watch\"]\nurl = http://127.0.0.1:%d/\nevents = delivery.exhausted\n"
				  "[webhook \"other\"]\nurl = http://127.0.0.1:%d/\nevents = delivery.exhausted\n",
				  dead.port, dead.port, dead.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).dead, 3);
	server_stop(&dead);
	flow_fixture_assert_events(fixture, "hotfix.merged delivery.exhausted");
	server_release(&dead);
}

static void a_redirect_is_dead_and_says_why(void **state)
{
	static const char *const script[] = {"HTTP/1.1 301 x\r\nLocation: http://127.0.0.1:1/\r\n\r\n", NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).dead, 1);
	server_stop(&server);
	deliver_fixture_assert_sql("SELECT last_error FROM delivery",
				   "a redirect is not followed; configure the address that it leads to");
	server_release(&server);
}

static void a_reply_without_what_is_expected_is_no_delivery(void **state)
{
	static const char *const script[] = {"HTTP/1.1 200 x\r\nContent-Length: 7\r\n\r\nignored", OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nexpect = deploy(ed|ing)\n",
				  server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 1);
	deliver_fixture_assert_sql("SELECT last_status, last_error FROM delivery",
				   "200|the reply does not match expect");
	deliver_fixture_everything_is_due();
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	server_release(&server);
}

static void a_schedule_that_is_at_its_end_is_dead(void **state)
{
	static const char *const script[] = {STATUS("503"), NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nretry = 1s*2\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 1);
		deliver_fixture_everything_is_due();
	}
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).dead, 1);
	server_stop(&server);
	deliver_fixture_assert_sql("SELECT state, attempts FROM delivery", "2|3");
	deliver_fixture_assert_sql("SELECT type FROM event ORDER BY number", "hotfix.merged delivery.exhausted");
	server_release(&server);
}

static void order_is_kept_per_endpoint_and_ref(void **state)
{
	static const char *const script[] = {STATUS("500"), OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;
	struct deliver_result result;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_land(fixture, "land", "work");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 1);
	deliver_fixture_assert_sql("SELECT attempts FROM delivery ORDER BY number", "1 0");
	deliver_fixture_everything_is_due();
	result = deliver_fixture_run(DELIVER_ONCE);
	server_stop(&server);
	assert_int_equal(result.delivered, 2);
	assert_int_equal(strncmp(strstr(server.requests.items[0], "webhook-id: "),
				 strstr(server.requests.items[1], "webhook-id: "), 60),
			 0);
	server_release(&server);
}

static void a_receiver_that_hangs_delays_no_other(void **state)
{
	static const char *const hangs[] = {SERVER_HANGS, NULL};
	static const char *const answers[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server slow;
	struct http_server fast;
	int64_t start;

	assert_true(server_start(&slow, hangs));
	assert_true(server_start(&fast, answers));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\ntimeout = 2s\n"
				  "[webhook \"log\"]\nurl = http://127.0.0.1:%d/\nevents = *\n",
				  slow.port, fast.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_land(fixture, "land", "work");
	start = clock_monotonic();
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).delivered, 2);
	server_stop(&slow);
	server_stop(&fast);
	assert_int_equal(slow.requests.count, 1);
	assert_int_equal(fast.requests.count, 2);
	assert_true(fast.times[1] - start < 1500);
	deliver_fixture_assert_sql("SELECT last_error FROM delivery WHERE endpoint = 'deploy' AND attempts",
				   "no answer within 2 s; the request was sent: unknown whether it was acted on");
	server_release(&slow);
	server_release(&fast);
}

static void retry_after_is_a_floor(void **state)
{
	static const char *const script[] = {"HTTP/1.1 429 x\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n", NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 1);
	server_stop(&server);
	deliver_fixture_assert_sql("SELECT due - time BETWEEN 90000 AND 91000 FROM delivery, attempt", "1");
	server_release(&server);
}

static void a_secret_that_cannot_be_read_sends_nothing_and_is_tried_again(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nsecret-file = %s/secret\n",
				  server.port, git_fixture_folder());
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	git_fixture_run("chmod 644 secret");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).again, 1);
	deliver_fixture_assert_sql(
		"SELECT last_error GLOB '*/secret*' AND last_error NOT GLOB '*0123456789*' FROM delivery", "1");
	assert_int_equal(server_request_count(&server), 0);
	git_fixture_run("chmod 600 secret");
	deliver_fixture_everything_is_due();
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	server_release(&server);
}

static void an_endpoint_that_is_gone_is_dead(void **state)
{
	struct flow_fixture *fixture = *state;

	deliver_fixture_configure("%s", "");
	deliver_fixture_land(fixture, "base", "land");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).dead, 2);
	deliver_fixture_assert_sql("SELECT DISTINCT last_error FROM delivery",
				   "the configuration has no endpoint of this name");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_fixture_set_up, flow_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_landing_arrives_signed),
		TEST(a_failure_is_tried_again_under_the_same_id),
		TEST(what_the_receiver_will_never_take_is_dead_and_told_to_others),
		TEST(that_the_news_of_a_dead_delivery_is_dead_is_no_news),
		TEST(a_redirect_is_dead_and_says_why),
		TEST(a_reply_without_what_is_expected_is_no_delivery),
		TEST(a_schedule_that_is_at_its_end_is_dead),
		TEST(order_is_kept_per_endpoint_and_ref),
		TEST(a_receiver_that_hangs_delays_no_other),
		TEST(retry_after_is_a_floor),
		TEST(a_secret_that_cannot_be_read_sends_nothing_and_is_tried_again),
		TEST(an_endpoint_that_is_gone_is_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
