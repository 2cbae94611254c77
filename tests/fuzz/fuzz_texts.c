/* What people read: escaped for a terminal, as a mail, as an address to show. */
#include "fuzz.h"

#include <string.h>

#include "base/buffer.h"
#include "rules/mail_encoding.h"
#include "rules/message.h"
#include "rules/url.h"

#define MAIL_LONGEST_LINE 78 /* RFC 5322, section 2.1.1 */

static void check_escape(const char *text)
{
	const char override[] = {(char)0xe2, (char)0x80, (char)0xae, '\0'}; /* U+202E */
	struct buffer out = {0};

	message_escape(&out, text);
	MUST(fuzz_is_printable(buffer_text(&out)));
	MUST(!strstr(buffer_text(&out), override));
	buffer_release(&out);
}

static void check_wrap(const char *text)
{
	struct buffer out = {0};

	message_wrap(&out, text, 4);
	MUST(out.length && out.bytes[out.length - 1] == '\n');
	for (size_t i = 0; i < out.length; i++)
		if (out.bytes[i] == '\n')
			out.bytes[i] = ' ';
	MUST(fuzz_is_printable(buffer_text(&out)));
	buffer_release(&out);
}

/* Lines end with CR LF, are short, and hold ASCII alone. */
static void check_mail_lines(const struct buffer *out, size_t longest)
{
	size_t column = 0;

	for (size_t i = 0; i < out->length; i++) {
		unsigned char c = (unsigned char)out->bytes[i];

		MUST(c < 0x7f && (c >= ' ' || c == '\t' || c == '\r' || c == '\n'));
		MUST((c == '\n') == (i && out->bytes[i - 1] == '\r'));
		column = c == '\r' || c == '\n' ? 0 : column + 1;
		MUST(column <= longest);
	}
}

static void check_mail(const char *text)
{
	struct buffer field = {0};
	struct buffer body = {0};
	const char *end;

	mail_field_text(&field, "Subject", text);
	check_mail_lines(&field, MAIL_LONGEST_LINE);
	end = strstr(buffer_text(&field), "\r\n");
	for (; end && end[2]; end = strstr(end + 2, "\r\n"))
		MUST(end[2] == ' ' || end[2] == '\t');
	mail_quoted_printable(&body, text);
	check_mail_lines(&body, 76); /* RFC 2045, section 6.7, rule 5 */
	buffer_release(&field);
	buffer_release(&body);
}

static void check_redaction(const char *text)
{
	struct buffer address = {0};
	struct buffer shown = {0};

	buffer_add_string(&address, "https://user:secret@example.com/");
	url_escape(&address, text);
	url_redact(&shown, buffer_text(&address));
	MUST(!strstr(buffer_text(&shown), "user:secret"));
	buffer_release(&address);
	buffer_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = fuzz_field(&bytes, &length);

	check_escape(text);
	check_wrap(text);
	check_mail(text);
	check_redaction(text);
	free(text);
	return 0;
}
