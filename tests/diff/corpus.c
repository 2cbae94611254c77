/* Writes commits with nasty messages, always the same ones for the same seed, for git fast-import.
 *
 *	corpus SEED COUNT | git fast-import */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

#define SCISSORS "# ------------------------ >8 ------------------------"

static uint64_t state;

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static unsigned below(unsigned limit)
{
	return (unsigned)(next_random() % limit);
}

static bool chance(unsigned percent)
{
	return below(100) < percent;
}

#define PICK(list) ((list)[below(sizeof(list) / sizeof(*(list)))])

static const char *const trailer_lines[] = {
	"Signed-off-by: Ann <ann@example.com>",
	"Signed-off-by: ",
	"Signed-off-by:Bob <bob@example.com>",
	"signed-off-by: Bob <bob@example.com>",
	"(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)",
	"(cherry picked from commit ",
	"Reviewed-by: Rita <rita@example.com>",
	"Reviewed-by : Rita <rita@example.com>",
	"Reviewed-by\t:\tRita",
	"Reviewed-by:",
	"Reviewed-by: \t",
	"Reviewed-by::: colons",
	"Reviewed-by: Rita\r",
	"Reviewed by  : someone",
	"-: dash",
	"--: dashes",
	"---: divider",
	"9: digit",
	"Tested-by:   inner   blanks   stay  ",
	"Fixes: #17",
	"https://example.com/x",
	"R\xc3\xa9viewed-by: not a token",
	"Reviewed-by: J\xc3\xbcrgen <j@example.com>",
	"Reviewed-by: J\xfcrgen <j@example.com>",
	"Reviewed-by: \xc4\xe3\xba\xc3 <hao@example.com>",
	"Reviewed-by: \x81@ \xe4\x5c \x85 <x@example.com>",
	"Reviewed\xa0-by: no token",
};

static const char *const other_lines[] = {
	"some words that are no trailer",
	"words: with a blank before",
	"(cherry-picked from commit 0123)",
	" Signed-off-by: Ann <ann@example.com>",
	":no key",
	"[ann: rebased]",
	"key=value",
	"Key_x: underscore",
	"Key.x: dot",
	"Re viewed-by: two words",
	"---",
	"--- a/file",
	"+++ b/file",
	"-- ",
	"diff --git a/x b/x",
	"Conflicts:\r",
	"Conflicts: ",
	"\vVertical: tab",
	"\fForm: feed",
	"\x01: control",
};

static const char *const folded_lines[] = {
	" goes on here",
	"\tgoes on behind a tab",
	"  Key: that is folded",
	" \t mixed \t",
	" # no comment",
	"\rKey: carriage",
	" ---",
	"\t(cherry picked from commit 01)",
};

static const char *const blank_lines[] = {"", "", "", " ", "\t", "\r", " \t\r ", "\f", "\v"};

static const char *const comment_lines[] = {
	"#", "# comment", "#Key: value", "# ------------------------ >8 ----", SCISSORS " ", " " SCISSORS};

static const char *const encodings[] = {"UTF-8",      "utf8",   "ISO-8859-1", "iso8859-15",   "latin1", "latin-1",
					"US-ASCII",   "KOI8-R", "EUC-JP",     "EUC-KR",       "GB2312", "GBK",
					"BIG5",       "CP949",  "cp1252",     "windows-1251", "EUC-TW", "windows-1254",
					"ISO-8859-7", "KOI8-U", "UHC"};

static void add_line(struct buffer *out, const char *line)
{
	buffer_add_string(out, line);
	buffer_add_char(out, '\n');
}

/* Any byte but NUL, or few kinds of bytes, so that what matters comes up often. */
static void add_noise(struct buffer *out, unsigned length)
{
	static const char few[] = "aK9:- \t\n\n\r#\f>8<\x80";
	bool any = chance(40);

	for (unsigned i = 0; i < length; i++)
		buffer_add_char(out, any ? (char)(1 + below(255)) : few[below(sizeof(few) - 1)]);
}

static void add_conflicts(struct buffer *out)
{
	add_line(out, "Conflicts:");
	for (unsigned i = below(4); i > 0; i--)
		add_line(out, chance(90) ? "\tpath/to/file.c" : "path");
}

