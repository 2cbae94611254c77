/* What comes back from outside: replies of webhooks and gates, schedules and Retry-After, fixed headers. */
#include "fuzz.h"

#include <string.h>

#include "adapters/json.h"
#include "base/buffer.h"
#include "rules/expression.h"
#include "rules/fixed_headers.h"
#include "rules/gate.h"
#include "rules/retry.h"

static void check_json(const char *text, const char *pointer)
{
	struct error error = ERROR_INIT;
	struct buffer out = {0};
	struct json *json;

	if (!json_read(&json, text, strlen(text), &error)) {
		const struct json *value = json_pointer(json, pointer);

		if (value)
			json_text(&out, value);
		MUST(json_pointer(json, "") == json);
		json_add_text(&out, json, pointer);
		json_free(json);
	}
	buffer_release(&out);
	error_release(&error);
}

static void check_schedule(const char *text)
{
	struct error error = ERROR_INIT;
	int64_t delay = 0;
	int attempts = 0;

	if (!retry_check(text, &error)) {
		while (retry_delay(&delay, text, attempts + 1)) {
			MUST(delay >= 1 && delay <= RETRY_DELAY_MAXIMUM);
			MUST(++attempts <= RETRY_ATTEMPTS_MAXIMUM);
		}
		MUST(attempts);
	} else {
		MUST(error.message);
	}
	error_release(&error);
}

static void check_wait(const char *text)
{
	int64_t seconds = (int64_t)(strtoull(text, NULL, 10) % RETRY_DELAY_MAXIMUM);
	int64_t floor = strtoll(text, NULL, 16);
	int64_t wait = retry_wait(seconds, floor, (uint32_t)strlen(text) * 2654435761u);
	int64_t most = seconds + seconds / 5 > RETRY_AFTER_MAXIMUM ? seconds + seconds / 5 : RETRY_AFTER_MAXIMUM;

	MUST(wait >= seconds * 1000 && wait <= (most + 1) * 1000);
}

static void check_headers(const char *text, size_t length)
{
	struct strings headers = {0};
	struct error error = ERROR_INIT;
	int line;

	if (!fixed_headers_parse(&headers, &line, text, length, &error))
		for (size_t i = 0; i < headers.count; i++)
			MUST(strchr(headers.items[i], ':') && !strpbrk(headers.items[i], "\r\n"));
	strings_release(&headers);
	error_release(&error);
}

static void check_expectation(const char *item, const char *text)
{
	struct buffer pointer = {0};
	const char *expression;

	if (strlen(item) < 64 && gate_take_expectation(&pointer, &expression, item)) {
		MUST(*buffer_text(&pointer) == '/' && *expression);
		check_json(text, buffer_text(&pointer));
	}
	buffer_release(&pointer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = fuzz_field(&bytes, &length);
	char *other = fuzz_field(&bytes, &length);

	check_json(text, other);
	check_schedule(text);
	check_wait(text);
	check_headers(text, strlen(text));
	check_expectation(other, text);
	free(text);
	free(other);
	return 0;
}
