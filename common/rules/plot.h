/* Pictures in SVG, for pages of HTML. */
#ifndef HOTFIX_RULES_PLOT_H
#define HOTFIX_RULES_PLOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Returns the distance, seconds, between at most MAXIMUM marks over SPAN that people read easily: 1m, 5m, 1h, 1d … */
int64_t plot_time_step(int64_t span, int maximum);

/* Returns the same for counts: 1, 2, 5, 10 … */
int64_t plot_count_step(int64_t most, int maximum);

/* Begins a picture of WIDTH by HEIGHT with its TITLE and its DESCRIPTION, which are read out, escaped here; ID makes their
 * names unique in the page. It ends with "</svg>". */
void plot_begin(struct buffer *out, const char *id, int width, int height, const char *title, const char *description);

/* Adds a text, escaped; CLASS may be NULL; ANCHOR is "start", "middle" or "end". */
void plot_add_text(struct buffer *out, int x, int y, const char *class, const char *anchor, const char *text);

void plot_add_line(struct buffer *out, const char *class, int x1, int y1, int x2, int y2);

#endif
