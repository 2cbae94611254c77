/* The name of a Git object: SHA-1, the only format that the suite judges (gitformat-pack(5)). */
#ifndef HOTFIX_RULES_OBJECT_ID_H
#define HOTFIX_RULES_OBJECT_ID_H

#include <stdbool.h>
#include <stddef.h>

#define OBJECT_ID_BYTES 20
#define OBJECT_ID_DIGITS 40
#define OBJECT_ID_SHORT 10 /* digits shown to people where no command needs the whole */

struct object_id {
	unsigned char bytes[OBJECT_ID_BYTES];
};

/* The text of an id; a value, so that a message can hold several. */
struct object_id_text {
	char digits[OBJECT_ID_DIGITS + 1];
};

/* Reads exactly 40 lower-case digits at TEXT; returns false when they are not. What follows them is not looked at. */
bool object_id_parse(struct object_id *out, const char *text);

/* Returns all 40 digits. */
struct object_id_text object_id_full(const struct object_id *id);

/* Returns the first OBJECT_ID_SHORT digits. */
struct object_id_text object_id_short(const struct object_id *id);

/* True for the id that stands for "no object" in a ref update (githooks(5), pre-receive). */
bool object_id_is_zero(const struct object_id *id);
bool object_id_equal(const struct object_id *a, const struct object_id *b);
int object_id_compare(const struct object_id *a, const struct object_id *b);

/* A list of ids. All zero is an empty one. */
struct object_ids {
	struct object_id *items;
	size_t count;
	size_t capacity;
};

void object_ids_add(struct object_ids *list, const struct object_id *id);
bool object_ids_contain(const struct object_ids *list, const struct object_id *id);
void object_ids_release(struct object_ids *list);

#endif
