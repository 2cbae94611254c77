#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/checklist.h"
#include "support/office.h"

#define NOW 1000000
#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define REPORTED \
	"hotfix: hotfix/INC-7-login at aaaaaaaaaa\n" \
	"\n" \
	"  1 report    INC-7\n"
#define HEAD REPORTED "  2 triage    not asked for here\n"
#define TAIL \
	"  5 deploy    after the landing\n" \
	"  6 monitor   after the deploy\n"
#define READY \
	"\n" \
	"  ready to land:\n" \
	"    git fetch origin\n" \
	"    git switch -C main origin/main\n" \
	"    git merge --no-ff origin/hotfix/INC-7-login\n" \
	"    git push origin main\n"

static struct checklist checklist_of(struct office *office)
{
	office->landing.opened = NOW - 3600;
	return (struct checklist){.branch = office->landing.what.branch,
				  .incident = office->landing.what.incident,
				  .tip = office->landing.what.tip,
				  .landing = &office->landing,
				  .now = NOW};
}

static void assert_written(struct office *office, const struct checklist *checklist, bool ready, const char *wanted)
{
	struct buffer text = BUFFER_INIT;
	struct checklist_sum sum = {.ready = !ready};

	checklist_write(&text, &sum, &office->policy, checklist);
	assert_string_equal(buffer_text(&text), wanted);
	assert_int_equal(sum.ready, ready);
	buffer_release(&text);
}

/* Asserts that the hotfix is or is not ready, and that the checklist says LINE (may be NULL). */
static void assert_ready(struct office *office, bool ready, const char *line)
{
	struct checklist checklist = checklist_of(office);
	struct buffer text = BUFFER_INIT;
	struct checklist_sum sum = {.ready = !ready};

	checklist_write(&text, &sum, &office->policy, &checklist);
	if (line && !strstr(buffer_text(&text), line))
		fail_msg("'%s' is not in:\n%s", line, buffer_text(&text));
	assert_int_equal(sum.ready, ready);
	assert_int_equal(strstr(buffer_text(&text), "ready to land") != NULL, ready);
	buffer_release(&text);
}

static void a_fresh_branch_misses_everything(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);

	office_ask_for_review_and_qa(office);
	assert_written(office, &checklist, false,
		       HEAD "  3 develop   1 commit, up to date with main\n"
			    "  4 review    missing 1 of 1, by the role reviewer\n"
			    "    qa        missing 1 of 1, by the role qa\n" TAIL "    clock     23h left of 1d\n"
			    "\n"
			    "  next:\n"
			    "    # somebody in the role reviewer, who did none of the work:\n"
			    "    git fetch origin\n"
			    "    git switch --detach " A40 "\n"
			    "    git commit --allow-empty -m 'review INC-7' \\\n"
			    "      --trailer \"Reviewed-by: $(git config user.name) <$(git config user.email)>\"\n"
			    "    git push origin HEAD:refs/heads/hotfix/INC-7-login\n");
}

static void what_is_partly_signed_says_what_comes_next(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);

	office_ask_for_review_and_qa(office);
	office->policy.signoffs[0].count = 2;
	office_give(office, "review", "rita");
	office_give(office, "qa", "quentin");
	office->landing.work = 2;
	assert_written(office, &checklist, false,
		       HEAD "  3 develop   2 commits, up to date with main\n"
			    "  4 review    rita <rita@example.com> signed aaaaaaaaaa\n"
			    "              missing 1 of 2, by the role reviewer\n"
			    "    qa        quentin <quentin@example.com> signed aaaaaaaaaa\n" TAIL
			    "    clock     23h left of 1d\n"
			    "\n"
			    "  next:\n"
			    "    # somebody in the role reviewer, who did none of the work:\n"
			    "    git fetch origin\n"
			    "    git switch --detach " A40 "\n"
			    "    git commit --allow-empty -m 'review INC-7' \\\n"
			    "      --trailer \"Reviewed-by: $(git config user.name) <$(git config user.email)>\"\n"
			    "    git push origin HEAD:refs/heads/hotfix/INC-7-login\n");
}

static void what_is_signed_is_ready(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	office_give(office, "qa", "quentin");
	assert_written(office, &checklist, true,
		       HEAD "  3 develop   1 commit, up to date with main\n"
			    "  4 review    rita <rita@example.com> signed aaaaaaaaaa\n"
			    "    qa        quentin <quentin@example.com> signed aaaaaaaaaa\n" TAIL
			    "    clock     23h left of 1d\n" READY);
}

