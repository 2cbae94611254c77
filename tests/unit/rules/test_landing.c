#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/office.h"

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Writes the findings as text: the name, what was found, the remedy behind "> ". */
static char *judged(struct office *office)
{
	struct verdict verdict = {0};
	struct buffer text = BUFFER_INIT;

	landing_judge(&verdict, &office->policy, &office->landing, OFFICE_MAIN);
	for (size_t i = 0; i < verdict.count; i++) {
		const struct finding *finding = &verdict.findings[i];
		char *name = finding_name(finding);

		assert_string_equal(finding->ref, OFFICE_MAIN);
		assert_false(finding->fault);
		buffer_addf(&text, "%s\n", name);
		for (size_t k = 0; k < finding->found.count; k++)
			buffer_addf(&text, "  %s\n", finding->found.items[k]);
		for (size_t k = 0; k < finding->remedy.count; k++)
			buffer_addf(&text, "> %s\n", finding->remedy.items[k]);
		free(name);
	}
	verdict_release(&verdict);
	return buffer_detach(&text);
}

static void assert_judged(struct office *office, const char *wanted)
{
	char *text = judged(office);

	assert_string_equal(text, wanted);
	free(text);
}

static void set_kind(struct office *office, enum landing_kind kind, const char *pusher)
{
	office->landing.what.kind = kind;
	free(office->landing.pusher);
	office->landing.pusher = memory_copy(pusher);
}

static void a_worker_is_named_once(void **state)
{
	struct office *office = *state;
	struct object_id commit = id_of('c');

	landing_add_worker(&office->landing, memory_copy("dave"), "wrote", &commit);
	landing_add_worker(&office->landing, memory_copy("dave"), "pushed", NULL);
	landing_add_worker(&office->landing, memory_copy("paul"), "moved the branch", NULL);
	assert_int_equal(office->landing.worker_count, 2);
	assert_string_equal(office->landing.workers[0].how, "wrote");
	assert_true(object_id_equal(&office->landing.workers[0].commit, &commit));
	assert_true(object_id_is_zero(&office->landing.workers[1].commit));
}

static void without_rules_every_hotfix_lands(void **state)
{
	struct office *office = *state;

	assert_judged(office, "");
	set_kind(office, LANDING_FAST_FORWARD, "dave");
	assert_judged(office, "");
	set_kind(office, LANDING_SQUASH, "dave");
	assert_judged(office, "");
}

static void what_is_signed_lands_and_the_signoffs_are_kept(void **state)
{
	struct office *office = *state;
	const struct record_signoff *signoffs;

	office_ask_for_review_and_qa(office);
	office_give(office, "qa", "quentin");
	office_give(office, "review", "rita")->carrier = id_of('6');
	office_give(office, "review", "quentin");
	assert_judged(office, "");
	assert_int_equal(office->landing.what.signoff_count, 2);
	signoffs = office->landing.what.signoffs;
	assert_string_equal(signoffs[0].name, "review");
	assert_string_equal(signoffs[0].person, "rita");
	assert_string_equal(signoffs[0].address, "rita@example.com");
	assert_string_equal(object_id_short(&signoffs[0].commit).digits, "aaaaaaaaaa");
	assert_string_equal(object_id_short(&signoffs[0].carrier).digits, "6666666666");
	assert_string_equal(signoffs[1].name, "qa");
	assert_string_equal(signoffs[1].person, "quentin");
}

