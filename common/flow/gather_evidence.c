#include "flow/gather_evidence.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rules/hotfix_name.h"
#include "rules/people.h"
#include "rules/ref_class.h"
#include "rules/trailer.h"

/* Changed paths of one landing; far above what a hotfix may touch. */
#define CHANGES_MAXIMUM 100000

/* Paths that are named where a sign-off is stale. */
#define DIFFERING_MAXIMUM 100

struct gathering {
	struct landing *landing;
	struct session *session;
	const struct object_ids *brought; /* commits that come with this push, or NULL */
	bool arriving;                    /* the sign-off ref in question comes with this push */
	bool changes_read;
	struct changes changes; /* what lands: from the old production tip to the branch's tip */
};

/* True when a "Production:" trailer of the carrier names this branch, or when there is only one to mean. */
static bool is_for_production(const struct gathering *gathering, const struct commit *carrier)
{
	const char *production = gathering->landing->production;

	if (!policy_has_several_productions(&gathering->session->policy))
		return true;
	for (size_t i = 0; i < carrier->trailer_count; i++)
		if (trailer_key_equal(carrier->trailers[i].key, "Production") &&
		    (!strcmp(carrier->trailers[i].value, production) ||
		     !strcmp(carrier->trailers[i].value, ref_short(production))))
			return true;
	return false;
}

/* Two that differ would be one for each reader. */
static char *severity_of(const struct commit *carrier)
{
	const char *severity = NULL;

	for (size_t i = 0; i < carrier->trailer_count; i++) {
		if (!trailer_key_equal(carrier->trailers[i].key, "Severity"))
			continue;
		if (severity)
			return NULL;
		severity = carrier->trailers[i].value;
	}
	return severity ? memory_copy(severity) : NULL;
}

static int tree_of(struct object_id *out, struct session *session, const struct object_id *commit, struct error *error)
{
	struct object_ids parents = {0};
	int result = repository_commit_links(session->repository, out, &parents, commit, error);

	object_ids_release(&parents);
	return result;
}

static int changes_between(struct changes *out, struct session *session, const struct object_id *old_commit,
			   const struct object_id *new_commit, struct error *error)
{
	struct object_id old_tree;
	struct object_id new_tree;
	int result = tree_of(&old_tree, session, old_commit, error);

	if (!result)
		result = tree_of(&new_tree, session, new_commit, error);
	if (!result)
		result = repository_changes(session->repository, out, &old_tree, &new_tree, CHANGES_MAXIMUM, error);
	return result;
}

/* Walks two sorted lists of changes and notes the paths that are not the same in both. */
static void add_differing(struct strings *out, const struct changes *a, const struct changes *b)
{
	size_t i = 0;
	size_t k = 0;

	while ((i < a->count || k < b->count) && out->count < DIFFERING_MAXIMUM) {
		int order = i == a->count ? 1 : k == b->count ? -1 : strcmp(a->items[i].path, b->items[k].path);
		const struct changes one_a = {.items = order <= 0 ? &a->items[i] : NULL, .count = order <= 0};
		const struct changes one_b = {.items = order >= 0 ? &b->items[k] : NULL, .count = order >= 0};

		if (!changes_equal(&one_a, &one_b))
			strings_add_once(out, order <= 0 ? a->items[i].path : b->items[k].path);
		i += order <= 0;
		k += order >= 0;
	}
}

static int compare_change(struct gathering *gathering, struct evidence *evidence, const struct object_id *production,
			  struct error *error)
{
	struct landing *landing = gathering->landing;
	struct session *session = gathering->session;
	struct object_ids bases = {0};
	struct changes signed_changes = {0};
	int result = repository_merge_bases(session->repository, &bases, &evidence->target, production, error);

	evidence->one_base = bases.count == 1;
	if (result || !evidence->one_base)
		goto done;
	if (!gathering->changes_read)
		result = changes_between(&gathering->changes, session, &landing->what.from, &landing->what.tip, error);
	gathering->changes_read = true;
	if (!result)
		result = changes_between(&signed_changes, session, &bases.items[0], &evidence->target, error);
	if (result)
		goto done;
	evidence->same_change = changes_equal(&signed_changes, &gathering->changes);
	if (!evidence->same_change)
		add_differing(&evidence->differing, &signed_changes, &gathering->changes);
done:
	changes_release(&signed_changes);
	object_ids_release(&bases);
	return result;
}

static bool is_landing_commit(const struct landing *landing, const struct object_id *id)
{
	return landing->what.kind != LANDING_FAST_FORWARD && object_id_equal(id, &landing->what.to);
}

/* A sign-off is given on one branch; the commits of that branch can come to another one later. */
static int find_branch(struct gathering *gathering, struct evidence *evidence, const struct arrival *arrival,
		       struct error *error)
{
	struct landing *landing = gathering->landing;
	struct session *session = gathering->session;
	struct hotfix_name name;

	if (!strcmp(arrival->ref, landing->what.branch))
		return 0;
	evidence->branch = memory_copy(arrival->ref);
	evidence->other_incident = !hotfix_name_parse(&name, &session->policy, arrival->ref) ||
				   strcmp(name.incident, landing->what.incident) != 0;
	hotfix_name_release(&name);
	return state_last_landing(session->state, &evidence->last_landing, landing->production, arrival->ref, error);
}

