/* JSON values (RFC 8259), through jansson: built, written as ASCII, read. */
#ifndef HOTFIX_ADAPTERS_JSON_H
#define HOTFIX_ADAPTERS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct json;

/* Make an empty value; owned by the caller until it is given to json_set or json_add. (The plain names json_object and
 * json_array are jansson's own.) */
struct json *json_new_object(void);
struct json *json_new_array(void);
void json_free(struct json *value);

/* Set KEY of OBJECT. Bytes of TEXT that are no valid UTF-8 become U+FFFD; a NULL text becomes null. */
void json_set_string(struct json *object, const char *key, const char *text);
void json_set_bytes(struct json *object, const char *key, const struct buffer *text);
void json_set_integer(struct json *object, const char *key, int64_t number);
void json_set_bool(struct json *object, const char *key, bool value);
/* Takes VALUE. */
void json_set(struct json *object, const char *key, struct json *value);

/* Add to ARRAY; json_add takes VALUE. */
void json_add(struct json *array, struct json *value);
void json_add_string(struct json *array, const char *text);

/* Returns how many bytes of TEXT, whole characters, can be written in at most MAXIMUM bytes; *WRITTEN (may be NULL) is
 * what they take. */
size_t json_text_fit(const char *text, size_t maximum, size_t *written);

/* Adds the value as text: ASCII only (\u escapes), keys in the order in which they were set; INDENT spaces, 0 for one
 * line. */
void json_write(struct buffer *out, const struct json *value, int indent);

/* Reads TEXT; owned by the caller. */
int json_read(struct json **out, const char *text, size_t length, struct error *error);

/* Return a member of an object, or NULL when it is not there or of another kind; owned by OBJECT. */
const char *json_get_string(const struct json *object, const char *key);
const struct json *json_get(const struct json *object, const char *key);

/* Adds as text what is at PATH ("repository.name") in OBJECT; false when that is no text, number, true or false. A NUL
 * in a text ends it. */
bool json_add_text(struct buffer *out, const struct json *object, const char *path);

/* Returns what POINTER (RFC 6901, its string form) names in VALUE, owned by VALUE; NULL when it is not there. */
const struct json *json_pointer(const struct json *value, const char *pointer);

/* Adds a text as it is, and any other value as JSON. */
void json_text(struct buffer *out, const struct json *value);

/* Return a member that is true or a number; false and 0 for anything else. */
bool json_get_bool(const struct json *object, const char *key);
int64_t json_get_integer(const struct json *object, const char *key);

/* How many values ARRAY holds, 0 when it is none; one of them, NULL beyond the last, owned by ARRAY; the same as text,
 * NULL when it is none. */
size_t json_count(const struct json *array);
const struct json *json_item(const struct json *array, size_t index);
const char *json_item_string(const struct json *array, size_t index);

#endif
