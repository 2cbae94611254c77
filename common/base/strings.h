/* A list of strings that it owns. A struct that is all zero is an empty list. */
#ifndef HOTFIX_BASE_STRINGS_H
#define HOTFIX_BASE_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

struct strings {
	char **items;
	size_t count;
	size_t capacity;
};

#define STRINGS_INIT {0}

void strings_release(struct strings *list);
void strings_add(struct strings *list, const char *text);
void strings_add_bytes(struct strings *list, const char *bytes, size_t length);
/* Takes TEXT, which came from malloc. */
void strings_take(struct strings *list, char *text);
void strings_addf(struct strings *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool strings_contain(const struct strings *list, const char *text);
/* Adds TEXT unless it is there already. */
void strings_add_once(struct strings *list, const char *text);
/* Leaves each text once, where it came first: many are added faster so than by strings_add_once. */
void strings_leave_once(struct strings *list);
/* Takes the first item that is TEXT out, if there is one; the order of the others may change. */
void strings_remove(struct strings *list, const char *text);

#endif
