#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "flow/behind.h"
#include "rules/duration.h"
#include "rules/message.h"
#include "rules/moment.h"
#include "rules/people.h"

const char *call_option(const struct call *call, const char *name)
{
	for (int i = 0; i < COMMAND_OPTIONS && call->command->options[i].name; i++)
		if (!strcmp(call->command->options[i].name, name))
			return call->values[i];
	return NULL;
}

bool call_number(size_t *out, const struct call *call, const char *name, size_t otherwise)
{
	const char *text = call_option(call, name);
	char *end;
	long number;

	*out = otherwise;
	if (!text)
		return true;
	number = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || number < 1 || number > COMMAND_LIST_MAXIMUM) {
		call_misused(call, "--%s takes a number from 1 to %d, not \"%s\"", name, COMMAND_LIST_MAXIMUM, text);
		return false;
	}
	*out = (size_t)number;
	return true;
}

static bool read_date(struct moment *out, const char *text)
{
	struct buffer date = BUFFER_INIT;
	bool read;

	buffer_addf(&date, "%sZ", text);
	read = moment_parse_date(out, buffer_text(&date));
	buffer_release(&date);
	return read;
}

bool call_time(int64_t *out, const struct call *call, const char *name)
{
	const char *text = call_option(call, name);
	struct moment moment = {0};
	int64_t ago;

	*out = 0;
	if (!text)
		return true;
	if (moment_parse(&moment, text) || read_date(&moment, text))
		*out = moment.seconds;
	else if (duration_parse(&ago, text))
		*out = clock_now() - ago;
	else
		call_misused(call, "--%s takes a time, like 2026-02-03T14:00:00Z, 2026-02-03 or 2h (ago), not \"%s\"",
			     name, text);
	return *out != 0;
}

int call_misused(const struct call *call, const char *format, ...)
{
	struct buffer words = BUFFER_INIT;
	struct buffer text = BUFFER_INIT;
	const char *name = call->command ? call->command->name : NULL;
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(&words, format, arguments);
	va_end(arguments);
	message_escape(&text, buffer_text(&words));
	fprintf(stderr, "hotfixctl: %s\nhotfixctl: try: hotfixctl %s%s--help\n", buffer_text(&text), name ? name : "",
		name ? " " : "");
	buffer_release(&words);
	buffer_release(&text);
	return ANSWER_USAGE;
}

void call_answer_json(struct call *call, struct json *value)
{
	json_write(&call->out, value, 2);
	buffer_add_char(&call->out, '\n');
	json_free(value);
}

int call_configuration(struct session *out, const struct call *call, struct error *error)
{
	int result = session_init(out, call->repository, error);

	if (!result && out->problems.count)
		result = error_set(error, "%s%s; for all of it: hotfixctl -C %s check", out->problems.items[0],
				   out->problems.count > 1 ? ", and more" : "", out->environment.git_dir);
	return result;
}

int call_session(struct session *out, const struct call *call, bool create, struct error *error)
{
	int result = call_configuration(out, call, error);

	out->read_only = !create;
	if (!result)
		behind_await(&out->environment);
	if (!result)
		result = session_open(out, create, error);
	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result =
			error_set(error,
				  "there is no state yet: nothing was pushed since the installation; to begin with the "
				  "present tips: hotfixctl -C %s baseline",
				  out->environment.git_dir);
	}
	return result;
}

char *call_full_ref(const char *name)
{
	struct buffer ref = BUFFER_INIT;

	buffer_addf(&ref, "%s%s", strncmp(name, "refs/", 5) ? "refs/heads/" : "", name);
	return buffer_detach(&ref);
}

char *call_person(const struct policy *policy, const char *name)
{
	const struct person *person = people_by_login(policy, name);
	char *address = people_address_of(name);
	char *key = NULL;

	if (people_by_name(policy, name))
		key = memory_copy(name);
	else if (address)
		key = people_key_of_address(policy, address);
	else if (person)
		key = memory_copy(person->name);
	else if (!strncmp(name, "login:", 6) && name[6])
		key = people_key_of_login(policy, name + 6);
	free(address);
	return key;
}

void json_set_time(struct json *object, const char *key, int64_t seconds)
{
	struct buffer text = BUFFER_INIT;

	clock_format(&text, seconds);
	json_set_string(object, key, seconds ? buffer_text(&text) : NULL);
	buffer_release(&text);
}