static void add_any_line(struct buffer *out)
{
	unsigned kind = below(100);

	if (kind < 45)
		add_line(out, PICK(trailer_lines));
	else if (kind < 60)
		add_line(out, PICK(folded_lines));
	else if (kind < 72)
		add_line(out, PICK(other_lines));
	else if (kind < 82)
		add_line(out, PICK(blank_lines));
	else if (kind < 90)
		add_line(out, PICK(comment_lines));
	else if (kind < 93)
		add_conflicts(out);
	else if (kind < 94)
		add_line(out, SCISSORS);
	else
		add_noise(out, below(20));
}

/* A block around the bound of 25 %: one line that Git writes, and three others for each trailer, or one more or less. */
static void add_mixed_block(struct buffer *out)
{
	unsigned trailers = 1 + below(4);
	unsigned others = 3 * trailers + below(3) - 1;
	bool generated = chance(80);

	while (trailers + others > 0) {
		if (trailers && below(trailers + others) < trailers) {
			add_line(out, generated && chance(60) ? trailer_lines[below(5)] : PICK(trailer_lines));
			trailers--;
		} else {
			add_line(out, chance(80) ? PICK(other_lines) : PICK(folded_lines));
			others--;
		}
		if (chance(10))
			add_line(out, PICK(comment_lines));
	}
}

static void add_paragraphs(struct buffer *out)
{
	for (unsigned lines = below(4); lines > 0; lines--)
		add_line(out, chance(80) ? "a title or a sentence" : PICK(comment_lines));
	add_line(out, PICK(blank_lines));
	for (unsigned lines = below(6); lines > 0; lines--)
		add_any_line(out);
	if (chance(70))
		add_line(out, PICK(blank_lines));
	if (chance(40))
		add_mixed_block(out);
	else
		for (unsigned lines = below(6); lines > 0; lines--)
			add_line(out, chance(80) ? PICK(trailer_lines) : PICK(folded_lines));
}

static void add_tail(struct buffer *out)
{
	for (unsigned lines = below(4); lines > 0; lines--)
		add_line(out, chance(50) ? PICK(blank_lines) : PICK(comment_lines));
	if (chance(15))
		add_conflicts(out);
	if (chance(8)) {
		add_line(out, SCISSORS);
		add_line(out, "Reviewed-by: below the scissors");
	}
}

static void add_long(struct buffer *out)
{
	add_line(out, "title\n");
	for (unsigned i = 2000 + below(2000); i > 0; i--)
		add_line(out, chance(50) ? PICK(trailer_lines) : PICK(folded_lines));
	buffer_add_string(out, "Long-key");
	for (unsigned i = below(60000); i > 0; i--)
		buffer_add_char(out, 'x');
	buffer_add_char(out, ':');
	for (unsigned i = below(60000); i > 0; i--)
		buffer_add_char(out, chance(99) ? 'v' : ' ');
	buffer_add_char(out, '\n');
}

static void make_message(struct buffer *out)
{
	unsigned kind = below(1000);

	buffer_clear(out);
	if (chance(5))
		for (unsigned lines = 1 + below(3); lines > 0; lines--)
			add_line(out, PICK(blank_lines));
	if (kind < 3)
		add_long(out);
	else if (kind < 200)
		add_noise(out, below(120));
	else if (kind < 350)
		for (unsigned lines = below(12); lines > 0; lines--)
			add_any_line(out);
	else
		add_paragraphs(out);
	if (chance(50))
		add_tail(out);
	if (chance(20) && out->length)
		out->bytes[--out->length] = '\0';
}

/* The form of git-fast-import(1). */
static void print_commit(const struct buffer *message)
{
	puts("commit refs/heads/corpus\ncommitter A U Thor <author@example.com> 1700000000 +0000");
	if (chance(25))
		printf("encoding %s\n", PICK(encodings));
	printf("data %zu\n%s\n", message->length, buffer_text(message));
}

int main(int argc, char **argv)
{
	struct buffer message = BUFFER_INIT;

	if (argc != 3) {
		fputs("usage: corpus SEED COUNT\n", stderr);
		return 2;
	}
	state = strtoul(argv[1], NULL, 10);
	for (unsigned long left = strtoul(argv[2], NULL, 10); left > 0; left--) {
		make_message(&message);
		print_commit(&message);
	}
	buffer_release(&message);
	return 0;
}
