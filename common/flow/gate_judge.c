#include "flow/gate_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/deliver.h"
#include "flow/gate_owed.h"
#include "flow/inquiry.h"
#include "flow/judge_update.h"
#include "flow/receipt.h"

void gate_push_release(struct gate_push *push)
{
	for (size_t i = 0; i < push->governed.count; i++)
		ref_class_release(&push->classes[i]);
	free(push->classes);
	ref_updates_release(&push->governed);
	judgement_release(&push->judgement);
}

/* A branch that hotfixes are merged back to is looked at once, when it moves; and not with a configuration that cannot be
 * trusted, since it is not governed. */
static bool may_owe(const struct gate_push *push, const struct ref_update *update)
{
	return push->stage != STAGE_UPDATE && !push->judgement.session->problems.count &&
	       !object_id_is_zero(&update->old_id) && !object_id_is_zero(&update->new_id);
}

/* A branch that is close to a hotfix's name is only stopped when it is made: an older one can still be cleared up. */
static bool is_governed(const struct gate_push *push, const struct ref_class *class, const struct ref_update *update)
{
	if (class->kind == REF_BACKMERGE)
		return may_owe(push, update);
	if (class->kind == REF_NEAR_MISS)
		return object_id_is_zero(&update->old_id);
	return class->kind != REF_FREE;
}

static void add_governed(struct gate_push *push, const struct ref_update *update, struct ref_class *class)
{
	push->classes = memory_grow(push->classes, push->governed.count, &push->class_capacity, sizeof(*push->classes));
	push->classes[push->governed.count] = *class;
	ref_updates_copy(&push->governed, update);
}

int gate_classify(struct gate_push *push, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < push->updates->count; i++) {
		const struct ref_update *update = &push->updates->items[i];
		struct ref_class class;

		result = session_classify(push->judgement.session, &class, update->ref, error);
		if (!result && is_governed(push, &class, update))
			add_governed(push, update, &class);
		else
			ref_class_release(&class);
	}
	gate_leave_unowed(push);
	return result;
}

static void add_fault(struct judgement *judgement, const char *rule, const char *ref, const char *why)
{
	struct finding *finding = verdict_add(&judgement->verdict, rule, NULL, ref);

	finding->fault = true;
	strings_add(&finding->found, why);
	if (strcasestr(why, "memory"))
		strings_addf(&finding->found, "the hooks may take %lld MB of memory ([limits] memory)",
			     (long long)judgement->session->policy.limits.memory >> 20);
}

/* What is owed to a branch that nothing else governs is not worth keeping everybody from work. */
static void add_unknown(struct judgement *judgement, const char *ref, const char *why)
{
	struct finding *finding = verdict_add(&judgement->verdict, "backmerge", NULL, ref);

	finding->mild = true;
	strings_addf(&finding->found, "which hotfixes this branch lacks is not known: %s", why);
}

static void add_unfit(struct judgement *judgement, const char *ref, const char *why)
{
	struct finding *finding = verdict_add(&judgement->verdict, "commit", NULL, ref);

	strings_add(&finding->found, why);
}

bool gate_touches(const struct gate_push *push, enum ref_kind kind)
{
	for (size_t i = 0; i < push->governed.count; i++)
		if (push->classes[i].kind == kind)
			return true;
	return false;
}

static bool needs_pusher(const struct gate_push *push)
{
	return gate_touches(push, REF_PRODUCTION) || gate_touches(push, REF_HOTFIX) ||
	       gate_touches(push, REF_ALLOW_FROM) || gate_touches(push, REF_SIGNOFF);
}

static bool deletes_hotfix(const struct gate_push *push)
{
	for (size_t i = 0; i < push->governed.count; i++)
		if (push->classes[i].kind == REF_HOTFIX && object_id_is_zero(&push->governed.items[i].new_id))
			return true;
	return false;
}

/* Who deletes a hotfix, and a sign-off on a landing, ask what landed, and a landing what production had. */
static bool asks_for_the_past(const struct gate_push *push)
{
	const struct policy *policy = &push->judgement.session->policy;

	return gate_touches(push, REF_PRODUCTION) || deletes_hotfix(push) ||
	       (gate_touches(push, REF_SIGNOFF) && (policy_has_answers(policy) || policy->override_role));
}

