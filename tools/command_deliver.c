#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "adapters/process.h"
#include "commands.h"
#include "flow/deliver.h"
#include "rules/message.h"

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t renewed;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static void renew(int number)
{
	(void)number;
	renewed = 1;
}

static void act_on_signals(bool service)
{
	struct sigaction ending = {.sa_handler = stop};
	struct sigaction renewal = {.sa_handler = renew};

	sigaction(SIGINT, &ending, NULL);
	sigaction(SIGTERM, &ending, NULL);
	sigaction(SIGHUP, service ? &renewal : &ending, NULL);
}

static void complain(const char *words)
{
	struct buffer line = BUFFER_INIT;

	message_escape(&line, words);
	fprintf(stderr, "hotfixctl: %s\n", buffer_text(&line));
	buffer_release(&line);
}

/* FOLDERS must outlive OUT. */
static bool read_options(struct deliver_options *out, const struct strings *folders, const struct call *call)
{
	const char *detached = call_option(call, "detached");
	bool watch = call_option(call, "watch") != NULL;
	bool once = call_option(call, "once") != NULL;
	bool all = call_option(call, "all") != NULL;

	if ((detached != NULL) + watch + once > 1)
		call_misused(call, "--once, --watch and --detached exclude each other");
	else if (all && (!watch || !call->count))
		call_misused(call, "--all goes with --watch, and takes folders");
	else if (call->count && !all)
		call_misused(call, "\"%s\" is too much without --all", call->arguments[0]);
	else {
		*out = (struct deliver_options){.git_dir = detached ? detached : call->repository,
						.folders = all ? folders : NULL,
						.mode = detached ? DELIVER_DETACHED
							: watch  ? DELIVER_WATCH
								 : DELIVER_ONCE,
						.stop = &stopped,
						.renew = &renewed,
						.complain = detached ? NULL : complain};
		return true;
	}
	return false;
}

static void answer(struct call *call, const struct deliver_result *result)
{
	struct json *object;

	if (call->json) {
		object = json_new_object();
		json_set_integer(object, "delivered", (int64_t)result->delivered);
		json_set_integer(object, "again", (int64_t)result->again);
		json_set_integer(object, "dead", (int64_t)result->dead);
		json_set_bool(object, "busy", result->busy);
		call_answer_json(call, object);
	} else if (result->busy) {
		buffer_add_string(&call->out, "another process delivers already\n");
	} else {
		buffer_addf(&call->out, "%zu delivered, %zu to be tried again, %zu dead\n", result->delivered,
			    result->again, result->dead);
	}
}

static int run_deliver(struct call *call, struct error *error)
{
	struct strings folders = STRINGS_INIT;
	struct deliver_options options;
	struct deliver_result sent = {0};
	int result = ANSWER_USAGE;

	for (int i = 0; i < call->count; i++)
		strings_add(&folders, call->arguments[i]);
	if (!read_options(&options, &folders, call))
		goto done;
	act_on_signals(options.mode == DELIVER_WATCH);
	if (options.folders)
		process_open_many_files();
	result = deliver_main_loop(&sent, &options, error);
	if (result)
		goto done;
	if (options.mode != DELIVER_DETACHED)
		answer(call, &sent);
	result = options.mode == DELIVER_ONCE && (sent.again || sent.dead) ? ANSWER_NO : ANSWER_YES;
done:
	strings_release(&folders);
	return result;
}

const struct command command_deliver = {
	.name = "deliver",
	.arguments = "[DIR...]",
	.summary = "announce what was not announced, and send what is due",
	.help = "  --once              until nothing is due; the default; the exit status is 1 when some were not taken\n"
		"  --watch             as a service, until a signal (INT, TERM) ends it; HUP: everything is read again\n"
		"  --all               as a service for every repository below DIR..., as they come and go\n"
		"  --detached GIT_DIR  what the hooks start: while anything waits, for some minutes; says nothing\n",
	.options = {{"once", 0, NULL}, {"watch", 0, NULL}, {"all", 0, NULL}, {"detached", 0, "GIT_DIR"}},
	.most = COMMAND_LIST_MAXIMUM,
	.run = run_deliver,
};
