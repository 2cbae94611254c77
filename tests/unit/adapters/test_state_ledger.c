#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "base/memory.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/A-1-x"
#define OTHER_BRANCH "refs/heads/hotfix/A-2-y"

static void assert_id(const struct object_id *id, unsigned char byte)
{
	struct object_id expected = id_of(byte);

	assert_string_equal(object_id_full(id).digits, object_id_full(&expected).digits);
}

/* Returns the number of the push; PERSON NULL: nobody is known. */
static int64_t assert_arrival(struct state_fixture *fixture, struct state *state, unsigned char commit,
			      const char *person)
{
	struct object_id id = id_of(commit);
	struct arrival arrival;
	int result = state_arrival(state, &arrival, &id, &fixture->error);
	int64_t push = arrival.push;

	if (!person) {
		assert_int_equal(result, ERROR_NOT_FOUND);
		error_release(&fixture->error);
		return 0;
	}
	assert_done(fixture, result);
	assert_string_equal(arrival.pusher, person);
	assert_int_equal(arrival.time, 1000);
	arrival_release(&arrival);
	return push;
}

static size_t count_waiting(struct state_fixture *fixture, struct state *state)
{
	struct waiting_records waiting = {0};
	size_t count;

	assert_done(fixture, state_waiting_records(state, &waiting, &fixture->error));
	count = waiting.count;
	waiting_records_release(&waiting);
	return count;
}

static void settle_oldest(struct state_fixture *fixture, bool announced)
{
	struct waiting_records waiting = {0};

	assert_done(fixture, state_waiting_records(fixture->state, &waiting, &fixture->error));
	assert_true(waiting.count > 0);
	assert_done(fixture, state_settle_record(fixture->state, waiting.items[0].id, announced, &fixture->error));
	waiting_records_release(&waiting);
}

static void void_update(struct state_fixture *fixture, const char *ref, unsigned char old_byte, unsigned char new_byte)
{
	struct object_id old_id = id_of(old_byte);
	struct object_id new_id = id_of(new_byte);

	assert_done(fixture, state_void_record(fixture->state, ref, &old_id, &new_id, &fixture->error));
}

static void announce_tip(struct state_fixture *fixture, const char *ref, unsigned char tip)
{
	struct object_id id = id_of(tip);

	assert_done(fixture, state_announce(fixture->state, ref, &id, 1000, &fixture->error));
}

/* A landing of BRANCH with one sign-off, as far as its address. */
static void land(struct state_fixture *fixture, unsigned char old_byte, unsigned char new_byte, const char *branch)
{
	struct records records = {0};
	struct record *record = records_add(&records, MAIN);
	struct record_landing *landing = record_add_landing(record);
	struct record_signoff *signoff = record_landing_add_signoff(landing);

	record->old_id = landing->from = id_of(old_byte);
	record->new_id = landing->to = id_of(new_byte);
	record->production = true;
	landing->kind = LANDING_SQUASH;
	landing->branch = memory_copy(branch);
	landing->incident = memory_copy("A-1");
	landing->severity = memory_copy("major");
	landing->tip = id_of(77);
	signoff->name = memory_copy("review");
	signoff->person = memory_copy("rita");
	signoff->address = memory_copy("rita@example.com");
	signoff->commit = id_of(78);
	signoff->carrier = id_of(79);
	assert_done(fixture, state_record_push(fixture->state, "olga", 1000, NULL, 0, &records, &fixture->error));
	records_release(&records);
}

static void finds_a_record_as_it_was_written(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id old_id = id_of(1);
	struct object_id new_id = id_of(2);
	struct record found = {0};

	land(fixture, 1, 2, BRANCH);
	assert_done(fixture, state_find_record(fixture->state, &found, MAIN, &old_id, &new_id, &fixture->error));
	assert_string_equal(found.ref, MAIN);
	assert_id(&found.old_id, 1);
	assert_id(&found.new_id, 2);
	assert_true(found.production);
	assert_false(found.ready);
	assert_false(found.moved_work);
	assert_int_equal(found.landing_count, 1);
	assert_int_equal(found.landings[0].kind, LANDING_SQUASH);
	assert_id(&found.landings[0].from, 1);
	assert_id(&found.landings[0].to, 2);
	assert_id(&found.landings[0].tip, 77);
	assert_string_equal(found.landings[0].branch, BRANCH);
	assert_string_equal(found.landings[0].incident, "A-1");
	assert_string_equal(found.landings[0].severity, "major");
	assert_int_equal(found.landings[0].signoff_count, 1);
	assert_string_equal(found.landings[0].signoffs[0].name, "review");
	assert_string_equal(found.landings[0].signoffs[0].person, "rita");
	assert_string_equal(found.landings[0].signoffs[0].address, "rita@example.com");
	assert_id(&found.landings[0].signoffs[0].commit, 78);
	assert_id(&found.landings[0].signoffs[0].carrier, 79);
	record_release(&found);
}

