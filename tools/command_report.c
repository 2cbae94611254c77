#include <stdlib.h>
#include <string.h>

#include "adapters/environment.h"
#include "base/memory.h"
#include "commands.h"
#include "flow/site.h"
#include "flow/story.h"
#include "rules/hotfix_name.h"
#include "rules/message.h"
#include "rules/site.h"
#include "rules/story_html.h"
#include "rules/story_text.h"
#include "story_json.h"

/* A person may name a branch instead of the incident. */
static char *incident_of(const struct policy *policy, const char *name)
{
	char *ref = call_full_ref(name);
	char *incident = hotfix_name_incident(policy, ref);

	free(ref);
	return incident ? incident : memory_copy(name);
}

static int answer_one(struct call *call, struct session *session, struct error *error)
{
	char *incident = incident_of(&session->policy, call->arguments[0]);
	struct story_source source = {0};
	struct story story = {0};
	int result = story_source_init(&source, session, incident, error);

	if (!result)
		result = story_gather(&story, &source, incident, error);
	if (!result && call->json)
		call_answer_json(call, story_json(&story));
	else if (!result && call_option(call, "html"))
		story_html(&call->out, &story, NULL);
	else if (!result)
		story_text(&call->out, &story);
	story_release(&story);
	story_source_release(&source);
	free(incident);
	return result;
}

static int answer_site(struct call *call, struct session *session, struct error *error)
{
	struct site_written written;
	int result = site_write(&written, session, call->arguments[0], error);

	if (!result && call->json) {
		struct json *object = json_new_object();

		json_set_integer(object, "incidents", (int64_t)written.incidents);
		json_set_integer(object, "open", (int64_t)written.open);
		json_set_integer(object, "removed", (int64_t)written.removed);
		call_answer_json(call, object);
	} else if (!result) {
		buffer_addf(&call->out, "%zu incident%s, %zu open: ", written.incidents,
			    written.incidents == 1 ? "" : "s", written.open);
		message_escape(&call->out, call->arguments[0]);
		buffer_add_string(&call->out, "/" SITE_INDEX "\n");
	}
	return result;
}

static int run_report(struct call *call, struct error *error)
{
	bool all = call_option(call, "all") != NULL;
	struct session session = {0};
	int result;

	if (all && !call_option(call, "html"))
		return call_misused(call, "--all writes a folder of pages: --all --html DIR");
	result = call_session(&session, call, false, error);
	if (!result)
		result = environment_resolve_groups(&session.policy, error);
	if (!result)
		result = all ? answer_site(call, &session, error) : answer_one(call, &session, error);
	session_release(&session);
	return result;
}

const struct command command_report = {
	.name = "report",
	.arguments = "INCIDENT|BRANCH|DIR",
	.summary = "the whole story of an incident: who did what, what changed, who was told",
	.help = "  --html     as one page for a browser, without scripts or anything from elsewhere\n"
		"  -a, --all  a small site of all incidents, and figures over them, as HTML in the folder DIR\n",
	.options = {{"html", 0, NULL}, {"all", 'a', NULL}},
	.least = 1,
	.most = 1,
	.run = run_report,
};
