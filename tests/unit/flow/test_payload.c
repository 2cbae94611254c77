#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/json.h"
#include "base/memory.h"
#include "flow/payload.h"
#include "support/flow_fixture.h"
#include "support/git_fixture.h"

static struct object_id id(const char *name)
{
	char revision[64];

	snprintf(revision, sizeof(revision), "refs/test/%s", name);
	return git_fixture_id(revision);
}

static char *body_of(struct flow_fixture *fixture, const struct happening *happening)
{
	struct buffer body = BUFFER_INIT;

	payload_write(&body, fixture->announcer.repository, &fixture->policy, &fixture->environment, happening);
	assert_true(body.length <= PAYLOAD_MAXIMUM);
	for (size_t i = 0; i < body.length; i++)
		assert_in_range((unsigned char)body.bytes[i], 0x20, 0x7e);
	return buffer_detach(&body);
}

/* Replaces every id of an object by its name, so that the expectation reads as prose. */
static char *named(char *body)
{
	static const char *const names[] = {"refs/test/base", "refs/test/work", "refs/test/land",
					    "refs/test/base^{tree}", "refs/test/land^{tree}"};
	static const char *const places[] = {"<BASE>", "<WORK>", "<LAND>", "<BASE-TREE>", "<LAND-TREE>"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct object_id object = git_fixture_id(names[i]);
		struct buffer out = BUFFER_INIT;
		const char *rest = body;
		const char *hit;

		while ((hit = strstr(rest, object_id_full(&object).digits))) {
			buffer_add(&out, rest, (size_t)(hit - rest));
			buffer_add_string(&out, places[i]);
			rest = hit + OBJECT_ID_DIGITS;
		}
		buffer_add_string(&out, rest);
		free(body);
		body = buffer_detach(&out);
	}
	return body;
}

static struct happening merged(const struct record_landing *landing)
{
	return (struct happening){.type = EVENT_HOTFIX_MERGED,
				  .id = "e1f0",
				  .time = 1767607332,
				  .ref = "refs/heads/main",
				  .old_id = landing->from,
				  .new_id = landing->to,
				  .production = true,
				  .pusher = "ada",
				  .landing = landing};
}

static struct record_landing landing_with(struct record_signoff *signoffs, size_t count)
{
	return (struct record_landing){.kind = LANDING_MERGE,
				       .from = id("base"),
				       .to = id("land"),
				       .branch = "refs/heads/hotfix/INC-7-login",
				       .incident = "INC-7",
				       .tip = id("work"),
				       .signoffs = signoffs,
				       .signoff_count = count};
}

#define COMMIT \
	"{\"id\":\"<LAND>\",\"tree_id\":\"<LAND-TREE>\",\"distinct\":true,\"message\":\"land\\n\"," \
	"\"timestamp\":\"2023-11-14T22:16:20Z\",\"url\":\"https://git.example.com/r/commit/<LAND>\"," \
	"\"author\":{\"name\":\"Ada\",\"email\":\"ada@example.com\",\"username\":\"adal\"}," \
	"\"committer\":{\"name\":\"Ada\",\"email\":\"ada@example.com\",\"username\":\"adal\"}," \
	"\"added\":[\"c\"],\"removed\":[\"b\"],\"modified\":[\"a\"]}"

static void a_landing_is_told_to_the_byte(void **state)
{
	struct flow_fixture *fixture = *state;
	struct person *ada = policy_add_person(&fixture->policy, "ada");
	struct record_signoff review = {.name = "review", .person = "rita@example.com", .address = "Rita@example.com"};
	struct record_landing landing;
	struct happening happening;
	char *body;

	strings_add(&ada->emails, "ada@example.com");
	ada->login = memory_copy("adal");
	review.commit = review.carrier = id("work");
	landing = landing_with(&review, 1);
	happening = merged(&landing);
	body = named(body_of(fixture, &happening));
	assert_string_equal(
		body,
		"{\"ref\":\"refs/heads/main\",\"before\":\"<BASE>\",\"after\":\"<LAND>\",\"created\":false,"
		"\"deleted\":false,\"forced\":false,\"base_ref\":null,"
		"\"compare\":\"https://git.example.com/r/compare/<BASE>...<LAND>\","
		"\"commits\":[" COMMIT "],\"head_commit\":" COMMIT ","
		"\"repository\":{\"name\":\"r\",\"full_name\":\"r\",\"html_url\":\"https://git.example.com/r\","
		"\"url\":\"https://git.example.com/r\",\"clone_url\":\"ssh://git@git.example.com/r.git\","
		"\"ssh_url\":\"ssh://git@git.example.com/r.git\",\"default_branch\":\"main\"},"
		"\"pusher\":{\"name\":\"ada\",\"email\":\"ada@example.com\"},\"sender\":{\"login\":\"adal\"},"
		"\"id\":\"e1f0\",\"type\":\"hotfix.merged\",\"timestamp\":\"2026-01-05T10:02:12Z\","
		"\"hotfix\":{\"incident\":\"INC-7\",\"branch\":\"hotfix/INC-7-login\",\"kind\":\"merge\","
		"\"tip\":\"<WORK>\",\"signoffs\":[{\"name\":\"review\",\"person\":\"rita@example.com\","
		"\"address\":\"Rita@example.com\",\"commit\":\"<WORK>\"}],\"pusher\":\"ada\"}}");
	free(body);
}

