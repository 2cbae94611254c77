#include "rules/mail_encoding.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "rules/message.h"

#define COLUMNS 78
#define ENCODED_COLUMNS 76 /* of a line with an encoded word, and of quoted-printable */
#define ENCODED_START "=?utf-8?Q?"
#define ENCODED_END "?="
#define LONGEST_WORD 60 /* a longer one cannot be folded where it stands */
#define LOCAL_MAXIMUM 64
#define DOMAIN_MAXIMUM 253

#define ALPHANUMERIC "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* Dots neither begin nor end it, nor follow each other. */
static bool has_good_dots(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] == '.' && (i == 0 || i + 1 == length || text[i + 1] == '.'))
			return false;
	return true;
}

bool mail_address_is_good(const char *address)
{
	size_t local = strspn(address, ALPHANUMERIC "!#$%&'*+-/=?^_`{|}~.");
	const char *domain = address + local + 1;
	size_t length;

	if (!local || local > LOCAL_MAXIMUM || address[local] != '@')
		return false;
	length = strspn(domain, ALPHANUMERIC "-.");
	return length && length <= DOMAIN_MAXIMUM && !domain[length] && has_good_dots(address, local) &&
	       has_good_dots(domain, length);
}

static bool needs_encoding(const char *text)
{
	size_t length = 0;

	for (const char *at = text; *at; at++) {
		length = *at == ' ' ? 0 : length + 1;
		if ((unsigned char)*at >= 0x7f || length > LONGEST_WORD)
			return true;
	}
	return strstr(text, "=?") != NULL;
}

static void add_encoded_character(struct buffer *out, const char *character, size_t length)
{
	if (length == 1 && (isalnum((unsigned char)*character) || strchr("!*+-/.,:()[]", *character)))
		buffer_add_char(out, *character);
	else if (*character == ' ')
		buffer_add_char(out, '_');
	else
		for (size_t i = 0; i < length; i++)
			buffer_addf(out, "=%02X", (unsigned char)character[i]);
}

static void add_encoded(struct buffer *out, const char *text, size_t column)
{
	size_t frame = strlen(ENCODED_START) + strlen(ENCODED_END);
	size_t left = strlen(text);
	struct buffer character = BUFFER_INIT;

	column += frame;
	buffer_add_string(out, ENCODED_START);
	while (left) {
		size_t length = utf8_character(text, left);

		buffer_clear(&character);
		add_encoded_character(&character, text, length);
		if (column + character.length > ENCODED_COLUMNS) {
			buffer_add_string(out, ENCODED_END "\r\n " ENCODED_START);
			column = 1 + frame;
		}
		buffer_add(out, character.bytes, character.length);
		column += character.length;
		text += length;
		left -= length;
	}
	buffer_add_string(out, ENCODED_END);
	buffer_release(&character);
}

static void add_folded(struct buffer *out, const char *text, size_t column)
{
	bool first = true;

	while (*text) {
		size_t length = strcspn(text, " ");

		if (!first && column + 1 + length > COLUMNS) {
			buffer_add_string(out, "\r\n");
			column = 0;
		}
		if (!first)
			buffer_add_char(out, ' ');
		buffer_add(out, text, length);
		column += !first + length;
		first = false;
		text += length + strspn(text + length, " ");
	}
}

void mail_field_text(struct buffer *out, const char *name, const char *text)
{
	size_t column = strlen(name) + 2;
	struct buffer escaped = BUFFER_INIT;

	message_escape(&escaped, text + strspn(text, " "));
	buffer_addf(out, "%s: ", name);
	if (needs_encoding(buffer_text(&escaped)))
		add_encoded(out, buffer_text(&escaped), column);
	else
		add_folded(out, buffer_text(&escaped), column);
	buffer_add_string(out, "\r\n");
	buffer_release(&escaped);
}

void mail_field_list(struct buffer *out, const char *name, const struct strings *items, const char *separator)
{
	size_t column = strlen(name) + 1;

	buffer_addf(out, "%s:", name);
	for (size_t i = 0; i < items->count; i++) {
		const char *behind = i + 1 < items->count ? separator : "";
		size_t length = strlen(items->items[i]) + strlen(behind);

		if (i && column + 1 + length > COLUMNS) {
			buffer_add_string(out, "\r\n");
			column = 0;
		}
		buffer_addf(out, " %s%s", items->items[i], behind);
		column += 1 + length;
	}
	buffer_add_string(out, "\r\n");
}

bool mail_is_plain(const char *text)
{
	size_t column = 0;

	for (; *text; text++) {
		column = *text == '\n' ? 0 : column + 1;
		if (column > COLUMNS || (*text != '\n' && ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f)))
			return false;
	}
	return true;
}

void mail_plain(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			buffer_add_char(out, '\r');
		buffer_add_char(out, *text);
	}
}

static bool is_literal(const char *at)
{
	if (*at == ' ' || *at == '\t')
		return at[1] && at[1] != '\n';
	return *at > ' ' && *at < 0x7f && *at != '=';
}

void mail_quoted_printable(struct buffer *out, const char *text)
{
	size_t column = 0;

	for (; *text; text++) {
		size_t width = is_literal(text) ? 1 : 3;

		if (*text == '\n') {
			buffer_add_string(out, "\r\n");
			column = 0;
			continue;
		}
		/* the last column belongs to the "=" of a soft break */
		if (column + width > ENCODED_COLUMNS - 1) {
			buffer_add_string(out, "=\r\n");
			column = 0;
		}
		if (width == 1)
			buffer_add_char(out, *text);
		else
			buffer_addf(out, "=%02X", (unsigned char)*text);
		column += width;
	}
}
