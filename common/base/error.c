#include "base/error.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

static void set(struct error *error, const char *suffix, const char *format, va_list arguments)
{
	struct buffer text = BUFFER_INIT;

	if (error->message)
		return;
	buffer_vaddf(&text, format, arguments);
	if (suffix)
		buffer_addf(&text, ": %s", suffix);
	error->message = buffer_detach(&text);
}

void error_release(struct error *error)
{
	free(error->message);
	error->message = NULL;
}

int error_set(struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set(error, NULL, format, arguments);
	va_end(arguments);
	return ERROR_FAILED;
}

int error_set_errno(struct error *error, int errno_value, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set(error, strerror(errno_value), format, arguments);
	va_end(arguments);
	return ERROR_FAILED;
}

int error_set_code(struct error *error, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set(error, NULL, format, arguments);
	va_end(arguments);
	return code;
}

const char *error_text(const struct error *error)
{
	return error->message ? error->message : "unknown error";
}
