/* What an administrator writes into the ledger by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands.h"
#include "flow/announce.h"
#include "rules/hotfix_name.h"
#include "rules/message.h"
#include "rules/people.h"
#include "table.h"

#define ADOPT_MAXIMUM 10000 /* commits */

/* The governed refs that the state knows, with the announced tips. */
struct known {
	struct strings refs;
	struct object_ids tips;
};

static void known_release(struct known *known)
{
	strings_release(&known->refs);
	object_ids_release(&known->tips);
}

/* Adds the refs that BEFORE (may be NULL) did not hold. */
static int find_known(struct known *out, struct state *state, const struct known *before, struct error *error)
{
	struct strings all = STRINGS_INIT;
	int result = state_governed_refs(state, &all, error);

	for (size_t i = 0; !result && i < all.count; i++) {
		struct error unknown = ERROR_INIT;
		struct object_id tip = {{0}};
		int64_t number;

		if (before && strings_contain(&before->refs, all.items[i]))
			continue;
		result = state_announced(state, &tip, &number, all.items[i], &unknown);
		if (!result) {
			strings_add(&out->refs, all.items[i]);
			object_ids_add(&out->tips, &tip);
		} else if (result == ERROR_NOT_FOUND) {
			result = 0;
		} else {
			error_set(error, "%s", error_text(&unknown));
		}
		error_release(&unknown);
	}
	strings_release(&all);
	return result;
}

static void answer_baseline(struct call *call, const struct known *added)
{
	struct json *array = call->json ? json_new_array() : NULL;

	for (size_t i = 0; i < added->refs.count; i++) {
		struct json *object;

		if (!call->json) {
			buffer_addf(&call->out, "%s  ", object_id_short(&added->tips.items[i]).digits);
			message_escape(&call->out, added->refs.items[i]);
			buffer_add_char(&call->out, '\n');
			continue;
		}
		object = json_new_object();
		json_set_string(object, "ref", added->refs.items[i]);
		json_set_string(object, "tip", object_id_full(&added->tips.items[i]).digits);
		json_add(array, object);
	}
	if (call->json)
		call_answer_json(call, array);
	else if (!added->refs.count)
		buffer_add_string(&call->out, "nothing new to record\n");
}

static int run_baseline(struct call *call, struct error *error)
{
	struct known before = {0}, added = {0};
	struct session session = {0};
	struct announcer announcer;
	int result = call_session(&session, call, true, error);

	if (!result)
		result = find_known(&before, session.state, NULL, error);
	announcer = (struct announcer){.repository = session.repository,
				       .state = session.state,
				       .policy = &session.policy,
				       .environment = &session.environment};
	if (!result)
		result = announce_baseline(&announcer, false, error);
	if (!result)
		result = find_known(&added, session.state, &before, error);
	if (!result)
		answer_baseline(call, &added);
	known_release(&before);
	known_release(&added);
	session_release(&session);
	return result;
}

const struct command command_baseline = {
	.name = "baseline",
	.arguments = "",
	.summary = "count the present tips as announced",
	.help = "For an installation in a repository that is in use: what production and the hotfix branches are at now is no\n"
		"news. Refs that the state knows already stay as they are. install.sh calls it.\n",
	.run = run_baseline,
};

/* One branch, whose commits somebody is to have pushed. */
struct adoption {
	struct session *session;
	char *branch;
	char *person;
	struct branch_tips productions;
	struct object_ids commits; /* that production does not have */
};

static void adoption_release(struct adoption *adoption)
{
	free(adoption->branch);
	free(adoption->person);
	branch_tips_release(&adoption->productions);
	object_ids_release(&adoption->commits);
}

static int check_branch(const struct adoption *adoption, struct error *error)
{
	struct hotfix_name name;
	bool fits = hotfix_name_parse(&name, &adoption->session->policy, adoption->branch);

	hotfix_name_release(&name);
	return fits ? 0 : error_set(error, "%s: the name is no hotfix branch's", adoption->branch);
}

