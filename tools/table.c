#include "table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "rules/message.h"

void table_init(struct table *table, const char *const *titles)
{
	*table = (struct table){0};
	for (; titles[table->columns]; table->columns++)
		strings_add(&table->cells, titles[table->columns]);
}

void table_release(struct table *table)
{
	strings_release(&table->cells);
}

void table_add(struct table *table, const char *text)
{
	struct buffer cell = BUFFER_INIT;

	message_escape(&cell, text && *text ? text : "-");
	strings_add(&table->cells, buffer_text(&cell));
	buffer_release(&cell);
}

void table_add_time(struct table *table, int64_t seconds)
{
	struct buffer cell = BUFFER_INIT;

	if (seconds)
		clock_format(&cell, seconds);
	table_add(table, buffer_text(&cell));
	buffer_release(&cell);
}

void table_addf(struct table *table, const char *format, ...)
{
	struct buffer cell = BUFFER_INIT;
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(&cell, format, arguments);
	va_end(arguments);
	table_add(table, buffer_text(&cell));
	buffer_release(&cell);
}

/* Characters of TEXT, which is UTF-8. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static size_t column_width(const struct table *table, size_t column)
{
	size_t widest = 0;

	for (size_t i = column; i < table->cells.count; i += table->columns) {
		size_t width = width_of(table->cells.items[i]);

		if (width > widest)
			widest = width;
	}
	return widest;
}

void table_write(struct buffer *out, const struct table *table)
{
	size_t *widths = memory_resize(NULL, table->columns, sizeof(*widths));

	for (size_t i = 0; i < table->columns; i++)
		widths[i] = column_width(table, i);
	for (size_t i = 0, column = 0; i < table->cells.count; i++) {
		const char *cell = table->cells.items[i];

		buffer_add_string(out, cell);
		if (column + 1 < table->columns) {
			buffer_addf(out, "%*s", (int)(widths[column] - width_of(cell) + 2), "");
			column++;
		} else {
			buffer_add_char(out, '\n');
			column = 0;
		}
	}
	free(widths);
}
