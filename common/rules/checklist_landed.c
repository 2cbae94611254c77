/* What landed, by the ledger: the evidence on the branch is used up by then, and the branch may be gone. */
#include <string.h>

#include "rules/checklist_parts.h"
#include "rules/debt.h"
#include "rules/moment.h"
#include "rules/people.h"

/* Sign-offs of one landing that are named; a landing can have thousands. */
#define SHOWN 20

static void add_signoff(struct buffer *out, const struct policy *policy, const struct record_signoff *signoff,
			const char *severity, bool *first)
{
	struct buffer line = BUFFER_INIT;

	people_describe(&line, policy, signoff->person);
	buffer_addf(&line, " signed %s", object_id_short(&signoff->commit).digits);
	if (severity)
		buffer_addf(&line, ", severity %s", severity);
	checklist_add_item(out, buffer_text(&line), first);
	buffer_release(&line);
}

/* True when an earlier landing of the branch landed with the very same sign-off, as one that holds for the incident does. */
static bool is_repeated(const struct life_landings *landings, size_t before, const struct record_signoff *signoff)
{
	for (size_t i = 0; i < before; i++)
		for (size_t k = 0; k < landings->items[i].what.signoff_count; k++) {
			const struct record_signoff *other = &landings->items[i].what.signoffs[k];

			if (life_landing_is_current(landings, i) && !strcmp(other->name, signoff->name) &&
			    !strcmp(other->person, signoff->person) &&
			    object_id_equal(&other->carrier, &signoff->carrier))
				return true;
		}
	return false;
}

/* Adds who gave the sign-off NAME for what is in effect; false when nobody did. */
static bool add_signoffs_named(struct buffer *out, const struct policy *policy, const struct life_landings *landings,
			       const char *name, bool *first)
{
	size_t shown = 0;

	for (size_t i = 0; i < landings->count; i++) {
		const struct record_landing *what = &landings->items[i].what;

		for (size_t k = 0; life_landing_is_current(landings, i) && k < what->signoff_count; k++)
			if (!strcmp(what->signoffs[k].name, name) && !is_repeated(landings, i, &what->signoffs[k]) &&
			    shown++ < SHOWN)
				add_signoff(out, policy, &what->signoffs[k],
					    strcmp(name, "triage") ? NULL : what->severity, first);
	}
	return shown > 0;
}

/* A sign-off that was missing when what is current was overridden: who gave it since, and what is still owed. */
static void add_owed(struct buffer *out, const struct policy *policy, const struct life_landing *landing,
		     const struct record_missing *missing, bool *first)
{
	int people = debt_people(policy, &landing->what, &landing->answers, missing->name);
	struct buffer line = BUFFER_INIT;

	buffer_add_string(&line, "overridden by ");
	people_describe(&line, policy, landing->what.override->person);
	checklist_add_item(out, buffer_text(&line), first);
	for (size_t i = 0; i < landing->answers.count; i++) {
		const struct answer *answer = &landing->answers.items[i];

		if (answer->revoked || strcmp(answer->said.name, missing->name) != 0)
			continue;
		buffer_clear(&line);
		people_describe(&line, policy, answer->said.person);
		buffer_add_string(&line, " gave it afterwards");
		checklist_add_item(out, buffer_text(&line), first);
	}
	if (people) {
		buffer_clear(&line);
		buffer_addf(&line, "missing %d, owed until ", people);
		moment_format(&line, &(struct moment){.seconds = landing->what.override->due});
		checklist_add_item(out, buffer_text(&line), first);
	}
	buffer_release(&line);
}

static bool add_owed_named(struct buffer *out, const struct policy *policy, const struct life_landings *landings,
			   const char *name, bool *first)
{
	bool any = false;

	for (size_t i = 0; i < landings->count; i++) {
		const struct record_override *override = landings->items[i].what.override;

		for (size_t k = 0; override && life_landing_is_current(landings, i) && k < override->missing_count;
		     k++) {
			if (!override->missing[k].people || strcmp(override->missing[k].name, name) != 0)
				continue;
			add_owed(out, policy, &landings->items[i], &override->missing[k], first);
			any = true;
		}
	}
	return any;
}

/* Adds who gave the sign-off NAME before and after the landing; false when there is nothing to say. */
static bool add_named(struct buffer *out, const struct policy *policy, const struct life_landings *landings,
		      const char *name, bool *first)
{
	bool before = add_signoffs_named(out, policy, landings, name, first);

	return add_owed_named(out, policy, landings, name, first) || before;
}

static void add_triage(struct buffer *out, const struct policy *policy, const struct life_landings *landings)
{
	bool first = true;

	checklist_add_label(out, "2", "triage");
	if (!add_named(out, policy, landings, "triage", &first))
		checklist_add_item(out,
				   policy_signoff(policy, "triage") ? "nobody, when it landed" : "not asked for here",
				   &first);
}

static bool is_same_tip(const struct life_landings *landings, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (life_landing_is_current(landings, i) &&
		    object_id_equal(&landings->items[i].what.tip, &landings->items[index].what.tip))
			return true;
	return false;
}

static void add_develop(struct buffer *out, const struct life_landings *landings)
{
	struct buffer line = BUFFER_INIT;
	bool first = true;

	checklist_add_label(out, "3", "develop");
	for (size_t i = 0; i < landings->count; i++) {
		const struct life_landing *landing = &landings->items[i];

		if (!life_landing_is_current(landings, i) || is_same_tip(landings, i))
			continue;
		buffer_clear(&line);
		if (landing->work)
			buffer_addf(&line, "%zu commit%s, at ", landing->work, landing->work == 1 ? "" : "s");
		buffer_addf(&line, "%s%s", object_id_short(&landing->what.tip).digits,
			    landing->work ? "" : ", which the server does not have any more");
		checklist_add_item(out, buffer_text(&line), &first);
	}
	if (first)
		checklist_add_item(out, "nothing of it is in production", &first);
	buffer_release(&line);
}

static void add_names(struct strings *out, const struct policy *policy, const struct life_landings *landings)
{
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (!policy->signoffs[i].on_landing && !checklist_is_triage(&policy->signoffs[i]))
			strings_add(out, policy->signoffs[i].name);
	for (size_t i = 0; i < landings->count; i++)
		for (size_t k = 0; k < landings->items[i].what.signoff_count; k++)
			if (strcmp(landings->items[i].what.signoffs[k].name, "triage") != 0)
				strings_add_once(out, landings->items[i].what.signoffs[k].name);
}

static void add_review(struct buffer *out, const struct policy *policy, const struct life_landings *landings)
{
	struct strings names = STRINGS_INIT;
	bool first = true;

	add_names(&names, policy, landings);
	for (size_t i = 0; i < names.count; i++) {
		first = true;
		checklist_add_label(out, i ? " " : "4", names.items[i]);
		if (!add_named(out, policy, landings, names.items[i], &first))
			checklist_add_item(out, "nobody, when it landed", &first);
	}
	if (!names.count) {
		checklist_add_label(out, "4", "review, qa");
		checklist_add_item(out, "not asked for here", &first);
	}
	strings_release(&names);
}

void checklist_add_landed(struct buffer *out, const struct policy *policy, const struct checklist *checklist)
{
	add_triage(out, policy, checklist_landings(checklist));
	add_develop(out, checklist_landings(checklist));
	add_review(out, policy, checklist_landings(checklist));
}
