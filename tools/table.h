/* Columns of text for a terminal. */
#ifndef HOTFIX_TOOLS_TABLE_H
#define HOTFIX_TOOLS_TABLE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/strings.h"

struct table {
	size_t columns;
	struct strings cells; /* row after row */
};

/* TITLES ends with NULL and makes the first row. */
void table_init(struct table *table, const char *const *titles);
void table_release(struct table *table);

/* Add the next cell: TEXT escaped (rules/message.h), "-" for NULL or nothing; a date (RFC 3339, UTC), "-" for 0. */
void table_add(struct table *table, const char *text);
void table_add_time(struct table *table, int64_t seconds);
void table_addf(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds the rows, each column as wide as its widest cell. */
void table_write(struct buffer *out, const struct table *table);

#endif
