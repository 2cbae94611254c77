#include "flow/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/symbolic.h"
#include "base/memory.h"
#include "rules/hotfix_name.h"
#include "rules/pattern.h"
#include "rules/ref_class.h"

/* What is asked: can production go from FROM to TO? */
struct segment {
	struct judgement *judgement;
	const struct line *line;
	struct object_id from;
	const struct commit *to;
	bool one_step;
};

void candidates_release(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->items[i].incident);
		free(candidates->items[i].problem);
		free(candidates->items[i].remedy);
	}
	free(candidates->items);
	*candidates = (struct candidates){0};
}

static struct candidate *add(struct candidates *out, const struct segment *segment, enum landing_kind kind)
{
	struct candidate *candidate;

	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*candidate));
	candidate = &out->items[out->count++];
	*candidate = (struct candidate){.question = {.kind = kind}};
	candidate->question.production = segment->line->production;
	candidate->question.from = segment->from;
	candidate->question.to = segment->to->id;
	return candidate;
}

static void check_same_push(struct candidate *candidate, const struct segment *segment)
{
	const char *branch = candidate->question.branch;
	struct buffer text = BUFFER_INIT;

	if (!ref_updates_find(segment->judgement->updates, branch))
		return;
	candidate->rule = "landing-same-push";
	buffer_addf(&text, "%s must be on the server before the push that lands it; this push changes it too",
		    ref_short(branch));
	candidate->problem = buffer_detach(&text);
	buffer_addf(&text, "git push origin %s", ref_short(segment->line->update->ref));
	candidate->remedy = buffer_detach(&text);
}

/* Adds the landing of a branch. INCIDENT (may be NULL) is taken. */
static void add_branch(struct candidates *out, const struct segment *segment, enum landing_kind kind,
		       const struct branch_tip *tip, char *incident)
{
	struct candidate *candidate = add(out, segment, incident ? kind : LANDING_ORDINARY);

	candidate->incident = incident;
	candidate->question.incident = incident;
	candidate->question.branch = tip->ref;
	candidate->question.tip = tip->tip;
	check_same_push(candidate, segment);
}

static int tree_of(struct object_id *out, const struct segment *segment, const struct object_id *id,
		   struct error *error)
{
	const struct commit *commit = graph_find(&segment->line->graph, id);
	struct object_ids parents = {0};
	int result = 0;

	if (commit)
		*out = commit->tree;
	else
		result = repository_commit_links(segment->judgement->session->repository, out, &parents, id, error);
	object_ids_release(&parents);
	return result;
}

/* The tip has the landing's tree, and production as it was before is in its history. */
static int fits(bool *out, const struct segment *segment, const struct object_id *tip, struct error *error)
{
	struct object_id tree;
	int result = tree_of(&tree, segment, tip, error);

	*out = !result && object_id_equal(&tree, &segment->to->tree);
	if (*out)
		result = repository_descends(segment->judgement->session->repository, out, tip, &segment->from, error);
	return result;
}

static bool is_merge_of(const struct segment *segment, const struct object_id *tip)
{
	const struct object_ids *parents = &segment->to->parents;

	return segment->one_step && parents->count == 2 && object_id_equal(&parents->items[0], &segment->from) &&
	       !object_id_equal(&parents->items[1], &segment->from) && object_id_equal(&parents->items[1], tip);
}

static bool names_incident(const struct segment *segment, const char *incident)
{
	const char *named = commit_trailer(segment->to, "Incident");

	return named && incident && !strcmp(named, incident);
}

/* A commit of the branch itself is work, whatever it says: as a squash its author would count as who merely lands. */
static int fits_as_squash(bool *out, const struct segment *segment, const struct branch_tip *tip, struct error *error)
{
	bool is_work = false;
	int result = fits(out, segment, &tip->tip, error);

	if (!result && *out)
		result = repository_descends(segment->judgement->session->repository, &is_work, &tip->tip,
					     &segment->to->id, error);
	*out = *out && !is_work;
	return result;
}

/* Cheap: most branches are for other incidents. */
static bool may_be_squash_of(const struct segment *segment, const char *ref)
{
	const char *named = commit_trailer(segment->to, "Incident");

	return segment->one_step && segment->to->parents.count == 1 && named && strstr(ref, named);
}

/* Whoever may move what a symbolic ref stands for would move this branch too, unseen; where that is a branch of its own
 * right, it is a candidate itself. */
