/* A repository with its state and a configuration, opened, for tests of announcing and delivering. */
#ifndef HOTFIX_TESTS_FLOW_FIXTURE_H
#define HOTFIX_TESTS_FLOW_FIXTURE_H

#include "flow/announce.h"
#include "rules/record.h"

struct flow_fixture {
	struct announcer announcer;
	struct environment environment;
	struct policy policy;
};

/* For cmocka: make the fixture in a folder of its own (git_fixture.h). r.git has the commits `base`, on refs/heads/main,
 * `work` on it and `land`, the merge of both; two endpoints: "deploy" wants landings, "log" wants everything. */
int flow_fixture_set_up(void **state);
int flow_fixture_tear_down(void **state);

/* Moves a ref, by git itself; "" for no commit. */
void flow_fixture_move(const char *ref, const char *revision);

/* Writes the record of a push by "login:ada". The first gives production records the one landing of KIND. */
void flow_fixture_record_landing(struct flow_fixture *fixture, const char *ref, const char *old_revision,
				 const char *new_revision, enum landing_kind kind);
void flow_fixture_record(struct flow_fixture *fixture, const char *ref, const char *old_revision,
			 const char *new_revision, bool ready);

/* Announces; returns how many events were new. */
size_t flow_fixture_announce(struct flow_fixture *fixture, bool all);

/* Compares the types of all events, oldest first, separated by spaces. */
void flow_fixture_assert_events(struct flow_fixture *fixture, const char *wanted);

/* Returns the body of the newest event, owned by the caller. */
char *flow_fixture_newest_body(struct flow_fixture *fixture);

/* How many records and deliveries wait. */
size_t flow_fixture_waiting_records(struct flow_fixture *fixture);
int64_t flow_fixture_waiting_deliveries(struct flow_fixture *fixture);

/* Makes every record look older. */
void flow_fixture_age_records(struct flow_fixture *fixture, int seconds);

#endif
