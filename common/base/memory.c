#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define LONGEST_MESSAGE 160

/* Nothing is allocated to say so. */
static int explain(char *out, size_t size)
{
	struct rlimit limit = {.rlim_cur = RLIM_INFINITY};

	getrlimit(RLIMIT_DATA, &limit);
	if (limit.rlim_cur == RLIM_INFINITY)
		return snprintf(out, size, "hotfix: the server is out of memory; this is not your fault, try again\n");
	return snprintf(out, size,
			"hotfix: stopped: this takes more than %llu MB of memory ([limits] memory in hotfix.ini);\n"
			"        ask the administrator of this server\n",
			(unsigned long long)limit.rlim_cur >> 20);
}

static void *checked(void *pointer)
{
	char message[LONGEST_MESSAGE];
	int length;

	if (pointer)
		return pointer;
	length = explain(message, sizeof(message));
	if (length > 0 && write(STDERR_FILENO, message, (size_t)length) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

void *memory_alloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *memory_resize(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count ? count : 1, size));
}

char *memory_copy_bytes(const void *bytes, size_t length)
{
	char *copy = checked(malloc(length + 1));

	if (length)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *memory_copy(const char *text)
{
	return memory_copy_bytes(text, strlen(text));
}

void *memory_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : 8;
	return memory_resize(array, *capacity, size);
}
