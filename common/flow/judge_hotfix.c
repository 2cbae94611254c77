#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/gather.h"
#include "flow/judge.h"
#include "flow/standing.h"
#include "rules/hotfix_name.h"
#include "rules/pattern.h"
#include "rules/people.h"
#include "rules/ref_class.h"
#include "rules/remedy.h"
#include "rules/trailer.h"

#define LISTED 5
#define NOT_FROM_MAXIMUM 1000
#define TIPS_MAXIMUM 20000

/* The commits of a hotfix branch that production does not have. */
struct range {
	struct graph graph;
	struct branch_tips productions;
	struct object_ids unknown; /* commits that come to hotfix branches by this push */
	size_t work;               /* commits that are no sign-off commits */
};

static void range_release(struct range *range)
{
	graph_release(&range->graph);
	branch_tips_release(&range->productions);
	object_ids_release(&range->unknown);
}

static int range_find_unknown(struct range *range, struct session *session, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < range->graph.count; i++) {
		struct graph_node *node = &range->graph.nodes[i];
		struct arrival arrival = {0};

		if (node->outside)
			continue;
		range->work += !node->commit.is_signoff;
		result = state_arrival(session->state, &arrival, &node->commit.id, error);
		node->known = !result;
		if (result == ERROR_NOT_FOUND) {
			error_release(error);
			object_ids_add(&range->unknown, &node->commit.id);
			result = 0;
		}
		arrival_release(&arrival);
	}
	return result;
}

static int add_hotfix_tips(struct object_ids *out, struct session *session, struct error *error)
{
	struct branch_tips tips = {0};
	int result = session_hotfixes(session, &tips, TIPS_MAXIMUM, error);

	for (size_t i = 0; i < tips.count; i++)
		object_ids_add(out, &tips.items[i].tip);
	branch_tips_release(&tips);
	return result;
}

/* Only what is ABSENT from the hotfix branches of the server comes by this push. */
static void range_keep_absent(struct range *range, const struct object_ids *absent)
{
	bool *is_absent = memory_alloc((range->graph.count + 1) * sizeof(*is_absent));
	size_t kept = 0;

	for (size_t i = 0; i < absent->count; i++)
		is_absent[graph_node(&range->graph, &absent->items[i]) - range->graph.nodes] = true;
	for (size_t i = 0; i < range->unknown.count; i++) {
		struct graph_node *node = graph_node(&range->graph, &range->unknown.items[i]);

		node->known = !is_absent[node - range->graph.nodes];
		if (!node->known)
			range->unknown.items[kept++] = range->unknown.items[i];
	}
	range->unknown.count = kept;
	free(is_absent);
}

/* True when every unknown commit is new to the server: then no branch of it has them. */
static bool range_is_new(const struct range *range, struct session *session)
{
	for (size_t i = 0; i < range->unknown.count; i++)
		if (!repository_is_new(session->repository, &range->unknown.items[i]))
			return false;
	return true;
}

/* What is on a hotfix branch already, without the ledger knowing who pushed it, is not this pusher's. */
static int range_leave_present(struct range *range, struct session *session, const struct object_ids *tips,
			       struct object_ids *hidden, struct error *error)
{
	struct object_ids absent = {0};
	int result;

	if (range_is_new(range, session))
		return 0;
	result = add_hotfix_tips(hidden, session, error);
	if (!result)
		result = gather_walk(&absent, session, tips, hidden, error);
	if (!result)
		range_keep_absent(range, &absent);
	object_ids_release(&absent);
	return result;
}

static int range_read(struct range *range, struct unreadable *unreadable, struct session *session,
		      const struct object_id *tip, struct error *error)
{
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	int result = session_productions(session, &range->productions, error);

	object_ids_add(&tips, tip);
	for (size_t i = 0; i < range->productions.count; i++)
		object_ids_add(&hidden, &range->productions.items[i].tip);
	if (!result)
		result = gather_graph(&range->graph, unreadable, session, &tips, &hidden, error);
	if (!result)
		result = range_find_unknown(range, session, error);
	if (!result)
		result = range_leave_present(range, session, &tips, &hidden, error);
	object_ids_release(&tips);
	object_ids_release(&hidden);
	return result;
}