static void what_became_stale_says_why(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "review", "rita");
	evidence->target = id_of('b');
	evidence->same_change = false;
	strings_add(&evidence->differing, "src/login.c");
	office_give(office, "qa", "quentin");
	assert_written(office, &checklist, false,
		       HEAD "  3 develop   1 commit, up to date with main\n"
			    "  4 review    missing 1 of 1, by the role reviewer\n"
			    "              rita <rita@example.com> is for bbbbbbbbbb; src/login.c\n"
			    "              changed since: stale\n"
			    "    qa        quentin <quentin@example.com> signed aaaaaaaaaa\n" TAIL
			    "    clock     23h left of 1d\n"
			    "\n"
			    "  next:\n"
			    "    # somebody in the role reviewer, who did none of the work:\n"
			    "    git fetch origin\n"
			    "    git switch --detach " A40 "\n"
			    "    git commit --allow-empty -m 'review INC-7' \\\n"
			    "      --trailer \"Reviewed-by: $(git config user.name) <$(git config user.email)>\"\n"
			    "    git push origin HEAD:refs/heads/hotfix/INC-7-login\n");
}

static void what_is_behind_is_brought_up_to_date_first(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	office_give(office, "qa", "quentin");
	checklist.behind = true;
	assert_written(office, &checklist, false,
		       HEAD "  3 develop   1 commit, behind main: git merge origin/main\n"
			    "  4 review    rita <rita@example.com> signed aaaaaaaaaa\n"
			    "    qa        quentin <quentin@example.com> signed aaaaaaaaaa\n" TAIL
			    "    clock     23h left of 1d\n");
}

static void triage_is_the_second_step(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);

	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE);
	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	office_give(office, "review", "rita");
	office_give(office, "triage", "quentin");
	assert_written(office, &checklist, false,
		       REPORTED "  2 triage    missing 1 of 1, by the role product\n"
				"              quentin <quentin@example.com> is not in the role product\n"
				"  3 develop   1 commit, up to date with main\n"
				"  4 review    rita <rita@example.com> signed aaaaaaaaaa\n" TAIL
				"    clock     23h left of 1d\n"
				"\n"
				"  next:\n"
				"    # somebody in the role product, who did none of the work:\n"
				"    git fetch origin\n"
				"    git switch --detach " A40 "\n"
				"    git commit --allow-empty -m 'triage INC-7' \\\n"
				"      --trailer \"Triaged-by: $(git config user.name) <$(git config user.email)>\"\n"
				"    git push origin HEAD:refs/heads/hotfix/INC-7-login\n");
	office_give(office, "triage", "paul");
	assert_ready(office, true, "  2 triage    paul <paul@example.com> signed aaaaaaaaaa\n");
}

static void triage_is_asked_for_first(void **state)
{
	struct office *office = *state;

	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE);
	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	office_ask(office, "qa", "Tested-by", "qa", BINDS_COMMIT);
	assert_ready(office, false, "\n  next:\n    # somebody in the role product, who did none of the work:\n");
}

static void without_signoffs_every_branch_is_ready(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);

	assert_written(office, &checklist, true,
		       HEAD "  3 develop   1 commit, up to date with main\n"
			    "  4 review, qa\n"
			    "              not asked for here\n" TAIL "    clock     23h left of 1d\n" READY);
}

static void the_clock_runs_over_the_deadline(void **state)
{
	struct office *office = *state;

	office->policy.deadline = 1800;
	assert_ready(office, true, "    clock     30m over the deadline of 30m\n");
	office->policy.deadline = 3600;
	assert_ready(office, true, "    clock     0s left of 1h\n");
}

static void an_earlier_report_starts_the_clock(void **state)
{
	struct office *office = *state;

	office->policy.deadline = 2 * 3600;
	office->landing.reported = NOW - 1800;
	assert_ready(office, true, "    clock     1h left of 2h\n");
	office->landing.reported = NOW - 3 * 3600;
	assert_ready(office, true,
		     "    clock     1h over the deadline of 2h, since the report at\n"
		     "              1970-01-12T10:46:40Z\n");
	office->landing.report_ignored = memory_copy("that report: ignored");
	assert_ready(office, true, "              1970-01-12T10:46:40Z\n              that report: ignored\n");
}

static void the_clock_starts_with_the_first_push(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);
	struct buffer text = BUFFER_INIT;

	office->landing.opened = 0;
	checklist_write(&text, NULL, &office->policy, &checklist);
	assert_non_null(strstr(buffer_text(&text), "    clock     1d left of 1d\n"));
	buffer_release(&text);
}

static void without_a_deadline_there_is_no_clock(void **state)
{
	struct office *office = *state;
	struct checklist checklist = checklist_of(office);

	office->policy.deadline = 0;
	assert_written(office, &checklist, true,
		       HEAD "  3 develop   1 commit, up to date with main\n"
			    "  4 review, qa\n"
			    "              not asked for here\n" TAIL READY);
}