static void what_is_not_configured_is_left_out(void **state)
{
	struct flow_fixture *fixture = *state;
	struct record_landing landing = landing_with(NULL, 0);
	struct happening happening = merged(&landing);
	char *body;

	free(fixture->policy.web);
	free(fixture->policy.clone);
	fixture->policy.web = fixture->policy.clone = NULL;
	happening.pusher = NULL;
	landing.incident = NULL;
	body = body_of(fixture, &happening);
	assert_null(strstr(body, "url"));
	assert_null(strstr(body, "compare"));
	assert_null(strstr(body, "pusher"));
	assert_null(strstr(body, "sender"));
	assert_null(strstr(body, "incident"));
	assert_null(strstr(body, "severity"));
	free(body);
}

static void the_severity_is_what_triage_says(void **state)
{
	struct flow_fixture *fixture = *state;
	struct record_signoff signoffs[2] = {{.name = "review", .person = "r"}, {.name = "triage", .person = "t"}};
	struct record_landing landing;
	struct happening happening;
	char *body;

	git_fixture_run("tree=$(git rev-parse refs/test/work^{tree})\n"
			"git update-ref refs/test/review $(printf 'x\\n\\nReviewed-by: r@x\\nSeverity: low\\n' |"
			" git commit-tree -p refs/test/work $tree)\n"
			"git update-ref refs/test/triage $(printf 'x\\n\\nTriaged-by: t@x\\nSeverity: high\\n' |"
			" git commit-tree -p refs/test/work $tree)\n");
	signoffs[0].carrier = id("review");
	signoffs[1].carrier = id("triage");
	landing = landing_with(signoffs, 2);
	happening = merged(&landing);
	body = body_of(fixture, &happening);
	assert_non_null(strstr(body, "\"severity\":\"high\""));
	free(body);
	landing.severity = "major";
	body = body_of(fixture, &happening);
	assert_non_null(strstr(body, "\"severity\":\"major\""));
	free(body);
}

static void a_hotfix_branch_says_what_it_is_for(void **state)
{
	struct flow_fixture *fixture = *state;
	struct happening happening = {.type = EVENT_HOTFIX_OPENED,
				      .id = "e2",
				      .ref = "refs/heads/hotfix/INC-7-login",
				      .new_id = id("work"),
				      .severity = "critical",
				      .pusher = "login:bob"};
	char *body = named(body_of(fixture, &happening));

	assert_non_null(strstr(body, "\"created\":true,\"deleted\":false,\"forced\":false,\"base_ref\":null,"
				     "\"compare\":\"https://git.example.com/r/commit/<WORK>\",\"commits\":[{"));
	assert_non_null(strstr(body, "\"added\":[\"c\"],\"removed\":[\"b\"],\"modified\":[\"a\"]"));
	assert_non_null(strstr(body, "\"pusher\":{\"name\":\"bob\"},\"sender\":{\"login\":\"bob\"}"));
	assert_non_null(strstr(body, "\"hotfix\":{\"incident\":\"INC-7\",\"branch\":\"hotfix/INC-7-login\","
				     "\"tip\":\"<WORK>\",\"severity\":\"critical\",\"pusher\":\"login:bob\"}"));
	free(body);
}

static void a_branch_that_was_rewound_is_forced(void **state)
{
	struct flow_fixture *fixture = *state;
	struct happening happening = {.type = EVENT_HOTFIX_UPDATED,
				      .id = "e3",
				      .ref = "refs/heads/hotfix/INC-7-login",
				      .old_id = id("work"),
				      .new_id = id("base")};
	char *body = body_of(fixture, &happening);

	assert_non_null(strstr(body, "\"forced\":true"));
	free(body);
}

static void new_production_lists_all_that_is_in_it(void **state)
{
	struct flow_fixture *fixture = *state;
	struct happening happening = {.type = EVENT_PRODUCTION_RELEASED,
				      .id = "e4",
				      .ref = "refs/heads/main",
				      .new_id = id("land"),
				      .production = true};
	char *body = named(body_of(fixture, &happening));

	assert_non_null(strstr(body, "\"added\":[\"a\",\"c\"],\"removed\":[],\"modified\":[]"));
	assert_non_null(strstr(body, "\"compare\":\"https://git.example.com/r/commit/<LAND>\""));
	free(body);
}

