/* Templates and addresses with placeholders: a value is never more than a value, and never leads out of its folder. */
#include "fuzz.h"

#include <string.h>

#include "adapters/json.h"
#include "base/buffer.h"
#include "rules/template.h"
#include "rules/url.h"

/* The text of every placeholder but the whole body, which is JSON already. */
static const char *one_value(void *context, const char *name)
{
	return strcmp(name, TEMPLATE_BODY) ? context : "{}";
}

static bool is_json(const struct buffer *text)
{
	struct error error = ERROR_INIT;
	struct json *json;
	bool good = !json_read(&json, buffer_text(text), text->length, &error);

	if (good)
		json_free(json);
	error_release(&error);
	return good;
}

static bool expands_to_json(const char *text, size_t length, char *value)
{
	struct buffer out = {0};
	struct error error = ERROR_INIT;
	bool good = !template_expand(&out, text, length, TEMPLATE_JSON, one_value, value, &error) && is_json(&out);

	buffer_release(&out);
	error_release(&error);
	return good;
}

/* A template that is JSON with nothing and with a word in it has its placeholders in strings. */
static void check_json(const char *text, char *value)
{
	struct error error = ERROR_INIT;
	size_t length = strlen(text);
	int line;

	if (strlen(value) < 256 && length < 1024 && !template_check(&line, text, length, TEMPLATE_JSON, &error) &&
	    expands_to_json(text, length, "") && expands_to_json(text, length, "word"))
		MUST(expands_to_json(text, length, value));
	error_release(&error);
}

static void check_value(char *value)
{
	static const char text[] = "{\"text\": \"a {hotfix.incident} b\", \"list\": [1]}";
	struct buffer out = {0};
	struct error error = ERROR_INIT;

	if (!template_expand(&out, text, sizeof(text) - 1, TEMPLATE_JSON, one_value, value, &error)) {
		MUST(is_json(&out));
		MUST(!strchr(buffer_text(&out) + 1, '<'));
	}
	buffer_release(&out);
	error_release(&error);
}

static void check_url(const char *url, char *value)
{
	struct buffer plain = {0};
	struct buffer full = {0};
	struct error error = ERROR_INIT;
	size_t host;
	size_t same;

	if ((url_has_scheme(url, "https") || url_has_scheme(url, "http")) && !url_check(url, &error) &&
	    !template_check_url(url, &error) && !template_expand_url(&plain, url, one_value, "", &error) &&
	    !template_expand_url(&full, url, one_value, value, &error)) {
		const char *a = url_host(buffer_text(&plain), &host);
		const char *b = url_host(buffer_text(&full), &same);

		MUST(host == same && !memcmp(a, b, host));
		MUST(!strpbrk(buffer_text(&full), " \n\r\t\"<>"));
		MUST(!strstr(value, "..") || strstr(url, "..") || !strstr(buffer_text(&full), "/../"));
	}
	buffer_release(&plain);
	buffer_release(&full);
	error_release(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = fuzz_field(&bytes, &length);
	char *value = fuzz_field(&bytes, &length);

	check_json(text, value);
	check_value(value);
	check_url(text, value);
	free(text);
	free(value);
	return 0;
}