static void finds_no_record_of_another_update(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id old_id = id_of(1);
	struct object_id new_id = id_of(3);
	struct records found = {0};
	struct record *record = records_add(&found, MAIN);

	land(fixture, 1, 2, BRANCH);
	assert_int_equal(state_find_record(fixture->state, record, MAIN, &old_id, &new_id, &fixture->error),
			 ERROR_NOT_FOUND);
	assert_null(record->ref);
	records_release(&found);
}

static void gives_waiting_records_with_their_push_oldest_first(void **data)
{
	struct state_fixture *fixture = *data;
	struct waiting_records waiting = {0};

	push_of(fixture, fixture->state, "bob", OTHER_BRANCH, 5, 6);
	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	assert_done(fixture, state_waiting_records(fixture->state, &waiting, &fixture->error));
	assert_int_equal(waiting.count, 2);
	assert_string_equal(waiting.items[0].pusher, "bob");
	assert_string_equal(waiting.items[0].record.ref, OTHER_BRANCH);
	assert_int_equal(waiting.items[0].time, 1000);
	assert_string_equal(waiting.items[1].pusher, "ann");
	assert_int_equal(waiting.items[1].record.first_seen.count, 1);
	assert_id(&waiting.items[1].record.first_seen.items[0], 2);
	assert_true(waiting.items[1].record.moved_work);
	waiting_records_release(&waiting);
}

static void replaces_a_waiting_record_of_the_same_update(void **data)
{
	struct state_fixture *fixture = *data;
	struct waiting_records waiting = {0};

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	push_of(fixture, fixture->state, "bob", BRANCH, 1, 2);
	assert_done(fixture, state_waiting_records(fixture->state, &waiting, &fixture->error));
	assert_int_equal(waiting.count, 1);
	assert_string_equal(waiting.items[0].pusher, "bob");
	waiting_records_release(&waiting);
}

static void keeps_the_first_pusher_of_a_commit(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t first;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	first = assert_arrival(fixture, fixture->state, 2, "ann");
	push_of(fixture, fixture->state, "bob", BRANCH, 1, 2);
	push_of(fixture, fixture->state, "bob", OTHER_BRANCH, 1, 2);
	assert_int_equal(assert_arrival(fixture, fixture->state, 2, "ann"), first);
	push_of(fixture, fixture->state, "bob", OTHER_BRANCH, 2, 3);
	assert_true(assert_arrival(fixture, fixture->state, 3, "bob") > first);
}

static void forgets_what_a_voided_record_said(void **data)
{
	struct state_fixture *fixture = *data;
	struct strings movers = STRINGS_INIT;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	void_update(fixture, BRANCH, 1, 2);
	assert_int_equal(count_waiting(fixture, fixture->state), 0);
	assert_arrival(fixture, fixture->state, 2, NULL);
	assert_done(fixture, state_movers(fixture->state, &movers, BRANCH, &fixture->error));
	assert_int_equal(movers.count, 0);
	strings_release(&movers);
}

static void keeps_what_other_records_said_when_one_is_voided(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	push_of(fixture, fixture->state, "bob", OTHER_BRANCH, 1, 2);
	void_update(fixture, BRANCH, 1, 2);
	assert_int_equal(count_waiting(fixture, fixture->state), 1);
	assert_arrival(fixture, fixture->state, 2, "bob");
}

static void lets_the_replaced_record_wait_again_when_its_successor_is_voided(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	push_of(fixture, fixture->state, "bob", BRANCH, 1, 2);
	void_update(fixture, BRANCH, 1, 2);
	assert_int_equal(count_waiting(fixture, fixture->state), 1);
	assert_arrival(fixture, fixture->state, 2, "ann");
	void_update(fixture, BRANCH, 1, 2);
	assert_int_equal(count_waiting(fixture, fixture->state), 0);
}

static void does_not_bring_back_what_a_settled_record_replaced(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	settle_oldest(fixture, true);
	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	void_update(fixture, BRANCH, 1, 2);
	assert_int_equal(count_waiting(fixture, fixture->state), 0);
}

static void voids_nothing_where_there_is_no_record(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	void_update(fixture, BRANCH, 1, 3);
	void_update(fixture, "refs/heads/unknown", 1, 2);
	assert_int_equal(count_waiting(fixture, fixture->state), 1);
}

static void settles_a_record_once(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	settle_oldest(fixture, false);
	assert_int_equal(count_waiting(fixture, fixture->state), 0);
	assert_arrival(fixture, fixture->state, 2, "ann");
	assert_int_equal(state_settle_record(fixture->state, 1, true, &fixture->error), ERROR_NOT_FOUND);
	assert_says(fixture, "no record 1 waits");
}

static void names_everyone_who_moved_a_branch(void **data)
{
	struct state_fixture *fixture = *data;
	struct strings movers = STRINGS_INIT;
	struct records records = {0};

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	push_of(fixture, fixture->state, "ann", BRANCH, 2, 3);
	push_of(fixture, fixture->state, "bob", BRANCH, 3, 4);
	push_of(fixture, fixture->state, "eve", OTHER_BRANCH, 3, 4);
	records_add(&records, BRANCH); /* by sign-off commits alone */
	assert_done(fixture, state_record_push(fixture->state, "rita", 1, NULL, 0, &records, &fixture->error));
	assert_done(fixture, state_movers(fixture->state, &movers, BRANCH, &fixture->error));
	assert_int_equal(movers.count, 2);
	assert_true(strings_contain(&movers, "ann"));
	assert_true(strings_contain(&movers, "bob"));
	records_release(&records);
	strings_release(&movers);
}

