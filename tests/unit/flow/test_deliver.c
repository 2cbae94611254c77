#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/lock.h"
#include "base/clock.h"
#include "base/memory.h"
#include "flow/deliver.h"
#include "support/flow_fixture.h"
#include "support/git_fixture.h"
#include "support/http_server.h"

#define MAIN "refs/heads/main"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ndeployed"
#define STATUS(status) "HTTP/1.1 " status " x\r\nContent-Length: 0\r\n\r\n"

/* Writes r.git/hotfix.ini with the endpoints of FORMAT, and announces one landing. */
static void configure(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void configure(const char *format, ...)
{
	FILE *file = fopen("r.git/hotfix.ini", "w");
	va_list arguments;

	assert_non_null(file);
	fputs("[repository]\nweb = https://git.example.com/{path}\n[production]\nbranch = refs/heads/main\n", file);
	va_start(arguments, format);
	vfprintf(file, format, arguments);
	va_end(arguments);
	assert_int_equal(fclose(file), 0);
	git_fixture_run("umask 077; echo 0123456789abcdef0123456789abcdef >secret; chmod 644 r.git/hotfix.ini");
}

static void land(struct flow_fixture *fixture, const char *from, const char *to)
{
	flow_fixture_record_landing(fixture, MAIN, from, to, LANDING_MERGE);
	flow_fixture_move(MAIN, to);
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
}

static struct deliver_result deliver(enum deliver_mode mode)
{
	struct deliver_options options = {.git_dir = "r.git", .mode = mode};
	struct deliver_result result;
	struct error error = ERROR_INIT;

	if (deliver_main_loop(&result, &options, &error))
		fail_msg("%s", error_text(&error));
	return result;
}

static void run_sql(const char *sql)
{
	git_fixture_run("sqlite3 -bail r.git/hotfix.sqlite \"%s\"", sql);
}

/* Compares what a query prints, rows separated by spaces. */
static void assert_sql(const char *sql, const char *wanted)
{
	git_fixture_run("sqlite3 -bail r.git/hotfix.sqlite \"%s\" | paste -sd' ' >got\n"
			"echo '%s' >wanted\ncmp got wanted || { cat got >&2; exit 1; }",
			sql, wanted);
}

static void everything_is_due(void)
{
	run_sql("PRAGMA busy_timeout = 5000; UPDATE delivery SET due = 0 WHERE state = 0");
}

static void a_landing_arrives_signed(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct deliver_result result;
	struct http_server server;
	const char *request;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/hook\nsecret-file = %s/secret\nexpect = ^deployed$\n",
		  server.port, git_fixture_folder());
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	result = deliver(DELIVER_ONCE);
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
	assert_sql("SELECT state, attempts, last_status FROM delivery", "1|1|200");
	assert_sql("SELECT number, status, error, reply FROM attempt", "1|200||deployed");
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
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver(DELIVER_ONCE).again, 1);
	assert_sql("SELECT due - (SELECT time FROM attempt) BETWEEN 5000 AND 7000 FROM delivery", "1");
	assert_int_equal(deliver(DELIVER_ONCE).again, 0);
	everything_is_due();
	assert_int_equal(deliver(DELIVER_ONCE).again, 1);
	assert_sql("SELECT due - max(time) BETWEEN 15000 AND 19000 FROM delivery, attempt", "1");
	everything_is_due();
	assert_int_equal(deliver(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	assert_sql("SELECT number, status FROM attempt ORDER BY id", "1|500 2|0 3|200");
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
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nevents = *\n"
		  "[webhook \"watch\"]\nurl = http://127.0.0.1:%d/\nevents = delivery.exhausted\n",
		  dead.port, alive.port);
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver(DELIVER_ONCE).dead, 1);
	server_stop(&dead);
	server_stop(&alive);
	assert_int_equal(dead.requests.count, 1);
	assert_int_equal(alive.requests.count, 1);
	assert_non_null(strstr(alive.requests.items[0], "\"type\":\"delivery.exhausted\""));
	assert_non_null(strstr(alive.requests.items[0], "\"endpoint\":\"deploy\""));
	assert_non_null(strstr(alive.requests.items[0], "\"status\":404"));
	assert_sql("SELECT endpoint, state FROM delivery ORDER BY number", "deploy|2 watch|1");
	server_release(&dead);
	server_release(&alive);
}

static void a_redirect_is_dead_and_says_why(void **state)
{
	static const char *const script[] = {"HTTP/1.1 301 x\r\nLocation: http://127.0.0.1:1/\r\n\r\n", NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver(DELIVER_ONCE).dead, 1);
	server_stop(&server);
	assert_sql("SELECT last_error FROM delivery",
		   "a redirect is not followed; configure the address that it leads to");
	server_release(&server);
}