static void judge_name(struct judgement *judgement, const struct ref_update *update, struct hotfix_name *name)
{
	const struct policy *policy = &judgement->session->policy;
	struct finding *finding;
	char *meant;
	char *form;

	if (hotfix_name_parse(name, policy, update->ref))
		return;
	form = hotfix_name_example(policy, NULL, NULL);
	meant = hotfix_name_meant(policy, update->ref);
	finding = verdict_add(&judgement->verdict, "branch-name", NULL, update->ref);
	strings_addf(&finding->found, "a hotfix branch is named %s,", form);
	strings_addf(&finding->found, "where the incident is %s and the slug is %s", policy->incident, policy->slug);
	if (meant && strcmp(meant, form) != 0)
		strings_addf(&finding->found, "did you mean %s?", meant);
	strings_addf(&finding->remedy, "git push origin %s:refs/heads/%s", object_id_full(&update->new_id).digits,
		     meant ? meant : form);
	free(meant);
	free(form);
}

static void judge_base(struct judgement *judgement, const struct ref_update *update, const struct range *range)
{
	const struct commit *root = NULL;
	struct finding *finding;

	for (size_t i = 0; i < range->graph.count; i++)
		if (!range->graph.nodes[i].outside && !range->graph.nodes[i].commit.parents.count)
			root = &range->graph.nodes[i].commit;
	if (range->productions.count && !root)
		return;
	finding = verdict_add(&judgement->verdict, "base", NULL, update->ref);
	if (!range->productions.count) {
		strings_add(&finding->found, "there is no production branch yet that a hotfix could be cut from");
		return;
	}
	strings_addf(&finding->found, "the branch was not cut from production: %s has no parent",
		     object_id_short(&root->id).digits);
	strings_add(&finding->remedy, "git fetch origin");
	remedy_add(&finding->remedy, "git switch -C %s origin/%s", ref_short(update->ref),
		   ref_short(range->productions.items[0].ref));
	strings_add(&finding->remedy, "git cherry-pick <your commits>");
}

static void judge_size(struct judgement *judgement, const struct ref_update *update, const struct range *range)
{
	const struct policy *policy = &judgement->session->policy;
	struct finding *finding;

	if (range->work <= (size_t)policy->max_commits)
		return;
	finding = verdict_add(&judgement->verdict, "size", NULL, update->ref);
	strings_addf(&finding->found, "%zu commits that production does not have; a hotfix may hold %d", range->work,
		     policy->max_commits);
	if (range->productions.count)
		strings_addf(&finding->remedy, "git rebase -i origin/%s", ref_short(range->productions.items[0].ref));
}

static void judge_incident(struct judgement *judgement, const struct ref_update *update, const struct range *range,
			   const char *incident)
{
	for (size_t i = 0; i < range->graph.count; i++) {
		const struct commit *commit = &range->graph.nodes[i].commit;

		for (size_t k = 0; !range->graph.nodes[i].outside && k < commit->trailer_count; k++) {
			struct finding *finding;

			if (!trailer_key_equal(commit->trailers[k].key, "Incident") ||
			    !strcmp(commit->trailers[k].value, incident))
				continue;
			finding = verdict_add(&judgement->verdict, "incident", NULL, update->ref);
			strings_addf(&finding->found, "%s says \"Incident: %s\", but the branch is for %s",
				     object_id_short(&commit->id).digits, commit->trailers[k].value, incident);
			strings_addf(&finding->remedy, "git rebase -i %s^", object_id_full(&commit->id).digits);
			strings_add(&finding->remedy, "# reword that commit, then push again");
			return;
		}
	}
}

static void check_author(struct strings *unknown, const struct policy *policy, const char *address)
{
	if (!people_by_address(policy, address))
		strings_add_once(unknown, address);
}

