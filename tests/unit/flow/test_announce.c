#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "flow/announce_event.h"
#include "support/flow_fixture.h"
#include "support/git_fixture.h"

#define MAIN "refs/heads/main"
#define HOTFIX "refs/heads/hotfix/INC-7-login"

static void baseline(struct flow_fixture *fixture)
{
	struct error error = ERROR_INIT;

	assert_int_equal(announce_baseline(&fixture->announcer, false, &error), 0);
}

static void a_landing_is_told_once(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	assert_int_equal(flow_fixture_announce(fixture, false), 0);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	assert_int_equal(flow_fixture_announce(fixture, false), 0);
	assert_int_equal(flow_fixture_announce(fixture, true), 0);
	flow_fixture_assert_events(fixture, "hotfix.merged");
	assert_int_equal(flow_fixture_waiting_deliveries(fixture), 2);
	assert_int_equal(flow_fixture_waiting_records(fixture), 0);
}

static void each_kind_of_landing_has_its_event(void **state)
{
	static const char *const wanted[] = {
		[LANDING_MERGE] = "hotfix.merged",
		[LANDING_FAST_FORWARD] = "hotfix.merged hotfix.merged",
		[LANDING_SQUASH] = "hotfix.merged hotfix.merged hotfix.merged",
		[LANDING_ORDINARY] = "hotfix.merged hotfix.merged hotfix.merged production.released",
		[LANDING_ROLLBACK] = "hotfix.merged hotfix.merged hotfix.merged production.released"
				     " production.rolled_back",
		[LANDING_CREATION] = "hotfix.merged hotfix.merged hotfix.merged production.released"
				     " production.rolled_back production.released",
	};
	struct flow_fixture *fixture = *state;
	const char *at = "base";

	baseline(fixture);
	for (int kind = 0; kind <= LANDING_CREATION; kind++) {
		const char *next = kind % 2 ? "base" : "land";

		flow_fixture_record_landing(fixture, MAIN, at, next, (enum landing_kind)kind);
		flow_fixture_move(MAIN, next);
		assert_int_equal(flow_fixture_announce(fixture, false), 1);
		flow_fixture_assert_events(fixture, wanted[kind]);
		at = next;
	}
}

static void of_two_accounts_the_shorter_is_told(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "work", LANDING_FAST_FORWARD);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	flow_fixture_move(MAIN, "work");
	flow_fixture_record_landing(fixture, MAIN, "work", "land", LANDING_ROLLBACK);
	flow_fixture_move(MAIN, "land");
	/* The direct way is as good an account as any, and the shortest. */
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	flow_fixture_assert_events(fixture, "hotfix.merged");
	assert_int_equal(flow_fixture_waiting_records(fixture), 2);
	flow_fixture_age_records(fixture, ANNOUNCE_LOST_SECONDS + 10);
	assert_int_equal(flow_fixture_announce(fixture, false), 0);
	assert_int_equal(flow_fixture_waiting_records(fixture), 0);
}

static void two_pushes_in_a_row_are_two_landings(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "work", LANDING_FAST_FORWARD);
	flow_fixture_move(MAIN, "work");
	flow_fixture_record_landing(fixture, MAIN, "work", "land", LANDING_ROLLBACK);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, false), 2);
	flow_fixture_assert_events(fixture, "hotfix.merged production.rolled_back");
	assert_int_equal(flow_fixture_waiting_records(fixture), 0);
}

static void production_that_moves_without_a_record_is_an_alarm_for_those_who_want_it(void **state)
{
	struct flow_fixture *fixture = *state;
	char *body;

	baseline(fixture);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, false), 0);
	assert_int_equal(flow_fixture_announce(fixture, true), 1);
	flow_fixture_assert_events(fixture, "production.unexpected");
	assert_int_equal(flow_fixture_waiting_deliveries(fixture), 1);
	body = flow_fixture_newest_body(fixture);
	assert_non_null(strstr(body, "\"reason\":\"production moved without a push that was judged\""));
	assert_null(strstr(body, "\"pusher\""));
	free(body);
}

static void a_record_of_another_move_does_not_excuse_production(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "work", LANDING_FAST_FORWARD);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	flow_fixture_assert_events(fixture, "production.unexpected");
}

/* mode = warn lets a push through that is no landing. */
static void a_recorded_push_that_is_no_landing_is_an_alarm_that_names_its_pusher(void **state)
{
	struct flow_fixture *fixture = *state;
	char *body;

	baseline(fixture);
	flow_fixture_record(fixture, MAIN, "base", "land", false);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	flow_fixture_assert_events(fixture, "production.unexpected");
	body = flow_fixture_newest_body(fixture);
	assert_non_null(strstr(body, "\"pusher\":{\"name\":\"ada\"}"));
	free(body);
}