static void knows_where_production_was_at_a_push(void **data)
{
	struct state_fixture *fixture = *data;
	struct branch_tip tips[] = {{.ref = (char *)MAIN, .tip = id_of(40)},
				    {.ref = (char *)"refs/heads/lts", .tip = id_of(41)}};
	struct records records = {0};
	struct object_id commit = id_of(2);
	struct object_id tip;
	int64_t push;

	object_ids_add(&records_add(&records, BRANCH)->first_seen, &commit);
	assert_done(fixture, state_record_push(fixture->state, "ann", 1000, tips, 2, &records, &fixture->error));
	push = assert_arrival(fixture, fixture->state, 2, "ann");
	assert_done(fixture, state_production_at(fixture->state, &tip, push, "refs/heads/lts", &fixture->error));
	assert_id(&tip, 41);
	assert_int_equal(state_production_at(fixture->state, &tip, push, "refs/heads/x", &fixture->error),
			 ERROR_NOT_FOUND);
	error_release(&fixture->error);
	assert_int_equal(state_production_at(fixture->state, &tip, push + 1, MAIN, &fixture->error), ERROR_NOT_FOUND);
	records_release(&records);
}

static void adopts_only_commits_that_nobody_is_known_for(void **data)
{
	struct state_fixture *fixture = *data;
	struct branch_tip tip = {.ref = (char *)MAIN, .tip = id_of(40)};
	struct object_ids commits = {0};
	struct strings movers = STRINGS_INIT;
	struct object_id found;
	int64_t push;

	push_of(fixture, fixture->state, "ann", OTHER_BRANCH, 1, 2);
	for (unsigned char byte = 2; byte < 4; byte++) {
		struct object_id id = id_of(byte);

		object_ids_add(&commits, &id);
	}
	assert_done(fixture, state_adopt(fixture->state, BRANCH, "bob", &commits, &tip, 1, 1000, &fixture->error));
	assert_arrival(fixture, fixture->state, 2, "ann");
	push = assert_arrival(fixture, fixture->state, 3, "bob");
	assert_done(fixture, state_production_at(fixture->state, &found, push, MAIN, &fixture->error));
	assert_id(&found, 40);
	assert_done(fixture, state_movers(fixture->state, &movers, BRANCH, &fixture->error));
	assert_int_equal(movers.count, 1);
	assert_string_equal(movers.items[0], "bob");
	assert_int_equal(count_waiting(fixture, fixture->state), 1);
	strings_release(&movers);
	object_ids_release(&commits);
}

static void keeps_repositories_in_one_file_apart(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");
	struct object_id tip;
	struct strings names = STRINGS_INIT;
	struct object_id old_id = id_of(1);
	struct object_id new_id = id_of(2);
	int64_t number;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	announce_tip(fixture, MAIN, 1);
	assert_arrival(fixture, other, 2, NULL);
	assert_int_equal(count_waiting(fixture, other), 0);
	assert_done(fixture, state_movers(other, &names, BRANCH, &fixture->error));
	assert_done(fixture, state_governed_refs(other, &names, &fixture->error));
	assert_int_equal(names.count, 0);
	assert_int_equal(state_announced(other, &tip, &number, MAIN, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	assert_done(fixture, state_void_record(other, BRANCH, &old_id, &new_id, &fixture->error));
	assert_int_equal(state_settle_record(other, 1, true, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	push_of(fixture, other, "bob", BRANCH, 1, 2);
	assert_arrival(fixture, other, 2, "bob");
	assert_arrival(fixture, fixture->state, 2, "ann");
	assert_int_equal(count_waiting(fixture, fixture->state), 1);
	state_free(other);
}

#define WITH_STATE(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATE(finds_a_record_as_it_was_written),
		WITH_STATE(finds_no_record_of_another_update),
		WITH_STATE(gives_waiting_records_with_their_push_oldest_first),
		WITH_STATE(replaces_a_waiting_record_of_the_same_update),
		WITH_STATE(keeps_the_first_pusher_of_a_commit),
		WITH_STATE(forgets_what_a_voided_record_said),
		WITH_STATE(keeps_what_other_records_said_when_one_is_voided),
		WITH_STATE(lets_the_replaced_record_wait_again_when_its_successor_is_voided),
		WITH_STATE(does_not_bring_back_what_a_settled_record_replaced),
		WITH_STATE(voids_nothing_where_there_is_no_record),
		WITH_STATE(settles_a_record_once),
		WITH_STATE(names_everyone_who_moved_a_branch),
		WITH_STATE(knows_where_production_was_at_a_push),
		WITH_STATE(adopts_only_commits_that_nobody_is_known_for),
		WITH_STATE(keeps_repositories_in_one_file_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