static void folders_above_a_repository_are_its_owner(void **state)
{
	struct flow_fixture *fixture = *state;
	struct record_landing landing = landing_with(NULL, 0);
	struct happening happening = merged(&landing);
	char *body = body_of(fixture, &happening);

	assert_null(strstr(body, "\"owner\""));
	free(body);
	free(fixture->environment.git_dir);
	fixture->environment.git_dir = memory_copy("/srv/git/team/web/shop.git");
	fixture->policy.root = memory_copy("/srv/git");
	body = body_of(fixture, &happening);
	assert_non_null(strstr(body, "\"name\":\"shop\",\"full_name\":\"team/web/shop\","
				     "\"owner\":{\"name\":\"team/web\",\"login\":\"team/web\"},"));
	free(body);
}

static void deleted_production_has_no_commit(void **state)
{
	struct flow_fixture *fixture = *state;
	struct happening happening = {.type = EVENT_PRODUCTION_UNEXPECTED,
				      .id = "e5",
				      .ref = "refs/heads/main",
				      .old_id = id("land"),
				      .production = true,
				      .reason = "production was deleted"};
	char *body = body_of(fixture, &happening);

	assert_non_null(strstr(body, "\"deleted\":true,\"forced\":false,\"base_ref\":null,\"compare\":\""));
	assert_non_null(strstr(body, "...0000000000000000000000000000000000000000\",\"commits\":[],\"head_commit\":null"));
	assert_non_null(strstr(body, "\"reason\":\"production was deleted\""));
	assert_null(strstr(body, "\"hotfix\""));
	free(body);
}

/* Makes refs/test/many on refs/test/base, with so many files of names so long. */
static void make_many(int count, int length)
{
	git_fixture_run(
		"blob=$(echo x | git hash-object -w --stdin)\n"
		"awk -v b=$blob 'BEGIN { for (i = 0; i < %d; i++) printf \"100644 blob %%s\\t%%0%dd\\n\", b, i }' |\n"
		"git mktree >tree\n"
		"git update-ref refs/test/many $(echo many | git commit-tree -p refs/test/base $(cat tree))\n",
		count, length);
}

static char *body_of_many(struct flow_fixture *fixture)
{
	struct happening happening = {.type = EVENT_PRODUCTION_UNEXPECTED,
				      .id = "e6",
				      .ref = "refs/heads/main",
				      .old_id = id("base"),
				      .new_id = id("many"),
				      .production = true};

	return body_of(fixture, &happening);
}

static void too_many_paths_are_none(void **state)
{
	struct flow_fixture *fixture = *state;
	char *body;

	make_many(PAYLOAD_PATHS - 2, 4);
	body = body_of_many(fixture);
	assert_non_null(strstr(body, "\"0997\"],\"removed\":[\"a\",\"b\"],\"modified\":[]"));
	free(body);
	make_many(PAYLOAD_PATHS - 1, 4);
	body = body_of_many(fixture);
	assert_non_null(strstr(body, "\"added\":[],\"removed\":[],\"modified\":[]"));
	free(body);
}

static void paths_that_are_too_long_are_none(void **state)
{
	struct flow_fixture *fixture = *state;
	char *body;

	make_many(900, 250);
	body = body_of_many(fixture);
	assert_non_null(strstr(body, "\"removed\":[\"a\",\"b\"]"));
	free(body);
	make_many(900, 300);
	body = body_of_many(fixture);
	assert_non_null(strstr(body, "\"added\":[],\"removed\":[],\"modified\":[]"));
	free(body);
}

static void a_huge_message_of_bytes_that_double_is_cut(void **state)
{
	struct flow_fixture *fixture = *state;
	struct json *read = NULL;
	struct error error = ERROR_INIT;
	char *body;

	git_fixture_run(
		"tree=$(git rev-parse refs/test/base^{tree})\n"
		"{ printf 'tree %%s\\nparent %%s\\nauthor A <a@x> 1 +0000\\ncommitter A <a@x> 1 +0000\\n\\n' $tree "
		"$(git rev-parse refs/test/base); head -c 900000 /dev/zero | tr '\\0' '\\377'; } >raw\n"
		"git update-ref refs/test/many $(git hash-object -t commit -w raw)\n");
	body = body_of_many(fixture);
	assert_int_equal(json_read(&read, body, strlen(body), &error), 0);
	assert_int_equal(strlen(json_get_string(json_get(read, "head_commit"), "message")),
			 PAYLOAD_MESSAGE_BYTES / 6 * 3);
	json_free(read);
	free(body);
}

