#include "flow/explain_shape.h"

#include <stdlib.h>
#include <string.h>

#include "rules/hotfix_name.h"
#include "rules/ref_class.h"
#include "rules/remedy.h"

/* Branches in whose history a commit is looked for, to say more. */
#define LOOKED_AT 100

static struct finding *add_finding(struct judgement *judgement, const struct ref_update *update)
{
	return verdict_add(&judgement->verdict, "landing", NULL, update->ref);
}

/* The commands that land a branch as a merge. BRANCH is a word of a shell (rules/remedy.h), here and below. */
static void add_merge_remedy(struct finding *finding, const struct ref_update *update, const char *branch)
{
	const char *production = ref_short(update->ref);

	strings_add(&finding->remedy, "git fetch origin");
	strings_addf(&finding->remedy, "git switch -C %s origin/%s", production, production);
	strings_addf(&finding->remedy, "git merge --no-ff origin/%s", branch);
	strings_addf(&finding->remedy, "git push origin %s", production);
}

/* The commands that bring a branch up to date with production. */
static void add_update_remedy(struct finding *finding, const struct ref_update *update, const char *branch)
{
	strings_add(&finding->remedy, "git fetch origin");
	strings_addf(&finding->remedy, "git switch %s", branch);
	strings_addf(&finding->remedy, "git merge origin/%s", ref_short(update->ref));
	strings_addf(&finding->remedy, "git push origin %s", branch);
	strings_add(&finding->remedy, "# then have it signed, and land it again");
}

int explain_rewind(struct judgement *judgement, const struct ref_update *update, bool *forward, struct error *error)
{
	struct repository *repository = judgement->session->repository;
	struct finding *finding;
	bool backward = false;
	int result = repository_descends(repository, forward, &update->new_id, &update->old_id, error);

	if (result || *forward)
		return result;
	result = repository_descends(repository, &backward, &update->old_id, &update->new_id, error);
	if (result)
		return result;
	finding = add_finding(judgement, update);
	strings_addf(&finding->found,
		     backward ? "%s is behind the production tip %s: production never goes back"
			      : "%s does not hold the production tip %s: production never loses a commit",
		     object_id_short(&update->new_id).digits, object_id_short(&update->old_id).digits);
	if (backward) {
		strings_add(&finding->remedy, "# to go back to what that commit holds, roll back by one new commit:");
		strings_add(&finding->remedy, "git fetch origin");
		remedy_add(&finding->remedy, "git switch -C %s origin/%s", ref_short(update->ref),
			   ref_short(update->ref));
		strings_addf(&finding->remedy, "git read-tree -u --reset %s", object_id_full(&update->new_id).digits);
		strings_add(&finding->remedy, "git commit -m 'Roll back'");
		remedy_add(&finding->remedy, "git push origin %s", ref_short(update->ref));
	} else {
		add_merge_remedy(finding, update, "<hotfix branch>");
	}
	return 0;
}

void explain_foxtrot(struct judgement *judgement, const struct line *line)
{
	struct finding *finding = add_finding(judgement, line->update);

	strings_addf(&finding->found, "the old tip %s is not on the first-parent line of %s (a foxtrot merge)",
		     object_id_short(&line->update->old_id).digits, object_id_short(&line->update->new_id).digits);
	strings_add(&finding->found, "merge the branch into production, not production into the branch");
	add_merge_remedy(finding, line->update, "<hotfix branch>");
}

void explain_too_many(struct verdict *verdict, const struct ref_update *update, const char *what)
{
	struct finding *finding = verdict_add(verdict, "limit", NULL, update->ref);

	strings_addf(&finding->found, "too much comes to this branch at once: %s", what);
}

/* Returns the name of a hotfix or allow-from branch with this tip, among those on the server, or NULL. */
static const char *branch_at(const struct line *line, const struct object_id *tip)
{
	for (size_t i = 0; i < line->tips.count; i++)
		if (object_id_equal(&line->tips.items[i].tip, tip))
			return ref_short(line->tips.items[i].ref);
	return NULL;
}

