#include <stdlib.h>
#include <string.h>

#include "adapters/environment.h"
#include "adapters/state_life.h"
#include "adapters/zone.h"
#include "backmerge_status.h"
#include "base/memory.h"
#include "commands.h"
#include "debt_status.h"
#include "hotfix_status.h"
#include "outbox_status.h"
#include "rules/hotfix_name.h"
#include "rules/message.h"
#include "rules/ref_class.h"
#include "table.h"

#define BRANCHES_MAXIMUM 10000

/* Whether BRANCH is what a person named: an incident, or the branch by its short or full name. */
static bool is_meant(const struct session *session, const char *branch, const char *name)
{
	struct hotfix_name parts;
	bool meant;

	if (!hotfix_name_parse(&parts, &session->policy, branch))
		return false;
	meant = !strcmp(name, branch) || !strcmp(name, ref_short(branch)) || !strcmp(name, parts.incident);
	hotfix_name_release(&parts);
	return meant;
}

static bool is_there(const struct hotfix_statuses *statuses, const char *branch)
{
	for (size_t i = 0; i < statuses->count; i++)
		if (!strcmp(statuses->items[i]->branch, branch))
			return true;
	return false;
}

static int find_gone(struct strings *out, struct session *session, bool all, struct error *error)
{
	char *prefix;
	int result;

	if (!all && !policy_has_answers(&session->policy))
		return 0;
	if (!all)
		return state_unclosed_branches(session->state, out, session->now - LIFE_UNCLOSED_SHOWN, error);
	prefix = policy_hotfix_prefix(&session->policy);
	result = state_known_refs(session->state, out, prefix, error);
	free(prefix);
	return result;
}

/* Branches that the ledger knows and the repository does not have. */
static int gather_gone(struct hotfix_statuses *out, struct session *session, const char *name, bool all,
		       struct error *error)
{
	struct strings branches = STRINGS_INIT;
	int result = find_gone(&branches, session, name || all, error);

	for (size_t i = 0; !result && i < branches.count; i++) {
		const char *branch = branches.items[i];
		struct hotfix_name parts;
		bool fits = hotfix_name_parse(&parts, &session->policy, branch);

		hotfix_name_release(&parts);
		if (fits && !is_there(out, branch) && (!name || is_meant(session, branch, name)))
			result = hotfix_status_gather(out, session, branch, NULL, name != NULL, error);
	}
	strings_release(&branches);
	return result;
}

static int gather(struct hotfix_statuses *out, struct session *session, const char *name, bool all, struct error *error)
{
	struct branch_tips branches = {0};
	int result = session_hotfixes(session, &branches, BRANCHES_MAXIMUM, error);

	for (size_t i = 0; !result && i < branches.count; i++) {
		const struct branch_tip *branch = &branches.items[i];
		struct hotfix_name parts;
		bool fits = hotfix_name_parse(&parts, &session->policy, branch->ref);

		hotfix_name_release(&parts);
		if (fits && (!name || is_meant(session, branch->ref, name)))
			result = hotfix_status_gather(out, session, branch->ref, &branch->tip, name != NULL, error);
	}
	branch_tips_release(&branches);
	return result ? result : gather_gone(out, session, name, all, error);
}

/* A landing that is no more than its production branch, with the freezes that hold for it. */
static struct landing frozen_now(const struct session *session, const char *production)
{
	struct landing landing = {.production = memory_copy(production)};

	landing_add_frozen(&landing, &session->policy, session->now, zone_offset);
	return landing;
}

static struct json *frozen_json(const struct session *session, const char *production)
{
	struct landing landing = frozen_now(session, production);
	struct json *array = json_new_array();

	for (size_t i = 0; i < landing.frozen_count; i++) {
		struct json *object = json_new_object();

		json_set_string(object, "name", landing.frozen[i].freeze->name);
		json_set_time(object, "until", landing.frozen[i].until.seconds);
		json_set_string(object, "reason", landing.frozen[i].freeze->reason);
		json_add(array, object);
	}
	landing_release(&landing);
	return array;
}

static void frozen_text(struct buffer *out, const struct session *session, const char *production)
{
	struct landing landing = frozen_now(session, production);

	for (size_t i = 0; i < landing.frozen_count; i++) {
		const struct frozen *frozen = &landing.frozen[i];

		buffer_addf(out, "frozen      %s until ", ref_short(production));
		moment_format(out, &frozen->until);
		buffer_addf(out, ", %s", frozen->freeze->name);
		if (frozen->freeze->reason)
			buffer_addf(out, ": %s", frozen->freeze->reason);
		buffer_add_char(out, '\n');
	}
	landing_release(&landing);
}

static struct json *productions_json(const struct session *session, const struct branch_tips *productions)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < productions->count; i++) {
		struct json *object = json_new_object();

