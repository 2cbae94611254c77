#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "support/config_fixture.h"

#define MAIL "[mail \"m\"]\nto = a@b\nfrom = c@d\n"

static void no_file_at_all_is_not_found(void **state)
{
	struct config_fixture *fixture = *state;

	assert_int_equal(config_fixture_load(fixture), ERROR_NOT_FOUND);
	assert_int_equal(fixture->problems.count, 0);
	assert_string_equal(fixture->policy.production.items[0], "refs/heads/main");
}

static void an_empty_file_has_every_default(void **state)
{
	struct config_fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;

	config_fixture_assert_loads(fixture, "");
	assert_int_equal(policy->mode, MODE_ENFORCE);
	assert_int_equal(policy->pusher, PUSHER_UNIX);
	assert_int_equal(policy->production.count, 1);
	assert_string_equal(policy->production.items[0], "refs/heads/main");
	assert_int_equal(policy->allow_from.count, 0);
	assert_null(policy->allow_by);
	assert_string_equal(policy->hotfix_branch, "hotfix/{incident}-{slug}");
	assert_string_equal(policy->incident, "[A-Z][A-Z0-9]*-[0-9]+");
	assert_string_equal(policy->slug, "[a-z0-9][a-z0-9-]*");
	assert_int_equal(policy->not_from.count, 0);
	assert_int_equal(policy->max_commits, 20);
	assert_int_equal(policy->deadline, 86400);
	assert_false(policy->authors_known);
	assert_null(policy->rollback_role);
	assert_int_equal(policy->rollback_depth, 20);
	assert_null(policy->override_role);
	assert_int_equal(policy->settle_within, 172800);
	assert_null(policy->state_file);
	assert_null(policy->log_to);
	assert_int_equal(policy->signoff_count + policy->role_count + policy->person_count + policy->webhook_count, 0);
}

static void sections_with_names_have_defaults(void **state)
{
	struct config_fixture *fixture = *state;
	const struct signoff *signoff;
	const struct webhook *webhook;

	config_fixture_assert_loads(fixture, "[role \"r\"]\nmember = *\n"
					     "[signoff \"triage\"]\ntrailer = T\nrole = r\n"
					     "[signoff \"qa\"]\ntrailer = Q\nrole = r\n"
					     "[signoff \"other\"]\ntrailer = O\nrole = r\n"
					     "[webhook \"w\"]\nurl = http://localhost:8080/x\n");
	assert_int_equal(policy_signoff(&fixture->policy, "triage")->binds, BINDS_INCIDENT);
	assert_int_equal(policy_signoff(&fixture->policy, "qa")->binds, BINDS_COMMIT);
	signoff = policy_signoff(&fixture->policy, "other");
	assert_int_equal(signoff->binds, BINDS_CHANGE);
	assert_int_equal(signoff->count, 1);
	assert_int_equal(signoff->evidence, EVIDENCE_TRAILER);
	webhook = endpoint_webhook(policy_endpoint(&fixture->policy, "w"));
	assert_int_equal(webhook->endpoint.events.count, 3);
	assert_int_equal(webhook->endpoint.timeout, 15);
	assert_false(webhook->endpoint.insecure);
	assert_string_equal(webhook->endpoint.retry, "5s 15s 30s 1m 2m 5m*140 1h*12");
	assert_null(webhook->secret_file);
}

static void a_mail_is_read_whole(void **state)
{
	struct config_fixture *fixture = *state;
	const struct mail *mail;

	config_fixture_assert_loads(fixture, "[mail \"m\"]\nto = A@b.example, c@d\n  e@f\nfrom = g@h\nuser = u\n"
					     "smtp = SMTP://mail.example:587/git.example\npassword-file = /p\n"
					     "subject-prefix = [shop]\nevents = ping\nretry = 1h\ntimeout = 5m\n"
					     "insecure = yes\nca-file = /ca\n");
	mail = endpoint_mail(policy_endpoint(&fixture->policy, "m"));
	assert_int_equal(mail->to.count, 3);
	assert_string_equal(mail->to.items[0], "A@b.example");
	assert_string_equal(mail->to.items[2], "e@f");
	assert_string_equal(mail->from, "g@h");
	assert_string_equal(mail->user, "u");
	assert_string_equal(mail->password_file, "/p");
	assert_string_equal(mail->subject_prefix, "[shop]");
	assert_string_equal(mail->smtp, "SMTP://mail.example:587/git.example");
	assert_int_equal(mail->endpoint.events.count, 1);
	assert_string_equal(mail->endpoint.retry, "1h");
	assert_int_equal(mail->endpoint.timeout, 300);
	assert_true(mail->endpoint.insecure);
	assert_string_equal(mail->endpoint.ca_file, "/ca");
	assert_non_null(strstr(mail->endpoint.origin, "b.ini:1"));
}

