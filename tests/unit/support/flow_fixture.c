#include "support/flow_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "support/git_fixture.h"

static void add_endpoint(struct policy *policy, const char *name, const char *events)
{
	struct webhook *webhook = policy_add_webhook(policy, name);

	strings_release(&webhook->endpoint.events);
	for (const char *word = events; *word;) {
		size_t length = strcspn(word, " ");

		strings_add_bytes(&webhook->endpoint.events, word, length);
		word += length + strspn(word + length, " ");
	}
}

static void configure(struct policy *policy)
{
	policy_init(policy);
	strings_release(&policy->production);
	strings_add(&policy->production, "refs/heads/main");
	free(policy->web);
	policy->web = memory_copy("https://git.example.com/{path}");
	free(policy->clone);
	policy->clone = memory_copy("ssh://git@git.example.com/{path}.git");
	add_endpoint(policy, "deploy", "hotfix.merged production.released production.rolled_back");
	add_endpoint(policy, "log", "*");
}

int flow_fixture_set_up(void **state)
{
	struct flow_fixture *fixture = memory_alloc(sizeof(*fixture));
	struct error error = ERROR_INIT;

	git_fixture_enter();
	git_fixture_run(
		"git init -q --bare -b main r.git\n"
		"blob() { printf '100644 blob %%s\\t%%s\\n' \"$(echo \"$2\" | git hash-object -w --stdin)\" \"$1\"; }\n"
		"tree=$({ blob a one; blob b two; } | git mktree) commit base\n"
		"tree=$({ blob a 1; blob c three; } | git mktree) commit work base\n"
		"tree=$(git rev-parse refs/heads/work^{tree}) commit land base work\n"
		"for n in base work land; do\n"
		"	git update-ref refs/test/$n refs/heads/$n; git update-ref -d refs/heads/$n; done\n"
		"git update-ref refs/heads/main refs/test/base\n");
	configure(&fixture->policy);
	assert_int_equal(environment_of(&fixture->environment, "r.git", &error), 0);
	fixture->announcer.environment = &fixture->environment;
	fixture->announcer.policy = &fixture->policy;
	assert_int_equal(repository_open(&fixture->announcer.repository, "r.git", NULL, NULL, &error), 0);
	assert_int_equal(state_open(&fixture->announcer.state, "r.git/hotfix.sqlite", fixture->environment.identity,
				    true, NULL, &error),
			 0);
	*state = fixture;
	return 0;
}

int flow_fixture_tear_down(void **state)
{
	struct flow_fixture *fixture = *state;

	repository_free(fixture->announcer.repository);
	state_free(fixture->announcer.state);
	environment_release(&fixture->environment);
	policy_release(&fixture->policy);
	free(fixture);
	git_fixture_leave();
	return 0;
}

void flow_fixture_move(const char *ref, const char *revision)
{
	if (*revision)
		git_fixture_run("git update-ref '%s' refs/test/%s", ref, revision);
	else
		git_fixture_run("git update-ref -d '%s'", ref);
}

static struct object_id id_of(const char *name)
{
	struct buffer revision = BUFFER_INIT;
	struct object_id id = {{0}};

	if (!*name)
		return id;
	buffer_addf(&revision, "refs/test/%s", name);
	id = git_fixture_id(buffer_text(&revision));
	buffer_release(&revision);
	return id;
}

static void save(struct flow_fixture *fixture, struct records *records)
{
	struct state *state = fixture->announcer.state;
	struct error error = ERROR_INIT;

	assert_int_equal(state_begin(state, false, &error), 0);
	assert_int_equal(state_record_push(state, "login:ada", clock_now(), NULL, 0, records, &error), 0);
	assert_int_equal(state_commit(state, &error), 0);
	records_release(records);
}

void flow_fixture_record_landing(struct flow_fixture *fixture, const char *ref, const char *old_revision,
				 const char *new_revision, enum landing_kind kind)
{
	struct records records = {0};
	struct record *record = records_add(&records, ref);
	struct record_landing *landing = record_add_landing(record);
	struct record_signoff *signoff;

	record->production = true;
	record->old_id = landing->from = id_of(old_revision);
	record->new_id = landing->to = id_of(new_revision);
	landing->kind = kind;
	landing->tip = id_of("work");
	landing->branch = memory_copy("refs/heads/hotfix/INC-7-login");
	landing->incident = memory_copy("INC-7");
	signoff = record_landing_add_signoff(landing);
	signoff->name = memory_copy("review");
	signoff->person = memory_copy("rita@example.com");
	signoff->address = memory_copy("Rita@example.com");
	signoff->commit = signoff->carrier = landing->tip;
	save(fixture, &records);
}

void flow_fixture_record(struct flow_fixture *fixture, const char *ref, const char *old_revision,
			 const char *new_revision, bool ready)
{
	struct records records = {0};
	struct record *record = records_add(&records, ref);

	record->production = strcmp(ref, "refs/heads/main") == 0;
	record->old_id = id_of(old_revision);
	record->new_id = id_of(new_revision);
	record->ready = ready;
	save(fixture, &records);
}

size_t flow_fixture_announce(struct flow_fixture *fixture, bool all)
{
	struct error error = ERROR_INIT;
	size_t events = 0;

	if (announce(&events, &fixture->announcer, NULL, all, &error))
		fail_msg("%s", error_text(&error));
	return events;
}

static struct events all_events(struct flow_fixture *fixture)
{
	struct error error = ERROR_INIT;
	struct events events = {0};

	assert_int_equal(state_list_events(fixture->announcer.state, &events, 1000, &error), 0);
	return events;
}

void flow_fixture_assert_events(struct flow_fixture *fixture, const char *wanted)
{
	struct events events = all_events(fixture);
	struct buffer text = BUFFER_INIT;

	for (size_t i = events.count; i > 0; i--)
		buffer_addf(&text, "%s%s", text.length ? " " : "", events.items[i - 1].type);
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
	events_release(&events);
}

char *flow_fixture_newest_body(struct flow_fixture *fixture)
{
	struct events events = all_events(fixture);
	char *body;

	assert_true(events.count > 0);
	body = memory_copy(events.items[0].body);
	events_release(&events);
	return body;
}

size_t flow_fixture_waiting_records(struct flow_fixture *fixture)
{
	struct waiting_records records = {0};
	struct error error = ERROR_INIT;
	size_t count;

	assert_int_equal(state_waiting_records(fixture->announcer.state, &records, &error), 0);
	count = records.count;
	waiting_records_release(&records);
	return count;
}

int64_t flow_fixture_waiting_deliveries(struct flow_fixture *fixture)
{
	struct error error = ERROR_INIT;
	int64_t count = -1;

	assert_int_equal(state_count_deliveries(fixture->announcer.state, &count, DELIVERY_WAITING, &error), 0);
	return count;
}

void flow_fixture_age_records(struct flow_fixture *fixture, int seconds)
{
	(void)fixture;
	git_fixture_run("sqlite3 r.git/hotfix.sqlite 'UPDATE push SET time = time - %d'", seconds);
}
