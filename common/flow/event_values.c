#include "flow/event_values.h"

#include <string.h>

#include "rules/event.h"
#include "rules/ref_class.h"
#include "rules/template.h"

/* Chats take no text of any length, and refuse the rest of what they are told with it. */
static void shorten(struct buffer *text)
{
	size_t length = EVENT_SUMMARY_MAXIMUM;

	if (text->length <= length)
		return;
	while (length && (text->bytes[length] & 0xc0) == 0x80)
		length--;
	text->length = length;
	buffer_add_string(text, "...");
}

int event_values_init(struct event_values *out, const struct event *event, const char *source, struct error *error)
{
	const char *summary = event_summary(event->type);
	int result;

	*out = (struct event_values){.event = event, .source = source};
	if (json_read(&out->body, event->body, strlen(event->body), error))
		return ERROR_FAILED;
	result = template_expand(&out->summary, summary, strlen(summary), TEMPLATE_TEXT, event_values_find, out, error);
	shorten(&out->summary);
	return result;
}

void event_values_release(struct event_values *values)
{
	json_free(values->body);
	buffer_release(&values->summary);
	buffer_release(&values->value);
	*values = (struct event_values){0};
}

static const char *find_in_body(struct event_values *values, const char *path)
{
	buffer_clear(&values->value);
	return json_add_text(&values->value, values->body, path) ? buffer_text(&values->value) : NULL;
}

const char *event_values_find(void *context, const char *name)
{
	struct event_values *values = context;
	const char *ref = values->event->ref;

	if (strcmp(name, TEMPLATE_BODY) == 0)
		return values->event->body;
	if (strcmp(name, "summary") == 0)
		return buffer_text(&values->summary);
	if (strcmp(name, "branch") == 0)
		return ref ? ref_short(ref) : NULL;
	if (strcmp(name, "source") == 0)
		return values->source;
	if (strcmp(name, "subject") == 0)
		return ref ? ref : find_in_body(values, "repository.full_name");
	return find_in_body(values, name);
}
