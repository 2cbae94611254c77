/* Texts with placeholders, for receivers with a form of their own (hotfix-hooks(7), TEMPLATES).
 *
 * "{hotfix.incident}" stands for that member of the event's body. A brace before anything but a letter stands for
 * itself, so that JSON can be written as it is; "{{name}}" stands for "{name}", whatever the name. */
#ifndef HOTFIX_RULES_TEMPLATE_H
#define HOTFIX_RULES_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define TEMPLATE_MAXIMUM (64 * 1024)              /* bytes of a template */
#define TEMPLATE_RESULT_MAXIMUM (4 * 1024 * 1024) /* bytes of what it becomes */
#define TEMPLATE_URL_MAXIMUM (8 * 1024)           /* bytes of what an address becomes */
#define TEMPLATE_BODY "body" /* {body}: the whole body of the event; in JSON it is a value, not text */

/* How the bytes of a value are written. */
enum template_form {
	TEMPLATE_TEXT, /* as they are */
	TEMPLATE_JSON, /* inside a string (RFC 8259, section 7); "<" is escaped too, for who puts it into a page */
	TEMPLATE_URL,  /* percent-encoded but for unreserved characters (RFC 3986, section 2.3) */
};

/* Returns the value of a placeholder, which must stay until the next call; NULL where there is none. */
typedef const char *template_value(void *context, const char *name);

/* Returns the name of placeholder INDEX of all that there are; NULL behind the last. */
const char *template_placeholder(size_t index);

/* Finds the form that values need in a text of this type of content (RFC 9110, section 8.3.1). Fails where we know of
 * none that keeps a value from being more than a value. */
int template_form_of(enum template_form *out, const char *content_type, struct error *error);

/* Fails, with the line (from 1) in *LINE, on a placeholder that there is not, on NUL, and in JSON on what is no UTF-8. */
int template_check(int *line, const char *text, size_t length, enum template_form form, struct error *error);

/* Adds a text that passed template_check, with its values; what has none stands for nothing. */
int template_expand(struct buffer *out, const char *text, size_t length, enum template_form form, template_value *find,
		    void *context, struct error *error);

/* The same for an http or https address, where placeholders, but not {body}, are allowed in the path and the query
 * alone. Expanding fails where a value would lead out of its folder. */
int template_check_url(const char *url, struct error *error);
int template_expand_url(struct buffer *out, const char *url, template_value *find, void *context, struct error *error);

#endif
