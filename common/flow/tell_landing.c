#include "flow/tell_landing.h"

#include <string.h>

#include "base/clock.h"
#include "flow/effect.h"
#include "rules/answer.h"
#include "rules/debt.h"
#include "rules/duration.h"
#include "rules/message.h"
#include "rules/ref_class.h"

/* Hotfixes that are named in one line; the event has all of them. */
#define NAMED 10

static void add_names(struct buffer *out, const char *words, const struct past_landings *landings)
{
	for (size_t i = 0; i < landings->count && i < NAMED; i++)
		buffer_addf(out, "%s %s", i ? "," : words, ref_short(landings->items[i].what.branch));
	if (landings->count > NAMED)
		buffer_addf(out, " and %zu more", landings->count - NAMED);
}

static void add_rolled_back(struct buffer *out, const struct rollback *rollback)
{
	add_names(out, ", takes back", &rollback->taken_back);
	add_names(out, ", brings back", &rollback->brought_back);
}

static void add_owed(struct buffer *out, const struct policy *policy, const struct record_landing *landing)
{
	if (landing->into.count) {
		buffer_add_string(out, "; to be merged back within ");
		duration_format(out, policy->backmerge.within);
	}
	for (size_t i = 0; i < landing->into.count && i < NAMED; i++)
		buffer_addf(out, "%s %s", i ? "," : " to", ref_short(landing->into.items[i]));
	if (landing->into.count > NAMED)
		buffer_addf(out, " and %zu more", landing->into.count - NAMED);
}

/* The commands with which somebody says later that it is deployed; of a rollback, beside the hotfix that it takes back. */
static void add_next(struct buffer *out, const struct policy *policy, const struct record *record,
		     const struct rollback *rollback)
{
	struct record_landing landing = record->landings[record->landing_count - 1];
	const struct signoff *deploy = policy_signoff(policy, SIGNOFF_DEPLOY);
	struct strings commands = STRINGS_INIT;

	if (landing.kind == LANDING_ROLLBACK && rollback->taken_back.count)
		landing.branch = rollback->taken_back.items[0].what.branch;
	else if (!landing_kind_is_hotfix(landing.kind))
		return;
	if (deploy)
		answer_add_signing(&commands, policy, deploy, record->ref, &landing);
	message_commands(out, "next", &commands);
	strings_release(&commands);
}

static void add_override(struct buffer *out, const struct policy *policy, const char *production,
			 const struct record_landing *landing)
{
	const struct answers none = {0};
	struct strings commands = STRINGS_INIT;
	struct buffer words = BUFFER_INIT;

	buffer_addf(&words, "%s is overridden by %s: %s", ref_short(landing->branch), landing->override->person,
		    landing->override->reason);
	buffer_add_string(out, "hotfix: ");
	message_wrap(out, buffer_text(&words), strlen("hotfix: "));
	if (landing->override->due) {
		buffer_clear(&words);
		buffer_add_string(&words, "it owes ");
		debt_describe(&words, policy, landing, &none);
		buffer_add_string(&words, " until ");
		clock_format(&words, landing->override->due);
		buffer_add_string(out, "hotfix: ");
		message_wrap(out, buffer_text(&words), strlen("hotfix: "));
		debt_add_signing(&commands, policy, production, landing, &none);
	}
	message_commands(out, "to give what is owed", &commands);
	strings_release(&commands);
	buffer_release(&words);
}

int tell_landing(struct judgement *judgement, const struct record *record, struct error *error)
{
	const struct record_landing *landing = &record->landings[record->landing_count - 1];
	struct session *session = judgement->session;
	struct buffer *out = &judgement->checklist;
	struct buffer line = BUFFER_INIT;
	struct rollback rollback = {0};
	int result = 0;

	buffer_addf(&line, "%s on %s", landing_kind_name(landing->kind), ref_short(record->ref));
	if (landing->branch)
		buffer_addf(&line, ": %s at %s", ref_short(landing->branch), object_id_short(&landing->tip).digits);
	else
		buffer_addf(&line, ": back to %s", object_id_short(&landing->tip).digits);
	for (size_t i = 0; i < landing->signoff_count; i++)
		buffer_addf(&line, ", %s %s", landing->signoffs[i].name, landing->signoffs[i].person);
	if (landing->kind == LANDING_ROLLBACK)
		result = rollback_gather(&rollback, session->repository, session->state, record->ref, record->landings,
					 record->landing_count, &landing->to, error);
	add_rolled_back(&line, &rollback);
	add_owed(&line, &session->policy, landing);
	buffer_add_string(out, "hotfix: ");
	message_wrap(out, buffer_text(&line), strlen("hotfix: "));
	add_next(out, &session->policy, record, &rollback);
	rollback_release(&rollback);
	buffer_release(&line);
	return result;
}

void tell_overrides(struct judgement *judgement, const char *production)
{
	const struct records *records = &judgement->records;

	for (size_t i = 0; i < records->count; i++)
		for (size_t k = 0; k < records->items[i].landing_count; k++)
			if (records->items[i].landings[k].override && !strcmp(records->items[i].ref, production))
				add_override(&judgement->checklist, &judgement->session->policy, production,
					     &records->items[i].landings[k]);
}
