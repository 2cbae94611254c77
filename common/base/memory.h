/* Memory that is always there: an allocation that fails ends the process.
 *
 * A hook that ends refuses the push (githooks(5): a non-zero exit of pre-receive or update), and a deliverer that
 * ends leaves its work in the outbox, so ending is the safe answer and no caller has to write another. */
#ifndef HOTFIX_BASE_MEMORY_H
#define HOTFIX_BASE_MEMORY_H

#include <stddef.h>

/* Returns SIZE zeroed bytes, owned by the caller (free). */
void *memory_alloc(size_t size);

/* Resizes OLD (may be NULL) to COUNT items of SIZE bytes each; ends the process when the product overflows. */
void *memory_resize(void *old, size_t count, size_t size);

/* Returns a copy of TEXT, owned by the caller. */
char *memory_copy(const char *text);

/* Returns a NUL-terminated copy of LENGTH bytes, owned by the caller. */
char *memory_copy_bytes(const void *bytes, size_t length);

/* Makes room for one more item of SIZE bytes in an array of COUNT items with *CAPACITY places; returns the array. */
void *memory_grow(void *array, size_t count, size_t *capacity, size_t size);

#endif
