#include "flow/overriding.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/environment.h"
#include "base/memory.h"
#include "flow/judge.h"
#include "flow/tell_landing.h"
#include "rules/debt.h"
#include "rules/duration.h"
#include "rules/ref_class.h"

#define DEBTS_NAMED 3

static int read_request(struct overriding *overriding, struct error *error)
{
	struct strings options = STRINGS_INIT;
	int result = environment_push_options(&options, error);

	if (!result)
		override_request_read(&overriding->request, &options);
	if (result == ERROR_LIMIT) {
		overriding->request = (struct override_request){.made = true, .fault = memory_copy(error_text(error))};
		error_release(error);
		result = 0;
	}
	strings_release(&options);
	return result;
}

int overriding_prepare(struct judgement *judgement, const struct strings *productions, bool asked, struct error *error)
{
	struct overriding *overriding = &judgement->overriding;
	struct session *session = judgement->session;
	int result = 0;

	if (!session->policy.override_role)
		return 0;
	overriding->configured = true;
	overriding->forbidden = override_forbidden(&session->policy, session->pusher);
	if (asked)
		result = read_request(overriding, error);
	if (!result && overriding->request.made && !productions->count)
		strings_add(&judgement->notes,
			    "only a landing on production can be overridden: -o " OVERRIDE_OPTION " does nothing here");
	overriding->debts = memory_alloc((productions->count + 1) * sizeof(*overriding->debts));
	for (size_t i = 0; !result && i < productions->count; i++) {
		strings_add(&overriding->productions, productions->items[i]);
		result = debts_gather(&overriding->debts[i], session->repository, session->state, &session->policy,
				      productions->items[i], session->now, error);
	}
	return result;
}

void overriding_release(struct overriding *overriding)
{
	for (size_t i = 0; i < overriding->productions.count; i++)
		debts_release(&overriding->debts[i]);
	free(overriding->debts);
	free(overriding->forbidden);
	strings_release(&overriding->productions);
	override_request_release(&overriding->request);
	*overriding = (struct overriding){0};
}

static const struct debts *debts_on(const struct overriding *overriding, const char *production)
{
	static const struct debts none;

	for (size_t i = 0; i < overriding->productions.count; i++)
		if (!strcmp(overriding->productions.items[i], production))
			return &overriding->debts[i];
	return &none;
}

static void add_debt(struct verdict *verdict, const struct judgement *judgement, const struct debt *debt,
		     const char *waits, const char *ref)
{
	const struct session *session = judgement->session;
	struct finding *finding = verdict_add(verdict, "debt", NULL, ref);
	struct buffer words = BUFFER_INIT;

	debt_tell(&words, debt, &session->policy, session->now);
	strings_take(&finding->found, buffer_detach(&words));
	strings_addf(&finding->found, "until that is given, %s", waits);
	debt_add_signing(&finding->remedy, &session->policy, debt->landing->production, &debt->landing->what,
			 &debt->answers);
}

static void add_debts(struct verdict *verdict, const struct judgement *judgement, const char *production,
		      const char *waits, const char *ref)
{
	const struct debts *debts = debts_on(&judgement->overriding, production);
	size_t named = 0;

	for (size_t i = 0; i < debts->count && named < DEBTS_NAMED; i++) {
		if (!debts->items[i].overdue)
			continue;
		add_debt(verdict, judgement, &debts->items[i], waits, ref);
		named++;
	}
}

void overriding_judge_debts(struct verdict *verdict, const struct judgement *judgement, const struct landing *landing,
			    const char *ref)
{
	if (judgement->overriding.configured && landing->what.kind == LANDING_ORDINARY)
		add_debts(verdict, judgement, landing->production, "only hotfixes and rollbacks land", ref);
}

static bool is_granted(const struct judgement *judgement, const char *production)
{
	const struct overriding *overriding = &judgement->overriding;

	return overriding->request.reason && !overriding->forbidden && !debts_overdue(debts_on(overriding, production));
}

/* Returns what pre-receive let the same person override of the same landing, or NULL. */
static const struct record_override *recorded(const struct judgement *judgement, const struct record_landing *what)
{
	const struct record *record = judgement->overriding.recorded;

	for (size_t i = 0; record && i < record->landing_count; i++) {
		const struct record_override *override = record->landings[i].override;

		if (override && record_landing_is_same(&record->landings[i], what) &&
		    !strcmp(override->person, judgement->session->pusher))
			return override;
	}
	return NULL;
}