static void deleted_production_is_an_alarm(void **state)
{
	struct flow_fixture *fixture = *state;
	char *body;

	baseline(fixture);
	flow_fixture_move(MAIN, "");
	assert_int_equal(flow_fixture_announce(fixture, true), 1);
	assert_int_equal(flow_fixture_announce(fixture, true), 0);
	flow_fixture_assert_events(fixture, "production.unexpected");
	body = flow_fixture_newest_body(fixture);
	assert_non_null(strstr(body, "\"deleted\":true"));
	assert_non_null(strstr(body, "\"reason\":\"production was deleted\""));
	free(body);
}

static void a_hotfix_is_opened_updated_and_ready(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record(fixture, HOTFIX, "", "base", false);
	flow_fixture_move(HOTFIX, "base");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	flow_fixture_record(fixture, HOTFIX, "base", "work", true);
	flow_fixture_move(HOTFIX, "work");
	assert_int_equal(flow_fixture_announce(fixture, false), 2);
	flow_fixture_assert_events(fixture, "hotfix.opened hotfix.updated hotfix.ready");
}

static void a_hotfix_that_is_deleted_is_gone_in_silence_and_can_come_back(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record(fixture, HOTFIX, "", "base", false);
	flow_fixture_move(HOTFIX, "base");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	flow_fixture_record(fixture, HOTFIX, "base", "", false);
	flow_fixture_move(HOTFIX, "");
	assert_int_equal(flow_fixture_announce(fixture, false), 0);
	assert_int_equal(flow_fixture_waiting_records(fixture), 0);
	flow_fixture_record(fixture, HOTFIX, "", "base", false);
	flow_fixture_move(HOTFIX, "base");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	flow_fixture_assert_events(fixture, "hotfix.opened hotfix.opened");
}

static void a_hotfix_that_moves_without_a_record_is_updated_by_nobody(void **state)
{
	struct flow_fixture *fixture = *state;
	char *body;

	flow_fixture_move(HOTFIX, "base");
	baseline(fixture);
	flow_fixture_move(HOTFIX, "work");
	assert_int_equal(flow_fixture_announce(fixture, true), 1);
	flow_fixture_assert_events(fixture, "hotfix.updated");
	body = flow_fixture_newest_body(fixture);
	assert_null(strstr(body, "pusher"));
	free(body);
}

static void what_is_touched_is_looked_at_when_it_is_governed(void **state)
{
	struct flow_fixture *fixture = *state;
	struct strings touched = STRINGS_INIT;
	struct error error = ERROR_INIT;
	size_t events = 0;

	baseline(fixture);
	strings_add(&touched, "refs/heads/free");
	strings_add(&touched, MAIN);
	flow_fixture_move(MAIN, "land");
	flow_fixture_move("refs/heads/free", "land");
	assert_int_equal(announce(&events, &fixture->announcer, &touched, false, &error), 0);
	assert_int_equal(events, 1);
	flow_fixture_assert_events(fixture, "production.unexpected");
	strings_release(&touched);
}

static void what_was_there_at_the_installation_is_no_news(void **state)
{
	struct flow_fixture *fixture = *state;

	flow_fixture_move(HOTFIX, "work");
	assert_int_equal(flow_fixture_announce(fixture, true), 0);
	assert_int_equal(flow_fixture_announce(fixture, true), 0);
	flow_fixture_assert_events(fixture, "");
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, true), 1);
}

static void a_second_installation_swallows_nothing(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	flow_fixture_move(MAIN, "land");
	baseline(fixture);
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
}

static void a_lost_state_is_told(void **state)
{
	struct flow_fixture *fixture = *state;
	struct error error = ERROR_INIT;

	assert_int_equal(announce_baseline(&fixture->announcer, true, &error), 0);
	flow_fixture_assert_events(fixture, "state.reset");
	assert_int_equal(flow_fixture_announce(fixture, true), 0);
}

static void the_first_push_of_a_new_repository_is_a_release(void **state)
{
	struct flow_fixture *fixture = *state;

	flow_fixture_record_landing(fixture, MAIN, "", "base", LANDING_CREATION);
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	flow_fixture_assert_events(fixture, "production.released");
}

static void a_record_whose_push_may_still_run_stays(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	flow_fixture_age_records(fixture, ANNOUNCE_LOST_SECONDS + 10);
	flow_fixture_announce(fixture, true);
	assert_int_equal(flow_fixture_waiting_records(fixture), 1);
	flow_fixture_age_records(fixture, ANNOUNCE_STALE_SECONDS);
	flow_fixture_announce(fixture, true);
	assert_int_equal(flow_fixture_waiting_records(fixture), 0);
	flow_fixture_assert_events(fixture, "");
}

static void a_push_that_lost_the_race_is_given_up_after_a_while(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "work", LANDING_FAST_FORWARD);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	assert_int_equal(flow_fixture_waiting_records(fixture), 1);
	flow_fixture_age_records(fixture, ANNOUNCE_LOST_SECONDS + 10);
	assert_int_equal(flow_fixture_announce(fixture, false), 0);
	assert_int_equal(flow_fixture_waiting_records(fixture), 0);
	flow_fixture_assert_events(fixture, "hotfix.merged");
}

