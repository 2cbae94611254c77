#include "base/strings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

void strings_release(struct strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strings)STRINGS_INIT;
}

void strings_take(struct strings *list, char *text)
{
	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	list->items[list->count++] = text;
}

void strings_add(struct strings *list, const char *text)
{
	strings_take(list, memory_copy(text));
}

void strings_add_bytes(struct strings *list, const char *bytes, size_t length)
{
	strings_take(list, memory_copy_bytes(bytes, length));
}

void strings_addf(struct strings *list, const char *format, ...)
{
	struct buffer text = BUFFER_INIT;
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(&text, format, arguments);
	va_end(arguments);
	strings_take(list, buffer_detach(&text));
}

bool strings_contain(const struct strings *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], text))
			return true;
	return false;
}

void strings_add_once(struct strings *list, const char *text)
{
	if (!strings_contain(list, text))
		strings_add(list, text);
}

/* What points further into the list comes after the same text before it. */
static int compare_items(const void *a, const void *b)
{
	char *const *first = *(char *const *const *)a;
	char *const *second = *(char *const *const *)b;
	int order = strcmp(*first, *second);

	return order ? order : (first > second) - (first < second);
}

void strings_leave_once(struct strings *list)
{
	char ***sorted = memory_resize(NULL, list->count + 1, sizeof(*sorted));
	size_t kept = 0;
	char **last = NULL;

	for (size_t i = 0; i < list->count; i++)
		sorted[i] = &list->items[i];
	qsort(sorted, list->count, sizeof(*sorted), compare_items);
	for (size_t i = 0; i < list->count; i++) {
		if (!last || strcmp(*last, *sorted[i]) != 0) {
			last = sorted[i];
			continue;
		}
		free(*sorted[i]);
		*sorted[i] = NULL;
	}
	free(sorted);
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i])
			list->items[kept++] = list->items[i];
	list->count = kept;
}

void strings_remove(struct strings *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) != 0)
			continue;
		free(list->items[i]);
		list->items[i] = list->items[--list->count];
		return;
	}
}
