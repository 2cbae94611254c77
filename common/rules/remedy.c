#include "rules/remedy.h"

#include <stdarg.h>
#include <string.h>

#include "base/buffer.h"
#include "base/shell.h"

void remedy_add(struct strings *out, const char *format, ...)
{
	struct buffer command = BUFFER_INIT;
	const char *place;
	va_list texts;

	va_start(texts, format);
	while ((place = strstr(format, "%s"))) {
		buffer_add(&command, format, (size_t)(place - format));
		shell_quote(&command, va_arg(texts, const char *));
		format = place + strlen("%s");
	}
	va_end(texts);
	buffer_add_string(&command, format);
	strings_take(out, buffer_detach(&command));
}

char *remedy_word(const char *text)
{
	struct buffer word = BUFFER_INIT;

	shell_quote(&word, text);
	return buffer_detach(&word);
}
