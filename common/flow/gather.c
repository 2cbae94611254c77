#include "flow/gather.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/zone.h"
#include "base/memory.h"
#include "flow/gather_evidence.h"
#include "flow/gather_tags.h"
#include "rules/deadline.h"
#include "rules/people.h"
#include "rules/trailer.h"

void unreadable_release(struct unreadable *unreadable)
{
	free(unreadable->why);
	*unreadable = (struct unreadable){0};
}

static int add_bare(struct graph *graph, struct repository *repository, const struct object_id *id, bool outside,
		    struct error *error)
{
	struct commit commit = {.id = *id};
	int result = repository_commit_links(repository, &commit.tree, &commit.parents, id, error);

	if (result)
		commit_release(&commit);
	else
		graph_add(graph, &commit, outside);
	return result;
}

/* What cannot be parsed although its object is sound is the pusher's to put right; all else is the server's fault. */
static int add_ambiguous(struct graph *graph, struct unreadable *unreadable, struct repository *repository,
			 const struct object_id *id, const struct error *why, struct error *error)
{
	struct graph bare = {0};
	int result = add_bare(unreadable ? &bare : graph, repository, id, false, error);

	graph_release(&bare);
	if (result || !unreadable)
		return result;
	unreadable->commit = *id;
	free(unreadable->why);
	unreadable->why = memory_copy(error_text(why));
	return error_set(error, "%s", error_text(why));
}

static int read_commit(struct graph *graph, struct unreadable *unreadable, struct repository *repository,
		       const struct object_id *id, struct error *error)
{
	struct error why = ERROR_INIT;
	struct commit commit = {0};
	int result = repository_commit(repository, &commit, id, &why);

	if (!result) {
		graph_add(graph, &commit, false);
	} else if (result == ERROR_TOO_LONG && !unreadable) {
		error_set(error, "%s", error_text(&why));
	} else {
		commit_release(&commit);
		result = add_ambiguous(graph, unreadable, repository, id, &why, error);
	}
	error_release(&why);
	return result;
}

static int add_all_outside(struct graph *graph, struct repository *repository, struct error *error)
{
	size_t inside = graph->count;

	for (size_t i = 0; i < inside; i++)
		for (size_t k = 0; k < graph->nodes[i].commit.parents.count; k++) {
			struct object_id parent = graph->nodes[i].commit.parents.items[k];
			int result = graph_node(graph, &parent) ? 0 : add_bare(graph, repository, &parent, true, error);

			if (result)
				return result;
		}
	return 0;
}

int gather_walk(struct object_ids *out, struct session *session, const struct object_ids *tips,
		const struct object_ids *hidden, struct error *error)
{
	size_t limit = (size_t)session->policy.limits.commits;
	struct error why = ERROR_INIT;
	int result = repository_walk(session->repository, out, tips, hidden, limit, &why);

	if (result)
		error_set(error, "%s%s", error_text(&why), result == ERROR_LIMIT ? " ([limits] commits)" : "");
	error_release(&why);
	return result;
}

int gather_graph(struct graph *graph, struct unreadable *unreadable, struct session *session,
		 const struct object_ids *tips, const struct object_ids *hidden, struct error *error)
{
	struct object_ids walked = {0};
	int result = gather_walk(&walked, session, tips, hidden, error);

	for (size_t i = 0; !result && i < walked.count; i++)
		result = read_commit(graph, unreadable, session->repository, &walked.items[i], error);
	if (!result)
		result = add_all_outside(graph, session->repository, error);
	if (!result)
		graph_mark_signoffs(graph, &session->policy);
	object_ids_release(&walked);
	return result;
}

/* The merge or squash commit of the landing itself: whoever merely lands does none of the work. */
static bool is_landing_commit(const struct landing *landing, const struct commit *commit)
{
	return (landing->what.kind == LANDING_MERGE || landing->what.kind == LANDING_SQUASH) &&
	       object_id_equal(&commit->id, &landing->what.to);
}

static void add_co_authors(struct landing *landing, const struct policy *policy, const struct commit *commit)
{
	struct strings addresses = STRINGS_INIT;

	for (size_t i = 0; i < commit->trailer_count; i++)
		if (trailer_key_equal(commit->trailers[i].key, "Co-authored-by"))
			people_addresses_in(&addresses, commit->trailers[i].value);
	for (size_t i = 0; i < addresses.count; i++)
		landing_add_worker(landing, people_key_of_address(policy, addresses.items[i]), "is a co-author of",
				   &commit->id);
	strings_release(&addresses);
}

static int add_first_pusher(struct landing *landing, struct session *session, const struct commit *commit,
			    const struct object_ids *brought, struct error *error)
{
	struct arrival arrival = {0};
	int result = state_arrival(session->state, &arrival, &commit->id, error);

	if (!result) {
		landing_add_worker(landing, memory_copy(arrival.pusher), "pushed", &commit->id);
		if (!landing->opened || arrival.time < landing->opened)
			landing->opened = arrival.time;
	} else if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result = 0;
		if (brought && object_ids_contain(brought, &commit->id))
			landing_add_worker(landing, memory_copy(session->pusher), "pushed", &commit->id);
		else if (session->hindsight != HINDSIGHT_GIT && !landing->pusher_unknown) {
			landing->pusher_unknown = true;
			landing->unknown_commit = commit->id;
		}
	}
	arrival_release(&arrival);
	return result;
}

