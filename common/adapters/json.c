#include "adapters/json.h"

#include <jansson.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

/* struct json is never defined: a pointer to it is jansson's own. */
static json_t *inner(const struct json *value)
{
	return (json_t *)value;
}

/* jansson answers NULL when there is no memory, the one thing that can fail here; base/memory.h says what happens then,
 * and does it when it is asked for more than there can be. */
static json_t *checked(json_t *value)
{
	if (!value)
		memory_resize(NULL, SIZE_MAX, 2);
	return value;
}

static json_t *text_value(const char *text, size_t left)
{
	static const char replacement[] = "\xef\xbf\xbd";
	struct buffer valid = BUFFER_INIT;
	json_t *value;

	while (left) {
		size_t length = utf8_character(text, left);

		if (length)
			buffer_add(&valid, text, length);
		else
			buffer_add_string(&valid, replacement);
		text += length ? length : 1;
		left -= length ? length : 1;
	}
	value = checked(json_stringn_nocheck(buffer_text(&valid), valid.length));
	buffer_release(&valid);
	return value;
}

struct json *json_new_object(void)
{
	return (struct json *)checked(json_object());
}

struct json *json_new_array(void)
{
	return (struct json *)checked(json_array());
}

void json_free(struct json *value)
{
	json_decref(inner(value));
}

/* Keys are constants of ours. */
static void set(struct json *object, const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(inner(object), key, checked(value)) < 0)
		checked(NULL);
}

static void add(struct json *array, json_t *value)
{
	if (json_array_append_new(inner(array), checked(value)) < 0)
		checked(NULL);
}

void json_set_string(struct json *object, const char *key, const char *text)
{
	set(object, key, text ? text_value(text, strlen(text)) : json_null());
}

void json_set_bytes(struct json *object, const char *key, const struct buffer *text)
{
	set(object, key, text_value(buffer_text(text), text->length));
}

void json_set_integer(struct json *object, const char *key, int64_t number)
{
	set(object, key, json_integer(number));
}

void json_set_bool(struct json *object, const char *key, bool value)
{
	set(object, key, json_boolean(value));
}

void json_set(struct json *object, const char *key, struct json *value)
{
	set(object, key, inner(value));
}

void json_add(struct json *array, struct json *value)
{
	add(array, inner(value));
}

void json_add_string(struct json *array, const char *text)
{
	add(array, text_value(text, strlen(text)));
}

/* The sizes of \", \n, \u00FC and a pair of surrogates. */
static size_t written_size(const char *character, size_t length)
{
	if (length == 4)
		return 12;
	if (length != 1)
		return 6;
	if (*character == '"' || *character == '\\' || (*character && strchr("\b\f\n\r\t", *character)))
		return 2;
	return (unsigned char)*character < 0x20 ? 6 : 1;
}

size_t json_text_fit(const char *text, size_t maximum, size_t *written)
{
	size_t left = strlen(text);
	size_t taken = 0;
	size_t total = 0;

	while (left > taken) {
		size_t length = utf8_character(text + taken, left - taken);
		size_t size = written_size(text + taken, length);

		if (total + size > maximum)
			break;
		total += size;
		taken += length ? length : 1;
	}
	if (written)
		*written = total;
	return taken;
}

static int write_bytes(const char *bytes, size_t length, void *out)
{
	buffer_add(out, bytes, length);
	return 0;
}

void json_write(struct buffer *out, const struct json *value, int indent)
{
	size_t flags = JSON_ENSURE_ASCII | JSON_ENCODE_ANY;

	flags |= indent > 0 ? JSON_INDENT((size_t)indent) : JSON_COMPACT;
	if (json_dump_callback(inner(value), write_bytes, out, flags) < 0)
		checked(NULL);
}

int json_read(struct json **out, const char *text, size_t length, struct error *error)
{
	json_error_t reason;

	*out = (struct json *)json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
	if (!*out)
		return error_set(error, "no JSON: line %d: %s", reason.line, reason.text);
	return 0;
}

const char *json_get_string(const struct json *object, const char *key)
{
	return json_string_value(json_object_get(inner(object), key));
}

const struct json *json_get(const struct json *object, const char *key)
{
	return (const struct json *)json_object_get(inner(object), key);
}

static json_t *value_at(const struct json *object, const char *path)
{
	json_t *value = inner(object);

	for (size_t length; value && *path; path += length + (path[length] == '.')) {
		length = strcspn(path, ".");
		value = json_object_getn(value, path, length);
	}
	return value;
}

bool json_add_text(struct buffer *out, const struct json *object, const char *path)
{
	json_t *value = value_at(object, path);

	if (json_is_string(value))
		buffer_add_string(out, json_string_value(value));
	else if (json_is_integer(value))
		buffer_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_boolean(value))
		buffer_add_string(out, json_is_true(value) ? "true" : "false");
	else
		return false;
	return true;
}

/* Reads one part of a pointer, up to the next "/"; false when a "~" is none of its two escapes. */
static bool read_part(struct buffer *out, const char **pointer)
{
	const char *at = *pointer + 1;

	buffer_clear(out);
	for (; *at && *at != '/'; at++) {
		bool escaped = *at == '~';

		if (escaped && at[1] != '0' && at[1] != '1')
			return false;
		at += escaped;
		buffer_add_char(out, !escaped ? *at : *at == '0' ? '~' : '/');
	}
	*pointer = at;
	return true;
}

/* An index has no leading zeros. */
static json_t *item_of(json_t *array, const char *part)
{
	size_t length = strlen(part);
	size_t index = 0;

	if (!length || length > 9 || strspn(part, "0123456789") != length || (*part == '0' && part[1]))
		return NULL;
	for (; *part; part++)
		index = index * 10 + (size_t)(*part - '0');
	return json_array_get(array, index);
}

const struct json *json_pointer(const struct json *value, const char *pointer)
{
	json_t *at = inner(value);
	struct buffer part = BUFFER_INIT;

	while (at && *pointer) {
		if (*pointer != '/' || !read_part(&part, &pointer))
			at = NULL;
		else
			at = json_is_array(at) ? item_of(at, buffer_text(&part))
					       : json_object_get(at, buffer_text(&part));
	}
	buffer_release(&part);
	return (const struct json *)at;
}

void json_text(struct buffer *out, const struct json *value)
{
	if (json_is_string(inner(value)))
		buffer_add_string(out, json_string_value(inner(value)));
	else
		json_write(out, value, 0);
}

bool json_get_bool(const struct json *object, const char *key)
{
	return json_is_true(json_object_get(inner(object), key));
}

int64_t json_get_integer(const struct json *object, const char *key)
{
	return json_integer_value(json_object_get(inner(object), key));
}

size_t json_count(const struct json *array)
{
	return json_array_size(inner(array));
}

const struct json *json_item(const struct json *array, size_t index)
{
	return (const struct json *)json_array_get(inner(array), index);
}

const char *json_item_string(const struct json *array, size_t index)
{
	return json_string_value(json_array_get(inner(array), index));
}