/* Where production was when the carrier came: by the ledger, or now when it comes with this very push. */
static int find_arrival(struct gathering *gathering, struct evidence *evidence, struct object_id *production,
			struct error *error)
{
	struct landing *landing = gathering->landing;
	struct session *session = gathering->session;
	struct arrival arrival = {0};
	int result;

	*production = landing->what.from;
	if (gathering->arriving)
		result = ERROR_NOT_FOUND; /* what the ledger has of an earlier try is not when it came */
	else if (evidence->ref)
		result = state_ref_arrival(session->state, &arrival, evidence->ref, error);
	else
		result = state_arrival(session->state, &arrival, &evidence->carrier, error);
	if (!result) {
		evidence->arrival = arrival.push;
		result = evidence->ref ? 0 : find_branch(gathering, evidence, &arrival, error);
		if (!result)
			result = state_production_at(session->state, production, arrival.push, landing->production,
						     error);
		evidence->arrival_known = !result;
	} else if (result == ERROR_NOT_FOUND) {
		evidence->arrival = INT64_MAX;
		evidence->arrival_known =
			gathering->arriving || session->hindsight == HINDSIGHT_GIT ||
			is_landing_commit(landing, &evidence->carrier) ||
			(gathering->brought && object_ids_contain(gathering->brought, &evidence->carrier));
	}
	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result = 0;
	}
	arrival_release(&arrival);
	return result;
}

/* Several people sign the same commit: what one is told, all are. */
static bool copy_comparison(const struct landing *landing, struct evidence *evidence)
{
	for (const struct evidence *other = landing->evidence; other < evidence; other++) {
		if (other->signoff->binds != BINDS_CHANGE || !other->arrival_known ||
		    other->arrival != evidence->arrival || !object_id_equal(&other->target, &evidence->target))
			continue;
		evidence->one_base = other->one_base;
		evidence->same_change = other->same_change;
		for (size_t i = 0; i < other->differing.count; i++)
			strings_add(&evidence->differing, other->differing.items[i]);
		return true;
	}
	return false;
}

static int add_claim(struct gathering *gathering, const struct commit *carrier, const struct object_id *target,
		     const struct trailer *trailer, struct error *error)
{
	const struct policy *policy = &gathering->session->policy;
	const struct signoff *signoff = policy_signoff_by_trailer(policy, trailer->key);
	struct object_id production;
	struct evidence *evidence;
	char *address;
	int result;

	if (!signoff || signoff->evidence != EVIDENCE_TRAILER)
		return 0;
	if (gathering->landing->evidence_count == EVIDENCE_MAXIMUM)
		return error_set_code(error, ERROR_LIMIT, "more than %d sign-offs in trailers", EVIDENCE_MAXIMUM);
	evidence = landing_add_evidence(gathering->landing);
	evidence->signoff = signoff;
	evidence->text = memory_copy(trailer->value);
	evidence->severity = severity_of(carrier);
	evidence->carrier = carrier->id;
	evidence->target = *target;
	address = people_address_of(trailer->value);
	evidence->person = address ? people_key_of_address(policy, address) : NULL;
	free(address);
	evidence->for_production = is_for_production(gathering, carrier);
	result = find_arrival(gathering, evidence, &production, error);
	if (!result && signoff->binds == BINDS_CHANGE && evidence->arrival_known &&
	    !copy_comparison(gathering->landing, evidence))
		result = compare_change(gathering, evidence, &production, error);
	return result;
}

static int add_claims(struct gathering *gathering, const struct commit *carrier, const struct object_id *target,
		      struct error *error)
{
	for (size_t i = 0; i < carrier->trailer_count; i++) {
		int result = add_claim(gathering, carrier, target, &carrier->trailers[i], error);

		if (result)
			return result;
	}
	return 0;
}

int gather_evidence(struct landing *landing, struct session *session, const struct graph *graph,
		    const struct object_ids *brought, struct error *error)
{
	struct gathering gathering = {.landing = landing, .session = session, .brought = brought};
	int result = 0;

	for (size_t i = 0; !result && i < graph->count; i++) {
		const struct commit *commit = &graph->nodes[i].commit;

		if (graph->nodes[i].outside)
			continue;
		if (is_landing_commit(landing, &commit->id))
			result = add_claims(&gathering, commit, &landing->target, error);
		else if (commit->is_signoff || object_id_equal(&commit->id, &landing->target))
			result = add_claims(&gathering, commit, &commit->target, error);
	}
	changes_release(&gathering.changes);
	return result;
}

int gather_binding(struct landing *landing, struct session *session, struct evidence *evidence, bool arriving,
		   struct error *error)
{
	struct gathering gathering = {.landing = landing, .session = session, .arriving = arriving};
	struct object_id production;
	int result = find_arrival(&gathering, evidence, &production, error);

	if (!result && evidence->signoff->binds == BINDS_CHANGE && evidence->arrival_known &&
	    !copy_comparison(landing, evidence))
		result = compare_change(&gathering, evidence, &production, error);
	changes_release(&gathering.changes);
	return result;
}
