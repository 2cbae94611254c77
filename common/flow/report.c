#include "flow/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/journal.h"
#include "adapters/json.h"
#include "base/clock.h"
#include "base/file.h"
#include "rules/message.h"

static void write_to_pusher(const struct buffer *text)
{
	struct error lost = ERROR_INIT;

	/* A pusher who has gone away reads nothing; the exit status still counts. */
	file_write_all(STDERR_FILENO, buffer_text(text), text->length, &lost);
	error_release(&lost);
}

static void add_warning(struct buffer *out, const char *text)
{
	struct buffer words = BUFFER_INIT;

	buffer_addf(&words, "warning: %s", text);
	buffer_add_string(out, "hotfix: ");
	message_wrap(out, buffer_text(&words), strlen("hotfix: "));
	buffer_release(&words);
}

void report_warning(const char *text)
{
	struct buffer line = BUFFER_INIT;

	add_warning(&line, text);
	write_to_pusher(&line);
	buffer_release(&line);
}

void report_notes(struct buffer *out, const struct judgement *judgement)
{
	if (out->length && judgement->notes.count)
		buffer_add_char(out, '\n');
	for (size_t i = 0; i < judgement->notes.count; i++)
		add_warning(out, judgement->notes.items[i]);
	message_commands(out, "to give what is owed", &judgement->settling);
	message_commands(out, "on the server", &judgement->note_commands);
}

void report_to_pusher(const struct judgement *judgement)
{
	struct buffer text = BUFFER_INIT;

	message_verdict(&text, &judgement->session->policy, &judgement->verdict);
	if (verdict_accepts(&judgement->verdict)) {
		if (text.length && judgement->checklist.length)
			buffer_add_char(&text, '\n');
		buffer_add_string(&text, buffer_text(&judgement->checklist));
		if (judgement->unshown)
			buffer_addf(&text, "\nhotfix: and %zu more branches: hotfixctl status, on the server\n",
				    judgement->unshown);
	}
	report_notes(&text, judgement);
	if (text.length)
		write_to_pusher(&text);
	buffer_release(&text);
}

static struct json *rules_of(const struct verdict *verdict, const char *ref, bool *refused, bool *overridden)
{
	struct json *rules = json_new_array();

	for (size_t i = 0; i < verdict->count; i++) {
		char *name;

		if (strcmp(verdict->findings[i].ref, ref) != 0)
			continue;
		name = finding_name(&verdict->findings[i]);
		json_add_string(rules, name);
		free(name);
		*refused = *refused || verdict->findings[i].severity == SEVERITY_REFUSE;
		*overridden = *overridden || verdict->findings[i].overridden;
	}
	return rules;
}

static int log_update(const struct judgement *judgement, const struct ref_update *update, int64_t milliseconds,
		      struct error *error)
{
	const struct session *session = judgement->session;
	struct json *object = json_new_object();
	struct buffer text = BUFFER_INIT;
	struct buffer time = BUFFER_INIT;
	bool refused = false;
	bool overridden = false;
	struct json *rules = rules_of(&judgement->verdict, update->ref, &refused, &overridden);
	int result;

	clock_format(&time, session->now);
	json_set_string(object, "time", buffer_text(&time));
	json_set_string(object, "repository", session->environment.identity);
	json_set_string(object, "pusher", session->pusher);
	json_set_string(object, "ref", update->ref);
	json_set_string(object, "old", object_id_full(&update->old_id).digits);
	json_set_string(object, "new", object_id_full(&update->new_id).digits);
	json_set_string(object, "verdict",
			refused                                 ? "refused"
			: !verdict_accepts(&judgement->verdict) ? "refused with others"
			: overridden                            ? "overridden"
								: "accepted");
	json_set(object, "rules", rules);
	json_set_integer(object, "milliseconds", milliseconds);
	json_write(&text, object, 0);
	result = journal_write(session->policy.log_to, buffer_text(&text), error);
	json_free(object);
	buffer_release(&text);
	buffer_release(&time);
	return result;
}

void report_to_log(const struct judgement *judgement, const struct ref_updates *governed, int64_t milliseconds)
{
	struct error error = ERROR_INIT;
	int result = 0;

	for (size_t i = 0; judgement->session->policy.log_to && !result && i < governed->count; i++)
		result = log_update(judgement, &governed->items[i], milliseconds, &error);
	if (result)
		report_warning(error_text(&error));
	error_release(&error);
}