static void what_is_missing_is_named_with_the_commands_that_give_it(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "quentin");
	assert_judged(office, "signoff-review\n"
			      "  missing 1 of 1: Reviewed-by from the role reviewer\n"
			      "  quentin <quentin@example.com> is not in the role reviewer\n"
			      "> # somebody in the role reviewer, who did none of the work:\n"
			      "> git fetch origin\n"
			      "> git switch --detach " A40 "\n"
			      "> git commit --allow-empty -m 'review INC-7' \\\n"
			      ">   --trailer \"Reviewed-by: $(git config user.name) <$(git config user.email)>\"\n"
			      "> git push origin HEAD:refs/heads/hotfix/INC-7-login\n"
			      "signoff-qa\n"
			      "  missing 1 of 1: Tested-by from the role qa\n"
			      "> # somebody in the role qa, who did none of the work:\n"
			      "> git fetch origin\n"
			      "> git switch --detach " A40 "\n"
			      "> git commit --allow-empty -m 'qa INC-7' \\\n"
			      ">   --trailer \"Tested-by: $(git config user.name) <$(git config user.email)>\"\n"
			      "> git push origin HEAD:refs/heads/hotfix/INC-7-login\n"
			      "> # then land it again:\n"
			      "> git fetch origin\n"
			      "> git switch -C main origin/main\n"
			      "> git merge --no-ff origin/hotfix/INC-7-login\n"
			      "> git push origin main\n");
	assert_int_equal(office->landing.what.signoff_count, 0);
}

static void a_signoff_says_which_of_several_productions_it_is_for(void **state)
{
	struct office *office = *state;
	struct strings commands = STRINGS_INIT;

	strings_add(&office->policy.production, "refs/heads/live");
	office_ask_for_review_and_qa(office);
	landing_add_signing(&commands, &office->policy, &office->landing, &office->policy.signoffs[0]);
	assert_int_equal(commands.count, 7);
	assert_string_equal(commands.items[4], "  --trailer 'Production: refs/heads/main' \\");
	strings_release(&commands);
}

static void of_many_pieces_the_first_are_named(void **state)
{
	struct office *office = *state;
	char *text;

	office_ask_for_review_and_qa(office);
	for (int i = 0; i < 1000; i++)
		office_give(office, "review", "olga");
	text = judged(office);
	assert_non_null(strstr(text, "  olga <olga@example.com> is not in the role reviewer\n"
				     "  and 990 more that were given\n"
				     "> # somebody in the role reviewer"));
	free(text);
}

static void assert_signing(struct office *office, enum evidence_kind kind, const char *wanted)
{
	struct strings commands = STRINGS_INIT;
	struct buffer text = BUFFER_INIT;

	office->policy.signoffs[0].evidence = kind;
	landing_add_signing(&commands, &office->policy, &office->landing, &office->policy.signoffs[0]);
	for (size_t i = 0; i < commands.count; i++)
		buffer_addf(&text, "%s\n", commands.items[i]);
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
	strings_release(&commands);
}

static void a_signed_tag_is_made_and_pushed(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	assert_signing(office, EVIDENCE_SIGNATURE,
		       "# PERSON, somebody in the role reviewer, who did none of the work:\n"
		       "git fetch origin\n"
		       "git tag -s -m \"Reviewed-by: $(git config user.name) <$(git config user.email)>\" \\\n"
		       "  signoff/INC-7-login/review/PERSON-aaaaaaaaaa " A40 "\n"
		       "git push origin refs/tags/signoff/INC-7-login/review/PERSON-aaaaaaaaaa:"
		       "refs/signoffs/INC-7-login/review/PERSON-aaaaaaaaaa\n");
	strings_add(&office->policy.production, "refs/heads/live");
	assert_signing(office, EVIDENCE_SIGNATURE,
		       "# PERSON, somebody in the role reviewer, who did none of the work:\n"
		       "git fetch origin\n"
		       "git tag -s -m \"$(printf '%s\\n' 'Production: refs/heads/main' \\\n"
		       "  \"Reviewed-by: $(git config user.name) <$(git config user.email)>\")\" \\\n"
		       "  signoff/INC-7-login/review/PERSON-aaaaaaaaaa " A40 "\n"
		       "git push origin refs/tags/signoff/INC-7-login/review/PERSON-aaaaaaaaaa:"
		       "refs/signoffs/INC-7-login/review/PERSON-aaaaaaaaaa\n");
}