/* Tells what an earlier push left untold, since rollbacks count by what was announced; and that production moved without
 * a record, which would else hide the landing that is judged now. A push that is refused has no post-receive to send
 * it. */
static int announce_untold(struct session *session, const struct strings *productions, struct error *error)
{
	struct error unsent = ERROR_INIT;
	size_t events = 0;
	int result = session_announce(session, &events, productions, error);

	if (!result && events && deliver_start(session->state, &session->environment, &unsent))
		error_release(&unsent); /* the next push sends it */
	return result;
}

static int look_back(struct gate_push *push, struct error *error)
{
	struct strings productions = STRINGS_INIT;
	int result = 0;

	for (size_t i = 0; i < push->governed.count; i++)
		if (push->classes[i].kind == REF_PRODUCTION)
			strings_add_once(&productions, push->classes[i].canonical);
	if (push->stage == STAGE_PRE_RECEIVE && asks_for_the_past(push))
		result = announce_untold(push->judgement.session, &productions, error);
	if (!result && needs_pusher(push))
		result = overriding_prepare(&push->judgement, &productions, push->stage == STAGE_PRE_RECEIVE, error);
	strings_release(&productions);
	return result;
}

/* Opens what judging needs. */
static int prepare(struct gate_push *push, struct error *error)
{
	struct session *session = push->judgement.session;
	const struct limits *limits = &session->policy.limits;
	int result = 0;

	if (push->updates->sha256)
		return error_set(error, "a SHA-256 repository cannot be judged, only SHA-1");
	if (session->environment.shallow)
		return error_set(error, "a shallow push cannot be judged; git fetch --unshallow, and push again");
	if (!needs_pusher(push) && !gate_touches(push, REF_BACKMERGE))
		return 0;
	if (needs_pusher(push))
		result = session_identify(session, error);
	if (!result)
		result = session_open(session, push->stage != STAGE_EXPLAIN, error);
	if (!result)
		repository_limit(session->repository, (size_t)limits->message, (size_t)limits->trailers);
	if (!result && push->stage == STAGE_PRE_RECEIVE)
		result = session_take_over(session, error);
	return result ? result : look_back(push, error);
}

static void judge_each(struct gate_push *push)
{
	struct judgement *judgement = &push->judgement;

	for (size_t i = 0; i < push->governed.count; i++) {
		const struct ref_update *update = &push->governed.items[i];
		struct error error = ERROR_INIT;
		int result = push->stage == STAGE_UPDATE ? gate_judge_again(push, i, &error)
							 : judge_update(judgement, update, &push->classes[i], &error);

		if (result && push->classes[i].kind == REF_BACKMERGE)
			add_unknown(judgement, update->ref, error_text(&error));
		else if (result == ERROR_TOO_LONG || result == ERROR_MALFORMED)
			add_unfit(judgement, update->ref, error_text(&error));
		else if (result)
			add_fault(judgement, "server", update->ref, error_text(&error));
		error_release(&error);
	}
}

static int save(struct gate_push *push, struct error *error)
{
	struct session *session = push->judgement.session;
	struct branch_tips productions = {0};
	int result;

	if (!push->judgement.records.count)
		return 0;
	result = session_productions(session, &productions, error);
	if (!result)
		result = state_begin(session->state, gate_touches(push, REF_PRODUCTION), error);
	if (!result)
		result = state_record_push(session->state, session->pusher, session->now, productions.items,
					   productions.count, &push->judgement.records, error);
	if (!result)
		result = state_commit(session->state, error);
	if (!result)
		receipt_leave(session, &productions, &push->judgement.records);
	if (result && session->state)
		state_rollback(session->state);
	branch_tips_release(&productions);
	return result;
}

/* Two pushes of the same update at once: the one that comes second must not undo the record of the one that moved the
 * ref. */
static bool has_come_true(struct session *session, const struct ref_update *update)
{
	struct error ignored = ERROR_INIT;
	struct object_id now;
	bool true_now = !repository_ref(session->repository, &now, update->ref, &ignored) &&
			object_id_equal(&now, &update->new_id);

	error_release(&ignored);
	return true_now;
}

