#include "invocation.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum global { GLOBAL_REPOSITORY, GLOBAL_JSON, GLOBAL_HELP, GLOBAL_VERSION };

static const struct command_option globals[] = {
	[GLOBAL_REPOSITORY] = {"repository", 'C', "REPO"},
	[GLOBAL_JSON] = {"json", 0, NULL},
	[GLOBAL_HELP] = {"help", 'h', NULL},
	[GLOBAL_VERSION] = {"version", 'V', NULL},
	{NULL, 0, NULL},
};

/* Where reading the command line stands. */
struct reader {
	struct call *call;
	const struct command *commands;
	size_t count;
	char **next;
};

static const struct command_option *find_long(const struct command_option *options, const char *text, size_t length)
{
	for (; options->name; options++)
		if (strlen(options->name) == length && !memcmp(options->name, text, length))
			return options;
	return NULL;
}

static const struct command_option *find_letter(const struct command_option *options, char letter)
{
	for (; options->name; options++)
		if (options->letter == letter)
			return options;
	return NULL;
}

static void keep(struct reader *reader, const struct command_option *option, const char *value)
{
	struct call *call = reader->call;

	if (option == &globals[GLOBAL_REPOSITORY])
		call->repository = value;
	else if (option == &globals[GLOBAL_JSON])
		call->json = true;
	else if (option == &globals[GLOBAL_HELP])
		call->help = true;
	else if (option == &globals[GLOBAL_VERSION])
		call->version = true;
	else
		call->values[option - call->command->options] = value;
}

static int read_option(struct reader *reader, const char *text)
{
	const struct command *command = reader->call->command;
	bool is_long = text[1] == '-';
	size_t length = is_long ? strcspn(text + 2, "=") : 1;
	const char *name = text + (is_long ? 2 : 1);
	const char *value = is_long && name[length] == '=' ? name + length + 1 : !is_long && name[1] ? name + 1 : NULL;
	const struct command_option *option = is_long ? find_long(globals, name, length) : find_letter(globals, *name);

	if (!option && command)
		option = is_long ? find_long(command->options, name, length) : find_letter(command->options, *name);
	if (!option)
		return call_misused(reader->call, "there is no option %s%s", text,
				    command ? "" : " before the command");
	if (!option->value && value)
		return call_misused(reader->call, "%s: --%s takes no value", text, option->name);
	if (option->value && !value && !*reader->next)
		return call_misused(reader->call, "%s needs a value: %s", text, option->value);
	if (option->value && !value)
		value = *reader->next++;
	keep(reader, option, option->value ? value : "");
	return ANSWER_YES;
}

/* How many letters must be put in, taken out or changed to make one of the other; only small numbers matter. */
static size_t distance(const char *a, const char *b)
{
	size_t columns = strlen(b) + 1;
	size_t *row = memory_resize(NULL, columns, sizeof(*row));
	size_t result;

	for (size_t i = 0; i < columns; i++)
		row[i] = i;
	for (size_t line = 1; *a; a++, line++) {
		size_t diagonal = row[0];

		row[0] = line;
		for (size_t i = 1; i < columns; i++) {
			size_t best = diagonal + (*a != b[i - 1]);

			diagonal = row[i];
			if (row[i] + 1 < best)
				best = row[i] + 1;
			if (row[i - 1] + 1 < best)
				best = row[i - 1] + 1;
			row[i] = best;
		}
	}
	result = row[columns - 1];
	free(row);
	return result;
}

static int unknown_command(const struct reader *reader, const char *name)
{
	const char *meant = NULL;
	size_t nearest = 3;

	for (size_t i = 0; strlen(name) < 32 && i < reader->count; i++) {
		const char *known = reader->commands[i].name;
		size_t away = strlen(name) > 2 && !strncmp(known, name, strlen(name)) ? 0 : distance(name, known);

		if (away < nearest && away < strlen(known)) {
			nearest = away;
			meant = known;
		}
	}
	return meant ? call_misused(reader->call, "there is no command \"%s\"; did you mean %s?", name, meant)
		     : call_misused(reader->call, "there is no command \"%s\"", name);
}

static int read_word(struct reader *reader, const char *word)
{
	struct call *call = reader->call;

	if (call->command) {
		call->arguments[call->count++] = word;
		return ANSWER_YES;
	}
	for (size_t i = 0; i < reader->count && !call->command; i++)
		if (!strcmp(reader->commands[i].name, word))
			call->command = &reader->commands[i];
	return call->command ? ANSWER_YES : unknown_command(reader, word);
}

static int check_count(const struct call *call)
{
	const struct command *command = call->command;

	if (!command || call->help || call->version)
		return ANSWER_YES;
	if (call->count < command->least)
		return call_misused(call, "%s takes: %s", command->name, command->arguments);
	if (call->count > command->most)
		return call_misused(call, "%s: \"%s\" is too much; it takes %s", command->name,
				    call->arguments[command->most],
				    *command->arguments ? command->arguments : "no argument");
	return ANSWER_YES;
}

int invocation_parse(struct call *out, const struct command *commands, size_t count, char **arguments)
{
	struct reader reader = {.call = out, .commands = commands, .count = count, .next = arguments};
	bool options = true;
	size_t words = 0;
	int result = ANSWER_YES;

	*out = (struct call){.repository = "."};
	while (arguments[words])
		words++;
	out->arguments = memory_resize(NULL, words + 1, sizeof(*out->arguments));
	while (result == ANSWER_YES && *reader.next) {
		const char *text = *reader.next++;

		if (options && !strcmp(text, "--"))
			options = false;
		else if (options && text[0] == '-' && text[1])
			result = read_option(&reader, text);
		else
			result = read_word(&reader, text);
	}
	return result == ANSWER_YES ? check_count(out) : result;
}

void invocation_release(struct call *call)
{
	free(call->arguments);
	buffer_release(&call->out);
}

void invocation_help(struct buffer *out, const struct command *commands, size_t count)
{
	buffer_add_string(out, "usage: hotfixctl [-C REPO] [--json] COMMAND [ARGUMENT...]\n\n");
	for (size_t i = 0; i < count; i++)
		buffer_addf(out, "  %-11s  %s\n", commands[i].name, commands[i].summary);
	buffer_add_string(out, "\n"
			       "  -C, --repository REPO  the bare repository; default: the current folder\n"
			       "  --json                 the answer as JSON, for programs\n"
			       "  -h, --help             this page; hotfixctl COMMAND --help: of one command\n"
			       "  -V, --version          the version\n\n"
			       "exit status: 0 yes, 1 no, 2 wrong usage, 3 could not be done; more: man hotfixctl\n");
}

void invocation_command_help(struct buffer *out, const struct command *command)
{
	buffer_addf(out, "usage: hotfixctl [-C REPO] [--json] %s", command->name);
	for (const struct command_option *option = command->options; option->name; option++) {
		if (option->letter)
			buffer_addf(out, " [-%c", option->letter);
		else
			buffer_addf(out, " [--%s", option->name);
		buffer_addf(out, "%s%s]", option->value ? " " : "", option->value ? option->value : "");
	}
	buffer_addf(out, "%s%s\n\n%s\n", *command->arguments ? " " : "", command->arguments, command->summary);
	if (command->help)
		buffer_addf(out, "\n%s", command->help);
}
