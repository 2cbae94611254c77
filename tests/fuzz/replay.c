/* Runs a fuzz target without a fuzzer: replay FILE..., each a corpus with an input on every line, in which \n, \r, \t, \\ and
 * \xNN stand for what they do in C (tests/fuzz/run writes it). Prints how many inputs were read.
 * Exit: 0, or whatever ends a process in which something did not hold; 2 when a file cannot be read. */
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "fuzz.h"

#define CORPUS_MAXIMUM (16 * 1024 * 1024)

static char hexadecimal(const char *digits)
{
	char text[3] = {digits[0], digits[0] ? digits[1] : '\0', '\0'};

	return (char)strtol(text, NULL, 16);
}

static void unescape(struct buffer *out, const char *line, const char *end)
{
	static const char letters[] = "nrt\\";
	static const char bytes[] = "\n\r\t\\";

	for (; line < end; line++) {
		const char *letter = *line == '\\' && line + 1 < end ? strchr(letters, line[1]) : NULL;

		if (letter) {
			buffer_add_char(out, bytes[letter - letters]);
			line++;
		} else if (end - line >= 4 && line[0] == '\\' && line[1] == 'x') {
			buffer_add_char(out, hexadecimal(line + 2));
			line += 3;
		} else {
			buffer_add_char(out, *line);
		}
	}
}

/* In memory of exactly that size, so that reading beyond it is seen. */
static void run_one(const struct buffer *input)
{
	uint8_t *bytes = malloc(input->length ? input->length : 1);

	MUST(bytes);
	if (input->length)
		memcpy(bytes, input->bytes, input->length);
	LLVMFuzzerTestOneInput(bytes, input->length);
	free(bytes);
}

static size_t run_corpus(const char *text)
{
	struct buffer input = {0};
	size_t count = 0;

	for (const char *end = strchr(text, '\n'); end; text = end + 1, end = strchr(text, '\n')) {
		buffer_clear(&input);
		unescape(&input, text, end);
		run_one(&input);
		count++;
	}
	buffer_release(&input);
	return count;
}

int main(int argc, char **argv)
{
	size_t count = 0;

	for (int i = 1; i < argc; i++) {
		struct buffer text = {0};
		struct error error = ERROR_INIT;

		if (file_read(&text, argv[i], CORPUS_MAXIMUM, &error)) {
			fprintf(stderr, "replay: %s\n", error_text(&error));
			return 2;
		}
		count += run_corpus(buffer_text(&text));
		buffer_release(&text);
	}
	printf("%zu inputs\n", count);
	return 0;
}
