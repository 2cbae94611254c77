/* What the analyzer cannot see from one file: a function that sets an error never returns 0, an allocation never NULL.
 * It is put before each file that clang-tidy reads, and no compiler sees it. */
#ifndef HOTFIX_TESTS_CHECK_ANALYZER_H
#define HOTFIX_TESTS_CHECK_ANALYZER_H

#include "base/error.h"
#include "base/memory.h"

#define error_set(...) (error_set(__VA_ARGS__), ERROR_FAILED)
#define error_set_errno(...) (error_set_errno(__VA_ARGS__), ERROR_FAILED)
#define error_set_code(error, code, ...) (error_set_code(error, code, __VA_ARGS__), (code))

/* NOLINTBEGIN(readability-redundant-declaration) */
void *memory_alloc(size_t size) __attribute__((returns_nonnull));
void *memory_resize(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *memory_copy(const char *text) __attribute__((returns_nonnull));
char *memory_copy_bytes(const void *bytes, size_t length) __attribute__((returns_nonnull));
void *memory_grow(void *array, size_t count, size_t *capacity, size_t size) __attribute__((returns_nonnull));
/* NOLINTEND(readability-redundant-declaration) */

#endif