static int void_records(struct gate_push *push, struct error *error)
{
	struct session *session = push->judgement.session;
	int result = session->state ? state_begin(session->state, false, error) : 0;

	for (size_t i = 0; session->state && !result && i < push->governed.count; i++) {
		const struct ref_update *update = &push->governed.items[i];
		const char *canonical = push->classes[i].canonical;

		if (has_come_true(session, update))
			continue;
		result = state_void_record(session->state, canonical ? canonical : update->ref, &update->old_id,
					   &update->new_id, error);
	}
	if (session->state && !result)
		result = state_commit(session->state, error);
	return result;
}

/* Writes down what was decided; a push whose record cannot be written is refused before any ref moves. */
static void settle(struct gate_push *push)
{
	bool accepted = verdict_accepts(&push->judgement.verdict);
	struct error error = ERROR_INIT;
	int result = 0;

	if (push->stage == STAGE_PRE_RECEIVE && accepted)
		result = save(push, &error);
	else if (push->stage == STAGE_UPDATE && !accepted)
		result = void_records(push, &error);
	if (result) {
		add_fault(&push->judgement, "server", push->governed.items[0].ref, error_text(&error));
		verdict_weigh(&push->judgement.verdict, &push->judgement.session->policy);
	}
	error_release(&error);
}

/* Nobody else is bothered with a push that is refused anyway. The update hook does not ask again: it goes by the record,
 * which is there only when the gates let the push through. */
static void ask_gates(struct gate_push *push)
{
	struct judgement *judgement = &push->judgement;
	struct error error = ERROR_INIT;

	if (inquiry_make(judgement, &error))
		add_fault(judgement, "server", push->governed.items[0].ref, error_text(&error));
	verdict_weigh(&judgement->verdict, &judgement->session->policy);
	error_release(&error);
}

static void check_override(struct gate_push *push)
{
	for (size_t i = 0; i < push->governed.count; i++)
		if (push->classes[i].kind == REF_PRODUCTION)
			overriding_check_request(&push->judgement, push->governed.items[i].ref);
}

static void conclude_override(struct gate_push *push)
{
	for (size_t i = 0; i < push->governed.count; i++)
		if (push->classes[i].kind == REF_PRODUCTION && push->stage != STAGE_UPDATE)
			overriding_conclude(&push->judgement, &push->governed.items[i], push->classes[i].canonical);
	verdict_weigh(&push->judgement.verdict, &push->judgement.session->policy);
}

static void refuse_unconfigured(struct gate_push *push)
{
	const struct session *session = push->judgement.session;

	for (size_t i = 0; i < push->governed.count; i++)
		for (size_t k = 0; k < session->problems.count; k++)
			add_fault(&push->judgement, "configuration", push->governed.items[i].ref,
				  session->problems.items[k]);
}

static void add_faults(struct gate_push *push, const char *why)
{
	for (size_t i = 0; i < push->governed.count; i++) {
		if (push->classes[i].kind == REF_BACKMERGE)
			add_unknown(&push->judgement, push->governed.items[i].ref, why);
		else
			add_fault(&push->judgement, "server", push->governed.items[i].ref, why);
	}
}

/* The update hook need not judge what cannot have changed since pre-receive accepted it. */
static bool is_judged(const struct gate_push *push)
{
	return push->stage == STAGE_UPDATE && push->governed.count == 1 && push->classes[0].kind == REF_HOTFIX &&
	       !object_id_is_zero(&push->governed.items[0].new_id) &&
	       receipt_covers(push->judgement.session, &push->governed.items[0]);
}

void gate_judge(struct gate_push *push)
{
	struct judgement *judgement = &push->judgement;
	struct error error = ERROR_INIT;

	if (judgement->session->problems.count) {
		refuse_unconfigured(push);
	} else if (is_judged(push)) {
		return;
	} else if (prepare(push, &error)) {
		add_faults(push, error_text(&error));
	} else {
		judge_each(push);
		check_override(push);
	}
	verdict_weigh(&judgement->verdict, &judgement->session->policy);
	if (!judgement->session->problems.count) {
		if (push->stage == STAGE_PRE_RECEIVE && verdict_accepts(&judgement->verdict))
			ask_gates(push);
		conclude_override(push);
		settle(push);
	}
	gate_add_notes(push);
	error_release(&error);
}