void overriding_pass(struct verdict *verdict, const struct judgement *judgement, const struct record_landing *what,
		     const char *production)
{
	const struct record_override *limit = recorded(judgement, what);

	if (limit || is_granted(judgement, production))
		override_apply(verdict, limit);
}

static void sign(struct record_override *override, const struct judgement *judgement)
{
	const struct session *session = judgement->session;

	if (!override->person)
		override->person = memory_copy(session->pusher);
	if (!override->reason)
		override->reason =
			memory_copy(judgement->overriding.request.reason ? judgement->overriding.request.reason : "");
	override->due = record_override_owes(override) ? session->now + session->policy.settle_within : 0;
}

void overriding_keep(struct record_landing *what, const struct judgement *judgement, const struct landing *landing,
		     const struct verdict *verdict)
{
	override_keep(what, landing, verdict);
	if (what->override)
		sign(what->override, judgement);
}

void overriding_pass_finding(struct finding *finding, const struct judgement *judgement, struct record_landing *what,
			     const char *production)
{
	struct verdict one = {.findings = finding, .count = 1};

	if (!is_granted(judgement, production))
		return;
	verdict_weigh(&one, &judgement->session->policy);
	override_apply(&one, NULL);
	if (!finding->overridden)
		return;
	override_keep_finding(what, finding);
	sign(what->override, judgement);
}

void overriding_check_request(struct judgement *judgement, const char *ref)
{
	const struct overriding *overriding = &judgement->overriding;
	const char *why = overriding->request.fault ? overriding->request.fault : overriding->forbidden;
	const struct ref_update *update = ref_updates_find(judgement->updates, ref);
	struct finding *finding;

	if (!overriding->request.made || !why)
		return;
	finding = verdict_add(&judgement->verdict, "override", NULL, ref);
	strings_add(&finding->found, why);
	if (overriding->forbidden)
		strings_addf(&finding->remedy, "# push it without -o " OVERRIDE_OPTION);
	else if (update)
		override_add_command(&finding->remedy, ref, &update->new_id);
}

/* Returns the last finding about REF that an override would pass, or NULL. */
static struct finding *last_overridable(const struct verdict *verdict, const char *ref)
{
	for (size_t i = verdict->count; i > 0; i--) {
		struct finding *finding = &verdict->findings[i - 1];

		if (finding->overridable && finding->severity == SEVERITY_REFUSE && !strcmp(finding->ref, ref))
			return finding;
	}
	return NULL;
}

static void offer(struct finding *finding, const struct session *session, const struct ref_update *update)
{
	struct buffer within = BUFFER_INIT;

	duration_format(&within, session->policy.settle_within);
	strings_addf(&finding->remedy,
		     "# or, where it cannot wait, override it: the REASON is announced, and a missing sign-off is owed "
		     "within %s:",
		     buffer_text(&within));
	override_add_command(&finding->remedy, update->ref, &update->new_id);
	buffer_release(&within);
}

void overriding_conclude(struct judgement *judgement, const struct ref_update *update, const char *production)
{
	const struct overriding *overriding = &judgement->overriding;
	struct finding *finding = last_overridable(&judgement->verdict, update->ref);
	bool overdue = debts_overdue(debts_on(overriding, production));

	if (!overriding->configured || overriding->forbidden || overriding->request.fault)
		return;
	if (!overriding->request.made) {
		if (finding && !overdue && override_would_help(&judgement->verdict))
			offer(finding, judgement->session, update);
		return;
	}
	if (finding && overdue)
		add_debts(&judgement->verdict, judgement, production, "nothing is overridden", update->ref);
	else if (verdict_is_overridden(&judgement->verdict))
		tell_overrides(judgement, production);
	else if (verdict_accepts(&judgement->verdict))
		strings_add_once(&judgement->notes, "there was nothing to override");
}

void overriding_note_debts(struct judgement *judgement)
{
	const struct overriding *overriding = &judgement->overriding;
	const struct session *session = judgement->session;

	for (size_t i = 0; i < overriding->productions.count; i++) {
		const struct debts *debts = &overriding->debts[i];

		for (size_t k = 0; k < debts->count && k < DEBTS_NAMED; k++) {
			const struct debt *debt = &debts->items[k];
			struct buffer note = BUFFER_INIT;

			debt_tell(&note, debt, &session->policy, session->now);
			strings_take(&judgement->notes, buffer_detach(&note));
			debt_add_signing(&judgement->settling, &session->policy, debt->landing->production,
					 &debt->landing->what, &debt->answers);
		}
	}
}
