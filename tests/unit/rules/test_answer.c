#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/answer.h"
#include "rules/trailer.h"
#include "support/office.h"

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DEPLOY_REF "refs/signoffs/INC-7-login/deploy/production-aaaaaaaaaa"
#define MONITOR_REF "refs/signoffs/INC-7-login/monitor/paul-aaaaaaaaaa"
#define TRIAGE_REF "refs/signoffs/INC-7-login/triage/paul-aaaaaaaaaa"
#define WAIVER_REF "refs/signoffs/INC-7-login/backmerge/paul-aaaaaaaaaa"

static void ask(struct office *office, enum evidence_kind evidence)
{
	office_ask(office, "deploy", "Deployed-by", "release", BINDS_CHANGE)->evidence = evidence;
	office_ask(office, "monitor", "Monitored-by", "release", BINDS_CHANGE)->evidence = evidence;
	office_ask(office, "backmerge", "Waived-by", "release", BINDS_CHANGE)->evidence = evidence;
}

/* Asserts what is wrong with REF (NULL: nothing) when PUSHER pushes it, on a tag with this message; a NULL message is
 * no tag. OUT may be NULL. */
static void assert_problem(struct office *office, struct record_signoff *out, const char *ref, const char *pusher,
			   const char *message, const char *wanted)
{
	struct record_signoff said = {0};
	struct error error = ERROR_INIT;
	struct signoff_ref name;
	struct tag tag = {0};
	struct answer_question question = {.ref = ref, .name = &name, .pusher = pusher};
	struct buffer raw = BUFFER_INIT;
	struct object_id id = id_of('b');
	char *problem;

	assert_true(signoff_ref_parse(&name, &office->policy, ref));
	question.signoff = policy_signoff(&office->policy, name.signoff);
	if (message) {
		buffer_addf(&raw, "object " A40 "\ntype commit\ntag signoff/%s\ntagger T <t@example.com> 1 +0000\n\n%s",
			    ref + strlen(SIGNOFF_REFS), message);
		assert_int_equal(tag_parse(&tag, &id, raw.bytes, raw.length, &error), 0);
		question.tag = &tag;
	}
	problem = answer_read(&said, &office->policy, &question);
	if (!wanted)
		assert_null(problem);
	else if (!problem || !strstr(problem, wanted))
		fail_msg("'%s' instead of '%s'", problem ? problem : "nothing", wanted);
	free(problem);
	if (out)
		*out = said;
	else
		record_signoff_release(&said);
	buffer_release(&raw);
	tag_release(&tag);
	signoff_ref_release(&name);
}

#define SIGNATURE "-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----\n"

static void a_plain_ref_is_a_success_by_who_pushes_it(void **state)
{
	struct record_signoff said;

	ask(*state, EVIDENCE_PUSHER);
	assert_problem(*state, &said, DEPLOY_REF, "olga", NULL, NULL);
	assert_string_equal(said.person, "olga");
	assert_string_equal(said.environment, "production");
	assert_false(said.failed);
	assert_null(said.reason);
	record_signoff_release(&said);
	assert_problem(*state, &said, MONITOR_REF, "paul", NULL, NULL);
	assert_string_equal(said.person, "paul");
	assert_null(said.environment);
	record_signoff_release(&said);
}

static void a_tag_says_how_it_went_and_why(void **state)
{
	struct record_signoff said;

	ask(*state, EVIDENCE_PUSHER);
	assert_problem(*state, &said, DEPLOY_REF, "olga",
		       "x\n\nStatus: failure\nReason: no disk\nEnvironment: production\n", NULL);
	assert_true(said.failed);
	assert_string_equal(said.reason, "no disk");
	record_signoff_release(&said);
}

static void a_signed_tag_names_its_signer(void **state)
{
	struct record_signoff said;

	ask(*state, EVIDENCE_SIGNATURE);
	assert_problem(*state, &said, DEPLOY_REF, "dave",
		       "x\n\nStatus: success\nDeployed-by: olga <OLGA@example.com>\n" SIGNATURE, NULL);
	assert_string_equal(said.person, "olga");
	record_signoff_release(&said);
	assert_problem(*state, NULL, DEPLOY_REF, "olga", NULL, "it is not signed");
	assert_problem(*state, NULL, DEPLOY_REF, "olga", "Status: success\nDeployed-by: <olga@example.com>\n",
		       "it is not signed");
	assert_problem(*state, NULL, MONITOR_REF, "paul", "x\n\nMonitored-by: <olga@example.com>\n" SIGNATURE,
		       "does not name paul");
	assert_problem(*state, NULL, MONITOR_REF, "paul", "x\n\nMonitored-by: <eve@example.com>\n" SIGNATURE,
		       "names nobody whom the configuration knows");
	assert_problem(*state, NULL, MONITOR_REF, "paul", "x\n\nMonitored-by: Paul\n" SIGNATURE,
		       "names nobody whom the configuration knows");
	assert_problem(*state, NULL, MONITOR_REF, "paul", "x\n" SIGNATURE, "must hold one trailer \"Monitored-by:\"");
	assert_problem(*state, &said, MONITOR_REF, "dave", "x\n\nMonitored-by: <paul@example.com>\n" SIGNATURE, NULL);
	assert_string_equal(said.person, "paul");
	record_signoff_release(&said);
}

