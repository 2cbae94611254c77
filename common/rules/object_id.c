#include "rules/object_id.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool object_id_parse(struct object_id *out, const char *text)
{
	for (size_t i = 0; i < OBJECT_ID_BYTES; i++) {
		int high = digit_value(text[2 * i]);
		int low = high < 0 ? -1 : digit_value(text[2 * i + 1]);

		if (low < 0)
			return false;
		out->bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

struct object_id_text object_id_full(const struct object_id *id)
{
	static const char digits[] = "0123456789abcdef";
	struct object_id_text text;

	for (size_t i = 0; i < OBJECT_ID_BYTES; i++) {
		text.digits[2 * i] = digits[id->bytes[i] >> 4];
		text.digits[2 * i + 1] = digits[id->bytes[i] & 15];
	}
	text.digits[OBJECT_ID_DIGITS] = '\0';
	return text;
}

struct object_id_text object_id_short(const struct object_id *id)
{
	struct object_id_text text = object_id_full(id);

	text.digits[OBJECT_ID_SHORT] = '\0';
	return text;
}

bool object_id_is_zero(const struct object_id *id)
{
	static const struct object_id zero;

	return object_id_equal(id, &zero);
}

bool object_id_equal(const struct object_id *a, const struct object_id *b)
{
	return object_id_compare(a, b) == 0;
}

int object_id_compare(const struct object_id *a, const struct object_id *b)
{
	return memcmp(a->bytes, b->bytes, OBJECT_ID_BYTES);
}

void object_ids_add(struct object_ids *list, const struct object_id *id)
{
	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	list->items[list->count++] = *id;
}

bool object_ids_contain(const struct object_ids *list, const struct object_id *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (object_id_equal(&list->items[i], id))
			return true;
	return false;
}

void object_ids_release(struct object_ids *list)
{
	free(list->items);
	*list = (struct object_ids){0};
}