static int add_workers(struct landing *landing, struct session *session, const struct graph *graph,
		       const struct object_ids *brought, struct error *error)
{
	struct strings movers = STRINGS_INIT;
	int result = 0;

	for (size_t i = 0; !result && i < graph->count; i++) {
		const struct commit *commit = &graph->nodes[i].commit;

		if (graph->nodes[i].outside || commit->is_signoff || is_landing_commit(landing, commit))
			continue;
		landing->work++;
		landing_add_worker(landing, people_key_of_address(&session->policy, commit->author_address), "wrote",
				   &commit->id);
		landing_add_worker(landing, people_key_of_address(&session->policy, commit->committer_address),
				   "committed", &commit->id);
		add_co_authors(landing, &session->policy, commit);
		result = add_first_pusher(landing, session, commit, brought, error);
	}
	if (!result)
		result = state_movers(session->state, &movers, landing->what.branch, error);
	for (size_t i = 0; !result && i < movers.count; i++)
		landing_add_worker(landing, memory_copy(movers.items[i]), "moved the branch", NULL);
	strings_release(&movers);
	return result;
}

static void find_other_incident(struct landing *landing, const struct graph *graph)
{
	for (size_t i = 0; !landing->other_incident && landing->what.incident && i < graph->count; i++) {
		const struct commit *commit = &graph->nodes[i].commit;

		for (size_t k = 0; !graph->nodes[i].outside && k < commit->trailer_count; k++) {
			if (!trailer_key_equal(commit->trailers[k].key, "Incident") ||
			    !strcmp(commit->trailers[k].value, landing->what.incident))
				continue;
			landing->other_incident = memory_copy(commit->trailers[k].value);
			landing->other_incident_commit = commit->id;
			break;
		}
	}
}

static void find_reports(struct landing *landing, const struct graph *graph, int64_t now)
{
	for (size_t i = 0; i < graph->count; i++) {
		const struct commit *commit = &graph->nodes[i].commit;

		for (size_t k = 0; !graph->nodes[i].outside && k < commit->trailer_count; k++)
			if (trailer_key_equal(commit->trailers[k].key, "Reported"))
				deadline_add_report(landing, &commit->id, commit->trailers[k].value, now);
	}
}

static void start(struct landing *out, const struct session *session, const struct landing_question *question)
{
	*out = (struct landing){0};
	out->what.kind = question->kind;
	out->what.from = question->from;
	out->what.to = question->to;
	out->what.tip = question->tip;
	out->what.branch = question->branch ? memory_copy(question->branch) : NULL;
	out->what.incident = question->incident ? memory_copy(question->incident) : NULL;
	out->production = memory_copy(question->production);
	out->pusher = memory_copy(session->pusher ? session->pusher : "");
	out->target = question->tip;
}

static void add_above(struct landing *landing, const struct graph *graph)
{
	for (size_t i = 0; i < graph->count; i++) {
		const struct commit *commit = &graph->nodes[i].commit;

		if (commit->is_signoff && object_id_equal(&commit->target, &landing->target))
			object_ids_add(&landing->above, &commit->id);
	}
}

static int gather_hotfix(struct landing *out, struct unreadable *unreadable, struct session *session,
			 const struct landing_question *question, struct error *error)
{
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	struct graph graph = {0};
	int result;

	object_ids_add(&tips, &question->to);
	object_ids_add(&tips, &question->tip);
	object_ids_add(&hidden, &question->from);
	result = gather_graph(&graph, unreadable, session, &tips, &hidden, error);
	if (result)
		goto done;
	out->target = graph_target(&graph, &question->tip);
	add_above(out, &graph);
	find_other_incident(out, &graph);
	find_reports(out, &graph, session->now);
	result = add_workers(out, session, &graph, question->brought, error);
	if (!result)
		result = state_last_landing(session->state, &out->last_landing, question->production, question->branch,
					    error);
	if (!result)
		result = gather_evidence(out, session, &graph, question->brought, error);
	if (!result)
		result = gather_tags(out, session, error);
done:
	graph_release(&graph);
	object_ids_release(&tips);
	object_ids_release(&hidden);
	return result;
}

int gather_landing(struct landing *out, struct unreadable *unreadable, struct session *session,
		   const struct landing_question *question, struct error *error)
{
	start(out, session, question);
	if (question->kind == LANDING_ORDINARY)
		landing_add_frozen(out, &session->policy, session->now, zone_offset);
	if (!landing_kind_is_hotfix(question->kind))
		return 0;
	return gather_hotfix(out, unreadable, session, question, error);
}
