/* A growing run of bytes, always followed by a NUL that does not count. */
#ifndef HOTFIX_BASE_BUFFER_H
#define HOTFIX_BASE_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

struct buffer {
	char *bytes; /* NULL while nothing was added: read it with buffer_text */
	size_t length;
	size_t capacity;
};

#define BUFFER_INIT {0}

/* Makes an empty buffer; a struct that is all zero is one too. */
void buffer_init(struct buffer *buffer);
void buffer_release(struct buffer *buffer);

/* Forgets the contents, keeps the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_add_string(struct buffer *buffer, const char *text);
void buffer_add_char(struct buffer *buffer, char c);

/* Adds text by a format of printf(3). */
void buffer_addf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vaddf(struct buffer *buffer, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* Returns text by a format of printf(3), owned by the caller. */
char *buffer_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Returns the contents as a string (never NULL), still owned by the buffer. */
const char *buffer_text(const struct buffer *buffer);

/* Returns the contents, owned by the caller; the buffer is empty afterwards. */
char *buffer_detach(struct buffer *buffer);

#endif
