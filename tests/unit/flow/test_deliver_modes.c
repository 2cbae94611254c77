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
#include "support/deliver_fixture.h"
#include "support/git_fixture.h"
#include "support/http_server.h"

static void the_deliverer_announces_what_nobody_announced(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).delivered, 1);
	server_stop(&server);
	flow_fixture_assert_events(fixture, "hotfix.merged");
	server_release(&server);
}

static void a_state_that_nobody_took_over_is_told_as_lost_once(void **state)
{
	struct flow_fixture *fixture = *state;

	deliver_fixture_configure("%s", "");
	deliver_fixture_sql("UPDATE repository SET begun = 0");
	deliver_fixture_run(DELIVER_ONCE);
	deliver_fixture_run(DELIVER_ONCE);
	flow_fixture_assert_events(fixture, "state.reset");
}

static void only_one_process_delivers(void **state)
{
	struct flow_fixture *fixture = *state;
	struct deliver_result result;
	struct error error = ERROR_INIT;
	struct lock lock = LOCK_INIT;
	char *path = deliver_lock_file(&fixture->environment);

	deliver_fixture_configure("%s", "");
	deliver_fixture_land(fixture, "base", "land");
	assert_int_equal(lock_try(&lock, path, &error), 0);
	assert_true(lock.held);
	result = deliver_fixture_run(DELIVER_ONCE);
	assert_true(result.busy);
	assert_int_equal(result.dead, 0);
	lock_release(&lock);
	assert_int_equal(deliver_fixture_run(DELIVER_ONCE).dead, 2);
	free(path);
}

static void *let_go_later(void *context)
{
	nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
	lock_release(context);
	return NULL;
}

/* A hook that looks whether somebody delivers holds the lock for a moment. */
static void a_lock_that_is_held_for_a_moment_stops_nobody(void **state)
{
	struct flow_fixture *fixture = *state;
	char *path = deliver_lock_file(&fixture->environment);
	struct error error = ERROR_INIT;
	struct lock lock = LOCK_INIT;
	struct deliver_result result;
	pthread_t thread;

	deliver_fixture_configure("%s", "");
	deliver_fixture_land(fixture, "base", "land");
	assert_int_equal(lock_try(&lock, path, &error), 0);
	assert_int_equal(pthread_create(&thread, NULL, let_go_later, &lock), 0);
	result = deliver_fixture_run(DELIVER_ONCE);
	pthread_join(thread, NULL);
	assert_false(result.busy);
	assert_int_equal(result.dead, 2);
	free(path);
}