static void a_severity_is_asked_for(void **state)
{
	struct office *office = *state;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	strings_add(&office->policy.signoffs[0].severities, "critical");
	strings_add(&office->policy.signoffs[0].severities, "major");
	assert_signing(office, EVIDENCE_TRAILER,
		       "# somebody in the role product, who did none of the work:\n"
		       "# SEVERITY is one of: critical, major\n"
		       "git fetch origin\n"
		       "git switch --detach " A40 "\n"
		       "git commit --allow-empty -m 'triage INC-7' \\\n"
		       "  --trailer 'Severity: SEVERITY' \\\n"
		       "  --trailer \"Triaged-by: $(git config user.name) <$(git config user.email)>\"\n"
		       "git push origin HEAD:refs/heads/hotfix/INC-7-login\n");
	assert_signing(office, EVIDENCE_SIGNATURE,
		       "# PERSON, somebody in the role product, who did none of the work:\n"
		       "# SEVERITY is one of: critical, major\n"
		       "git fetch origin\n"
		       "git tag -s -m \"$(printf '%s\\n' 'Severity: SEVERITY' \\\n"
		       "  \"Triaged-by: $(git config user.name) <$(git config user.email)>\")\" \\\n"
		       "  signoff/INC-7-login/triage/PERSON-aaaaaaaaaa " A40 "\n"
		       "git push origin refs/tags/signoff/INC-7-login/triage/PERSON-aaaaaaaaaa:"
		       "refs/signoffs/INC-7-login/triage/PERSON-aaaaaaaaaa\n");
}

static void a_plain_ref_is_pushed(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	assert_signing(office, EVIDENCE_PUSHER,
		       "# PERSON, somebody in the role reviewer, who did none of the work:\n"
		       "git fetch origin\n"
		       "git push origin " A40 ":refs/signoffs/INC-7-login/review/PERSON-aaaaaaaaaa\n");
}

static void without_an_incident_the_branch_is_named(void **state)
{
	struct office *office = *state;
	struct strings commands = STRINGS_INIT;

	office_ask_for_review_and_qa(office);
	free(office->landing.what.incident);
	office->landing.what.incident = NULL;
	landing_add_signing(&commands, &office->policy, &office->landing, &office->policy.signoffs[1]);
	assert_string_equal(commands.items[3], "git commit --allow-empty -m 'qa hotfix/INC-7-login' \\");
	strings_release(&commands);
}

static void another_incident_in_the_range_is_refused(void **state)
{
	struct office *office = *state;

	office->landing.other_incident = memory_copy("INC-8");
	office->landing.other_incident_commit = id_of('c');
	assert_judged(office, "incident\n"
			      "  cccccccccc says \"Incident: INC-8\", but hotfix/INC-7-login is for INC-7\n"
			      "> # reword that commit, or land it by its own hotfix branch\n");
}

static void an_unknown_pusher_is_refused_where_somebody_must_sign(void **state)
{
	struct office *office = *state;

	office->landing.pusher_unknown = true;
	office->landing.unknown_commit = id_of('c');
	assert_judged(office, "");
	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	office_give(office, "qa", "quentin");
	assert_judged(office,
		      "own-work\n"
		      "  the server does not know who first pushed cccccccccc, so it cannot tell who did none of "
		      "the work\n"
		      "> # an administrator records, on the server, who did:\n"
		      "> hotfixctl adopt hotfix/INC-7-login PERSON\n");
}

static void an_ordinary_landing_needs_the_role_and_no_signoffs(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office->policy.allow_by = memory_copy("release");
	set_kind(office, LANDING_ORDINARY, "olga");
	assert_judged(office, "");
	set_kind(office, LANDING_ORDINARY, "dave");
	assert_judged(office, "allow-by\n"
			      "  dave may not land hotfix/INC-7-login: only the role release may\n");
}

static void nobody_lands_ordinarily_without_a_role(void **state)
{
	struct office *office = *state;

	set_kind(office, LANDING_ORDINARY, "olga");
	assert_judged(office, "allow-by\n"
			      "  olga may not land hotfix/INC-7-login: only the role (none) may\n");
	office->policy.allow_by = memory_copy("missing");
	assert_judged(office, "allow-by\n"
			      "  olga may not land hotfix/INC-7-login: only the role missing may\n");
}