static void a_body_that_would_be_too_long_is_told_with_less(void **state)
{
	struct flow_fixture *fixture = *state;
	struct record_signoff signoffs[200];
	struct record_landing landing = landing_with(signoffs, 200);
	struct happening happening = merged(&landing);
	struct object_id work = id("work");
	char address[6001];
	char *body;

	memset(address, 'x', sizeof(address) - 1);
	address[sizeof(address) - 1] = '\0';
	for (size_t i = 0; i < 200; i++)
		signoffs[i] = (struct record_signoff){
			.name = "review", .person = address, .address = address, .commit = work, .carrier = work};
	body = body_of(fixture, &happening);
	assert_true(strlen(body) > 100000);
	assert_non_null(strstr(body, "\"added\":[],\"removed\":[],\"modified\":[]"));
	assert_non_null(strstr(body, "\"type\":\"hotfix.merged\""));
	free(body);
}

/* Git's tools do not agree on the author of this one, so nobody may say who it was. */
static void a_commit_that_cannot_be_read_is_left_out(void **state)
{
	struct flow_fixture *fixture = *state;
	char *body;

	git_fixture_run("tree=$(git rev-parse refs/test/base^{tree})\n"
			"printf 'tree %%s\\nauthor A <a@x> 1 +0000\\nauthor B <b@x> 1 +0000\\n"
			"committer A <a@x> 1 +0000\\n\\nx\\n' $tree >raw\n"
			"git update-ref refs/test/many $(git hash-object --literally -t commit -w raw)\n");
	body = body_of_many(fixture);
	assert_non_null(strstr(body, "\"commits\":[],\"head_commit\":null"));
	free(body);
}

static void a_ref_may_hold_any_byte(void **state)
{
	struct flow_fixture *fixture = *state;
	struct happening happening = {.type = EVENT_HOTFIX_OPENED,
				      .id = "e7",
				      .ref = "refs/heads/hotfix/\xff\"\xe2\x82\xac",
				      .new_id = id("work")};
	char *body = body_of(fixture, &happening);

	assert_non_null(strstr(body, "{\"ref\":\"refs/heads/hotfix/\\uFFFD\\\"\\u20AC\""));
	free(body);
}

static void a_ping_names_its_endpoint(void **state)
{
	struct flow_fixture *fixture = *state;
	struct happening happening = {.type = EVENT_PING, .id = "e8", .time = 0, .endpoint = "deploy"};
	char *body = body_of(fixture, &happening);

	assert_non_null(strstr(body, "{\"repository\":{\"name\":\"r\""));
	assert_non_null(strstr(
		body, "\"type\":\"ping\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"hook\":{\"name\":\"deploy\"}}"));
	free(body);
}

static void a_dead_delivery_is_described(void **state)
{
	struct flow_fixture *fixture = *state;
	struct delivery delivery = {.id = "e9-deploy", .endpoint = "deploy", .attempts = 3, .last_status = 404};
	struct happening happening = {.type = EVENT_DELIVERY_EXHAUSTED, .id = "e10", .ref = "refs/heads/main"};
	char *body;

	delivery.event = (struct event){.id = "e9", .type = "hotfix.merged", .ref = "refs/heads/main"};
	happening.exhausted = &delivery;
	body = body_of(fixture, &happening);
	assert_non_null(strstr(body, "\"delivery\":{\"id\":\"e9-deploy\",\"endpoint\":\"deploy\",\"event\":\"e9\","
				     "\"type\":\"hotfix.merged\",\"ref\":\"refs/heads/main\",\"attempts\":3,"
				     "\"status\":404}"));
	assert_null(strstr(body, "\"before\""));
	free(body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_fixture_set_up, flow_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_landing_is_told_to_the_byte),
		TEST(what_is_not_configured_is_left_out),
		TEST(the_severity_is_what_triage_says),
		TEST(a_hotfix_branch_says_what_it_is_for),
		TEST(a_branch_that_was_rewound_is_forced),
		TEST(new_production_lists_all_that_is_in_it),
		TEST(folders_above_a_repository_are_its_owner),
		TEST(deleted_production_has_no_commit),
		TEST(too_many_paths_are_none),
		TEST(paths_that_are_too_long_are_none),
		TEST(a_huge_message_of_bytes_that_double_is_cut),
		TEST(a_body_that_would_be_too_long_is_told_with_less),
		TEST(a_commit_that_cannot_be_read_is_left_out),
		TEST(a_ref_may_hold_any_byte),
		TEST(a_ping_names_its_endpoint),
		TEST(a_dead_delivery_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