static void lists_go_on_behind_commas_on_indented_lines_and_with_their_key(void **state)
{
	struct config_fixture *fixture = *state;
	const struct strings *warn = &fixture->policy.warn;

	config_fixture_assert_loads(
		fixture, "[procedure]\nwarn = a,b , c\n\td, e,\n\n; between\n  # them\n   f\nmode = off\nwarn = g\n");
	assert_int_equal(warn->count, 7);
	for (size_t i = 0; i < 7; i++) {
		const char text[] = {(char)('a' + i), '\0'};

		assert_string_equal(warn->items[i], text);
	}
	config_fixture_assert_loads(fixture, "[procedure]\nwarn =\n\ta\n\tb\n");
	assert_int_equal(warn->count, 2);
}

static void comments_carriage_returns_and_a_byte_order_mark_are_no_values(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_assert_loads(
		fixture, "\xef\xbb\xbf[procedure] ; first\r\nmode = warn ; for now\r\n# x\r\n\r\nguide = a;b#c\r\n");
	assert_int_equal(fixture->policy.mode, MODE_WARN);
	assert_string_equal(fixture->policy.guide, "a;b#c");
}

static void a_section_of_the_repository_replaces_the_same_of_the_system(void **state)
{
	struct config_fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;

	config_fixture_write_text(
		fixture, "a.ini",
		"[procedure]\nmode = warn\ncontact = ops\n[hotfix]\nmax-commits = 5\n"
		"[role \"r\"]\nmember = a@x.org\n[role \"s\"]\nmember = s@x.org\n[rollback]\nrole = r\n");
	config_fixture_assert_loads(fixture, "[procedure]\nguide = g\n[role \"r\"]\nmember = b@x.org\n[rollback]\n");
	assert_int_equal(policy->mode, MODE_ENFORCE);
	assert_null(policy->contact);
	assert_string_equal(policy->guide, "g");
	assert_int_equal(policy->max_commits, 5);
	assert_int_equal(policy->role_count, 2);
	assert_int_equal(policy_role(policy, "r")->members.count, 1);
	assert_string_equal(policy_role(policy, "r")->members.items[0], "b@x.org");
	assert_non_null(policy_role(policy, "s"));
	assert_null(policy->rollback_role);
}

static void the_system_s_file_alone_is_enough(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_write_text(fixture, "a.ini", "[hotfix]\nauthors = known\ndeadline = none\n");
	assert_int_equal(config_fixture_load(fixture), 0);
	assert_true(fixture->policy.authors_known);
	assert_int_equal(fixture->policy.deadline, 0);
}

static void a_broken_file_still_says_what_it_governs(void **state)
{
	struct config_fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;

	config_fixture_write_text(fixture, "b.ini",
				  "[production]\nbranch = live, \"refs/heads/b\"\nallow-from = refs/heads/c\n"
				  "[hotfix]\nbranch = fix/{incident\nfoo = bar\n");
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	assert_string_equal(policy->production.items[0], "refs/heads/live");
	assert_string_equal(policy->allow_from.items[0], "refs/heads/c");
	assert_string_equal(policy->hotfix_branch, "fix/{incident}-{slug}");
	config_fixture_write_text(fixture, "b.ini", "[production]\nbranch = \n");
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	assert_string_equal(policy->production.items[0], "refs/heads/main");
}