static int find_commits(struct adoption *adoption, struct error *error)
{
	struct repository *repository = adoption->session->repository;
	struct object_ids tips = {0}, hidden = {0};
	struct object_id tip;
	int result = repository_ref(repository, &tip, adoption->branch, error);

	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		error_set(error, "%s: there is no such branch", adoption->branch);
	}
	if (!result)
		result = session_productions(adoption->session, &adoption->productions, error);
	for (size_t i = 0; i < adoption->productions.count; i++)
		object_ids_add(&hidden, &adoption->productions.items[i].tip);
	if (!result) {
		object_ids_add(&tips, &tip);
		result = repository_walk(repository, &adoption->commits, &tips, &hidden, ADOPT_MAXIMUM, error);
	}
	object_ids_release(&tips);
	object_ids_release(&hidden);
	return result;
}

/* Adds a row for each commit: what the ledger knew before, else that it is recorded now. */
static int list_commits(struct json *array, struct table *table, const struct adoption *adoption, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < adoption->commits.count; i++) {
		const struct object_id *id = &adoption->commits.items[i];
		struct json *object = json_new_object();
		struct arrival arrival = {0};
		struct error unknown = ERROR_INIT;

		result = state_arrival(adoption->session->state, &arrival, id, &unknown);
		if (result && result != ERROR_NOT_FOUND)
			error_set(error, "%s", error_text(&unknown));
		else
			result = 0;
		json_set_string(object, "commit", object_id_full(id).digits);
		json_set_string(object, "pusher", arrival.pusher ? arrival.pusher : adoption->person);
		json_set_bool(object, "recorded", !arrival.pusher);
		json_add(array, object);
		table_add(table, object_id_full(id).digits);
		table_add(table, arrival.pusher ? arrival.pusher : adoption->person);
		table_add(table, arrival.pusher ? "known before" : "recorded");
		arrival_release(&arrival);
		error_release(&unknown);
	}
	return result;
}

static int adopt(const struct adoption *adoption, struct error *error)
{
	struct session *session = adoption->session;
	int result = state_begin(session->state, true, error);

	if (!result)
		result = state_adopt(session->state, adoption->branch, adoption->person, &adoption->commits,
				     adoption->productions.items, adoption->productions.count, session->now, error);
	if (!result)
		result = state_commit(session->state, error);
	if (result)
		state_rollback(session->state);
	return result;
}

static int adopt_and_answer(struct call *call, struct adoption *adoption, struct error *error)
{
	static const char *const titles[] = {"COMMIT", "FIRST PUSHED BY", "LEDGER", NULL};
	struct json *array = json_new_array();
	struct table table;
	int result;

	table_init(&table, titles);
	result = list_commits(array, &table, adoption, error);
	if (!result)
		result = adopt(adoption, error);
	if (!result && call->json) {
		call_answer_json(call, array);
		array = NULL;
	} else if (!result) {
		if (adoption->commits.count)
			table_write(&call->out, &table);
		else
			buffer_add_string(&call->out, "production has every commit of this branch\n");
		buffer_add_char(&call->out, '\n');
		message_escape(&call->out, adoption->person);
		buffer_add_string(&call->out, " counts as having worked on this branch, and cannot sign it off\n");
	}
	json_free(array);
	table_release(&table);
	return result;
}

static int run_adopt(struct call *call, struct error *error)
{
	struct session session = {0};
	struct adoption adoption = {.session = &session, .branch = call_full_ref(call->arguments[0])};
	int result = call_session(&session, call, true, error);

	if (!result)
		result = check_branch(&adoption, error);
	if (!result) {
		adoption.person = call_person(&session.policy, call->arguments[1]);
		if (!adoption.person)
			result = error_set(error,
					   "%s: neither a configured person nor an address; an account is written "
					   "login:NAME",
					   call->arguments[1]);
	}
	if (!result)
		result = find_commits(&adoption, error);
	if (!result)
		result = adopt_and_answer(call, &adoption, error);
	adoption_release(&adoption);
	session_release(&session);
	return result;
}

const struct command command_adopt = {
	.name = "adopt",
	.arguments = "BRANCH PERSON",
	.summary = "record who pushed a hotfix branch, where the ledger does not know",
	.help = "For commits that were pushed before the installation, or whose record was lost. PERSON is a configured\n"
		"person, an address, or login:NAME. What the ledger knows already stays as it is.\n",
	.least = 2,
	.most = 2,
	.run = run_adopt,
};
