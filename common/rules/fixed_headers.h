/* Headers that an administrator adds to each request (hotfix.ini(5), headers-file): "Name: value", one a line; empty
 * lines and those that begin with "#" are skipped. */
#ifndef HOTFIX_RULES_FIXED_HEADERS_H
#define HOTFIX_RULES_FIXED_HEADERS_H

#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"

#define FIXED_HEADERS_MAXIMUM 32
#define FIXED_HEADERS_LINE 4096 /* bytes of one of them */
#define FIXED_HEADERS_FILE (FIXED_HEADERS_LINE * FIXED_HEADERS_MAXIMUM)

/* Adds each header of TEXT, as it goes on the wire (RFC 9110, section 5). Fails, with the line (from 1) in *LINE, on what
 * is none, on one that is ours or the transport's to set, and beyond the bounds. No error holds a value, which may be
 * a secret. */
int fixed_headers_parse(struct strings *out, int *line, const char *text, size_t length, struct error *error);

#endif