/* Returns the name of a branch that this very push moves to TIP, or NULL. */
static const char *branch_pushed_to(const struct judgement *judgement, const struct object_id *tip)
{
	for (size_t i = 0; i < judgement->updates->count; i++)
		if (object_id_equal(&judgement->updates->items[i].new_id, tip) &&
		    !strncmp(judgement->updates->items[i].ref, "refs/heads/", 11))
			return ref_short(judgement->updates->items[i].ref);
	return NULL;
}

static void explain_tree(struct judgement *judgement, const struct line *line, const struct commit *commit,
			 const char *branch, bool up_to_date)
{
	struct finding *finding = add_finding(judgement, line->update);
	char *word = remedy_word(branch);

	if (!up_to_date) {
		strings_addf(&finding->found, "%s does not hold the production tip: it is behind", branch);
		add_update_remedy(finding, line->update, word);
		free(word);
		return;
	}
	strings_addf(&finding->found, "%s does not have the tree of %s: it holds changes that nobody signed off",
		     object_id_short(&commit->id).digits, branch);
	add_merge_remedy(finding, line->update, word);
	free(word);
}

static void explain_unknown_branch(struct judgement *judgement, const struct line *line, const struct object_id *second)
{
	const char *pushed = branch_pushed_to(judgement, second);
	struct finding *finding = add_finding(judgement, line->update);
	char *example = hotfix_name_example(&judgement->session->policy, NULL, NULL);

	if (pushed) {
		strings_addf(&finding->found, "%s must be on the server before the push that lands it", pushed);
		remedy_add(&finding->remedy, "git push origin %s", pushed);
		strings_add(&finding->remedy, "# then have it signed, and land it again");
	} else if (!graph_holds(&line->graph, second)) {
		strings_addf(&finding->found, "the merge brings nothing: %s is on production already",
			     object_id_short(second).digits);
		strings_add(&finding->remedy, "# after a rollback, bring the change back on the hotfix branch:");
		strings_addf(&finding->remedy, "git merge %s && git revert <rollback>", ref_short(line->update->ref));
	} else {
		strings_addf(&finding->found, "%s is not the tip of a hotfix branch on the server",
			     object_id_short(second).digits);
		strings_addf(&finding->remedy, "git push origin %s:refs/heads/%s", object_id_full(second).digits,
			     example);
		strings_add(&finding->remedy, "# then have it signed, and land it again");
	}
	free(example);
}

static int explain_merge(struct judgement *judgement, const struct line *line, const struct commit *commit,
			 const struct object_id *from, struct error *error)
{
	const struct object_id *second = &commit->parents.items[1];
	const char *branch = branch_at(line, second);
	bool up_to_date = false;
	int result = 0;

	if (!branch || !graph_holds(&line->graph, second)) {
		explain_unknown_branch(judgement, line, second);
		return 0;
	}
	result = repository_descends(judgement->session->repository, &up_to_date, second, from, error);
	if (!result)
		explain_tree(judgement, line, commit, branch, up_to_date);
	return result;
}

/* Returns the tip of the first branch for this incident, or NULL. */
static const struct branch_tip *branch_for(const struct judgement *judgement, const struct line *line,
					   const char *incident)
{
	for (size_t i = 0; i < line->tips.count; i++) {
		struct hotfix_name name;
		bool same;

		if (!hotfix_name_parse(&name, &judgement->session->policy, line->tips.items[i].ref))
			continue;
		same = !strcmp(name.incident, incident);
		hotfix_name_release(&name);
		if (same)
			return &line->tips.items[i];
	}
	return NULL;
}