static void a_rollback_needs_the_role(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	set_kind(office, LANDING_ROLLBACK, "olga");
	assert_judged(office, "rollback\n"
			      "  nobody may roll back by a push: hotfix.ini has no [rollback] role\n");
	office->policy.rollback_role = memory_copy("release");
	assert_judged(office, "");
	set_kind(office, LANDING_ROLLBACK, "dave");
	assert_judged(office, "rollback\n"
			      "  dave may not roll back: only the role release may\n");
	free(office->policy.rollback_role);
	office->policy.rollback_role = memory_copy("missing");
	assert_judged(office, "rollback\n"
			      "  dave may not roll back: only the role missing may\n");
}

static void what_is_no_landing_is_judged_elsewhere(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	set_kind(office, LANDING_CREATION, "dave");
	assert_judged(office, "");
	set_kind(office, LANDING_SIGNOFF, "dave");
	assert_judged(office, "");
}

static int64_t no_zone(const char *zone, int64_t moment)
{
	(void)moment;
	fail_msg("%s is asked for", zone);
	return 0;
}

static struct freeze *add_freeze(struct office *office, const char *name, int64_t from, int64_t to)
{
	struct freeze *freeze = policy_add_freeze(&office->policy, name);

	freeze->from.seconds = from;
	freeze->to.seconds = to;
	return freeze;
}

/* 1770091506 is 2026-02-03T04:05:06Z. */
static void a_freeze_stops_ordinary_landings(void **state)
{
	struct office *office = *state;
	struct freeze *freeze;

	office->policy.allow_by = memory_copy("release");
	strings_add(&add_freeze(office, "elsewhere", 0, INT64_MAX)->branches, "refs/heads/live");
	add_freeze(office, "over", 0, 1770091500);
	freeze = add_freeze(office, "audit", 1770091500, 1770091506);
	freeze->reason = memory_copy("the auditors are here");
	add_freeze(office, "sale", 1770091500, 1770091507);
	landing_add_frozen(&office->landing, &office->policy, 1770091505, no_zone);
	assert_int_equal(office->landing.frozen_count, 2);
	assert_judged(office, "");
	set_kind(office, LANDING_ORDINARY, "olga");
	assert_judged(office,
		      "freeze-audit\n"
		      "  ordinary landings on main are frozen until 2026-02-03T04:05:06Z\n"
		      "  the auditors are here\n"
		      "> # push it again after 2026-02-03T04:05:06Z; hotfixes and rollbacks land all the same\n"
		      "freeze-sale\n"
		      "  ordinary landings on main are frozen until 2026-02-03T04:05:07Z\n"
		      "> # push it again after 2026-02-03T04:05:07Z; hotfixes and rollbacks land all the same\n");
	office->policy.rollback_role = memory_copy("release");
	set_kind(office, LANDING_ROLLBACK, "olga");
	assert_judged(office, "");
}

static void what_triage_says_is_the_severity(void **state)
{
	struct office *office = *state;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	strings_add(&office->policy.signoffs[0].severities, "critical");
	office_give(office, "triage", "paul")->severity = memory_copy("Critical");
	assert_judged(office, "");
	assert_string_equal(office->landing.what.severity, "critical");
	office->landing.evidence[0].revoked = true;
	free(judged(office));
	assert_null(office->landing.what.severity);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
	const struct CMUnitTest tests[] = {
		TEST(a_worker_is_named_once),
		TEST(without_rules_every_hotfix_lands),
		TEST(what_is_signed_lands_and_the_signoffs_are_kept),
		TEST(what_is_missing_is_named_with_the_commands_that_give_it),
		TEST(a_signoff_says_which_of_several_productions_it_is_for),
		TEST(of_many_pieces_the_first_are_named),
		TEST(a_signed_tag_is_made_and_pushed),
		TEST(a_severity_is_asked_for),
		TEST(a_plain_ref_is_pushed),
		TEST(without_an_incident_the_branch_is_named),
		TEST(another_incident_in_the_range_is_refused),
		TEST(an_unknown_pusher_is_refused_where_somebody_must_sign),
		TEST(an_ordinary_landing_needs_the_role_and_no_signoffs),
		TEST(nobody_lands_ordinarily_without_a_role),
		TEST(a_rollback_needs_the_role),
		TEST(what_is_no_landing_is_judged_elsewhere),
		TEST(a_freeze_stops_ordinary_landings),
		TEST(what_triage_says_is_the_severity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
