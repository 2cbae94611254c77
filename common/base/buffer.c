#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void reserve(struct buffer *buffer, size_t more)
{
	size_t needed = buffer->length + more + 1;

	if (needed <= buffer->capacity)
		return;
	if (needed < buffer->capacity * 2)
		needed = buffer->capacity * 2;
	if (needed < 64)
		needed = 64;
	buffer->bytes = memory_resize(buffer->bytes, needed, 1);
	buffer->capacity = needed;
}

void buffer_init(struct buffer *buffer)
{
	*buffer = (struct buffer)BUFFER_INIT;
}

void buffer_release(struct buffer *buffer)
{
	free(buffer->bytes);
	buffer_init(buffer);
}

void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	if (buffer->bytes)
		buffer->bytes[0] = '\0';
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	reserve(buffer, length);
	if (length)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_add_string(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_add_char(struct buffer *buffer, char c)
{
	buffer_add(buffer, &c, 1);
}

void buffer_vaddf(struct buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		return;
	reserve(buffer, (size_t)length);
	vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
	buffer->length += (size_t)length;
}

void buffer_addf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(buffer, format, arguments);
	va_end(arguments);
}

char *buffer_format(const char *format, ...)
{
	struct buffer buffer = BUFFER_INIT;
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(&buffer, format, arguments);
	va_end(arguments);
	return buffer_detach(&buffer);
}

const char *buffer_text(const struct buffer *buffer)
{
	return buffer->bytes ? buffer->bytes : "";
}

char *buffer_detach(struct buffer *buffer)
{
	char *bytes;

	reserve(buffer, 0);
	buffer->bytes[buffer->length] = '\0';
	bytes = buffer->bytes;
	buffer_init(buffer);
	return bytes;
}