static void mode_off_is_silent(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	fixture->policy.mode = MODE_OFF;
	flow_fixture_move(MAIN, "land");
	assert_int_equal(flow_fixture_announce(fixture, true), 0);
	fixture->policy.mode = MODE_ENFORCE;
	assert_int_equal(flow_fixture_announce(fixture, true), 0);
	flow_fixture_assert_events(fixture, "");
}

/* Each process opens the state itself: SQLite's handles do not survive a fork. */
static void announce_in_a_child(const char *identity, struct policy *policy)
{
	struct announcer announcer = {.policy = policy};
	struct environment environment;
	struct error error = ERROR_INIT;

	announcer.environment = &environment;
	if (environment_of(&environment, "r.git", &error) ||
	    repository_open(&announcer.repository, "r.git", NULL, NULL, &error) ||
	    state_open(&announcer.state, "r.git/hotfix.sqlite", identity, false, NULL, &error) ||
	    announce(NULL, &announcer, NULL, true, &error))
		_exit(1);
	_exit(0);
}

static void many_processes_at_once_tell_it_once(void **state)
{
	struct flow_fixture *fixture = *state;
	int status;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "work", LANDING_FAST_FORWARD);
	flow_fixture_record_landing(fixture, MAIN, "work", "land", LANDING_ROLLBACK);
	flow_fixture_move(MAIN, "land");
	for (int i = 0; i < 8; i++)
		if (fork() == 0)
			announce_in_a_child(fixture->environment.identity, &fixture->policy);
	for (int i = 0; i < 8; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	flow_fixture_assert_events(fixture, "hotfix.merged production.rolled_back");
	assert_int_equal(flow_fixture_waiting_deliveries(fixture), 4);
}

/* The announcement, the record and the events are one change: what a crash undoes is told again, under the same ids. */
static void what_is_told_again_has_the_same_id(void **state)
{
	struct flow_fixture *fixture = *state;

	baseline(fixture);
	flow_fixture_record_landing(fixture, MAIN, "base", "land", LANDING_MERGE);
	flow_fixture_move(MAIN, "land");
	git_fixture_run("sqlite3 r.git/hotfix.sqlite '.backup before'");
	assert_int_equal(flow_fixture_announce(fixture, false), 1);
	git_fixture_run("sqlite3 r.git/hotfix.sqlite 'SELECT id FROM event UNION SELECT id FROM delivery' >first\n"
			"test -s first; cp before again.sqlite");
	state_free(fixture->announcer.state);
	assert_int_equal(state_open(&fixture->announcer.state, "again.sqlite", fixture->environment.identity, false,
				    NULL, &(struct error){0}),
			 0);
	assert_int_equal(flow_fixture_announce(fixture, true), 1);
	git_fixture_run("sqlite3 again.sqlite 'SELECT id FROM event UNION SELECT id FROM delivery' >second\n"
			"cmp first second");
}

static void two_deliveries_that_die_together_are_two_events(void **state)
{
	struct flow_fixture *fixture = *state;
	struct delivery deliveries[2] = {{.id = "e1-a", .endpoint = "a"}, {.id = "e1-b", .endpoint = "b"}};
	struct error error = ERROR_INIT;
	bool added;

	for (int i = 0; i < 2; i++) {
		struct happening happening = {.type = EVENT_DELIVERY_EXHAUSTED, .exhausted = &deliveries[i]};

		deliveries[i].event = (struct event){.id = "e1", .type = "hotfix.merged", .ref = MAIN};
		assert_int_equal(announce_event(&added, &fixture->announcer, &happening, 7, NULL, &error), 0);
		assert_true(added);
		assert_int_equal(announce_event(&added, &fixture->announcer, &happening, 7, NULL, &error), 0);
		assert_false(added);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_fixture_set_up, flow_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_landing_is_told_once),
		TEST(each_kind_of_landing_has_its_event),
		TEST(of_two_accounts_the_shorter_is_told),
		TEST(two_pushes_in_a_row_are_two_landings),
		TEST(production_that_moves_without_a_record_is_an_alarm_for_those_who_want_it),
		TEST(a_record_of_another_move_does_not_excuse_production),
		TEST(a_recorded_push_that_is_no_landing_is_an_alarm_that_names_its_pusher),
		TEST(deleted_production_is_an_alarm),
		TEST(a_hotfix_is_opened_updated_and_ready),
		TEST(a_hotfix_that_is_deleted_is_gone_in_silence_and_can_come_back),
		TEST(a_hotfix_that_moves_without_a_record_is_updated_by_nobody),
		TEST(what_is_touched_is_looked_at_when_it_is_governed),
		TEST(what_was_there_at_the_installation_is_no_news),
		TEST(a_second_installation_swallows_nothing),
		TEST(a_lost_state_is_told),
		TEST(the_first_push_of_a_new_repository_is_a_release),
		TEST(a_record_whose_push_may_still_run_stays),
		TEST(a_push_that_lost_the_race_is_given_up_after_a_while),
		TEST(mode_off_is_silent),
		TEST(many_processes_at_once_tell_it_once),
		TEST(what_is_told_again_has_the_same_id),
		TEST(two_deliveries_that_die_together_are_two_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
