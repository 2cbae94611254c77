#include <string.h>

#include "flow/gate_judge.h"
#include "flow/judge_update.h"

/* Gates were asked about exactly these landings; another branch at the same commit is another thing. */
static bool is_what_was_judged(const struct gate_push *push, const struct record *record)
{
	const struct records *records = &push->judgement.records;
	const struct record *now = NULL;

	for (size_t i = 0; i < records->count; i++)
		if (!strcmp(records->items[i].ref, record->ref))
			now = &records->items[i];
	if (!now || now->landing_count != record->landing_count)
		return false;
	for (size_t i = 0; i < now->landing_count; i++)
		if (!record_landing_is_same(&now->landings[i], &record->landings[i]))
			return false;
	return true;
}

static void refuse_changed(struct gate_push *push, const char *ref)
{
	struct finding *finding = verdict_add(&push->judgement.verdict, "stale", NULL, ref);

	strings_add(&finding->found, "the branches changed while the push was judged");
	strings_add(&finding->remedy, "# push again");
}

/* What the override of the record let pass is found again; anything else is not met. */
static bool is_met(const struct verdict *verdict, size_t before)
{
	for (size_t i = before; i < verdict->count; i++)
		if (!verdict->findings[i].overridden)
			return false;
	return true;
}

/* A landing that pre-receive did not see has no record, and would be announced as unexpected: then pre-receive is missing
 * on this server, or somebody took it out. */
static int judge_recorded(struct gate_push *push, size_t index, struct error *error)
{
	const struct ref_update *update = &push->governed.items[index];
	struct judgement *judgement = &push->judgement;
	size_t before = judgement->verdict.count;
	struct error absent = ERROR_INIT;
	struct record record = {0};
	int found = state_find_record(judgement->session->state, &record, push->classes[index].canonical,
				      &update->old_id, &update->new_id, &absent);
	int result;

	judgement->overriding.recorded = found ? NULL : &record;
	result = judge_update(judgement, update, &push->classes[index], error);
	judgement->overriding.recorded = NULL;
	if (result || !is_met(&judgement->verdict, before))
		goto done;
	if (found == ERROR_NOT_FOUND)
		result = error_set(error, "the pre-receive hook has no record of this update: is it installed?");
	else if (found)
		result = error_set(error, "%s", error_text(&absent));
	else if (record.extended && !is_what_was_judged(push, &record))
		refuse_changed(push, update->ref);
done:
	error_release(&absent);
	record_release(&record);
	return result;
}

int gate_judge_again(struct gate_push *push, size_t index, struct error *error)
{
	if (push->classes[index].kind == REF_PRODUCTION)
		return judge_recorded(push, index, error);
	return judge_update(&push->judgement, &push->governed.items[index], &push->classes[index], error);
}