static void a_reply_without_what_is_expected_is_no_delivery(void **state)
{
	static const char *const script[] = {"HTTP/1.1 200 x\r\nContent-Length: 7\r\n\r\nignored", OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nexpect = deploy(ed|ing)\n", server.port);
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver(DELIVER_ONCE).again, 1);
	assert_sql("SELECT last_status, last_error FROM delivery", "200|the reply does not match expect");
	everything_is_due();
	assert_int_equal(deliver(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	server_release(&server);
}

static void a_schedule_that_is_at_its_end_is_dead(void **state)
{
	static const char *const script[] = {STATUS("503"), NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nretry = 1s*2\n", server.port);
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(deliver(DELIVER_ONCE).again, 1);
		everything_is_due();
	}
	assert_int_equal(deliver(DELIVER_ONCE).dead, 1);
	server_stop(&server);
	assert_sql("SELECT state, attempts FROM delivery", "2|3");
	assert_sql("SELECT type FROM event ORDER BY number", "hotfix.merged delivery.exhausted");
	server_release(&server);
}

static void order_is_kept_per_endpoint_and_ref(void **state)
{
	static const char *const script[] = {STATUS("500"), OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;
	struct deliver_result result;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	land(fixture, "base", "land");
	land(fixture, "land", "work");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver(DELIVER_ONCE).again, 1);
	assert_sql("SELECT attempts FROM delivery ORDER BY number", "1 0");
	everything_is_due();
	result = deliver(DELIVER_ONCE);
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
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\ntimeout = 2s\n"
		  "[webhook \"log\"]\nurl = http://127.0.0.1:%d/\nevents = *\n",
		  slow.port, fast.port);
	land(fixture, "base", "land");
	land(fixture, "land", "work");
	start = clock_monotonic();
	assert_int_equal(deliver(DELIVER_ONCE).delivered, 2);
	server_stop(&slow);
	server_stop(&fast);
	assert_int_equal(slow.requests.count, 1);
	assert_int_equal(fast.requests.count, 2);
	assert_true(fast.times[1] - start < 1500);
	assert_sql("SELECT last_error FROM delivery WHERE endpoint = 'deploy' AND attempts",
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
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	assert_int_equal(deliver(DELIVER_ONCE).again, 1);
	server_stop(&server);
	assert_sql("SELECT due - time BETWEEN 90000 AND 91000 FROM delivery, attempt", "1");
	server_release(&server);
}

static void a_secret_that_cannot_be_read_sends_nothing_and_is_tried_again(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nsecret-file = %s/secret\n", server.port,
		  git_fixture_folder());
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	git_fixture_run("chmod 644 secret");
	assert_int_equal(deliver(DELIVER_ONCE).again, 1);
	assert_sql("SELECT last_error GLOB '*/secret*' AND last_error NOT GLOB '*0123456789*' FROM delivery", "1");
	assert_int_equal(server_request_count(&server), 0);
	git_fixture_run("chmod 600 secret");
	everything_is_due();
	assert_int_equal(deliver(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	server_release(&server);
}

static void an_endpoint_that_is_gone_is_dead(void **state)
{
	struct flow_fixture *fixture = *state;

	configure("%s", "");
	land(fixture, "base", "land");
	assert_int_equal(deliver(DELIVER_ONCE).dead, 2);
	assert_sql("SELECT DISTINCT last_error FROM delivery", "the configuration has no endpoint of this name");
}

static void the_deliverer_announces_what_nobody_announced(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(deliver(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	flow_fixture_assert_events(fixture, "hotfix.merged");
	server_release(&server);
}

static void only_one_process_delivers(void **state)
{
	struct flow_fixture *fixture = *state;
	struct deliver_result result;
	struct error error = ERROR_INIT;
	struct lock lock = LOCK_INIT;
	char *path = deliver_lock_file(&fixture->environment);

	configure("%s", "");
	land(fixture, "base", "land");
	assert_int_equal(lock_try(&lock, path, &error), 0);
	assert_true(lock.fd >= 0);
	result = deliver(DELIVER_ONCE);
	assert_true(result.busy);
	assert_int_equal(result.dead, 0);
	lock_release(&lock);
	assert_int_equal(deliver(DELIVER_ONCE).dead, 2);
	free(path);
}

static void a_detached_deliverer_stays_until_nothing_waits(void **state)
{
	static const char *const script[] = {STATUS("500"), OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;
	struct deliver_result result;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nretry = 1s*5\n", server.port);
	land(fixture, "base", "land");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	result = deliver(DELIVER_DETACHED);
	server_stop(&server);
	assert_int_equal(result.again, 1);
	assert_int_equal(result.delivered, 1);
	assert_true(server.times[1] - server.times[0] >= 1000);
	server_release(&server);
}

static volatile sig_atomic_t stopped;

struct later {
	struct flow_fixture *fixture;
	struct http_server *server;
};

/* Another process of the server, as far as the watcher can tell. */
static void *ping_later(void *context)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	struct later *later = context;
	struct announcer announcer = later->fixture->announcer;
	struct error error = ERROR_INIT;

	for (int i = 0; i < 10; i++)
		nanosleep(&pause, NULL);
	if (!state_open(&announcer.state, "r.git/hotfix.sqlite", later->fixture->environment.identity, false, NULL, &error))
		deliver_ping(NULL, &announcer, "deploy", &error);
	state_free(announcer.state);
	for (int i = 0; i < 100 && server_request_count(later->server) < 1; i++)
		nanosleep(&pause, NULL);
	for (int i = 0; i < 10; i++)
		nanosleep(&pause, NULL);
	stopped = 1;
	return NULL;
}

static void a_watcher_finds_what_comes_and_ends_when_it_is_told(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct deliver_options options = {.git_dir = "r.git", .mode = DELIVER_WATCH, .stop = &stopped};
	struct deliver_result result;
	struct error error = ERROR_INIT;
	struct http_server server;
	struct later later = {*state, &server};
	pthread_t thread;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	stopped = 0;
	assert_int_equal(pthread_create(&thread, NULL, ping_later, &later), 0);
	assert_int_equal(deliver_main_loop(&result, &options, &error), 0);
	pthread_join(thread, NULL);
	server_stop(&server);
	assert_int_equal(result.delivered, 1);
	assert_int_equal(server.requests.count, 1);
	assert_non_null(strstr(server.requests.items[0], "\r\nX-GitHub-Event: ping\r\n"));
	server_release(&server);
}

static void a_ping_needs_an_endpoint(void **state)
{
	struct flow_fixture *fixture = *state;
	struct error error = ERROR_INIT;
	char *id = NULL;

	assert_int_equal(deliver_ping(&id, &fixture->announcer, "deploy", &error), 0);
	assert_non_null(strstr(id, "-deploy"));
	assert_int_equal(deliver_ping(&id, &fixture->announcer, "nobody", &error), ERROR_NOT_FOUND);
	assert_string_equal(error_text(&error), "the configuration has no [webhook \"nobody\"]");
	error_release(&error);
	free(id);
}

static void a_broken_configuration_delivers_nothing_and_loses_nothing(void **state)
{
	struct flow_fixture *fixture = *state;
	struct deliver_options options = {.git_dir = "r.git", .mode = DELIVER_ONCE};
	struct deliver_result result;
	struct error error = ERROR_INIT;

	configure("[webhook \"deploy\"]\nurl = ftp://x/\n");
	land(fixture, "base", "land");
	assert_int_equal(deliver_main_loop(&result, &options, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "hotfix.ini:"));
	assert_int_equal(flow_fixture_waiting_deliveries(fixture), 2);
	error_release(&error);
}

/* A child, so that its memory is its own; bodies of almost 1 MB, and a receiver that talks without an end. */
static void a_deliverer_needs_little_memory(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;
	struct rusage usage;
	int status;
	pid_t child;

	assert_true(server_start(&server, script));
	configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	land(fixture, "base", "land");
	land(fixture, "land", "work");
	run_sql("DELETE FROM delivery WHERE endpoint = 'log'; UPDATE event SET body = '\\\"' || hex(zeroblob(500000)) || '\\\"'");
	child = fork();
	if (child == 0)
		_exit(deliver(DELIVER_ONCE).delivered == 2 ? 0 : 1);
	assert_int_equal(wait4(child, &status, 0, &usage), child);
	server_stop(&server);
	assert_int_equal(status, 0);
#if !defined(__SANITIZE_ADDRESS__)
	assert_true(usage.ru_maxrss < 32 * 1024);
#endif
	server_release(&server);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_fixture_set_up, flow_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_landing_arrives_signed),
		TEST(a_failure_is_tried_again_under_the_same_id),
		TEST(what_the_receiver_will_never_take_is_dead_and_told_to_others),
		TEST(a_redirect_is_dead_and_says_why),
		TEST(a_reply_without_what_is_expected_is_no_delivery),
		TEST(a_schedule_that_is_at_its_end_is_dead),
		TEST(order_is_kept_per_endpoint_and_ref),
		TEST(a_receiver_that_hangs_delays_no_other),
		TEST(retry_after_is_a_floor),
		TEST(a_secret_that_cannot_be_read_sends_nothing_and_is_tried_again),
		TEST(an_endpoint_that_is_gone_is_dead),
		TEST(the_deliverer_announces_what_nobody_announced),
		TEST(only_one_process_delivers),
		TEST(a_detached_deliverer_stays_until_nothing_waits),
		TEST(a_watcher_finds_what_comes_and_ends_when_it_is_told),
		TEST(a_ping_needs_an_endpoint),
		TEST(a_broken_configuration_delivers_nothing_and_loses_nothing),
		TEST(a_deliverer_needs_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
