/* The story of an incident as a page for people who know neither Git nor us. */
#ifndef HOTFIX_RULES_STORY_HTML_H
#define HOTFIX_RULES_STORY_HTML_H

#include "base/buffer.h"
#include "rules/story.h"

/* Adds a whole page; HOME (may be NULL) is the address of the page that lists it. */
void story_html(struct buffer *out, const struct story *story, const char *home);

/* Parts of it: the picture of the time line, and the sections with tables. */
void story_html_add_picture(struct buffer *out, const struct story *story);
void story_html_add_entries(struct buffer *out, const struct story *story);
void story_html_add_exceptions(struct buffer *out, const struct story *story);
void story_html_add_changes(struct buffer *out, const struct story *story);
void story_html_add_deliveries(struct buffer *out, const struct story *story);

/* Returns the class of what a standing is to be seen as: "good", "warn", "bad" or "quiet"; and a sign that says the same
 * without colour. */
const char *story_html_class(const struct story *story);
const char *story_html_sign(const struct story *story);

/* Adds TEXT, escaped, with a capital at its beginning. */
void story_html_add_capital(struct buffer *out, const char *text);

/* Returns "Report", "Review and test" … */
const char *story_html_step(enum checklist_step step);

#endif
