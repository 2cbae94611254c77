#include "rules/encoding.h"

#include <string.h>
#include <strings.h>

static const char *const utf8_names[] = {"utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968"};

/* Two-byte encodings whose second byte may be an ASCII letter are here too: it is never one of the bytes that matter,
 * and commit.c takes no address with other bytes than ASCII from them. Not here: Shift_JIS, whose `~` and `\` are
 * others, and windows-1255 and windows-1258, which join letters. */
static const char *const other_names[] = {
	"koi8-r",       "koi8-u",       "euc-jp",       "euc-kr",       "euc-cn",       "euc-tw",       "eucjp",
	"euckr",        "euccn",        "euctw",        "gb2312",       "gbk",          "cp936",        "cp949",
	"uhc",          "big5",         "cp950",        "windows-1250", "cp1250",       "cp1251",       "cp1252",
	"cp1253",       "cp1254",       "cp1256",       "cp1257",       "windows-1251", "windows-1252", "windows-1253",
	"windows-1254", "windows-1256", "windows-1257",
};

/* Families: what follows is a number. */
static const char *const other_families[] = {"iso-8859-", "iso8859-", "iso_8859-", "latin-", "latin"};

static bool is_one_of(const char *name, size_t length, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == length && strncasecmp(name, names[i], length) == 0)
			return true;
	return false;
}

static bool is_in_family(const char *name, size_t length, const char *family)
{
	size_t prefix = strlen(family);

	if (length <= prefix || length > prefix + 2 || strncasecmp(name, family, prefix) != 0)
		return false;
	for (size_t i = prefix; i < length; i++)
		if (name[i] < '0' || name[i] > '9')
			return false;
	return true;
}

enum encoding_kind encoding_kind_of(const char *name, size_t length)
{
	if (is_one_of(name, length, utf8_names, sizeof(utf8_names) / sizeof(*utf8_names)))
		return ENCODING_UTF8;
	if (is_one_of(name, length, other_names, sizeof(other_names) / sizeof(*other_names)))
		return ENCODING_OTHER;
	for (size_t i = 0; i < sizeof(other_families) / sizeof(*other_families); i++)
		if (is_in_family(name, length, other_families[i]))
			return ENCODING_OTHER;
	return ENCODING_UNKNOWN;
}