static int is_symbolic(bool *out, const struct segment *segment, const char *ref, struct error *error)
{
	const struct environment *environment = &segment->judgement->session->environment;
	struct symbolic_refs links = {0};
	int result = symbolic_ref_add(&links, environment->git_dir, environment->git_namespace, ref, error);

	*out = links.count > 0;
	symbolic_refs_release(&links);
	return result;
}

static int consider_branch(struct candidates *out, const struct segment *segment, const struct branch_tip *tip,
			   struct error *error)
{
	bool forward = object_id_equal(&tip->tip, &segment->to->id);
	bool merge = is_merge_of(segment, &tip->tip);
	bool may_be_squash = may_be_squash_of(segment, tip->ref);
	char *incident = NULL;
	bool is_hotfix;
	bool symbolic = false;
	bool fit = false;
	int result = 0;

	if (!forward && !merge && !may_be_squash)
		return 0;
	result = is_symbolic(&symbolic, segment, tip->ref, error);
	if (result || symbolic)
		return result;
	incident = hotfix_name_incident(&segment->judgement->session->policy, tip->ref);
	is_hotfix = incident != NULL;
	if (!is_hotfix && !patterns_match(&segment->judgement->session->policy.allow_from, tip->ref))
		goto done;
	if (forward) {
		add_branch(out, segment, LANDING_FAST_FORWARD, tip, incident);
		return 0;
	}
	if (!merge && !names_incident(segment, incident))
		goto done;
	result = merge ? fits(&fit, segment, &tip->tip, error) : fits_as_squash(&fit, segment, tip, error);
	if (!result && fit) {
		add_branch(out, segment, merge ? LANDING_MERGE : LANDING_SQUASH, tip, incident);
		return 0;
	}
done:
	free(incident);
	return result;
}

/* Adds what is before the last of these by first parents, at most LIMIT commits. */
static int add_first_parents(struct object_ids *out, const struct segment *segment, size_t limit, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < limit; i++) {
		struct object_ids parents = {0};
		struct object_id tree;

		result = repository_commit_links(segment->judgement->session->repository, &tree, &parents,
						 &out->items[out->count - 1], error);
		if (result || !parents.count)
			limit = 0;
		else
			object_ids_add(out, &parents.items[0]);
		object_ids_release(&parents);
	}
	return result;
}

/* The tips that production had, newest first, the present one among them, as far back as the depth allows: by the
 * ledger, and where its list reaches the installation, on by first parents. The push's own landings count too. */
static int former_tips(struct object_ids *out, const struct segment *segment, struct error *error)
{
	struct session *session = segment->judgement->session;
	size_t depth = (size_t)session->policy.rollback_depth + 1;
	size_t left;
	int result;

	if (segment->line->landings >= depth)
		return 0;
	depth -= segment->line->landings;
	result = state_tips(session->state, out, &left, segment->line->production, depth, error);
	if (!result && !out->count) {
		object_ids_add(out, &segment->line->update->old_id);
		left = depth - 1;
	}
	return result ? result : add_first_parents(out, segment, left, error);
}

static int consider_rollback(struct candidates *out, const struct segment *segment, struct error *error)
{
	struct object_ids tips = {0};
	int result;

	if (!segment->one_step || segment->to->parents.count != 1)
		return 0;
	result = former_tips(&tips, segment, error);
	for (size_t i = 0; !result && i < tips.count; i++) {
		struct object_id tree;

		result = tree_of(&tree, segment, &tips.items[i], error);
		if (!result && object_id_equal(&tree, &segment->to->tree)) {
			add(out, segment, LANDING_ROLLBACK)->question.tip = tips.items[i];
			break;
		}
	}
	object_ids_release(&tips);
	return result;
}

int candidates_find(struct candidates *out, struct judgement *judgement, const struct line *line, size_t from,
		    size_t to, struct error *error)
{
	struct segment segment = {.judgement = judgement, .line = line, .from = line->steps.items[from]};
	struct object_id tree;
	int result;

	segment.to = graph_find(&line->graph, &line->steps.items[to]);
	segment.one_step = to == from + 1;
	result = tree_of(&tree, &segment, &segment.from, error);
	if (result || object_id_equal(&tree, &segment.to->tree))
		return result;
	for (size_t i = 0; !result && i < line->tips.count; i++)
		result = consider_branch(out, &segment, &line->tips.items[i], error);
	if (!result)
		result = consider_rollback(out, &segment, error);
	return result;
}