static void what_is_wrong_is_said(void **state)
{
	struct office *office = *state;
	struct buffer longest = BUFFER_INIT;

	ask(office, EVIDENCE_PUSHER);
	assert_problem(office, NULL, "refs/signoffs/INC-7-login/deploy/prod-aaaaaaaaaa", "olga", NULL,
		       "\"prod\" is no environment here; these are: production");
	strings_add(&office->policy.signoffs[0].environments, "eu");
	assert_problem(office, NULL, "refs/signoffs/INC-7-login/deploy/prod-aaaaaaaaaa", "olga", NULL,
		       "\"prod\" is no environment here; these are: production, eu");
	assert_problem(*state, NULL, DEPLOY_REF, "olga", "x\n\nStatus: fine\n", "success or failure");
	assert_problem(*state, NULL, DEPLOY_REF, "olga", "x\n", "success or failure");
	assert_problem(*state, NULL, DEPLOY_REF, "olga", "x\n\nStatus: success\nStatus: success\n",
		       "success or failure");
	assert_problem(*state, NULL, DEPLOY_REF, "olga", "x\n\nStatus: success\nEnvironment: eu\n",
		       "\"Environment: eu\", but its name says production");
	assert_problem(*state, NULL, DEPLOY_REF, "olga", "x\n\nStatus: success\nReason: a\nReason: b\n",
		       "more than one trailer \"Reason:\"");
	assert_problem(*state, NULL, DEPLOY_REF, "olga", "x\n\nStatus: success\nDeployed-by: <paul@example.com>\n",
		       "does not name olga, who pushes it");
	assert_problem(*state, NULL, MONITOR_REF, "olga", NULL, "pushed by somebody else");
	assert_problem(*state, NULL, MONITOR_REF, "paul",
		       "x\n\nMonitored-by: <paul@example.com>\nMonitored-by: <olga@example.com>\n",
		       "more than one trailer \"Monitored-by:\"");
	assert_problem(*state, NULL, MONITOR_REF, "paul", "x\n\nMonitored-by: <paul@example.com>\n", NULL);
	assert_problem(*state, NULL, MONITOR_REF, "paul", "x\n\nRevokes: a\nRevokes: b\n",
		       "must hold one trailer \"Revokes:\"");
	assert_problem(*state, NULL, DEPLOY_REF, "olga",
		       "x\n\nStatus: success\nEnvironment: production\nEnvironment: eu\n",
		       "more than one trailer \"Environment:\"");
	buffer_addf(&longest, "x\n\nReason: %01001d\n", 1);
	assert_problem(*state, NULL, MONITOR_REF, "paul", buffer_text(&longest), "longer than 1000 bytes");
	buffer_release(&longest);
}

static void a_waiver_says_why(void **state)
{
	ask(*state, EVIDENCE_PUSHER);
	assert_problem(*state, NULL, WAIVER_REF, "paul", NULL, "a waiver says why");
	assert_problem(*state, NULL, WAIVER_REF, "paul", "x\n\nReason:\n", "a waiver says why");
	assert_problem(*state, NULL, WAIVER_REF, "paul", "x\n\nReason: develop has no such code\n", NULL);
}

static void a_waiver_may_be_for_some_branches(void **state)
{
	struct record_signoff said;

	ask(*state, EVIDENCE_PUSHER);
	assert_problem(*state, &said, WAIVER_REF, "paul", "x\n\nReason: y\n", NULL);
	assert_null(said.into);
	record_signoff_release(&said);
	assert_problem(*state, &said, WAIVER_REF, "paul", "x\n\nReason: y\nInto: refs/heads/develop\ninto: release/1\n",
		       NULL);
	assert_string_equal(said.into, "refs/heads/develop refs/heads/release/1");
	record_signoff_release(&said);
}

