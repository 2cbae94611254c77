/* A folder of pages that others read while they are written. */
#ifndef HOTFIX_ADAPTERS_PAGES_H
#define HOTFIX_ADAPTERS_PAGES_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"

struct pages;

/* Opens FOLDER, which is made when the one above it is there. One writer at a time: another one is waited for. */
int pages_open(struct pages **out, const char *folder, struct error *error);
void pages_free(struct pages *pages);

/* Writes the page NAME, whole or not at all; one that holds the same already is left alone. */
int pages_write(struct pages *pages, const char *name, const struct buffer *content, struct error *error);

/* Removes the pages that begin and end like ours and are not among KEEP, and what a writer that was stopped left; *REMOVED is
 * how many. Any other file stays. */
int pages_sweep(struct pages *pages, const char *prefix, const char *suffix, const struct strings *keep,
		size_t *removed, struct error *error);

#endif
