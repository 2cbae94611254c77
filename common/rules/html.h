/* Pages of HTML: one file each, without scripts or anything from elsewhere. Everything that a page says goes through
 * html_add, since most of it came with a push. */
#ifndef HOTFIX_RULES_HTML_H
#define HOTFIX_RULES_HTML_H

#include <stdint.h>

#include "base/buffer.h"

/* Adds TEXT for an element or a quoted attribute: markup as character references, control bytes, invalid UTF-8 and
 * direction overrides as message_escape shows them. NULL adds nothing. */
void html_add(struct buffer *out, const char *text);

/* Adds a point in time for people, in UTC, in a <time> element; "not known" for 0. */
void html_add_time(struct buffer *out, int64_t seconds);

/* Adds "YYYY-MM-DD HH:MM" in UTC, without an element. */
void html_add_clock(struct buffer *out, int64_t seconds);

/* Begins a page: head, style sheet, and an open <body>. HOME (may be NULL) is the address of the page above it. Ends it, with
 * when it was made. */
void html_begin(struct buffer *out, const char *title, const char *home);
void html_end(struct buffer *out, int64_t now);

/* The style sheet of every page (rules/html_style.c). */
extern const char html_style[];

#endif
