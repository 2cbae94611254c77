/* An office for tests of the rules: a policy with five people and their roles, and one landing of hotfix/INC-7-login.
 * A header alone: the tests of the rules link nothing else. */
#ifndef HOTFIX_TESTS_SUPPORT_OFFICE_H
#define HOTFIX_TESTS_SUPPORT_OFFICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/landing.h"

#define OFFICE_MAIN "refs/heads/main"
#define OFFICE_BRANCH "refs/heads/hotfix/INC-7-login"

struct office {
	struct policy policy;
	struct landing landing;
};

/* The id of 40 times this hexadecimal digit. */
static inline struct object_id id_of(char digit)
{
	char digits[OBJECT_ID_DIGITS + 1] = {0};
	struct object_id id = {{0}};

	memset(digits, digit, OBJECT_ID_DIGITS);
	object_id_parse(&id, digits);
	return id;
}

static inline void office_hire(struct policy *policy, const char *name)
{
	struct person *person = policy_add_person(policy, name);

	strings_addf(&person->emails, "%s@example.com", name);
	person->login = memory_copy(name);
}

static inline void office_role(struct policy *policy, const char *name, const char *first, const char *second)
{
	struct role *role = policy_add_role(policy, name);

	strings_add(&role->members, first);
	if (second)
		strings_add(&role->members, second);
}

/* Asks for a sign-off. All are asked for before any is given. */
static inline struct signoff *office_ask(struct office *office, const char *name, const char *trailer, const char *role,
					 enum binding binds)
{
	struct signoff *signoff = policy_add_signoff(&office->policy, name);

	signoff->trailer = memory_copy(trailer);
	signoff->role = memory_copy(role);
	signoff->binds = binds;
	return signoff;
}

static inline void office_ask_for_review_and_qa(struct office *office)
{
	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE);
	office_ask(office, "qa", "Tested-by", "qa", BINDS_COMMIT);
}

/* A piece of evidence to which nothing is wrong. PERSON is a name of the office, or any other key. */
static inline struct evidence *office_give(struct office *office, const char *signoff, const char *person)
{
	struct evidence *evidence = landing_add_evidence(&office->landing);
	struct buffer text = BUFFER_INIT;

	buffer_addf(&text, "%s <%s@example.com>", person, person);
	evidence->signoff = policy_signoff(&office->policy, signoff);
	evidence->text = buffer_detach(&text);
	evidence->person = memory_copy(person);
	evidence->target = office->landing.target;
	evidence->carrier = id_of('5');
	evidence->for_production = true;
	evidence->arrival_known = true;
	evidence->arrival = 5;
	evidence->one_base = true;
	evidence->same_change = true;
	return evidence;
}

static inline int office_open(void **state)
{
	struct office *office = memory_alloc(sizeof(*office));
	struct landing *landing = &office->landing;

	policy_init(&office->policy);
	office_hire(&office->policy, "dave");
	office_hire(&office->policy, "rita");
	office_hire(&office->policy, "quentin");
	office_hire(&office->policy, "olga");
	office_hire(&office->policy, "paul");
	office_role(&office->policy, "reviewer", "rita", "paul");
	office_role(&office->policy, "qa", "quentin", "rita");
	office_role(&office->policy, "product", "paul", "rita");
	office_role(&office->policy, "release", "olga", NULL);
	landing->what.kind = LANDING_MERGE;
	landing->what.from = id_of('f');
	landing->what.to = id_of('1');
	landing->what.tip = id_of('a');
	landing->what.branch = memory_copy(OFFICE_BRANCH);
	landing->what.incident = memory_copy("INC-7");
	landing->target = id_of('a');
	landing->production = memory_copy(OFFICE_MAIN);
	landing->pusher = memory_copy("dave");
	landing->work = 1;
	*state = office;
	return 0;
}

static inline int office_close(void **state)
{
	struct office *office = *state;

	landing_release(&office->landing);
	policy_release(&office->policy);
	free(office);
	return 0;
}

/* Asserts how many people are missing for the first sign-off, and for the second unless it is negative. */
static inline void assert_missing(struct office *office, int first, int second)
{
	struct signoff_states states;

	signoff_states_of(&states, &office->policy, &office->landing);
	assert_int_equal(states.items[0].missing, first);
	if (second >= 0)
		assert_int_equal(states.items[1].missing, second);
	assert_int_equal(signoff_states_complete(&states), first <= 0 && second <= 0);
	signoff_states_release(&states);
	assert_int_equal(states.count, 0);
}

/* Asserts why a piece of evidence does not count for its sign-off, and the sentence that says so. */
static inline void assert_fault(struct office *office, size_t index, enum evidence_fault wanted, const char *sentence)
{
	const struct evidence *evidence = &office->landing.evidence[index];
	struct buffer text = BUFFER_INIT;
	struct signoff_states states;

	signoff_states_of(&states, &office->policy, &office->landing);
	for (size_t i = 0; i < states.count; i++) {
		if (states.items[i].signoff != evidence->signoff) {
			assert_int_equal(states.items[i].faults[index], EVIDENCE_TAKEN);
			continue;
		}
		assert_int_equal(states.items[i].faults[index], wanted);
		evidence_explain(&text, &office->policy, &office->landing, evidence, wanted);
		assert_string_equal(buffer_text(&text), sentence);
	}
	signoff_states_release(&states);
	buffer_release(&text);
}

#endif