static void judge_authors(struct judgement *judgement, const struct ref_update *update, const struct range *range)
{
	const struct policy *policy = &judgement->session->policy;
	struct strings unknown = STRINGS_INIT;

	for (size_t i = 0; policy->authors_known && i < range->graph.count && unknown.count < LISTED; i++) {
		const struct commit *commit = &range->graph.nodes[i].commit;

		if (range->graph.nodes[i].outside)
			continue;
		check_author(&unknown, policy, commit->author_address);
		check_author(&unknown, policy, commit->committer_address);
	}
	if (unknown.count) {
		struct finding *finding = verdict_add(&judgement->verdict, "authors", NULL, update->ref);

		for (size_t i = 0; i < unknown.count; i++)
			strings_addf(&finding->found, "%s is no configured person", unknown.items[i]);
		strings_add(&finding->remedy, "git config user.email <your configured address>");
		strings_add(&finding->remedy, "git commit --amend --reset-author --no-edit");
	}
	strings_release(&unknown);
}

/* A commit that is new here, all of whose parents are old, or none of ours: if develop has any new commit of this branch,
 * it has one of these. */
static bool is_lowest(const struct range *range, const struct commit *commit)
{
	for (size_t i = 0; i < commit->parents.count; i++) {
		const struct graph_node *parent = graph_node(&range->graph, &commit->parents.items[i]);

		if (parent && !parent->outside && !parent->known)
			return false;
	}
	return true;
}

static int judge_not_from_tip(struct judgement *judgement, const struct ref_update *update, const struct range *range,
			      const struct branch_tip *tip, struct error *error)
{
	struct session *session = judgement->session;
	struct finding *finding;

	for (size_t i = 0; i < range->unknown.count; i++) {
		const struct object_id *id = &range->unknown.items[i];
		bool reached = false;
		int result = 0;

		if (is_lowest(range, graph_find(&range->graph, id)))
			result = repository_descends(session->repository, &reached, &tip->tip, id, error);
		if (result)
			return result;
		if (!reached)
			continue;
		finding = verdict_add(&judgement->verdict, "not-from", NULL, update->ref);
		strings_addf(&finding->found, "%s comes from %s and is not on production: it would ride along",
			     object_id_short(id).digits, ref_short(tip->ref));
		strings_add(&finding->remedy, "git fetch origin");
		if (range->productions.count)
			remedy_add(&finding->remedy, "git rebase --onto origin/%s origin/%s %s",
				   ref_short(range->productions.items[0].ref), ref_short(tip->ref),
				   ref_short(update->ref));
		if (patterns_match(&session->policy.backmerge.into, tip->ref))
			strings_addf(&finding->remedy, "# the hotfix is merged back to %s after it has landed",
				     ref_short(tip->ref));
		return 0;
	}
	return 0;
}

static int judge_not_from(struct judgement *judgement, const struct ref_update *update, const struct range *range,
			  struct error *error)
{
	const struct strings *patterns = &judgement->session->policy.not_from;
	struct branch_tips tips = {0};
	int result = 0;

	for (size_t i = 0; !result && range->unknown.count && i < patterns->count; i++)
		result = repository_refs(judgement->session->repository, &tips, patterns->items[i], NOT_FROM_MAXIMUM,
					 error);
	for (size_t i = 0; !result && i < tips.count; i++)
		result = judge_not_from_tip(judgement, update, range, &tips.items[i], error);
	branch_tips_release(&tips);
	return result;
}

/* A new branch brings nothing where every production branch has it; what only one has is work for the others. */
static int begins_without_work(bool *out, struct session *session, const struct ref_update *update,
			       const struct range *range, struct error *error)
{
	struct object_id target = graph_target(&range->graph, &update->new_id);
	int result = 0;

	*out = !range->work;
	for (size_t i = 0; !result && *out && range->productions.count > 1 && i < range->productions.count; i++)
		result =
			repository_descends(session->repository, out, &range->productions.items[i].tip, &target, error);
	return result;
}

