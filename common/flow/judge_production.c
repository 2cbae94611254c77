#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/candidates.h"
#include "flow/explain_shape.h"
#include "flow/judge.h"
#include "flow/judge_backmerge.h"
#include "flow/tell_landing.h"
#include "rules/pattern.h"
#include "rules/ref_class.h"

#define TIPS_MAXIMUM 20000

void line_release(struct line *line)
{
	object_ids_release(&line->steps);
	graph_release(&line->graph);
	branch_tips_release(&line->tips);
}

static void reverse(struct object_ids *ids)
{
	for (size_t i = 0; i < ids->count / 2; i++) {
		struct object_id id = ids->items[i];

		ids->items[i] = ids->items[ids->count - 1 - i];
		ids->items[ids->count - 1 - i] = id;
	}
}

/* Fills in the steps; *WHOLE says that the first-parent line of the new tip leads to the old one. */
static void line_follow(struct line *line, bool *whole)
{
	const struct commit *commit = graph_find(&line->graph, &line->update->new_id);

	while (commit && graph_holds(&line->graph, &commit->id)) {
		object_ids_add(&line->steps, &commit->id);
		if (!commit->parents.count)
			break;
		commit = graph_find(&line->graph, &commit->parents.items[0]);
	}
	*whole = commit && object_id_equal(&commit->id, &line->update->old_id);
	object_ids_add(&line->steps, &line->update->old_id);
	reverse(&line->steps);
}

static int line_read_graph(struct line *line, struct session *session, struct error *error)
{
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	int result;

	object_ids_add(&tips, &line->update->new_id);
	object_ids_add(&hidden, &line->update->old_id);
	result = gather_graph(&line->graph, NULL, session, &tips, &hidden, error);
	object_ids_release(&tips);
	object_ids_release(&hidden);
	return result;
}

/* One answer to "can this be landed": the landing and what is not met. */
struct trial {
	struct landing landing;
	struct verdict verdict;
	bool made;
};

static void trial_release(struct trial *trial)
{
	landing_release(&trial->landing);
	verdict_release(&trial->verdict);
	*trial = (struct trial){0};
}

static void add_problem(struct trial *trial, const struct candidate *candidate, const char *ref)
{
	struct finding *finding = verdict_add(&trial->verdict, candidate->rule, NULL, ref);

	strings_add(&finding->found, candidate->problem);
	if (candidate->remedy)
		strings_add(&finding->remedy, candidate->remedy);
}

static void add_unreadable(struct verdict *verdict, const struct unreadable *unreadable, const char *ref)
{
	struct finding *finding = verdict_add(verdict, "commit", NULL, ref);

	strings_addf(&finding->found, "%s: %s", object_id_short(&unreadable->commit).digits, unreadable->why);
}

static int try_candidate(struct trial *out, struct judgement *judgement, const struct line *line,
			 const struct candidate *candidate, struct error *error)
{
	struct unreadable unreadable = {0};
	int result = gather_landing(&out->landing, &unreadable, judgement->session, &candidate->question, error);

	out->made = true;
	if (candidate->problem)
		add_problem(out, candidate, line->update->ref);
	if (!result) {
		landing_judge(&out->verdict, &judgement->session->policy, &out->landing, line->update->ref);
	} else if (unreadable.why || result == ERROR_LIMIT) {
		if (unreadable.why)
			add_unreadable(&out->verdict, &unreadable, line->update->ref);
		else
			explain_too_many(&out->verdict, line->update, error_text(error));
		error_release(error);
		result = 0;
	}
	overriding_judge_debts(&out->verdict, judgement, &out->landing, line->update->ref);
	verdict_weigh(&out->verdict, &judgement->session->policy);
	overriding_pass(&out->verdict, judgement, &out->landing.what, line->production);
	unreadable_release(&unreadable);
	return result;
}

/* A trial is better when it accepts, without an override if that can be, and when fewer rules are not met. */
static bool is_better(const struct trial *a, const struct trial *b)
{
	if (!b->made)
		return true;
	if (verdict_accepts(&a->verdict) != verdict_accepts(&b->verdict))
		return verdict_accepts(&a->verdict);
	if (verdict_is_overridden(&a->verdict) != verdict_is_overridden(&b->verdict))
		return verdict_is_overridden(&b->verdict);
	return a->verdict.count < b->verdict.count;
}

/* Tries all candidates from step FROM to step TO; the best one is in BEST. */
static int try_segment(struct trial *best, struct judgement *judgement, const struct line *line, size_t from, size_t to,
		       struct error *error)
{
	struct candidates candidates = {0};
	int result = candidates_find(&candidates, judgement, line, from, to, error);

	for (size_t i = 0; !result && i < candidates.count; i++) {
		struct trial trial = {0};

		result = try_candidate(&trial, judgement, line, &candidates.items[i], error);
		if (!result && is_better(&trial, best)) {
			struct trial worse = *best;

			*best = trial;
			trial = worse;
		}
		trial_release(&trial);
	}
	candidates_release(&candidates);
	return result;
}

