#include "rules/exposition.h"

#include <string.h>

#include "base/utf8.h"

void exposition_family(struct buffer *out, const char *name, const char *type, const char *help)
{
	buffer_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_value(struct buffer *out, const char *value)
{
	size_t left = strlen(value);

	while (left) {
		size_t length = utf8_character(value, left);

		if (!length)
			buffer_add_string(out, "\xef\xbf\xbd");
		else if (*value == '\n')
			buffer_add_string(out, "\\n");
		else if (*value == '\\' || *value == '"')
			buffer_addf(out, "\\%c", *value);
		else
			buffer_add(out, value, length);
		length += !length;
		value += length;
		left -= length;
	}
}

static void begin_sample(struct buffer *out, const char *name, const struct exposition_labels *labels)
{
	const char *separator = "{";

	buffer_add_string(out, name);
	for (size_t i = 0; i < EXPOSITION_LABELS; i++) {
		if (!labels->items[i].value)
			continue;
		buffer_addf(out, "%s%s=\"", separator, labels->items[i].name);
		add_value(out, labels->items[i].value);
		buffer_add_char(out, '"');
		separator = ",";
	}
	buffer_add_string(out, *separator == ',' ? "} " : " ");
}

void exposition_integer(struct buffer *out, const char *name, const struct exposition_labels *labels, int64_t value)
{
	begin_sample(out, name, labels);
	buffer_addf(out, "%lld\n", (long long)value);
}

void exposition_seconds(struct buffer *out, const char *name, const struct exposition_labels *labels,
			int64_t milliseconds)
{
	begin_sample(out, name, labels);
	buffer_addf(out, "%lld.%03d\n", (long long)(milliseconds / 1000), (int)(milliseconds % 1000));
}
