#include "base/utf8.h"

/* The second byte alone tells overlong forms, surrogates and numbers above U+10FFFF from characters. */
static int second_byte_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return second >= 0x80 && second <= 0xbf;
	}
}

static size_t expected_bytes(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t utf8_character(const char *text, size_t available)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t expected = available ? expected_bytes(bytes[0]) : 0;

	if (!expected || expected > available)
		return 0;
	if (expected > 1 && !second_byte_fits(bytes[0], bytes[1]))
		return 0;
	for (size_t i = 2; i < expected; i++)
		if (bytes[i] < 0x80 || bytes[i] > 0xbf)
			return 0;
	return expected;
}
