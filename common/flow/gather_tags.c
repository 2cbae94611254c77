#include "flow/gather_tags.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/signature.h"
#include "base/memory.h"
#include "flow/gather.h"
#include "flow/gather_evidence.h"
#include "flow/signoff_refs.h"
#include "rules/people.h"
#include "rules/signoff_ref.h"
#include "rules/signoff_tag.h"

static void take_tag(struct evidence *evidence, const struct landing *landing, const struct policy *policy,
		     const struct signoff_ref *name, const struct tag *tag)
{
	const char *value = tag_trailer(tag, evidence->signoff->trailer);
	const char *severity = tag_trailer(tag, "Severity");

	evidence->target = tag->target;
	evidence->severity = severity ? memory_copy(severity) : NULL;
	evidence->text = memory_copy(value ? value : name->person);
	evidence->for_production = signoff_tag_is_for(policy, tag, landing->production);
	if (!evidence->problem)
		evidence->problem = signoff_tag_problem(policy, evidence->ref, name, tag);
	if (signoff_tag_revokes(tag))
		evidence->revokes = memory_copy(signoff_tag_revokes(tag));
}

/* A tag is no sign-off where the pusher is the evidence, but it may revoke one. */
static int take_pushed_revocation(struct evidence *evidence, struct session *session, struct error *error)
{
	struct tag tag = {0};
	char *problem = NULL;
	int result = repository_tag(session->repository, &tag, &problem, &evidence->carrier, error);

	if (!result && !problem && signoff_tag_revokes(&tag) && !strcmp(tag.type, "commit")) {
		evidence->revokes = memory_copy(signoff_tag_revokes(&tag));
		evidence->target = tag.target;
	}
	free(problem);
	tag_release(&tag);
	return result;
}

/* Who pushed a plain ref is the evidence: by the ledger, or this very pusher while it is being pushed. */
static int take_pushed_ref(struct evidence *evidence, struct session *session, const struct signoff_ref *name,
			   bool arriving, struct error *error)
{
	struct arrival arrival = {0};
	const char *kind = NULL;
	int result = repository_kind(session->repository, &kind, &evidence->carrier, error);

	evidence->target = evidence->carrier;
	evidence->text = memory_copy(name->person);
	evidence->for_production = true;
	if (!result && !strcmp(kind, "tag"))
		result = take_pushed_revocation(evidence, session, error);
	if (result)
		goto done;
	if (!arriving)
		result = state_ref_arrival(session->state, &arrival, evidence->ref, error);
	if (result && result != ERROR_NOT_FOUND)
		goto done;
	if (strcmp(kind, "commit") != 0 && !evidence->revokes)
		evidence->problem = memory_copy("it is not on a commit");
	else if (!signoff_ref_fits_id(name, &evidence->target))
		evidence->problem = memory_copy("its name says another commit");
	else if (result)
		evidence->problem = memory_copy("the server does not know who pushed it");
	else if (strcmp(arriving ? session->pusher : arrival.pusher, name->person) != 0)
		evidence->problem = memory_copy("it was pushed by somebody else");
	error_release(error);
	result = 0;
done:
	arrival_release(&arrival);
	return result;
}

static int take_signed_tag(struct evidence *evidence, const struct landing *landing, struct session *session,
			   const struct signoff_ref *name, struct error *error)
{
	struct tag tag = {0};
	int result = repository_tag(session->repository, &tag, &evidence->problem, &evidence->carrier, error);

	if (!result && tag.name && tag.type)
		take_tag(evidence, landing, &session->policy, name, &tag);
	tag_release(&tag);
	return result;
}

static bool is_signoff_of(const struct signoff_ref *name, const struct landing *landing, const struct signoff *signoff)
{
	return signoff && !signoff->on_landing && signoff->evidence != EVIDENCE_TRAILER &&
	       !strcmp(name->branch, landing->what.branch);
}

/* Sign-off commits that the branch had above the tip, and has no more. */
static int is_lost_signoff(bool *out, struct session *session, const struct object_id *above,
			   const struct object_id *target, struct error *error)
{
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	struct graph graph = {0};
	struct object_id below;
	int result = repository_descends(session->repository, out, above, target, error);

	if (result || !*out)
		return result;
	object_ids_add(&tips, above);
	object_ids_add(&hidden, target);
	result = gather_graph(&graph, NULL, session, &tips, &hidden, error);
	below = graph_target(&graph, above);
	*out = !result && object_id_equal(&below, target);
	if (result == ERROR_LIMIT) {
		error_release(error);
		result = 0;
	}
	graph_release(&graph);
	object_ids_release(&tips);
	object_ids_release(&hidden);
	return result;
}

/* Who signs a sign-off commit above the tip signs the tip. One that the branch lost was on it when its sign-off came. */
static int lower_target(struct evidence *evidence, const struct landing *landing, struct session *session,
			bool arriving, struct error *error)
{
	bool above = object_ids_contain(&landing->above, &evidence->target);
	int result = 0;

	if (!above && !arriving && evidence->signoff->binds == BINDS_COMMIT &&
	    !object_id_equal(&evidence->target, &landing->target))
		result = is_lost_signoff(&above, session, &evidence->target, &landing->target, error);
	if (!result && above)
		evidence->target = landing->target;
	return result;
}