static void ask_for_triage(struct office *office)
{
	struct signoff *triage = office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);

	triage->evidence = EVIDENCE_PUSHER;
	strings_add(&triage->severities, "critical");
	strings_add(&triage->severities, "major");
}

static void a_severity_is_one_of_those_that_are_configured(void **state)
{
	static const char words[] = "must hold one trailer \"Severity:\", one of critical, major";

	ask_for_triage(*state);
	assert_problem(*state, NULL, TRIAGE_REF, "paul", NULL, words);
	assert_problem(*state, NULL, TRIAGE_REF, "paul", "x\n", words);
	assert_problem(*state, NULL, TRIAGE_REF, "paul", "x\n\nSeverity: minor\n", words);
	assert_problem(*state, NULL, TRIAGE_REF, "paul", "x\n\nSeverity: major\nSeverity: critical\n",
		       "more than one trailer \"Severity:\"");
	assert_problem(*state, NULL, TRIAGE_REF, "paul", "x\n\nSeverity: Major\n", NULL);
}

static struct answer *answer(struct answers *answers, const char *name, const char *person, const char *environment)
{
	struct answer *out = answers_add(answers);

	out->said.name = memory_copy(name);
	out->said.person = memory_copy(person);
	out->said.environment = environment ? memory_copy(environment) : NULL;
	return out;
}

static void the_last_deploy_to_each_environment_counts(void **state)
{
	struct office *office = *state;
	struct answers answers = {0};
	const struct signoff *deploy;

	ask(office, EVIDENCE_PUSHER);
	deploy = policy_signoff(&office->policy, "deploy");
	strings_add(&office->policy.signoffs[0].environments, "eu");
	assert_true(answers_deployed(&answers, NULL));
	assert_false(answers_deployed(&answers, deploy));
	answer(&answers, "deploy", "olga", "production");
	answer(&answers, "deploy", "olga", NULL);
	assert_false(answers_deployed(&answers, deploy));
	answer(&answers, "deploy", "olga", "eu");
	assert_true(answers_deployed(&answers, deploy));
	answer(&answers, "deploy", "olga", "eu")->said.failed = true;
	assert_false(answers_deployed(&answers, deploy));
	assert_true(answers_last_deploy(&answers, "eu")->said.failed);
	answers_release(&answers);
}

static void distinct_people_watch_it_and_close_it(void **state)
{
	struct office *office = *state;
	struct answers answers = {0};
	const struct signoff *monitor;

	ask(office, EVIDENCE_PUSHER);
	office->policy.signoffs[1].count = 2;
	monitor = policy_signoff(&office->policy, "monitor");
	answer(&answers, "deploy", "olga", "production");
	answer(&answers, "monitor", "paul", NULL);
	answer(&answers, "monitor", "paul", NULL);
	assert_int_equal(answers_missing(&answers, monitor), 1);
	answer(&answers, "monitor", "olga", NULL)->revoked = true;
	assert_false(answers_close(&answers, &office->policy));
	answer(&answers, "monitor", "rita", NULL);
	assert_int_equal(answers_missing(&answers, monitor), 0);
	assert_true(answers_close(&answers, &office->policy));
	answer(&answers, "deploy", "olga", "production")->said.failed = true;
	assert_false(answers_close(&answers, &office->policy));
	answers_release(&answers);
}

static void without_a_monitor_nothing_is_closed(void **state)
{
	struct office *office = *state;
	struct answers answers = {0};

	assert_false(answers_close(&answers, &office->policy));
	office_ask(office, "monitor", "Monitored-by", "release", BINDS_CHANGE);
	assert_false(answers_close(&answers, &office->policy));
	answer(&answers, "monitor", "paul", NULL);
	assert_true(answers_close(&answers, &office->policy));
	answers_release(&answers);
}

/* Asserts the commands that give a sign-off on the office's landing, one a line. */
static void assert_signing(struct office *office, const char *signoff, const char *wanted)
{
	struct strings commands = STRINGS_INIT;
	struct buffer text = BUFFER_INIT;

	answer_add_signing(&commands, &office->policy, policy_signoff(&office->policy, signoff), OFFICE_MAIN,
			   &office->landing.what);
	for (size_t i = 0; i < commands.count; i++)
		buffer_addf(&text, "%s\n", commands.items[i]);
	assert_string_equal(buffer_text(&text), wanted);
	strings_release(&commands);
	buffer_release(&text);
}

