#include "flow/replay_guess.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rules/hotfix_name.h"
#include "rules/merge_message.h"
#include "rules/pattern.h"
#include "rules/people.h"

void guess_release(struct guess *guess)
{
	branch_tips_release(&guess->tips);
	free(guess->committer);
	*guess = (struct guess){0};
}

void guess_from_ledger(struct guess *out, const struct record_landing *landing)
{
	*out = (struct guess){.kind = landing->kind};
	if (landing->branch)
		branch_tips_add(&out->tips, landing->branch, &landing->tip);
}

static void add_present(struct guess *out, const struct branch_tips *present, const struct object_id *tip)
{
	size_t low = 0;
	size_t high = present->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (object_id_compare(&present->items[middle].tip, tip) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < present->count && object_id_equal(&present->items[low].tip, tip); low++)
		branch_tips_add(&out->tips, present->items[low].ref, tip);
}

static bool is_hotfix(const struct policy *policy, const char *ref)
{
	struct hotfix_name name;
	bool fits = hotfix_name_parse(&name, policy, ref);

	hotfix_name_release(&name);
	return fits;
}

/* The message says which branch it was; and a branch that is still where it was merged was it too. */
static void guess_merge(struct guess *out, const struct policy *policy, const struct branch_tips *present,
			const struct commit *commit)
{
	char *named = merge_message_branch(commit->subject ? commit->subject : "");

	if (named)
		branch_tips_add(&out->tips, named, &commit->parents.items[1]);
	if (!named || (!is_hotfix(policy, named) && !patterns_match(&policy->allow_from, named)))
		add_present(out, present, &commit->parents.items[1]);
	out->kind = out->tips.count ? LANDING_MERGE : LANDING_KINDS;
	if (!out->tips.count)
		out->why = GUESS_NO_BRANCH;
	free(named);
}

/* A tree that production had within the depth of a rollback, but not just before. */
static bool goes_back(const struct line_commits *line, size_t to, size_t depth)
{
	const struct object_id *tree = &line->items[to].tree;

	if (to + 1 < line->count && object_id_equal(&line->items[to + 1].tree, tree))
		return false;
	for (size_t i = to + 2; i < line->count && i <= to + 1 + depth; i++)
		if (object_id_equal(&line->items[i].tree, tree))
			return true;
	return false;
}

static void guess_single(struct guess *out, const struct policy *policy, const struct commit *commit,
			 const struct line_commits *line, size_t to)
{
	out->kind = LANDING_KINDS;
	if (goes_back(line, to, (size_t)policy->rollback_depth))
		out->kind = LANDING_ROLLBACK;
	else if (commit_trailer(commit, "Incident"))
		out->why = GUESS_NO_TIP;
	else
		out->why = GUESS_DIRECT;
}

int guess_from_git(struct guess *out, struct session *session, const struct branch_tips *present,
		   const struct line_commits *line, size_t to, bool seen, struct error *error)
{
	struct commit commit = {0};
	int result = repository_commit(session->repository, &commit, &line->items[to].id, error);

	*out = (struct guess){.kind = LANDING_KINDS};
	if (!result) {
		out->committer = people_key_of_address(&session->policy, commit.committer_address);
		if (commit.parents.count == 2)
			guess_merge(out, &session->policy, present, &commit);
		else if (commit.parents.count == 1)
			guess_single(out, &session->policy, &commit, line, to);
		if (seen)
			out->why = NULL;
	}
	commit_release(&commit);
	return result;
}

bool guess_depends_on_pusher(const struct verdict *verdict, const struct policy *policy)
{
	bool depends = false;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];

		if (finding->severity != SEVERITY_REFUSE)
			continue;
		if (strcmp(finding->rule, "allow-by") != 0 && strcmp(finding->rule, "rollback") != 0)
			return false;
		depends = depends || strcmp(finding->rule, "rollback") != 0 || policy->rollback_role;
		if (!strcmp(finding->rule, "rollback") && !policy->rollback_role)
			return false;
	}
	return depends;
}
