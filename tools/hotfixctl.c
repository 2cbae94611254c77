#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "commands.h"
#include "invocation.h"
#include "rules/message.h"

#ifndef HOTFIX_VERSION
#define HOTFIX_VERSION "unknown"
#endif

static int run_version(struct call *call, struct error *error)
{
	struct json *object;

	(void)error;
	if (call->json) {
		object = json_new_object();
		json_set_string(object, "version", HOTFIX_VERSION);
		call_answer_json(call, object);
	} else {
		buffer_add_string(&call->out, "hotfixctl " HOTFIX_VERSION "\n");
	}
	return ANSWER_YES;
}

static const struct command command_version = {
	.name = "version", .arguments = "", .summary = "the version of the suite", .run = run_version};

static void complain(const char *words)
{
	struct buffer line = BUFFER_INIT;

	message_escape(&line, words);
	fprintf(stderr, "hotfixctl: %s\n", buffer_text(&line));
	buffer_release(&line);
}

static int run(struct call *call)
{
	struct error error = ERROR_INIT;
	int result = call->command->run(call, &error);

	if (result < 0) {
		complain(error_text(&error));
		result = result == ERROR_NOT_FOUND ? ANSWER_NO : ANSWER_FAILED;
	}
	error_release(&error);
	return result;
}

static int answer(struct call *call, const struct command *commands, size_t count)
{
	if (call->version)
		return run_version(call, NULL);
	if (call->command && call->help)
		invocation_command_help(&call->out, call->command);
	else if (!call->command)
		invocation_help(&call->out, commands, count);
	else
		return run(call);
	return ANSWER_YES;
}

int main(int argc, char **argv)
{
	const struct command commands[] = {
		command_check,   command_status,     command_explain,   command_replay,  command_adopt,
		command_events,  command_deliveries, command_redeliver, command_deliver, command_ask_gate,
		command_ping,    command_metrics,    command_record,    command_log,     command_baseline,
		command_version, command_errand,     command_report,
	};
	const size_t count = sizeof(commands) / sizeof(commands[0]);
	struct error error = ERROR_INIT;
	struct call call;
	int status;

	(void)argc;
	signal(SIGPIPE, SIG_IGN);
	status = invocation_parse(&call, commands, count, argv + 1);
	if (status == ANSWER_YES)
		status = answer(&call, commands, count);
	if (call.out.length && file_write_all(STDOUT_FILENO, buffer_text(&call.out), call.out.length, &error)) {
		complain(error_text(&error));
		status = ANSWER_FAILED;
	}
	error_release(&error);
	invocation_release(&call);
	return status;
}