static void a_detached_deliverer_stays_until_nothing_waits(void **state)
{
	static const char *const script[] = {STATUS("500"), OK, NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;
	struct deliver_result result;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nretry = 1s*5\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_sql("DELETE FROM delivery WHERE endpoint = 'log'");
	result = deliver_fixture_run(DELIVER_DETACHED);
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
	if (!state_open(&announcer.state, "r.git/hotfix.sqlite", later->fixture->environment.identity, false, NULL,
			&error))
		deliver_ping(NULL, &announcer, "deploy", &error);
	state_free(announcer.state);
	lock_touch("r.git/hotfix.deliver.lock");
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
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
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

static void *take_away_later(void *context)
{
	struct http_server *server = context;

	for (int i = 0; i < 100 && server_request_count(server) < 1; i++)
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	if (rename("r.git", "elsewhere.git") < 0)
		return NULL;
	return server;
}

static void a_deliverer_ends_when_its_repository_is_taken_away(void **state)
{
	static const char *const script[] = {STATUS("503"), NULL};
	struct flow_fixture *fixture = *state;
	struct http_server server;
	void *taken = NULL;
	pthread_t thread;
	int64_t start;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\nretry = 1h\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	start = clock_monotonic();
	assert_int_equal(pthread_create(&thread, NULL, take_away_later, &server), 0);
	deliver_fixture_run(DELIVER_DETACHED);
	pthread_join(thread, &taken);
	server_stop(&server);
	assert_non_null(taken);
	assert_true(clock_monotonic() - start < 20000);
	server_release(&server);
}

/* As deliver_start starts it. The state of a namespace is one of its own. */
static void a_detached_deliverer_knows_the_namespace_of_its_push(void **state)
{
	static const char *const script[] = {OK, NULL};
	struct flow_fixture *fixture = *state;
	struct deliver_options options = {.git_dir = fixture->environment.git_dir, .mode = DELIVER_DETACHED};
	struct announcer announcer = fixture->announcer;
	struct deliver_result result;
	struct error error = ERROR_INIT;
	struct environment environment;
	struct http_server server;

	assert_true(server_start(&server, script));
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	setenv("GIT_DIR", fixture->environment.git_dir, 1);
	setenv("GIT_NAMESPACE", "ns", 1);
	assert_int_equal(environment_load(&environment, &error), 0);
	announcer.environment = &environment;
	assert_int_equal(state_open(&announcer.state, "r.git/hotfix.sqlite", environment.identity, true, NULL, &error),
			 0);
	assert_int_equal(deliver_ping(NULL, &announcer, "deploy", &error), 0);
	assert_int_equal(deliver_main_loop(&result, &options, &error), 0);
	unsetenv("GIT_DIR");
	unsetenv("GIT_NAMESPACE");
	server_stop(&server);
	assert_int_equal(result.delivered, 1);
	state_free(announcer.state);
	environment_release(&environment);
	server_release(&server);
}

static void a_ping_needs_an_endpoint(void **state)
{
	struct flow_fixture *fixture = *state;
	struct error error = ERROR_INIT;
	char *id = NULL;

	assert_int_equal(deliver_ping(&id, &fixture->announcer, "deploy", &error), 0);
	assert_non_null(strstr(id, "-deploy"));
	free(id);
	assert_int_equal(deliver_ping(&id, &fixture->announcer, "nobody", &error), ERROR_NOT_FOUND);
	assert_string_equal(error_text(&error),
			    "the configuration has no [webhook \"nobody\"] and no [mail \"nobody\"]");
	error_release(&error);
	free(id);
}

static void a_broken_configuration_delivers_nothing_and_loses_nothing(void **state)
{
	struct flow_fixture *fixture = *state;
	struct deliver_options options = {.git_dir = "r.git", .mode = DELIVER_ONCE};
	struct deliver_result result;
	struct error error = ERROR_INIT;

	deliver_fixture_configure("[webhook \"deploy\"]\nurl = ftp://x/\n");
	deliver_fixture_land(fixture, "base", "land");
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
	deliver_fixture_configure("[webhook \"deploy\"]\nurl = http://127.0.0.1:%d/\n", server.port);
	deliver_fixture_land(fixture, "base", "land");
	deliver_fixture_land(fixture, "land", "work");
	deliver_fixture_sql(
		"DELETE FROM delivery WHERE endpoint = 'log'; UPDATE event SET body = '\\\"' || hex(zeroblob(500000)) || '\\\"'");
	child = fork();
	if (child == 0)
		_exit(deliver_fixture_run(DELIVER_ONCE).delivered == 2 ? 0 : 1);
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
		TEST(the_deliverer_announces_what_nobody_announced),
		TEST(a_state_that_nobody_took_over_is_told_as_lost_once),
		TEST(only_one_process_delivers),
		TEST(a_lock_that_is_held_for_a_moment_stops_nobody),
		TEST(a_detached_deliverer_stays_until_nothing_waits),
		TEST(a_watcher_finds_what_comes_and_ends_when_it_is_told),
		TEST(a_deliverer_ends_when_its_repository_is_taken_away),
		TEST(a_detached_deliverer_knows_the_namespace_of_its_push),
		TEST(a_ping_needs_an_endpoint),
		TEST(a_broken_configuration_delivers_nothing_and_loses_nothing),
		TEST(a_deliverer_needs_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
