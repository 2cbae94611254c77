/* The steps after the landing, and how each of the six stands. */
#include <string.h>

#include "rules/checklist_parts.h"
#include "rules/message.h"
#include "rules/moment.h"
#include "rules/people.h"
#include "rules/ref_class.h"

static const struct life_landings no_landings;

const struct life_landings *checklist_landings(const struct checklist *checklist)
{
	return checklist->landings ? checklist->landings : &no_landings;
}

static void add_time(struct buffer *out, int64_t seconds)
{
	moment_format(out, &(struct moment){.seconds = seconds});
}

static void add_landing(struct buffer *out, const struct policy *policy, const struct life_landing *landing,
			bool *first)
{
	struct buffer line = BUFFER_INIT;

	buffer_addf(&line, "%s on %s at %s, by ", landing_kind_name(landing->what.kind), ref_short(landing->production),
		    object_id_short(&landing->what.to).digits);
	people_describe(&line, policy, landing->pusher);
	buffer_add_string(&line, " at ");
	add_time(&line, landing->time);
	if (!life_landing_is_in_effect(landing)) {
		buffer_addf(&line, "; taken back by the rollback %s at ",
			    object_id_short(&landing->taken_back.commit).digits);
		add_time(&line, landing->taken_back.time);
	}
	checklist_add_item(out, buffer_text(&line), first);
	buffer_release(&line);
}

static void add_deploy(struct buffer *out, const struct policy *policy, const struct life_landing *landing,
		       const struct signoff *deploy, const char *environment, bool current, bool *first)
{
	const struct answer *last = answers_last_deploy(&landing->answers, environment);
	struct buffer line = BUFFER_INIT;

	buffer_addf(&line, "%s: ", environment);
	if (last) {
		buffer_addf(&line, "%s, by ", last->said.failed ? "failure" : "success");
		people_describe(&line, policy, last->said.person);
		buffer_add_string(&line, " at ");
		add_time(&line, last->time);
		if (last->said.reason)
			buffer_addf(&line, ": %s", last->said.reason);
	} else {
		buffer_addf(&line, "missing, by the role %s", deploy->role);
	}
	if (last || current)
		checklist_add_item(out, buffer_text(&line), first);
	buffer_release(&line);
}

static void add_deploys(struct buffer *out, const struct policy *policy, const struct checklist *checklist)
{
	const struct signoff *deploy = policy_signoff(policy, SIGNOFF_DEPLOY);
	const struct life_landings *landings = checklist_landings(checklist);
	bool first = true;

	checklist_add_label(out, "5", "deploy");
	for (size_t i = 0; i < landings->count; i++) {
		const struct life_landing *landing = &landings->items[i];

		add_landing(out, policy, landing, &first);
		for (size_t k = 0; deploy && k < deploy->environments.count; k++)
			add_deploy(out, policy, landing, deploy, deploy->environments.items[k],
				   life_landing_is_current(landings, i), &first);
	}
	if (!checklist->landed)
		checklist_add_item(out, first ? "after the landing" : "again after the next landing", &first);
	else if (first)
		checklist_add_item(out, "nothing landed", &first);
}

static void add_watchers(struct buffer *out, const struct policy *policy, const struct life_landing *landing,
			 bool *first)
{
	struct buffer line = BUFFER_INIT;

	for (size_t i = 0; i < landing->answers.count; i++) {
		const struct answer *answer = &landing->answers.items[i];

		if (strcmp(answer->said.name, SIGNOFF_MONITOR) != 0)
			continue;
		buffer_clear(&line);
		people_describe(&line, policy, answer->said.person);
		buffer_add_string(&line, " at ");
		add_time(&line, answer->time);
		if (answer->revoked)
			buffer_add_string(&line, ", revoked since");
		checklist_add_item(out, buffer_text(&line), first);
	}
	buffer_release(&line);
}

static void add_monitor(struct buffer *out, const struct policy *policy, const struct life_landing *landing,
			const struct signoff *monitor, bool several, bool *first)
{
	struct buffer line = BUFFER_INIT;
	int missing;

	add_watchers(out, policy, landing, first);
	missing = monitor ? answers_missing(&landing->answers, monitor) : 0;
	if (several)
		buffer_addf(&line, "%s: ", ref_short(landing->production));
	if (landing->closed) {
		buffer_add_string(&line, "closed at ");
		add_time(&line, landing->closed);
	} else if (missing) {
		buffer_addf(&line, "missing %d of %d, by the role %s", missing, monitor->count, monitor->role);
	}
	if (landing->closed || missing)
		checklist_add_item(out, buffer_text(&line), first);
	buffer_release(&line);
}

static size_t count_current(const struct life_landings *landings)
{
	size_t count = 0;

	for (size_t i = 0; i < landings->count; i++)
		count += life_landing_is_current(landings, i);
	return count;
}

static void add_monitors(struct buffer *out, const struct policy *policy, const struct checklist *checklist)
{
	const struct signoff *monitor = policy_signoff(policy, SIGNOFF_MONITOR);
	const struct life_landings *landings = checklist_landings(checklist);
	size_t current = count_current(landings);
	bool first = true;

	checklist_add_label(out, "6", "monitor");
	for (size_t i = 0; i < landings->count; i++)
		if (life_landing_is_current(landings, i))
			add_monitor(out, policy, &landings->items[i], monitor, current > 1, &first);
	if (!checklist->landed)
		checklist_add_item(out, first ? "after the deploy" : "again after the next deploy", &first);
	else if (first)
		checklist_add_item(out, current ? "not asked for here" : "nothing is in production", &first);
}

void checklist_add_after(struct buffer *out, const struct policy *policy, const struct checklist *checklist)
{
	add_deploys(out, policy, checklist);
	add_monitors(out, policy, checklist);
}

void checklist_add_after_next(struct buffer *out, const struct policy *policy, const struct checklist *checklist)
{
	const struct life_landing *next = life_next(policy, checklist_landings(checklist));
	struct strings commands = STRINGS_INIT;

	if (!next)
		return;
	answer_add_signing(
		&commands, policy,
		policy_signoff(policy, life_stage_of(policy, next) == LIFE_DEPLOY ? SIGNOFF_DEPLOY : SIGNOFF_MONITOR),
		next->production, &next->what);
	message_commands(out, "next", &commands);
	strings_release(&commands);
}