/* True when the update adds nothing but sign-off commits to what was there. */
static int adds_only_signoffs(bool *out, struct session *session, const struct ref_update *update,
			      const struct range *range, struct error *error)
{
	if (object_id_is_zero(&update->old_id))
		return begins_without_work(out, session, update, range, error);
	*out = graph_only_signoffs(&range->graph, &update->new_id, &update->old_id);
	return 0;
}

static void keep_record(struct judgement *judgement, const struct ref_update *update, struct range *range,
			const struct checklist_sum *sum, bool moved_work)
{
	struct record *record = records_add(&judgement->records, update->ref);

	record->old_id = update->old_id;
	record->new_id = update->new_id;
	record->ready = sum->ready;
	record->severity = sum->severity ? memory_copy(sum->severity) : NULL;
	/* sign-offs that come after a landing open nothing */
	if (range->work || object_id_is_zero(&update->old_id))
		record->opened = sum->opened;
	record->reported = record->opened ? sum->reported : 0;
	record->moved_work = moved_work;
	record->first_seen = range->unknown;
	range->unknown = (struct object_ids){0};
}

static void add_unreadable(struct judgement *judgement, const struct ref_update *update,
			   const struct unreadable *unreadable)
{
	struct finding *finding = verdict_add(&judgement->verdict, "commit", NULL, update->ref);

	strings_addf(&finding->found, "%s: %s", object_id_short(&unreadable->commit).digits, unreadable->why);
}

static void add_too_many(struct judgement *judgement, const struct ref_update *update, const char *what)
{
	struct finding *finding = verdict_add(&judgement->verdict, "size", NULL, update->ref);

	strings_addf(&finding->found, "too much that production does not have: %s", what);
}

/* What it comes to is written down for each branch; nobody reads thousands of checklists. */
static int write_standing(struct judgement *judgement, struct checklist_sum *sum, const struct ref_update *update,
			  const struct range *range, struct error *error)
{
	struct buffer unread = BUFFER_INIT;
	bool shown = judgement->checklist.length < CHECKLIST_MAXIMUM;
	int result = standing_write(shown ? &judgement->checklist : &unread, sum, judgement->session, update,
				    &range->unknown, error);

	judgement->unshown += !shown;
	buffer_release(&unread);
	return result;
}

static int judge_range(struct judgement *judgement, const struct ref_update *update, const char *incident,
		       struct range *range, struct error *error)
{
	struct checklist_sum sum = {0};
	bool only_signoffs = false;
	int result;

	judge_base(judgement, update, range);
	judge_size(judgement, update, range);
	if (incident)
		judge_incident(judgement, update, range, incident);
	judge_authors(judgement, update, range);
	result = judge_not_from(judgement, update, range, error);
	if (!result && !judgement->quiet && incident && range->productions.count)
		result = write_standing(judgement, &sum, update, range, error);
	if (!result)
		result = adds_only_signoffs(&only_signoffs, judgement->session, update, range, error);
	if (!result)
		keep_record(judgement, update, range, &sum, !only_signoffs);
	return result;
}

int judge_hotfix(struct judgement *judgement, const struct ref_update *update, struct error *error)
{
	struct unreadable unreadable = {0};
	struct hotfix_name name = {0};
	struct range range = {0};
	bool good = false;
	int result = judge_old_value(judgement, update, &good, error);

	if (result || !good)
		return result;
	if (object_id_is_zero(&update->new_id))
		return judge_deletion(judgement, update, error);
	judge_name(judgement, update, &name);
	result = judge_is_commit(judgement, update, &good, error);
	if (result || !good)
		goto done;
	result = range_read(&range, &unreadable, judgement->session, &update->new_id, error);
	if (!result)
		result = judge_range(judgement, update, name.incident, &range, error);
	if (unreadable.why)
		add_unreadable(judgement, update, &unreadable);
	else if (result == ERROR_LIMIT)
		add_too_many(judgement, update, error_text(error));
	if (unreadable.why || result == ERROR_LIMIT) {
		error_release(error);
		result = 0;
	}
done:
	unreadable_release(&unreadable);
	hotfix_name_release(&name);
	range_release(&range);
	return result;
}
