#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands.h"
#include "flow/gate_judge.h"
#include "flow/report.h"
#include "rules/message.h"
#include "rules/people.h"

/* Reads an id, a ref's name for what it is at, or "0" for no ref. */
static int resolve(struct object_id *out, struct session *session, const char *text, struct error *error)
{
	struct error unknown = ERROR_INIT;
	char *ref;
	int result;

	*out = (struct object_id){{0}};
	if (!strcmp(text, "0") || (strlen(text) == OBJECT_ID_DIGITS && object_id_parse(out, text)))
		return 0;
	ref = call_full_ref(text);
	result = repository_ref(session->repository, out, ref, &unknown);
	if (result == ERROR_NOT_FOUND)
		result = error_set(error, "%s: no ref of this name, and no full id (40 digits); 0 stands for no ref",
				   text);
	else if (result)
		error_set(error, "%s", error_text(&unknown));
	error_release(&unknown);
	free(ref);
	return result;
}

/* Who pushes: whom --as names; a name that the configuration does not know is a login. ANSWER_USAGE when nobody says. */
static int choose_pusher(struct session *session, const struct call *call)
{
	const char *as = call_option(call, "as");
	struct error silent = ERROR_INIT;
	int result = 0;

	if (as) {
		session->pusher = call_person(&session->policy, as);
		if (!session->pusher)
			session->pusher = people_key_of_login(&session->policy, as);
	} else if (session_identify(session, &silent)) {
		result = call_misused(call, "%s; say who pushes: --as PERSON", error_text(&silent));
	}
	error_release(&silent);
	return result;
}

static struct json *texts(const struct strings *list)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_add_string(array, list->items[i]);
	return array;
}

static struct json *findings_json(const struct verdict *verdict)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];
		struct json *object = json_new_object();
		char *name = finding_name(finding);

		json_set_string(object, "rule", name);
		json_set_string(object, "ref", finding->ref);
		json_set_string(object, "severity", finding->severity == SEVERITY_REFUSE ? "refuse" : "warn");
		json_set_bool(object, "fault", finding->fault);
		json_set(object, "found", texts(&finding->found));
		json_set(object, "remedy", texts(&finding->remedy));
		json_add(array, object);
		free(name);
	}
	return array;
}

static void answer_json(struct call *call, const struct gate_push *push)
{
	const struct ref_update *update = &push->updates->items[0];
	struct json *object = json_new_object();

	json_set_string(object, "ref", update->ref);
	json_set_string(object, "old", object_id_full(&update->old_id).digits);
	json_set_string(object, "new", object_id_full(&update->new_id).digits);
	json_set_string(object, "pusher", push->judgement.session->pusher);
	json_set_bool(object, "governed", push->governed.count > 0);
	json_set_string(object, "verdict", verdict_accepts(&push->judgement.verdict) ? "accepted" : "refused");
	json_set(object, "findings", findings_json(&push->judgement.verdict));
	json_set(object, "warnings", texts(&push->judgement.notes));
	call_answer_json(call, object);
}

static void answer_text(struct call *call, const struct gate_push *push)
{
	const struct judgement *judgement = &push->judgement;
	const char *ref = push->updates->items[0].ref;

	message_verdict(&call->out, &judgement->session->policy, &judgement->verdict);
	if (!push->governed.count) {
		message_escape(&call->out, ref);
		buffer_add_string(&call->out, ": not governed; the hooks let it pass\n");
	} else if (verdict_accepts(&judgement->verdict)) {
		if (call->out.length)
			buffer_add_char(&call->out, '\n');
		buffer_add_string(&call->out, "accepted: ");
		message_escape(&call->out, ref);
		buffer_addf(&call->out, "\n%s", judgement->checklist.length ? "\n" : "");
		buffer_add_string(&call->out, buffer_text(&judgement->checklist));
	}
	report_notes(&call->out, judgement);
}

static int judge(struct call *call, struct session *session, const struct ref_updates *updates, struct error *error)
{
	struct gate_push push = {.stage = STAGE_EXPLAIN, .updates = updates};
	int result;

	push.judgement.session = session;
	push.judgement.updates = updates;
	result = gate_classify(&push, error);
	if (!result) {
		if (push.governed.count && session->policy.mode != MODE_OFF)
			gate_judge(&push);
		if (call->json)
			answer_json(call, &push);
		else
			answer_text(call, &push);
		result = verdict_accepts(&push.judgement.verdict) ? ANSWER_YES : ANSWER_NO;
	}
	gate_push_release(&push);
	return result;
}

static int run_explain(struct call *call, struct error *error)
{
	struct ref_updates updates = {0};
	struct session session = {0};
	struct object_id old_id, new_id;
	char *ref = call_full_ref(call->arguments[0]);
	int result = call_session(&session, call, false, error);

	if (!result)
		result = resolve(&old_id, &session, call->arguments[1], error);
	if (!result)
		result = resolve(&new_id, &session, call->arguments[2], error);
	if (!result)
		result = choose_pusher(&session, call);
	if (!result)
		result = ref_updates_add(&updates, ref, object_id_full(&old_id).digits, object_id_full(&new_id).digits,
					 error);
	if (!result)
		result = judge(call, &session, &updates, error);
	ref_updates_release(&updates);
	session_release(&session);
	free(ref);
	return result;
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "REF OLD NEW",
	.summary = "the verdict on a push, without the push",
	.help = "  -a, --as PERSON  who pushes: a configured person, an address, or a login; default: as [pusher] says\n\n"
		"Judges the update of REF from OLD to NEW as the hooks would now, and writes nothing. OLD and NEW are full\n"
		"ids of objects that are on the server, or refs for what they are at; 0 stands for no ref. The exit status\n"
		"is 0 when the push would be accepted, 1 when it would be refused.\n",
	.options = {{"as", 'a', "PERSON"}},
	.least = 3,
	.most = 3,
	.run = run_explain,
};
