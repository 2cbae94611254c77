#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "flow/deliver.h"
#include "rules/message.h"

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static void stop_on_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = stop};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}

static void complain(const char *words)
{
	struct buffer line = BUFFER_INIT;

	message_escape(&line, words);
	fprintf(stderr, "hotfixctl: %s\n", buffer_text(&line));
	buffer_release(&line);
}

static bool read_options(struct deliver_options *out, const struct call *call)
{
	const char *detached = call_option(call, "detached");
	bool watch = call_option(call, "watch") != NULL;
	bool once = call_option(call, "once") != NULL;

	if ((detached != NULL) + watch + once > 1) {
		call_misused(call, "--once, --watch and --detached exclude each other");
		return false;
	}
	*out = (struct deliver_options){.git_dir = detached ? detached : call->repository,
					.mode = detached ? DELIVER_DETACHED
						: watch  ? DELIVER_WATCH
							 : DELIVER_ONCE,
					.stop = &stopped,
					.complain = detached ? NULL : complain};
	return true;
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
	struct deliver_options options;
	struct deliver_result done = {0};
	int result;

	if (!read_options(&options, call))
		return ANSWER_USAGE;
	stop_on_signals();
	result = deliver_main_loop(&done, &options, error);
	if (result)
		return result;
	if (options.mode != DELIVER_DETACHED)
		answer(call, &done);
	return options.mode == DELIVER_ONCE && (done.again || done.dead) ? ANSWER_NO : ANSWER_YES;
}

const struct command command_deliver = {
	.name = "deliver",
	.arguments = "",
	.summary = "announce what was not announced, and send what is due",
	.help = "  --once              until nothing is due; the default; the exit status is 1 when some were not taken\n"
		"  --watch             until a signal (INT, TERM, HUP) ends it: as a service\n"
		"  --detached GIT_DIR  what the hooks start: while anything waits, for some minutes; says nothing\n",
	.options = {{"once", 0, NULL}, {"watch", 0, NULL}, {"detached", 0, "GIT_DIR"}},
	.run = run_deliver,
};