static void a_file_that_others_may_write_is_not_trusted(void **state)
{
	struct config_fixture *fixture = *state;
	char *path = config_fixture_path_in(fixture, "b.ini");
	struct buffer wanted = BUFFER_INIT;

	config_fixture_write_text(fixture, "members", "secret\n");
	buffer_addf(&wanted, "[production]\nbranch = refs/heads/live\n[role \"r\"]\nmember-file = %s/members\n",
		    fixture->folder);
	config_fixture_write_text(fixture, "b.ini", buffer_text(&wanted));
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	assert_non_null(strstr(fixture->problems.items[0], "b.ini:1: not trusted: "));
	assert_string_equal(fixture->policy.production.items[0], "refs/heads/live");
	buffer_release(&wanted);
	free(path);
}

static void a_file_that_is_not_trusted_cannot_switch_the_rules_off(void **state)
{
	struct config_fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;
	char *path = config_fixture_path_in(fixture, "b.ini");

	config_fixture_write_text(fixture, "a.ini", "[production]\nbranch = refs/heads/live\n");
	config_fixture_write_text(fixture, "b.ini",
				  "[procedure]\nmode = off\nwarn = *\n[production]\nbranch = refs/heads/decoy\n");
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	assert_int_equal(policy->mode, MODE_ENFORCE);
	assert_int_equal(policy->warn.count, 0);
	assert_true(strings_contain(&policy->production, "refs/heads/live"));
	assert_true(strings_contain(&policy->production, "refs/heads/decoy"));
	free(path);
}

static void a_link_to_nothing_is_not_the_same_as_no_file(void **state)
{
	struct config_fixture *fixture = *state;
	char *path = config_fixture_path_in(fixture, "b.ini");

	config_fixture_write_text(fixture, "a.ini", "[procedure]\nmode = off\n");
	assert_int_equal(symlink("/nowhere/at/all", path), 0);
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	free(path);
}

static void a_link_to_a_shared_profile_is_read(void **state)
{
	struct config_fixture *fixture = *state;
	char *path = config_fixture_path_in(fixture, "b.ini");

	config_fixture_write_text(fixture, "link", "[procedure]\nmode = off\n");
	assert_int_equal(symlink("link", path), 0);
	assert_int_equal(config_fixture_load(fixture), 0);
	assert_int_equal(fixture->policy.mode, MODE_OFF);
	free(path);
}

static void load_with_member_file(struct config_fixture *fixture, int wanted)
{
	struct buffer text = BUFFER_INIT;

	buffer_addf(&text, "[person \"bob\"]\nlogin = bob\n[role \"r\"]\nmember = a@x.org\nmember-file = %s/members\n",
		    fixture->folder);
	config_fixture_write_text(fixture, "b.ini", buffer_text(&text));
	assert_int_equal(config_fixture_load(fixture), wanted);
	buffer_release(&text);
}

static void the_lines_of_a_member_file_are_members(void **state)
{
	struct config_fixture *fixture = *state;
	const struct strings *members;

	config_fixture_write_text(fixture, "members", "# quality\n\n  bob  \r\n*@QA.example.com\ngroup:domain users");
	load_with_member_file(fixture, 0);
	members = &policy_role(&fixture->policy, "r")->members;
	assert_int_equal(members->count, 4);
	assert_string_equal(members->items[0], "a@x.org");
	assert_string_equal(members->items[1], "bob");
	assert_string_equal(members->items[2], "*@qa.example.com");
	assert_string_equal(members->items[3], "group:domain users");
}

