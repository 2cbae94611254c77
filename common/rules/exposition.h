/* What a program counts, in the text format of Prometheus, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Pure. */
#ifndef HOTFIX_RULES_EXPOSITION_H
#define HOTFIX_RULES_EXPOSITION_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define EXPOSITION_LABELS 4

/* The labels of a sample. A value that is NULL leaves its label out; bytes that are no UTF-8 are written as U+FFFD. */
struct exposition_labels {
	struct {
		const char *name;
		const char *value;
	} items[EXPOSITION_LABELS];
};

/* Adds the lines before the samples of NAME, which follow it all together; TYPE is "counter", "gauge" or "histogram". */
void exposition_family(struct buffer *out, const char *name, const char *type, const char *help);

/* Adds a sample. */
void exposition_integer(struct buffer *out, const char *name, const struct exposition_labels *labels, int64_t value);

/* Adds a sample in seconds. */
void exposition_seconds(struct buffer *out, const char *name, const struct exposition_labels *labels,
			int64_t milliseconds);

#endif
