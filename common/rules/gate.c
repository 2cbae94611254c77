#include "rules/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void gate_init(struct gate *gate, const char *name)
{
	*gate = (struct gate){
		.name = memory_copy(name), .method = memory_copy("GET"), .timeout = GATE_TIMEOUT, .expect_status = 200};
	strings_add(&gate->when, GATE_WHEN_LANDING);
	strings_add(&gate->lands, GATE_FOR_HOTFIX);
}

void gate_release(struct gate *gate)
{
	free(gate->origin);
	free(gate->name);
	free(gate->url);
	free(gate->method);
	free(gate->body);
	free(gate->headers_file);
	strings_release(&gate->expect);
	strings_release(&gate->when);
	strings_release(&gate->lands);
	free(gate->ca_file);
	*gate = (struct gate){0};
}

bool gate_is_asked(const struct gate *gate, const char *when, const char *what)
{
	return strings_contain(&gate->when, when) && strings_contain(&gate->lands, what);
}

bool gate_has_body(const struct gate *gate)
{
	return strcmp(gate->method, "GET") != 0;
}

/* Returns the length of the placeholder at TEXT, 0 when there is none; *VALUE is what it stands for. */
static size_t placeholder(const char **value, const struct gate_facts *facts, const char *text)
{
	const struct {
		const char *name;
		const char *value;
	} placeholders[] = {{"{incident}", facts->incident},
			    {"{branch}", facts->branch},
			    {"{commit}", facts->commit},
			    {"{production}", facts->production},
			    {"{severity}", facts->severity}};

	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++) {
		size_t length = strlen(placeholders[i].name);

		if (strncmp(text, placeholders[i].name, length) != 0)
			continue;
		*value = placeholders[i].value;
		return length;
	}
	return 0;
}

void gate_fill(struct buffer *out, const char *template, const struct gate_facts *facts,
	       void (*escape)(struct buffer *out, const char *text))
{
	while (*template) {
		const char *value = NULL;
		size_t length = placeholder(&value, facts, template);

		if (value)
			escape(out, value);
		if (!length)
			buffer_add_char(out, *template);
		template += length ? length : 1;
	}
}

bool gate_take_expectation(struct buffer *pointer, const char **expression, const char *item)
{
	size_t length = strcspn(item, " \t");

	buffer_add(pointer, item, length);
	*expression = item + length + strspn(item + length, " \t");
	return *item == '/' && **expression;
}

void gate_show_url(struct buffer *out, const char *url)
{
	buffer_add(out, url, strcspn(url, "?#"));
}
