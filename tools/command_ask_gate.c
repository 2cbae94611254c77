#include <stdlib.h>
#include <unistd.h>

#include "adapters/environment.h"
#include "base/file.h"
#include "commands.h"
#include "flow/gate_ask.h"
#include "flow/standing.h"
#include "rules/ref_class.h"

#define QUESTION_MAXIMUM (1024 * 1024)

/* What a hook wants to know: the question that it wrote. */
static int read_question(struct json **out, struct error *error)
{
	struct buffer text = BUFFER_INIT;
	int result = file_read_all(&text, STDIN_FILENO, "standard input", QUESTION_MAXIMUM, error);

	if (!result)
		result = json_read(out, buffer_text(&text), text.length, error);
	buffer_release(&text);
	return result;
}

/* What a hook would ask if the branch landed now. */
static int make_question(struct json **out, struct session *session, const char *name, struct error *error)
{
	char *branch = call_full_ref(name);
	struct standing standing = {0};
	struct verdict verdict = {0};
	struct object_id tip;
	int result = environment_resolve_groups(&session->policy, error);

	if (!result)
		result = repository_ref(session->repository, &tip, branch, error);
	if (!result)
		result = standing_gather(&standing, session, branch, &tip, NULL, error);
	if (!result) {
		landing_judge(&verdict, &session->policy, &standing.landing, branch);
		*out = gate_question(session, GATE_WHEN_LANDING, standing.landing.production, &standing.landing.what);
	}
	verdict_release(&verdict);
	standing_release(&standing);
	free(branch);
	return result;
}

static int status_of(enum gate_verdict verdict)
{
	switch (verdict) {
	case GATE_OPEN:
		return ANSWER_YES;
	case GATE_SHUT:
		return ANSWER_NO;
	case GATE_SILENT:
		break;
	}
	return ANSWER_FAILED;
}

static int answer(struct call *call, const struct session *session, const struct gate *gate,
		  const struct json *question)
{
	static const char *const words[] = {
		[GATE_OPEN] = "open", [GATE_SHUT] = "shut", [GATE_SILENT] = "silent: nobody knows"};
	struct gate_answer answer;
	int status;

	gate_ask(&answer, gate, question, session->environment.owner);
	status = status_of(answer.verdict);
	if (call->json)
		call_answer_json(call, gate_answer_json(&answer));
	else
		buffer_addf(&call->out, "asked     %s\nanswer    %s\nthe gate  %s\n", answer.asked, answer.answered,
			    words[answer.verdict]);
	gate_answer_release(&answer);
	return status;
}

static int run_ask_gate(struct call *call, struct error *error)
{
	bool given = call_option(call, "stdin") != NULL;
	struct session session = {0};
	struct json *question = NULL;
	const struct gate *gate;
	int result;

	if (given == (call->count == 2))
		return call_misused(call, "either a branch, or --stdin");
	result = given ? call_configuration(&session, call, error) : call_session(&session, call, false, error);
	gate = result ? NULL : policy_gate(&session.policy, call->arguments[0]);
	if (!result && !gate)
		result = error_set(error, "there is no [gate \"%s\"]", call->arguments[0]);
	if (!result)
		result = given ? read_question(&question, error)
			       : make_question(&question, &session, call->arguments[1], error);
	if (!result)
		result = answer(call, &session, gate, question);
	json_free(question);
	session_release(&session);
	return result;
}

const struct command command_ask_gate = {
	.name = "ask-gate",
	.arguments = "GATE [BRANCH]",
	.summary = "ask a gate about a hotfix branch, as the hooks do",
	.help = "  --stdin  for the hooks: the question comes on standard input, as JSON\n\n"
		"GATE is the name of a [gate \"NAME\"]; it is asked as if BRANCH landed now. Nothing is written. The exit\n"
		"status is 0 when the gate is open, 1 when it is shut, 3 when it could not be asked.\n",
	.options = {{"stdin", 0, NULL}},
	.least = 1,
	.most = 2,
	.run = run_ask_gate,
};
