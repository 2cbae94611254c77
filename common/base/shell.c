#include "base/shell.h"

#include <string.h>

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:=@,%"

void shell_quote(struct buffer *out, const char *text)
{
	if (*text && strspn(text, PLAIN) == strlen(text)) {
		buffer_add_string(out, text);
		return;
	}
	buffer_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buffer_add_string(out, "'\\''");
		else
			buffer_add_char(out, *text);
	}
	buffer_add_char(out, '\'');
}
