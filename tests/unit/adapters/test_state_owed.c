#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/state_landings.h"
#include "adapters/state_owed.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/A-1-x"
#define DEVELOP "refs/heads/develop"
#define RELEASE "refs/heads/release/1"

/* Records, at 1000 s, a landing of BRANCH on MAIN with NEW, which owes to develop and a release. */
static void land(struct state_fixture *fixture, unsigned char new_id)
{
	struct records records = {0};
	struct record *record = records_add(&records, MAIN);
	struct record_landing *landing = record_add_landing(record);

	record->production = true;
	record->new_id = landing->to = id_of(new_id);
	landing->kind = LANDING_MERGE;
	landing->branch = memory_copy(BRANCH);
	landing->incident = memory_copy("A-1");
	strings_add(&landing->into, DEVELOP);
	strings_add(&landing->into, RELEASE);
	assert_done(fixture, state_record_push(fixture->state, "olga", 1000, NULL, 0, &records, &fixture->error));
	records_release(&records);
}

/* Records a sign-off on LANDING, a waiver for these branches. */
static void waive(struct state_fixture *fixture, const struct landing_number *landing, const char *into)
{
	struct record_landing answer = {.kind = LANDING_SIGNOFF, .branch = memory_copy(BRANCH), .about = *landing};
	struct record_signoff *signoff = record_landing_add_signoff(&answer);
	int64_t number;

	signoff->name = memory_copy(SIGNOFF_BACKMERGE);
	signoff->person = memory_copy("olga");
	signoff->into = into ? memory_copy(into) : NULL;
	assert_done(fixture, state_record_answer(fixture->state, &number, "olga", 2000, &answer, &fixture->error));
	record_landing_release(&answer);
	assert_done(fixture, state_weigh_waivers(fixture->state, landing, 2000, &fixture->error));
}

/* Compares the branches that are owed to, with a blank behind each. */
static void assert_owed(struct state_fixture *fixture, const char *into, const char *wanted)
{
	struct owed_list list = {0};
	struct buffer names = BUFFER_INIT;

	assert_done(fixture, state_owed(fixture->state, &list, into, &fixture->error));
	for (size_t i = 0; i < list.count; i++)
		buffer_addf(&names, "%s ", list.items[i].into);
	assert_string_equal(buffer_text(&names), wanted);
	buffer_release(&names);
	owed_list_release(&list);
}

/* What is owed first. */
static struct owed first_owed(struct state_fixture *fixture)
{
	struct owed_list list = {0};
	struct owed owed;

	assert_done(fixture, state_owed(fixture->state, &list, NULL, &fixture->error));
	assert_true(list.count > 0);
	owed = list.items[0];
	list.items[0] = list.items[list.count - 1];
	list.count--;
	owed_list_release(&list);
	return owed;
}

static void owed_release(struct owed *owed)
{
	free(owed->production);
	free(owed->into);
	record_landing_release(&owed->what);
}

static void a_landing_owes_once_it_is_announced(void **data)
{
	struct state_fixture *fixture = *data;
	struct owed owed;
	bool owes;

	land(fixture, 2);
	assert_owed(fixture, NULL, "");
	settle_all(fixture, true);
	assert_owed(fixture, NULL, DEVELOP " " RELEASE " ");
	assert_owed(fixture, RELEASE, RELEASE " ");
	assert_owed(fixture, MAIN, "");
	assert_done(fixture, state_owes(fixture->state, &owes, DEVELOP, &fixture->error));
	assert_true(owes);
	assert_done(fixture, state_owes(fixture->state, &owes, MAIN, &fixture->error));
	assert_false(owes);
	owed = first_owed(fixture);
	assert_int_equal(owed.since, 1000);
	assert_string_equal(owed.production, MAIN);
	assert_string_equal(owed.what.branch, BRANCH);
	assert_true(object_id_is_zero(&owed.checked));
	owed_release(&owed);
}