static void explain_stray(struct judgement *judgement, const struct line *line, const struct commit *commit,
			  const char *incident)
{
	struct finding *finding = add_finding(judgement, line->update);
	char *example = hotfix_name_example(&judgement->session->policy, incident, NULL);

	if (incident)
		strings_addf(&finding->found, "%s is for %s, but no hotfix branch for it is on the server",
			     object_id_short(&commit->id).digits, incident);
	else
		strings_addf(&finding->found, "%s is on no hotfix branch on the server",
			     object_id_short(&commit->id).digits);
	strings_add(&finding->found, "a rebase makes new commits and never fits; a squash needs \"Incident:\"");
	strings_addf(&finding->remedy, "git push origin %s:refs/heads/%s", object_id_full(&line->update->new_id).digits,
		     example);
	strings_add(&finding->remedy, "# then have it signed, and land it:");
	add_merge_remedy(finding, line->update, example);
	free(example);
}

/* The branch whose history holds COMMIT below its tip, among the first LOOKED_AT; NULL when none does. */
static int find_above(const struct branch_tip **out, const struct judgement *judgement, const struct line *line,
		      const struct commit *commit, struct error *error)
{
	bool holds = false;
	int result = 0;

	*out = NULL;
	for (size_t i = 0; !result && !holds && i < line->tips.count && i < LOOKED_AT; i++) {
		*out = &line->tips.items[i];
		result = repository_descends(judgement->session->repository, &holds, &(*out)->tip, &commit->id, error);
	}
	if (!holds)
		*out = NULL;
	return result;
}

static void explain_below_tip(struct judgement *judgement, const struct line *line, const struct commit *commit,
			      const struct branch_tip *tip)
{
	struct finding *finding = add_finding(judgement, line->update);
	char *word = remedy_word(ref_short(tip->ref));

	strings_addf(&finding->found, "%s is on %s, but is not its tip: what lands is the tip, %s",
		     object_id_short(&commit->id).digits, ref_short(tip->ref), object_id_short(&tip->tip).digits);
	add_merge_remedy(finding, line->update, word);
	free(word);
}

static int explain_single(struct judgement *judgement, const struct line *line, const struct commit *commit,
			  const struct object_id *from, struct error *error)
{
	const char *incident = commit_trailer(commit, "Incident");
	const struct branch_tip *tip = incident ? branch_for(judgement, line, incident) : NULL;
	const struct branch_tip *above;
	bool up_to_date = false;
	int result = find_above(&above, judgement, line, commit, error);

	if (result)
		return result;
	if (above) {
		explain_below_tip(judgement, line, commit, above);
		return 0;
	}
	if (!tip) {
		explain_stray(judgement, line, commit, incident);
		return 0;
	}
	result = repository_descends(judgement->session->repository, &up_to_date, &tip->tip, from, error);
	if (!result)
		explain_tree(judgement, line, commit, ref_short(tip->ref), up_to_date);
	return result;
}

int explain_shape(struct judgement *judgement, const struct line *line, size_t from, struct error *error)
{
	const struct object_id *old_id = &line->steps.items[from];
	const struct commit *commit = graph_find(&line->graph, &line->steps.items[from + 1]);
	const struct commit *before = graph_find(&line->graph, old_id);
	struct finding *finding;

	if (before && object_id_equal(&before->tree, &commit->tree)) {
		finding = add_finding(judgement, line->update);
		strings_addf(&finding->found, "%s changes nothing: it has production's own tree",
			     object_id_short(&commit->id).digits);
		return 0;
	}
	if (commit->parents.count > 2) {
		finding = add_finding(judgement, line->update);
		strings_addf(&finding->found, "%s merges %zu branches at once (an octopus): land one at a time",
			     object_id_short(&commit->id).digits, commit->parents.count - 1);
		add_merge_remedy(finding, line->update, "<hotfix branch>");
		return 0;
	}
	if (commit->parents.count == 2)
		return explain_merge(judgement, line, commit, old_id, error);
	return explain_single(judgement, line, commit, old_id, error);
}