/* Finds the longest landing that passes from step FROM on: first one without any finding, then one whose findings only
 * warn. Without one, BEST is what came nearest and *TO is where it ends. */
static int find_longest(struct trial *best, size_t *to, struct judgement *judgement, const struct line *line,
			size_t from, struct error *error)
{
	struct trial nearest = {0};
	int result = 0;

	for (size_t step = line->steps.count - 1; !result && step > from; step--) {
		struct trial trial = {0};

		result = try_segment(&trial, judgement, line, from, step, error);
		if (!result && trial.made && !trial.verdict.count) {
			*best = trial;
			*to = step;
			trial_release(&nearest);
			return 0;
		}
		if (!result && trial.made && is_better(&trial, &nearest)) {
			struct trial worse = nearest;

			nearest = trial;
			trial = worse;
			*to = step;
		}
		trial_release(&trial);
	}
	*best = nearest;
	return result;
}

static int keep_landing(struct judgement *judgement, struct record *record, struct trial *trial, struct error *error)
{
	struct record_landing *kept = record_add_landing(record);

	*kept = trial->landing.what;
	trial->landing.what = (struct record_landing){0};
	overriding_keep(kept, judgement, &trial->landing, &trial->verdict);
	return judgement->quiet ? 0 : backmerge_find_branches(kept, judgement->session, error);
}

static struct record *add_record(struct judgement *judgement, const struct ref_update *update, const char *production)
{
	struct record *record = records_add(&judgement->records, production);

	record->old_id = update->old_id;
	record->new_id = update->new_id;
	record->production = true;
	return record;
}

static void refuse_more_landings(struct judgement *judgement, const struct line *line)
{
	struct finding *finding = verdict_add(&judgement->verdict, "limit", NULL, line->update->ref);

	strings_addf(&finding->found, "more than %zu landings at once ([limits] landings)", line->landings);
	strings_add(&finding->remedy, "# push some of them first");
}

/* Takes the line apart into landings, from the old tip on. A line that is not landings to its end leaves no record: what
 * moves it all the same, in warn mode, is announced as unexpected. */
static int judge_line(struct judgement *judgement, struct line *line, struct error *error)
{
	struct record *record = add_record(judgement, line->update, line->production);
	size_t from = 0;
	int result = 0;

	while (!result && from + 1 < line->steps.count) {
		struct trial best = {0};
		size_t to = from + 1;
		bool passes;

		if (line->landings == (size_t)judgement->session->policy.limits.landings) {
			refuse_more_landings(judgement, line);
			break;
		}
		result = find_longest(&best, &to, judgement, line, from, error);
		passes = !result && best.made && verdict_accepts(&best.verdict);
		if (passes) {
			result = keep_landing(judgement, record, &best, error);
			if (!result && !judgement->quiet)
				result = tell_landing(judgement, record, error);
			line->landings++;
		} else if (!result && !best.made)
			result = explain_shape(judgement, line, from, error);
		verdict_append(&judgement->verdict, &best.verdict);
		trial_release(&best);
		if (!passes)
			break;
		from = to;
	}
	if (from + 1 < line->steps.count)
		record_release(&judgement->records.items[--judgement->records.count]);
	return result;
}

int judge_move(struct judgement *judgement, const struct ref_update *update, const char *production,
	       struct error *error)
{
	struct line line = {.production = production, .update = update};
	bool whole = false;
	int result = explain_rewind(judgement, update, &whole, error);

	if (result || !whole)
		goto done;
	result = line_read_graph(&line, judgement->session, error);
	if (result == ERROR_LIMIT) {
		explain_too_many(&judgement->verdict, update, error_text(error));
		error_release(error);
		result = 0;
		goto done;
	}
	if (result)
		goto done;
	line_follow(&line, &whole);
	if (!whole) {
		explain_foxtrot(judgement, &line);
		goto done;
	}
	if (judgement->tips)
		branch_tips_copy(&line.tips, judgement->tips);
	else
		result = session_landable(judgement->session, &line.tips, TIPS_MAXIMUM, error);
	if (!result)
		result = judge_line(judgement, &line, error);
done:
	line_release(&line);
	return result;
}

static void refuse_deletion(struct judgement *judgement, const struct ref_update *update)
{
	struct finding *finding = verdict_add(&judgement->verdict, "production-delete", NULL, update->ref);

	strings_add(&finding->found, "a production branch is never deleted by a push");
}

int judge_production(struct judgement *judgement, const struct ref_update *update, const char *production,
		     struct error *error)
{
	bool good = false;
	int result = judge_old_value(judgement, update, &good, error);

	if (result || !good)
		return result;
	if (object_id_is_zero(&update->new_id)) {
		refuse_deletion(judgement, update);
		return 0;
	}
	result = judge_is_commit(judgement, update, &good, error);
	if (result || !good)
		return result;
	if (object_id_is_zero(&update->old_id))
		return judge_creation(judgement, update, production, error);
	return judge_move(judgement, update, production, error);
}