		json_set_string(object, "ref", productions->items[i].ref);
		json_set_string(object, "tip", object_id_full(&productions->items[i].tip).digits);
		json_set(object, "frozen", frozen_json(session, productions->items[i].ref));
		json_add(array, object);
	}
	return array;
}

static struct json *hotfixes_json(const struct hotfix_statuses *statuses, bool all)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < statuses->count; i++)
		if (all || hotfix_status_is_open(statuses->items[i]))
			json_add(array, hotfix_status_json(statuses->items[i]));
	return array;
}

static void hotfixes_text(struct buffer *out, const struct hotfix_statuses *statuses, bool all)
{
	static const char *const titles[] = {"BRANCH", "TIP", "STEP", "OPEN FOR", "NEXT", NULL};
	struct table table;
	size_t landed = 0;

	table_init(&table, titles);
	for (size_t i = 0; i < statuses->count; i++) {
		landed += !hotfix_status_is_open(statuses->items[i]);
		if (all || hotfix_status_is_open(statuses->items[i]))
			hotfix_status_row(&table, statuses->items[i]);
	}
	if (all || landed < statuses->count)
		table_write(out, &table);
	else
		buffer_add_string(out, "no hotfix is open\n");
	if (landed && !all)
		buffer_addf(out, "\n%zu landed: hotfixctl status --all\n", landed);
	table_release(&table);
}

static void summary_text(struct buffer *out, const struct session *session, const struct branch_tips *productions,
			 const struct outbox_status *outbox, const struct owed_list *owed,
			 const struct debt_status *debts)
{
	for (size_t i = 0; i < productions->count; i++) {
		buffer_add_string(out, "production  ");
		message_escape(out, ref_short(productions->items[i].ref));
		buffer_addf(out, " at %s\n", object_id_short(&productions->items[i].tip).digits);
		frozen_text(out, session, productions->items[i].ref);
	}
	if (!productions->count)
		buffer_add_string(out, "production  there is none yet\n");
	outbox_status_text(out, outbox);
	backmerge_status_text(out, owed, session);
	debt_status_text(out, debts, session);
	buffer_add_char(out, '\n');
}

static int answer_all(struct call *call, struct session *session, const struct hotfix_statuses *statuses,
		      struct error *error)
{
	bool all = call_option(call, "all") != NULL;
	struct branch_tips productions = {0};
	struct outbox_status outbox = {0};
	struct owed_list owed = {0};
	struct debt_status debts = {0};
	int result = session_productions(session, &productions, error);

	if (!result)
		result = outbox_status_gather(&outbox, session, error);
	if (!result)
		result = backmerge_status_gather(&owed, session, error);
	if (!result)
		result = debt_status_gather(&debts, session, &productions, error);
	if (!result && call->json) {
		struct json *object = json_new_object();

		json_set(object, "production", productions_json(session, &productions));
		json_set(object, "deliveries", outbox_status_json(&outbox));
		json_set(object, "backmerges", backmerge_status_json(&owed, session));
		json_set(object, "debts", debt_status_json(&debts, session));
		json_set(object, "hotfixes", hotfixes_json(statuses, all));
		call_answer_json(call, object);
	} else if (!result) {
		summary_text(&call->out, session, &productions, &outbox, &owed, &debts);
		hotfixes_text(&call->out, statuses, all);
	}
	debt_status_release(&debts);
	owed_list_release(&owed);
	outbox_status_release(&outbox);
	branch_tips_release(&productions);
	return result;
}

static int answer_named(struct call *call, const struct hotfix_statuses *statuses, struct error *error)
{
	if (!statuses->count) {
		error_set(error, "%s: no hotfix branch of this name or incident", call->arguments[0]);
		return ERROR_NOT_FOUND;
	}
	if (call->json)
		call_answer_json(call, hotfixes_json(statuses, true));
	for (size_t i = 0; !call->json && i < statuses->count; i++) {
		buffer_add_string(&call->out, i ? "\n" : "");
		hotfix_status_text(&call->out, statuses->items[i]);
	}
	return 0;
}

static int run_status(struct call *call, struct error *error)
{
	struct hotfix_statuses statuses = {0};
	struct session session = {0};
	int result = call_session(&session, call, false, error);

	if (!result)
		result = environment_resolve_groups(&session.policy, error);
	if (!result)
		result = gather(&statuses, &session, call->count ? call->arguments[0] : NULL,
				call_option(call, "all") != NULL, error);
	if (!result)
		result = call->count ? answer_named(call, &statuses, error)
				     : answer_all(call, &session, &statuses, error);
	hotfix_statuses_release(&statuses);
	session_release(&session);
	return result;
}

const struct command command_status = {
	.name = "status",
	.arguments = "[INCIDENT|BRANCH]",
	.summary = "open hotfixes and their steps; of one, the checklist and who signed",
	.help = "  -a, --all  those that have landed, or are gone, too\n",
	.options = {{"all", 'a', NULL}},
	.most = 1,
	.run = run_status,
};