static void commands_are_printed_by_the_kind_of_evidence(void **state)
{
	struct office *office = *state;

	ask(office, EVIDENCE_PUSHER);
	assert_signing(office, "deploy",
		       "# somebody in the role release, once it is deployed:\ngit fetch origin\n"
		       "git push origin 1111111111111111111111111111111111111111:"
		       "refs/signoffs/INC-7-login/deploy/production-1111111111\n");
	assert_signing(office, "backmerge",
		       "# PERSON, somebody in the role release:\ngit fetch origin\n"
		       "git tag -a -m \"$(printf '%s\\n' 'Reason: WHY' \\\n"
		       "  \"Waived-by: $(git config user.name) <$(git config user.email)>\")\" \\\n"
		       "  signoff/INC-7-login/backmerge/PERSON-1111111111 1111111111111111111111111111111111111111\n"
		       "git push origin refs/tags/signoff/INC-7-login/backmerge/PERSON-1111111111:"
		       "refs/signoffs/INC-7-login/backmerge/PERSON-1111111111\n");
	office->policy.signoffs[0].evidence = EVIDENCE_SIGNATURE;
	strings_add(&office->policy.production, "refs/heads/eu");
	assert_signing(office, "deploy",
		       "# somebody in the role release, once it is deployed:\ngit fetch origin\n"
		       "git tag -s -m \"$(printf '%s\\n' 'Production: refs/heads/main' 'Environment: production'"
		       " 'Status: success' \\\n"
		       "  \"Deployed-by: $(git config user.name) <$(git config user.email)>\")\" \\\n"
		       "  signoff/INC-7-login/deploy/production-1111111111 1111111111111111111111111111111111111111\n"
		       "git push origin refs/tags/signoff/INC-7-login/deploy/production-1111111111:"
		       "refs/signoffs/INC-7-login/deploy/production-1111111111\n");
}

static void commands_ask_for_the_severity(void **state)
{
	struct office *office = *state;

	ask_for_triage(office);
	assert_signing(office, "triage",
		       "# PERSON, somebody in the role product, who did none of the work and did not override it:\n"
		       "# SEVERITY is one of: critical, major\n"
		       "git fetch origin\n"
		       "git tag -a -m \"$(printf '%s\\n' 'Severity: SEVERITY' \\\n"
		       "  \"Triaged-by: $(git config user.name) <$(git config user.email)>\")\" \\\n"
		       "  signoff/INC-7-login/triage/PERSON-1111111111 1111111111111111111111111111111111111111\n"
		       "git push origin refs/tags/signoff/INC-7-login/triage/PERSON-1111111111:"
		       "refs/signoffs/INC-7-login/triage/PERSON-1111111111\n");
}

static void commands_name_the_first_of_several_environments(void **state)
{
	struct office *office = *state;

	ask(office, EVIDENCE_PUSHER);
	strings_add(&office->policy.signoffs[0].environments, "eu");
	assert_signing(office, "deploy",
		       "# somebody in the role release, once it is deployed, to each environment:\ngit fetch origin\n"
		       "git push origin 1111111111111111111111111111111111111111:"
		       "refs/signoffs/INC-7-login/deploy/production-1111111111\n");
}

static void of_several_productions_a_tag_says_which(void **state)
{
	struct office *office = *state;

	ask(office, EVIDENCE_PUSHER);
	strings_add(&office->policy.production, "refs/heads/eu");
	assert_signing(office, "monitor",
		       "# PERSON, somebody in the role release:\ngit fetch origin\n"
		       "git tag -a -m \"$(printf '%s\\n' 'Production: refs/heads/main' \\\n"
		       "  \"Monitored-by: $(git config user.name) <$(git config user.email)>\")\" \\\n"
		       "  signoff/INC-7-login/monitor/PERSON-1111111111 1111111111111111111111111111111111111111\n"
		       "git push origin refs/tags/signoff/INC-7-login/monitor/PERSON-1111111111:"
		       "refs/signoffs/INC-7-login/monitor/PERSON-1111111111\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
	const struct CMUnitTest tests[] = {
		TEST(a_plain_ref_is_a_success_by_who_pushes_it),
		TEST(a_tag_says_how_it_went_and_why),
		TEST(a_signed_tag_names_its_signer),
		TEST(what_is_wrong_is_said),
		TEST(a_waiver_says_why),
		TEST(a_waiver_may_be_for_some_branches),
		TEST(a_severity_is_one_of_those_that_are_configured),
		TEST(the_last_deploy_to_each_environment_counts),
		TEST(distinct_people_watch_it_and_close_it),
		TEST(without_a_monitor_nothing_is_closed),
		TEST(commands_are_printed_by_the_kind_of_evidence),
		TEST(commands_ask_for_the_severity),
		TEST(commands_name_the_first_of_several_environments),
		TEST(of_several_productions_a_tag_says_which),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
