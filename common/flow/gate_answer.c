#include "flow/gate_answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/record_json.h"
#include "rules/gate.h"
#include "rules/location.h"
#include "rules/ref_class.h"

static const char *const verdicts[] = {[GATE_OPEN] = "open", [GATE_SHUT] = "shut", [GATE_SILENT] = "silent"};

void gate_answer_release(struct gate_answer *answer)
{
	free(answer->asked);
	free(answer->answered);
	*answer = (struct gate_answer){0};
}

static void set_id(struct json *object, const char *key, const struct object_id *id)
{
	json_set_string(object, key, object_id_is_zero(id) ? NULL : object_id_full(id).digits);
}

struct json *gate_question(const struct session *session, const char *when, const char *production,
			   const struct record_landing *landing)
{
	char *path = location_path(session->environment.git_dir, session->policy.root);
	struct json *input = json_new_object();
	struct json *whole = json_new_object();

	json_set_string(input, "when", when);
	json_set_string(input, "repository", path);
	json_set_string(input, "production", production ? ref_short(production) : NULL);
	json_set_string(input, "kind", production ? landing_kind_name(landing->kind) : NULL);
	json_set_string(input, "incident", landing->incident);
	json_set_string(input, "branch", landing->branch ? ref_short(landing->branch) : NULL);
	set_id(input, "commit", &landing->tip);
	set_id(input, "from", &landing->from);
	set_id(input, "to", &landing->to);
	json_set_string(input, "severity", landing->severity);
	json_set_string(input, "pusher", session->pusher);
	json_set(input, "signoffs", record_signoffs_json(landing));
	json_set(whole, "input", input);
	free(path);
	return whole;
}

struct json *gate_answer_json(const struct gate_answer *answer)
{
	struct json *object = json_new_object();

	json_set_string(object, "verdict", verdicts[answer->verdict]);
	json_set_string(object, "asked", answer->asked);
	json_set_string(object, "answered", answer->answered);
	return object;
}

static bool take_verdict(struct gate_answer *out, const char *name)
{
	for (int verdict = GATE_OPEN; name && verdict <= GATE_SILENT; verdict++)
		if (!strcmp(name, verdicts[verdict])) {
			out->verdict = (enum gate_verdict)verdict;
			return true;
		}
	return false;
}

int gate_answer_read(struct gate_answer *out, const char *text, size_t length, struct error *error)
{
	struct json *object = NULL;
	const char *asked, *answered;
	int result = json_read(&object, text, length, error);

	*out = (struct gate_answer){.verdict = GATE_SILENT};
	if (result)
		return result;
	asked = json_get_string(object, "asked");
	answered = json_get_string(object, "answered");
	if (take_verdict(out, json_get_string(object, "verdict")) && asked && answered) {
		out->asked = memory_copy(asked);
		out->answered = memory_copy(answered);
	} else {
		out->verdict = GATE_SILENT;
		result = error_set(error, "no answer of hotfixctl");
	}
	json_free(object);
	return result;
}
