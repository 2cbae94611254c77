#include "rules/backmerge.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/answer.h"
#include "rules/moment.h"
#include "rules/pattern.h"
#include "rules/ref_class.h"
#include "rules/remedy.h"

/* Hotfixes that one finding names, and gives commands for. */
#define NAMED 10
#define COMMANDED 3

struct owed *owed_list_add(struct owed_list *list)
{
	struct owed *owed;

	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	owed = &list->items[list->count++];
	*owed = (struct owed){0};
	return owed;
}

void owed_list_release(struct owed_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].production);
		free(list->items[i].into);
		record_landing_release(&list->items[i].what);
	}
	free(list->items);
	*list = (struct owed_list){0};
}

int64_t owed_due(const struct policy *policy, const struct owed *owed)
{
	return owed->since + policy->backmerge.within;
}

bool owed_counts(const struct policy *policy, const struct owed *owed)
{
	return patterns_match(&policy->backmerge.into, owed->into);
}

bool owed_is_overdue(const struct policy *policy, const struct owed *owed, int64_t now)
{
	return owed_counts(policy, owed) && owed_due(policy, owed) < now;
}

void owed_describe(struct strings *out, const struct policy *policy, const struct owed *owed)
{
	const struct moment due = {.seconds = owed_due(policy, owed)};
	struct buffer line = BUFFER_INIT;

	buffer_addf(&line, "%s, which landed on %s with %s, was to be merged back to %s by ",
		    ref_short(owed->what.branch), ref_short(owed->production), object_id_short(&owed->what.to).digits,
		    ref_short(owed->into));
	moment_format(&line, &due);
	strings_take(out, buffer_detach(&line));
}

/* The change alone, whole or commit by commit: what counts as arrived. */
static void add_pick(struct strings *out, const struct record_landing *landing)
{
	const struct object_id_text from = object_id_full(&landing->from);
	const struct object_id_text to = object_id_full(&landing->to);

	if (landing->kind == LANDING_MERGE)
		strings_addf(out, "git cherry-pick -x -m 1 %s", to.digits);
	else if (landing->kind == LANDING_SQUASH)
		strings_addf(out, "git cherry-pick -x %s", to.digits);
	else
		strings_addf(out, "git cherry-pick -x --allow-empty $(git rev-list --reverse --no-merges %s..%s)",
			     from.digits, to.digits);
}

static void add_waiver(struct strings *out, const struct policy *policy, const struct owed *owed)
{
	const struct signoff *waiver = policy_signoff(policy, SIGNOFF_BACKMERGE);
	struct record_landing landing = owed->what;

	if (!waiver)
		return;
	landing.into = (struct strings){.items = (char **)&owed->into, .count = 1};
	strings_add(out, "# or, where it is not wanted there, have it waived:");
	answer_add_signing(out, policy, waiver, owed->production, &landing);
}

void owed_add_commands(struct strings *out, const struct policy *policy, const struct owed *const *owed, size_t count)
{
	const char *into = ref_short(owed[0]->into);

	if (count > COMMANDED)
		count = COMMANDED;
	strings_add(out, "git fetch origin");
	remedy_add(out, "git switch %s", into);
	for (size_t i = 0; i < count; i++)
		strings_addf(out, "git merge %s", object_id_full(&owed[i]->what.to).digits);
	remedy_add(out, "git push origin %s", into);
	strings_add(out, count > 1 ? "# or, instead of git merge, their changes alone:"
				   : "# or, instead of git merge, its change alone:");
	for (size_t i = 0; i < count; i++)
		add_pick(out, &owed[i]->what);
	for (size_t i = 0; i < count; i++)
		add_waiver(out, policy, owed[i]);
}

void backmerge_judge(struct verdict *verdict, const struct policy *policy, const struct owed *const *owed, size_t count,
		     const char *ref, bool refuses)
{
	struct finding *finding = verdict_add(verdict, "backmerge", NULL, ref);

	finding->mild = !refuses || !policy->backmerge.refuses;
	for (size_t i = 0; i < count && i < NAMED; i++)
		owed_describe(&finding->found, policy, owed[i]);
	if (count > NAMED)
		strings_addf(&finding->found, "and %zu more: hotfixctl status, on the server", count - NAMED);
	owed_add_commands(&finding->remedy, policy, owed, count);
}
