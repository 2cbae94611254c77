/* What a pusher gives to git push -o, as Git hands it on: a number, and a variable for each option (githooks(5)). The first
 * field is the number, the rest are the options. */
#include "fuzz.h"

#include <string.h>

#include "adapters/environment.h"
#include "base/buffer.h"
#include "rules/override.h"

#define COUNT "GIT_PUSH_OPTION_COUNT"
#define GIVEN_MAXIMUM 16 /* variables that are set; what is said may be more */

static void set_option(size_t number, const char *value)
{
	char *name = buffer_format("GIT_PUSH_OPTION_%zu", number);

	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
	free(name);
}

static bool is_ours(const char *option)
{
	return !strcmp(option, OVERRIDE_OPTION) || !strncmp(option, OVERRIDE_OPTION "=", strlen(OVERRIDE_OPTION "="));
}

/* What is said of an override is one line for a person, and word by word from the only option that makes it. */
static void check_request(const struct override_request *request, const struct strings *options)
{
	const char *only = NULL;
	size_t ours = 0;

	for (size_t i = 0; i < options->count; i++)
		if (is_ours(options->items[i])) {
			only = options->items[i];
			ours++;
		}
	MUST(request->made == (ours > 0));
	MUST(!request->made ? !request->reason && !request->fault : !request->reason != !request->fault);
	MUST(!request->fault || fuzz_is_printable(request->fault));
	if (!request->reason)
		return;
	MUST(ours == 1 && strstr(only, request->reason));
	MUST(*request->reason && strlen(request->reason) <= OVERRIDE_REASON_MAXIMUM);
	MUST(!strchr(" \t", request->reason[0]) && fuzz_is_printable(request->reason));
}

static void check(char *const *given, size_t count)
{
	struct override_request request = {0};
	struct strings options = STRINGS_INIT;
	struct error error = ERROR_INIT;
	int result = environment_push_options(&options, &error);

	MUST(!result || (result == ERROR_LIMIT && error.message && !options.count));
	MUST(options.count <= ENVIRONMENT_OPTIONS_MAXIMUM);
	for (size_t i = 0; i < options.count; i++)
		MUST(!strcmp(options.items[i], i < count ? given[i] : ""));
	override_request_read(&request, &options);
	check_request(&request, &options);
	override_request_release(&request);
	strings_release(&options);
	error_release(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *said = fuzz_field(&bytes, &length);
	char *given[GIVEN_MAXIMUM];
	size_t count = 0;

	setenv(COUNT, said, 1);
	while (length && count < GIVEN_MAXIMUM) {
		given[count] = fuzz_field(&bytes, &length);
		set_option(count, given[count]);
		count++;
	}
	check(given, count);
	unsetenv(COUNT);
	for (size_t i = 0; i < count; i++) {
		set_option(i, NULL);
		free(given[i]);
	}
	free(said);
	return 0;
}
