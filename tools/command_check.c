#include "commands.h"
#include "flow/doctor.h"
#include "rules/message.h"

#define LEVEL_COLUMN 9

static const char *const level_names[] = {[CHECK_OK] = "ok", [CHECK_WARNING] = "warning", [CHECK_PROBLEM] = "problem"};

static void add_text(struct buffer *out, const struct check *check)
{
	struct buffer line = BUFFER_INIT;

	buffer_addf(out, "%-*s", LEVEL_COLUMN, level_names[check->level]);
	buffer_addf(&line, "%s: %s", check->subject, check->words);
	message_wrap(out, buffer_text(&line), LEVEL_COLUMN);
	for (size_t i = 0; i < check->remedy.count; i++) {
		buffer_addf(out, "%*s", LEVEL_COLUMN + 2, "");
		message_escape(out, check->remedy.items[i]);
		buffer_add_char(out, '\n');
	}
	buffer_release(&line);
}

static void answer_text(struct call *call, const struct checkup *checkup)
{
	size_t problems = checkup_count(checkup, CHECK_PROBLEM);
	size_t warnings = checkup_count(checkup, CHECK_WARNING);

	for (size_t i = 0; i < checkup->count; i++)
		add_text(&call->out, &checkup->items[i]);
	buffer_addf(&call->out, "\n%zu problem%s, %zu warning%s\n", problems, problems == 1 ? "" : "s", warnings,
		    warnings == 1 ? "" : "s");
}

static void answer_json(struct call *call, const struct checkup *checkup)
{
	struct json *object = json_new_object();
	struct json *array = json_new_array();

	for (size_t i = 0; i < checkup->count; i++) {
		const struct check *check = &checkup->items[i];
		struct json *remedy = json_new_array();
		struct json *one = json_new_object();

		for (size_t k = 0; k < check->remedy.count; k++)
			json_add_string(remedy, check->remedy.items[k]);
		json_set_string(one, "level", level_names[check->level]);
		json_set_string(one, "subject", check->subject);
		json_set_string(one, "words", check->words);
		json_set(one, "remedy", remedy);
		json_add(array, one);
	}
	json_set_integer(object, "problems", (int64_t)checkup_count(checkup, CHECK_PROBLEM));
	json_set_integer(object, "warnings", (int64_t)checkup_count(checkup, CHECK_WARNING));
	json_set(object, "checks", array);
	call_answer_json(call, object);
}

static int run_check(struct call *call, struct error *error)
{
	const char *sshd_config = call_option(call, "sshd-config");
	struct session session = {0};
	struct checkup checkup = {0};
	int result = session_init(&session, call->repository, error);

	if (result)
		goto done;
	doctor_examine(&checkup, &session, sshd_config ? sshd_config : DOCTOR_SSHD_CONFIG);
	if (call->json)
		answer_json(call, &checkup);
	else
		answer_text(call, &checkup);
	result = checkup_count(&checkup, CHECK_PROBLEM) ? ANSWER_NO : ANSWER_YES;
done:
	checkup_release(&checkup);
	session_release(&session);
	return result;
}

const struct command command_check = {
	.name = "check",
	.arguments = "",
	.summary = "read the configuration, and examine the installation",
	.help = "Prints what is fine, what is a warning and what is a problem, with the command that puts it right. The exit\n"
		"status is 0 without a problem, warnings or not, and 1 with one.\n"
		"\n"
		"  --sshd-config FILE  the configuration of the SSH server, instead of " DOCTOR_SSHD_CONFIG "\n",
	.options = {{"sshd-config", 0, "FILE"}},
	.run = run_check,
};
