#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "adapters/folders.h"
#include "base/file.h"
#include "commands.h"
#include "flow/metrics.h"
#include "rules/message.h"

#define REPOSITORIES_MAXIMUM 100000
#define FILE_MODE 0644 /* whoever collects it is somebody else */

static void complain(const char *repository, struct error *error)
{
	struct buffer line = BUFFER_INIT;
	struct buffer words = BUFFER_INIT;

	if (!strstr(error_text(error), repository))
		buffer_addf(&words, "%s: ", repository);
	buffer_add_string(&words, error_text(error));
	message_escape(&line, buffer_text(&words));
	fprintf(stderr, "hotfixctl: %s\n", buffer_text(&line));
	buffer_release(&words);
	buffer_release(&line);
	error_release(error);
}

/* One that cannot be read does not hide the others, and is counted as such. */
static void gather(struct metrics *out, const char *repository)
{
	struct error failure = ERROR_INIT;

	if (metrics_gather(out, repository, &failure))
		complain(out->items[out->count - 1].repository, &failure);
}

static int gather_below(struct metrics *out, const struct call *call, struct error *error)
{
	struct folders_found found = {0};
	int result = 0;

	for (int i = 0; !result && i < call->count; i++)
		result = folders_find(&found, call->arguments[i], geteuid() == 0, REPOSITORIES_MAXIMUM, error);
	for (size_t i = 0; !result && i < found.repositories.count; i++)
		gather(out, found.repositories.items[i]);
	folders_found_release(&found);
	return result;
}

static int answer(struct call *call, const struct metrics *metrics, struct error *error)
{
	const char *file = call_option(call, "output");
	int result;

	metrics_write(&call->out, metrics);
	if (!file)
		return 0;
	result = file_replace(file, call->out.bytes, call->out.length, FILE_MODE, error);
	buffer_clear(&call->out);
	return result;
}

static bool is_understood(const struct call *call)
{
	bool all = call_option(call, "all") != NULL;

	if (call->json)
		call_misused(call, "there is no JSON of this, but Prometheus' own format");
	else if (all && !call->count)
		call_misused(call, "--all takes folders");
	else if (call->count && !all)
		call_misused(call, "\"%s\" is too much without --all", call->arguments[0]);
	else
		return true;
	return false;
}

static int run_metrics(struct call *call, struct error *error)
{
	struct metrics metrics = {0};
	int result = 0;

	if (!is_understood(call))
		return ANSWER_USAGE;
	if (call->count)
		result = gather_below(&metrics, call, error);
	else
		gather(&metrics, call->repository);
	if (!result)
		result = answer(call, &metrics, error);
	for (size_t i = 0; !result && i < metrics.count; i++)
		if (!metrics.items[i].read)
			result = ANSWER_FAILED;
	metrics_release(&metrics);
	return result;
}

const struct command command_metrics = {
	.name = "metrics",
	.arguments = "[DIR...]",
	.summary = "what is sent and what waits, counted, for Prometheus",
	.help = "  --all              of every repository below DIR...\n"
		"  -o, --output FILE  into a file, which is replaced whole, instead of on standard output\n",
	.options = {{"all", 0, NULL}, {"output", 'o', "FILE"}},
	.most = COMMAND_LIST_MAXIMUM,
	.run = run_metrics,
};
