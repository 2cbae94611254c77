#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/name_service.h"
#include "base/memory.h"
#include "commands.h"
#include "flow/deliver.h"
#include "flow/recording.h"
#include "rules/message.h"
#include "rules/ref_class.h"

/* *FAILED is what --status says of a deploy. */
static bool read_status(bool *failed, const struct call *call, const struct signoff *signoff, int *misused)
{
	const char *status = call_option(call, "status");
	bool deploys = !strcmp(signoff->name, SIGNOFF_DEPLOY);

	*failed = status && !strcmp(status, "failure");
	if (deploys && !*failed && (!status || strcmp(status, "success") != 0))
		*misused = call_misused(call, "of a deploy --status says success or failure");
	else if (!deploys && (status || call_option(call, "environment")))
		*misused = call_misused(call, "only a deploy has --status and --environment");
	return !*misused;
}

static bool read_note(const char **note, const struct call *call, int *misused)
{
	*note = call_option(call, "note");
	if (*note && strlen(*note) > ANSWER_REASON_MAXIMUM)
		*misused = call_misused(call, "--note is longer than %d bytes", ANSWER_REASON_MAXIMUM);
	return !*misused;
}

static void answer_text(struct call *call, const struct recording *recording)
{
	struct buffer words = BUFFER_INIT;

	buffer_add_string(&words, recording->signoff->name);
	if (recording->environment)
		buffer_addf(&words, " to %s", recording->environment);
	buffer_addf(&words, " of %s at %s: ", ref_short(recording->branch),
		    object_id_short(&recording->landing->what.to).digits);
	if (recording->environment)
		buffer_addf(&words, "%s, ", recording->failed ? "failure" : "success");
	buffer_addf(&words, "by %s, %s", recording->person,
		    recording->known ? "known already: nothing was written" : "recorded by the administrator");
	message_escape(&call->out, buffer_text(&words));
	buffer_add_char(&call->out, '\n');
	buffer_release(&words);
}

static void answer_json(struct call *call, const struct recording *recording)
{
	struct json *object = json_new_object();

	json_set_string(object, "signoff", recording->signoff->name);
	json_set_string(object, "person", recording->person);
	json_set_string(object, "branch", recording->branch);
	json_set_string(object, "production", recording->landing->production);
	json_set_string(object, "landing", object_id_full(&recording->landing->what.to).digits);
	json_set_string(object, "environment", recording->environment);
	json_set_string(object, "status", recording->environment ? (recording->failed ? "failure" : "success") : NULL);
	json_set_bool(object, "recorded", !recording->known);
	json_set_string(object, "recorded_by", recording->by);
	call_answer_json(call, object);
}

static int record(struct call *call, struct session *session, struct recording *recording, struct error *error)
{
	const char *production = call_option(call, "production");
	char *ref = production ? call_full_ref(production) : NULL;
	int result = recording_find(recording, session, call->arguments[0], ref, error);

	if (!result)
		result = recording_make(recording, session, error);
	if (!result && call->json)
		answer_json(call, recording);
	else if (!result)
		answer_text(call, recording);
	if (!result && !recording->known)
		result = deliver_start(session->state, &session->environment, error);
	free(ref);
	return result;
}

/* Fills in what the options say; *MISUSED is the exit status where they say it wrongly. */
static int read_call(struct recording *out, const struct call *call, const struct policy *policy, int *misused,
		     struct error *error)
{
	const char *by = call_option(call, "by");

	out->signoff = policy_signoff(policy, call->arguments[1]);
	if (!out->signoff)
		return error_set(error, "%s: there is no [signoff \"%s\"]", call->arguments[1], call->arguments[1]);
	out->environment = call_option(call, "environment");
	out->severity = call_option(call, "severity");
	if (!by)
		*misused = call_misused(call, "say who gives it: --by PERSON");
	else if (read_status(&out->failed, call, out->signoff, misused))
		read_note(&out->note, call, misused);
	return 0;
}

static char *administrator(void)
{
	char *login = name_service_login(getuid());
	char *key = buffer_format("login:%s", login);

	free(login);
	return key;
}

static int run_record(struct call *call, struct error *error)
{
	struct recording recording = {0};
	struct session session = {0};
	char *person = NULL;
	char *by = administrator();
	int misused = 0;
	int result = call_session(&session, call, false, error);

	if (!result)
		result = environment_resolve_groups(&session.policy, error);
	if (!result)
		result = read_call(&recording, call, &session.policy, &misused, error);
	if (!result && !misused) {
		person = call_person(&session.policy, call_option(call, "by"));
		recording.person = person ? person : call_option(call, "by");
		recording.by = by;
		result = session_announce(&session, NULL, NULL, error);
	}
	if (!result && !misused)
		result = record(call, &session, &recording, error);
	recording_release(&recording);
	session_release(&session);
	free(person);
	free(by);
	return result ? result : misused;
}

const struct command command_record = {
	.name = "record",
	.arguments = "LANDING SIGNOFF",
	.summary = "record a sign-off on a landing, where nobody can push one",
	.help = "  -b, --by PERSON         who gives it: a configured person in the role\n"
		"  -e, --environment NAME  of a deploy: where it went; needed where there are several\n"
		"  -s, --status STATUS     of a deploy: success or failure\n"
		"  -S, --severity WORD     of a triage that is owed\n"
		"  -n, --note TEXT         why\n"
		"  -p, --production REF    which one, where it landed on several\n\n"
		"LANDING is the commit that landed, or an incident or a hotfix branch for its last landing. SIGNOFF is\n"
		"deploy, monitor, or one that is owed since an override. The same events follow as from a push, and the\n"
		"same people may; the administrator vouches for it. What is known already is not written again.\n",
	.options = {{"by", 'b', "PERSON"},
		    {"environment", 'e', "NAME"},
		    {"status", 's', "STATUS"},
		    {"severity", 'S', "WORD"},
		    {"note", 'n', "TEXT"},
		    {"production", 'p', "REF"}},
	.least = 2,
	.most = 2,
	.run = run_record,
};