static void a_bad_member_file_is_an_error(void **state)
{
	struct config_fixture *fixture = *state;
	char *path = config_fixture_path_in(fixture, "members");

	load_with_member_file(fixture, ERROR_FAILED);
	config_fixture_assert_problems(fixture, "b.ini:5: member-file: members: No such file or directory\n");
	config_fixture_write_text(fixture, "members", "bob\ncarol\na\001b@x.org\n");
	load_with_member_file(fixture, ERROR_FAILED);
	config_fixture_assert_problems(fixture, "b.ini:5: members:2: carol: there is no [person \"carol\"]\n"
						"b.ini:5: members:3: a control byte\n");
	assert_int_equal(chmod(path, 0646), 0);
	load_with_member_file(fixture, ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	assert_int_equal(policy_role(&fixture->policy, "r")->members.count, 1);
	free(path);
}

static void load_with_url_file(struct config_fixture *fixture, int wanted)
{
	struct buffer text = BUFFER_INIT;

	buffer_addf(&text, "[webhook \"w\"]\nurl-file = %s/url\n", fixture->folder);
	config_fixture_write_text(fixture, "b.ini", buffer_text(&text));
	assert_int_equal(config_fixture_load(fixture), wanted);
	buffer_release(&text);
}

static void an_address_may_stand_in_a_file(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_write_text(fixture, "url", "https://user:word@x.org/a\n");
	load_with_url_file(fixture, 0);
	assert_string_equal(endpoint_webhook(policy_endpoint(&fixture->policy, "w"))->url, "https://user:word@x.org/a");
	config_fixture_write_text(fixture, "url", "https://x.org/a\nhttps://x.org/b\n");
	load_with_url_file(fixture, ERROR_FAILED);
	config_fixture_assert_problems(fixture, "b.ini:2: url-file: url: not one line with an address\n");
	config_fixture_write_text(fixture, "url", "http://user:word@x.org/\n");
	load_with_url_file(fixture, ERROR_FAILED);
	config_fixture_assert_problems(fixture,
				       "b.ini:2: url-file: plain http to another machine needs insecure = yes\n");
	config_fixture_write_text(fixture, "url", "");
	load_with_url_file(fixture, ERROR_FAILED);
	config_fixture_assert_problems(fixture, "b.ini:2: url-file: url: not one line with an address\n");
}

static void plain_http_is_for_this_machine_or_on_request(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_assert_loads(
		fixture, "[webhook \"a\"]\nurl = http://127.0.0.1:80/\n[webhook \"b\"]\nurl = http://[::1]:8/\n"
			 "[webhook \"c\"]\nurl = HTTP://LocalHost\n"
			 "[webhook \"d\"]\nurl = http://x.org/\ninsecure = yes\n");
	assert_true(policy_endpoint(&fixture->policy, "d")->insecure);
}

static void addresses_are_kept_in_lower_case(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_assert_loads(fixture,
				    "[person \"Al\"]\nemail = Al@X.org\n[role \"r\"]\nmember = Al, B@X.org, *@Y.org\n");
	assert_string_equal(fixture->policy.people[0].emails.items[0], "al@x.org");
	assert_string_equal(fixture->policy.roles[0].members.items[0], "Al");
	assert_string_equal(fixture->policy.roles[0].members.items[1], "b@x.org");
	assert_string_equal(fixture->policy.roles[0].members.items[2], "*@y.org");
}

static void a_gate_expects_whole_lines(void **state)
{
	struct config_fixture *fixture = *state;
	const struct gate *gate;

	config_fixture_assert_loads(fixture, "[gate \"a\"]\nurl = https://x.org/{incident}\nexpect = /a x{1,2}, y\n"
					     "expect = /b ^z$\nwhen = opened, landing\n"
					     "[gate \"b\"]\nurl = http://[::1]:8/\nbody = /b\nfor = ordinary\n");
	gate = policy_gate(&fixture->policy, "a");
	assert_int_equal(gate->expect.count, 2);
	assert_string_equal(gate->expect.items[0], "/a x{1,2}, y");
	assert_string_equal(gate->expect.items[1], "/b ^z$");
	assert_int_equal(gate->when.count, 2);
	assert_string_equal(gate->method, "GET");
	assert_int_equal(gate->timeout, 5);
	assert_int_equal(gate->expect_status, 200);
	gate = policy_gate(&fixture->policy, "b");
	assert_string_equal(gate->method, "POST");
	assert_false(gate_is_asked(gate, GATE_WHEN_LANDING, GATE_FOR_HOTFIX));
	assert_null(policy_gate(&fixture->policy, "c"));
}

static void a_date_is_a_whole_day_of_a_freeze(void **state)
{
	struct config_fixture *fixture = *state;
	const struct freeze *freezes;

	config_fixture_assert_loads(fixture,
				    "[freeze \"a\"]\nfrom = 2026-02-03+01:00\nto = 2026-02-03+01:00\n"
				    "[freeze \"b\"]\nfrom = 2026-02-03T04:05:06Z\nto = 2026-02-03T04:05:07Z\n"
				    "[freeze \"c\"]\nweekly = Fri 16:00 - Mon 08:00 Europe/Berlin\nreason = r, s\n");
	freezes = fixture->policy.freezes;
	assert_int_equal(fixture->policy.freeze_count, 3);
	assert_int_equal(freezes[0].from.seconds, 1770073200);
	assert_int_equal(freezes[0].to.seconds, 1770073200 + 86400);
	assert_int_equal(freezes[0].to.offset, 3600);
	assert_int_equal(freezes[1].to.seconds - freezes[1].from.seconds, 1);
	assert_false(freezes[1].is_weekly);
	assert_true(freezes[2].is_weekly);
	assert_string_equal(freezes[2].week.zone, "Europe/Berlin");
	assert_string_equal(freezes[2].reason, "r, s");
}

static bool advises(struct config_fixture *fixture, const char *text, const char *wanted)
{
	struct strings advice = STRINGS_INIT;
	bool found = false;

	config_fixture_assert_loads(fixture, text);
	config_advise(&advice, &fixture->policy);
	for (size_t i = 0; i < advice.count; i++)
		found = found || !strcmp(advice.items[i] + strlen(fixture->folder) + 1, wanted);
	strings_release(&advice);
	return found;
}

static void advice_names_what_is_valid_but_weak(void **state)
{
	struct config_fixture *fixture = *state;

	assert_true(
		advises(fixture, "", "b.ini:1: there is no [signoff \"x\"]: no sign-off is required for a landing"));
	assert_true(advises(fixture, "[procedure]\nmode = warn\n", "b.ini:1: mode = warn: nothing is refused"));
	assert_true(advises(fixture, "\n[webhook \"w\"]\nurl = https://x.org/\n",
			    "b.ini:2: secret-file is not set: the receiver cannot tell who sent the event"));
	assert_true(advises(fixture, "\n[webhook \"w\"]\nurl = https://x.org/\n",
			    "b.ini:2: expect is not set: some receivers answer 200 to what they ignored"));
	assert_true(advises(fixture, "", "b.ini:1: there is no [webhook \"x\"]: nobody is told of a landing"));
	assert_false(advises(fixture, MAIL "smtp = smtp://x.org\n",
			     "b.ini:1: there is no [webhook \"x\"]: nobody is told of a landing"));
	assert_true(advises(fixture, MAIL "smtp = smtp://x.org\ninsecure = yes\n",
			    "b.ini:1: insecure = yes: the mail can be read and changed on the way"));
	assert_true(advises(fixture, "[role \"r\"]\nmember = *\n", "b.ini:1: nothing asks for this role"));
	assert_true(advises(fixture,
			    "[role \"r\"]\nmember = a@x.org\n[signoff \"s\"]\nrole = r\ntrailer = S\ncount = 2\n",
			    "b.ini:3: its role has fewer people than count asks for"));
	assert_false(advises(fixture, "[role \"r\"]\nmember = *\n[signoff \"s\"]\nrole = r\ntrailer = S\ncount = 2\n",
			     "b.ini:3: its role has fewer people than count asks for"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, config_fixture_set_up, config_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(no_file_at_all_is_not_found),
		TEST(an_empty_file_has_every_default),
		TEST(sections_with_names_have_defaults),
		TEST(a_mail_is_read_whole),
		TEST(lists_go_on_behind_commas_on_indented_lines_and_with_their_key),
		TEST(comments_carriage_returns_and_a_byte_order_mark_are_no_values),
		TEST(a_section_of_the_repository_replaces_the_same_of_the_system),
		TEST(the_system_s_file_alone_is_enough),
		TEST(a_broken_file_still_says_what_it_governs),
		TEST(a_file_that_others_may_write_is_not_trusted),
		TEST(a_file_that_is_not_trusted_cannot_switch_the_rules_off),
		TEST(a_link_to_nothing_is_not_the_same_as_no_file),
		TEST(a_link_to_a_shared_profile_is_read),
		TEST(the_lines_of_a_member_file_are_members),
		TEST(a_bad_member_file_is_an_error),
		TEST(an_address_may_stand_in_a_file),
		TEST(plain_http_is_for_this_machine_or_on_request),
		TEST(addresses_are_kept_in_lower_case),
		TEST(a_date_is_a_whole_day_of_a_freeze),
		TEST(a_gate_expects_whole_lines),
		TEST(advice_names_what_is_valid_but_weak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