static void what_never_came_true_owes_nothing(void **data)
{
	struct state_fixture *fixture = *data;

	land(fixture, 2);
	settle_all(fixture, false);
	assert_owed(fixture, NULL, "");
}

static void what_has_arrived_or_is_gone_stays_so(void **data)
{
	struct state_fixture *fixture = *data;
	struct owed owed;
	bool changed;

	land(fixture, 2);
	settle_all(fixture, true);
	owed = first_owed(fixture);
	assert_done(fixture, state_settle_owed(fixture->state, &changed, &owed, OWED_ARRIVED, 3000, &fixture->error));
	assert_true(changed);
	assert_done(fixture, state_settle_owed(fixture->state, &changed, &owed, OWED_GONE, 3001, &fixture->error));
	assert_false(changed);
	assert_done(fixture, state_take_back_owed(fixture->state, &owed.number, 4000, &fixture->error));
	assert_owed(fixture, NULL, "");
	assert_done(fixture, state_bring_back_owed(fixture->state, &owed.number, 5000, &fixture->error));
	assert_owed(fixture, NULL, RELEASE " ");
	owed_release(&owed);
	owed = first_owed(fixture);
	assert_int_equal(owed.since, 5000);
	owed_release(&owed);
}

static void it_is_told_once_and_keeps_which_tip_lacked_it(void **data)
{
	struct state_fixture *fixture = *data;
	const struct object_id tip = id_of(9);
	struct owed owed;
	bool told;

	land(fixture, 2);
	settle_all(fixture, true);
	owed = first_owed(fixture);
	assert_false(owed.told);
	assert_done(fixture, state_tell_owed(fixture->state, &told, &owed, &fixture->error));
	assert_true(told);
	assert_done(fixture, state_tell_owed(fixture->state, &told, &owed, &fixture->error));
	assert_false(told);
	assert_done(fixture, state_check_owed(fixture->state, &owed, &tip, &fixture->error));
	owed_release(&owed);
	owed = first_owed(fixture);
	assert_true(owed.told);
	assert_true(object_id_equal(&owed.checked, &tip));
	owed_release(&owed);
}

static void a_waiver_is_for_the_branches_that_it_names_or_for_all(void **data)
{
	struct state_fixture *fixture = *data;
	struct owed owed;
	bool owes;

	land(fixture, 2);
	settle_all(fixture, true);
	owed = first_owed(fixture);
	waive(fixture, &owed.number, "refs/heads/develop2 refs/heads/dev");
	assert_owed(fixture, NULL, DEVELOP " " RELEASE " ");
	waive(fixture, &owed.number, "refs/heads/other " DEVELOP);
	assert_owed(fixture, NULL, RELEASE " ");
	waive(fixture, &owed.number, NULL);
	assert_owed(fixture, NULL, "");
	assert_done(fixture, state_owes_to(fixture->state, &owes, &owed.number, DEVELOP, &fixture->error));
	assert_true(owes);
	assert_done(fixture, state_owes_to(fixture->state, &owes, &owed.number, MAIN, &fixture->error));
	assert_false(owes);
	assert_done(fixture, state_take_back_owed(fixture->state, &owed.number, 4000, &fixture->error));
	assert_done(fixture, state_bring_back_owed(fixture->state, &owed.number, 5000, &fixture->error));
	assert_owed(fixture, NULL, "");
	owed_release(&owed);
}

static void another_repository_in_the_same_file_owes_its_own(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");
	bool owes;

	land(fixture, 2);
	settle_all(fixture, true);
	assert_done(fixture, state_owes(other, &owes, DEVELOP, &fixture->error));
	assert_false(owes);
	state_free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_landing_owes_once_it_is_announced),
		TEST(what_never_came_true_owes_nothing),
		TEST(what_has_arrived_or_is_gone_stays_so),
		TEST(it_is_told_once_and_keeps_which_tip_lacked_it),
		TEST(a_waiver_is_for_the_branches_that_it_names_or_for_all),
		TEST(another_repository_in_the_same_file_owes_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