static void of_many_pieces_the_first_are_named(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	for (int i = 0; i < 10; i++)
		office_give(office, "review", "olga");
	assert_ready(office, false,
		     "              olga <olga@example.com> is not in the role reviewer\n"
		     "    qa        missing 1 of 1, by the role qa\n");
	for (int i = 0; i < 990; i++)
		office_give(office, "review", "olga");
	assert_ready(office, false,
		     "              olga <olga@example.com> is not in the role reviewer\n"
		     "              and 990 more\n"
		     "    qa        missing 1 of 1, by the role qa\n");
}

static void a_name_is_escaped(void **state)
{
	struct office *office = *state;

	free(office->landing.what.branch);
	office->landing.what.branch = memory_copy("refs/heads/hotfix/INC-7-\xc2\x9b");
	assert_ready(office, true, "hotfix: hotfix/INC-7-\\x9b at aaaaaaaaaa\n");
}

static void an_empty_branch_is_not_ready(void **state)
{
	struct office *office = *state;

	office->landing.work = 0;
	assert_ready(office, false, "  3 develop   0 commits, up to date with main\n");
}

static void another_incident_is_not_ready(void **state)
{
	struct office *office = *state;

	office->landing.other_incident = memory_copy("INC-8");
	assert_ready(office, false, NULL);
}

static void an_unknown_pusher_is_not_ready_where_somebody_must_sign(void **state)
{
	struct office *office = *state;

	office->landing.pusher_unknown = true;
	office->landing.unknown_commit = id_of('c');
	assert_ready(office, true, NULL);
	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE);
	office_give(office, "review", "rita");
	assert_ready(office, false,
		     "  3 develop   1 commit, up to date with main\n"
		     "              the server does not know who first pushed cccccccccc:\n"
		     "              hotfixctl adopt hotfix/INC-7-login PERSON\n");
}

static void a_branch_without_an_incident_says_so(void **state)
{
	struct office *office = *state;

	free(office->landing.what.incident);
	office->landing.what.incident = NULL;
	assert_ready(office, true, "  1 report    -\n");
}

static void what_the_push_took_off_the_branch_is_named(void **state)
{
	struct office *office = *state;
	struct office *before;
	struct evidence *nobody;
	void *data;
	struct checklist checklist = checklist_of(office);

	office_open(&data);
	before = data;
	office_ask_for_review_and_qa(office);
	checklist.before = &before->landing;
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = {"rita", "quentin", "olga"};
		struct evidence *evidence = office_give(before, "review", names[i]);

		evidence->signoff = policy_signoff(&office->policy, i == 1 ? "qa" : "review");
	}
	office_give(office, "qa", "quentin")->target = id_of('b');
	office_give(office, "review", "dave");
	nobody = office_give(office, "review", "nobody");
	free(nobody->person);
	nobody->person = NULL;
	assert_written(office, &checklist, false,
		       HEAD "  3 develop   1 commit, up to date with main\n"
			    "  4 review    missing 1 of 1, by the role reviewer\n"
			    "              dave <dave@example.com> is not in the role reviewer\n"
			    "              \"Reviewed-by: nobody <nobody@example.com>\" names no\n"
			    "              address\n"
			    "              rita <rita@example.com> signed aaaaaaaaaa; this push took\n"
			    "              that off the branch: stale\n"
			    "    qa        missing 1 of 1, by the role qa\n"
			    "              quentin <quentin@example.com> is for bbbbbbbbbb, the tip\n"
			    "              is aaaaaaaaaa: stale\n" TAIL "    clock     23h left of 1d\n"
			    "\n"
			    "  next:\n"
			    "    # somebody in the role reviewer, who did none of the work:\n"
			    "    git fetch origin\n"
			    "    git switch --detach " A40 "\n"
			    "    git commit --allow-empty -m 'review INC-7' \\\n"
			    "      --trailer \"Reviewed-by: $(git config user.name) <$(git config user.email)>\"\n"
			    "    git push origin HEAD:refs/heads/hotfix/INC-7-login\n");
	office_close(&data);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
	const struct CMUnitTest tests[] = {
		TEST(a_fresh_branch_misses_everything),
		TEST(what_is_partly_signed_says_what_comes_next),
		TEST(what_is_signed_is_ready),
		TEST(what_became_stale_says_why),
		TEST(what_is_behind_is_brought_up_to_date_first),
		TEST(triage_is_the_second_step),
		TEST(triage_is_asked_for_first),
		TEST(without_signoffs_every_branch_is_ready),
		TEST(the_clock_runs_over_the_deadline),
		TEST(an_earlier_report_starts_the_clock),
		TEST(the_clock_starts_with_the_first_push),
		TEST(without_a_deadline_there_is_no_clock),
		TEST(of_many_pieces_the_first_are_named),
		TEST(a_name_is_escaped),
		TEST(an_empty_branch_is_not_ready),
		TEST(another_incident_is_not_ready),
		TEST(an_unknown_pusher_is_not_ready_where_somebody_must_sign),
		TEST(a_branch_without_an_incident_says_so),
		TEST(what_the_push_took_off_the_branch_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