int gather_tag(struct evidence **out, struct landing *landing, struct session *session, const char *ref,
	       const struct object_id *id, bool arriving, struct error *error)
{
	const struct signoff *signoff;
	struct signoff_ref name;
	int result = 0;

	*out = NULL;
	if (!signoff_ref_parse(&name, &session->policy, ref))
		goto done;
	signoff = policy_signoff(&session->policy, name.signoff);
	if (!is_signoff_of(&name, landing, signoff))
		goto done;
	*out = landing_add_evidence(landing);
	(*out)->signoff = signoff;
	(*out)->ref = memory_copy(ref);
	(*out)->carrier = *id;
	(*out)->person = memory_copy(name.person);
	if (signoff->evidence == EVIDENCE_PUSHER)
		result = take_pushed_ref(*out, session, &name, arriving, error);
	else
		result = take_signed_tag(*out, landing, session, &name, error);
	if (!result && !(*out)->problem)
		result = lower_target(*out, landing, session, arriving, error);
	if (!result && !(*out)->problem)
		result = gather_binding(landing, session, *out, arriving, error);
done:
	signoff_ref_release(&name);
	return result;
}

/* A signature that is asked for. */
struct question {
	struct evidence *evidence;
	struct tag tag;
	struct signature_check check;
	char *circumstances; /* under which an answer is kept: what keys there were, and when the tag came */
	bool known;
};

/* The key must have been valid when the sign-off came; what comes just now, or nobody knows when, is judged as of now. */
static int find_time(struct question *question, struct session *session, struct error *error)
{
	struct arrival arrival = {0};
	int result = 0;

	question->check.time = session->now;
	if (question->evidence->arrival == INT64_MAX)
		return 0;
	result = state_ref_arrival(session->state, &arrival, question->evidence->ref, error);
	if (!result)
		question->check.time = arrival.time;
	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result = 0;
	}
	arrival_release(&arrival);
	return result;
}

static int question_init(struct question *out, struct evidence *evidence, struct session *session, const char *keys,
			 struct error *error)
{
	struct buffer circumstances = BUFFER_INIT;
	char *problem = NULL;
	int result = repository_tag(session->repository, &out->tag, &problem, &evidence->carrier, error);

	out->evidence = evidence;
	out->check.tag = &out->tag;
	free(problem);
	if (!result)
		result = find_time(out, session, error);
	if (result)
		return result;
	buffer_addf(&circumstances, "%s at %lld", keys, (long long)out->check.time);
	out->circumstances = buffer_detach(&circumstances);
	result = state_verified(session->state, &out->check.addresses, &out->check.key, &evidence->carrier,
				out->circumstances, error);
	out->known = !result;
	return result == ERROR_NOT_FOUND ? 0 : result;
}

static int ask(struct question *questions, size_t count, const struct signature_keys *keys, struct error *error)
{
	struct signature_check *checks = memory_alloc(count * sizeof(*checks));
	size_t asked = 0;
	int result;

	for (size_t i = 0; i < count; i++)
		if (!questions[i].known)
			checks[asked++] = questions[i].check;
	result = signature_verify(checks, asked, keys, error);
	asked = 0;
	for (size_t i = 0; i < count; i++)
		if (!questions[i].known)
			questions[i].check = checks[asked++];
	free(checks);
	return result;
}

static void take_answer(struct question *question, const struct policy *policy)
{
	struct evidence *evidence = question->evidence;

	if (question->check.why_not) {
		evidence->problem = memory_copy(question->check.why_not);
		return;
	}
	evidence->key = question->check.key ? memory_copy(question->check.key) : NULL;
	evidence->problem = signoff_tag_signer_problem(policy, evidence->person, &question->check.addresses);
}

static int keep_answers(const struct question *questions, size_t count, struct session *session, struct error *error)
{
	bool any = false;
	int result = 0;

	for (size_t i = 0; i < count; i++)
		any = any || (!questions[i].known && !questions[i].check.why_not);
	if (!any)
		return 0;
	result = state_begin(session->state, false, error);
	for (size_t i = 0; !result && i < count; i++)
		if (!questions[i].known && !questions[i].check.why_not)
			result = state_add_verified(session->state, &questions[i].evidence->carrier,
						    questions[i].circumstances, &questions[i].check.addresses,
						    questions[i].check.key, error);
	if (!result)
		result = state_commit(session->state, error);
	if (result)
		state_rollback(session->state);
	return result;
}

int gather_verify(struct evidence *const *evidence, size_t count, struct session *session, struct error *error)
{
	const struct signature_keys keys = {.allowed_signers = session->policy.allowed_signers,
					    .gpg_home = session->policy.gpg_home};
	struct question *questions = memory_alloc(count * sizeof(*questions));
	char *name = NULL;
	int result = count ? signature_keys_name(&name, &keys, error) : 0;

	for (size_t i = 0; !result && i < count; i++)
		result = question_init(&questions[i], evidence[i], session, name, error);
	if (!result && count)
		result = ask(questions, count, &keys, error);
	for (size_t i = 0; !result && i < count; i++)
		take_answer(&questions[i], &session->policy);
	if (!result && !session->read_only)
		result = keep_answers(questions, count, session, error);
	for (size_t i = 0; i < count; i++) {
		tag_release(&questions[i].tag);
		free(questions[i].circumstances);
		signature_check_release(&questions[i].check);
	}
	free(questions);
	free(name);
	return result;
}

/* Once accepted a revocation holds, whatever becomes of its signer: it is only looked up. */
static void mark_revoked(struct landing *landing)
{
	for (size_t i = 0; i < landing->evidence_count; i++) {
		const char *ref = landing->evidence[i].revokes;

		for (size_t k = 0; ref && k < landing->evidence_count; k++) {
			struct evidence *revoked = &landing->evidence[k];

			if (!revoked->ref || strcmp(revoked->ref, ref) != 0 || revoked->revoked)
				continue;
			revoked->revoked = true;
			revoked->revoked_by = memory_copy(landing->evidence[i].ref);
		}
	}
}

/* A revocation is no sign-off: it leaves the list once it is marked. */
static void drop_revocations(struct landing *landing)
{
	size_t kept = 0;

	for (size_t i = 0; i < landing->evidence_count; i++) {
		if (landing->evidence[i].revokes)
			evidence_release(&landing->evidence[i]);
		else
			landing->evidence[kept++] = landing->evidence[i];
	}
	landing->evidence_count = kept;
}

static int verify_what_counts(struct landing *landing, struct session *session, struct error *error)
{
	struct evidence **open = memory_alloc(landing->evidence_count * sizeof(*open));
	size_t count = 0;
	int result;

	for (size_t i = 0; i < landing->evidence_count; i++) {
		struct evidence *evidence = &landing->evidence[i];

		if (evidence->signoff->evidence == EVIDENCE_SIGNATURE && evidence->ref && !evidence->key &&
		    evidence_fault_of(&session->policy, landing, evidence) == EVIDENCE_COUNTS)
			open[count++] = evidence;
	}
	result = gather_verify(open, count, session, error);
	free(open);
	return result;
}

/* *OUT: the ref was on the server already, when a push of the past is judged again. */
static int was_there(bool *out, struct session *session, const char *ref, struct error *error)
{
	struct arrival arrival = {0};
	int result = 0;

	*out = true;
	if (session->hindsight == HINDSIGHT_LEDGER)
		result = state_ref_arrival(session->state, &arrival, ref, error);
	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		*out = false;
		result = 0;
	}
	arrival_release(&arrival);
	return result;
}

/* A sign-off that comes with the landing comes too late, a revocation does not; whether it is good is judged beside. */
static int add_arriving_revocations(struct landing *landing, struct session *session, struct error *error)
{
	size_t count = session->updates ? session->updates->count : 0;
	int result = 0;

	for (size_t i = 0; !result && i < count; i++) {
		const struct ref_update *update = &session->updates->items[i];
		struct evidence *evidence = NULL;

		if (object_id_is_zero(&update->old_id) && !object_id_is_zero(&update->new_id))
			result = gather_tag(&evidence, landing, session, update->ref, &update->new_id, true, error);
		if (!result && evidence && !evidence->revokes)
			evidence_release(&landing->evidence[--landing->evidence_count]);
	}
	return result;
}

int gather_tags(struct landing *landing, struct session *session, struct error *error)
{
	struct branch_tips refs = {0};
	int result = signoff_refs_of_branch(&refs, session, landing->what.branch, error);

	for (size_t i = 0; !result && i < refs.count; i++) {
		struct evidence *evidence;
		bool there;

		result = was_there(&there, session, refs.items[i].ref, error);
		if (!result && there)
			result = gather_tag(&evidence, landing, session, refs.items[i].ref, &refs.items[i].tip, false,
					    error);
	}
	if (!result)
		result = add_arriving_revocations(landing, session, error);
	mark_revoked(landing);
	drop_revocations(landing);
	if (!result)
		result = verify_what_counts(landing, session, error);
	branch_tips_release(&refs);
	return result;
}

int gather_tags_before(struct landing *landing, struct session *session, const struct ref_updates *updates,
		       const struct ref_update *update, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < updates->count && strcmp(updates->items[i].ref, update->ref) != 0; i++) {
		const struct ref_update *other = &updates->items[i];
		struct evidence *evidence;

		if (object_id_is_zero(&other->old_id) && !object_id_is_zero(&other->new_id))
			result = gather_tag(&evidence, landing, session, other->ref, &other->new_id, true, error);
	}
	mark_revoked(landing);
	drop_revocations(landing);
	return result ? result : verify_what_counts(landing, session, error);
}
