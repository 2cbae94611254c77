/* Compares our trailers with Git's, commit by commit.
 *
 *	trailers EXPECTED <BATCH
 *
 * BATCH is what `git cat-file --batch` prints for commits; EXPECTED what `git log --encoding=UTF-8
 * --format=%x00%H%n%(trailers:only,unfold)` prints for the same commits in the same order. Prints each difference
 * (the first ten whole) and a line of counts. Exit: 0 no difference, 1 differences, 2 could not compare.
 *
 * The hooks read raw bytes, git-log converts a commit with an `encoding` header first. So each of our keys and values
 * is converted here as Git converts the whole commit: not at all when any part of the commit is invalid. Commits in an
 * encoding that the hooks refuse are counted apart. */
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/encoding.h"
#include "rules/trailer.h"

struct counts {
	size_t compared;
	size_t trailers;
	size_t refused;
	size_t differences;
};

struct commit_text {
	char id[41];
	char *raw; /* ends at its first NUL, as for every tool */
	const char *message;
	char *encoding; /* NULL: none */
};

static void fail(const char *what)
{
	fprintf(stderr, "trailers: %s\n", what);
	exit(2);
}

static void find_message(struct commit_text *commit)
{
	const char *line = commit->raw;

	while (*line && *line != '\n') {
		size_t length = strcspn(line, "\n");

		if (!commit->encoding && strncmp(line, "encoding ", 9) == 0)
			commit->encoding = memory_copy_bytes(line + 9, length - 9);
		line += length + (line[length] == '\n');
	}
	commit->message = line;
}

/* "<id> SP <type> SP <size> LF <contents> LF" */
static bool read_commit(struct commit_text *commit, FILE *batch)
{
	char type[16];
	size_t size;
	int fields = fscanf(batch, "%40s %15s %zu", commit->id, type, &size);

	if (fields == EOF)
		return false;
	if (fields != 3 || strcmp(type, "commit") != 0 || getc(batch) != '\n')
		fail("standard input is not what git cat-file --batch prints for commits");
	commit->raw = memory_alloc(size + 1);
	if (fread(commit->raw, 1, size, batch) != size || getc(batch) != '\n')
		fail("standard input ends within a commit");
	commit->encoding = NULL;
	find_message(commit);
	return true;
}

static void release_commit(struct commit_text *commit)
{
	free(commit->raw);
	free(commit->encoding);
}

/* Adds TEXT in UTF-8; returns false, and adds nothing, when it is not valid in that encoding. */
static bool add_converted(struct buffer *out, const char *text, const char *encoding)
{
	size_t left = strlen(text);
	size_t room = 4 * left + 16;
	char *converted = memory_alloc(room);
	char *in_at = (char *)text;
	char *out_at = converted;
	/* a name that Git knows and iconv does not */
	iconv_t conversion = iconv_open("UTF-8", strcasecmp(encoding, "latin-1") == 0 ? "ISO-8859-1" : encoding);
	bool valid = conversion != (iconv_t)-1 && iconv(conversion, &in_at, &left, &out_at, &room) != (size_t)-1;

	if (valid)
		buffer_add(out, converted, (size_t)(out_at - converted));
	if (conversion != (iconv_t)-1)
		iconv_close(conversion);
	free(converted);
	return valid;
}

static bool is_convertible(const struct commit_text *commit)
{
	struct buffer ignored = BUFFER_INIT;
	bool convertible = add_converted(&ignored, commit->raw, commit->encoding);

	buffer_release(&ignored);
	return convertible;
}

static void add_text(struct buffer *out, const char *text, const char *encoding)
{
	if (!encoding || !add_converted(out, text, encoding))
		buffer_add_string(out, text);
}

static size_t add_ours(struct buffer *out, const struct commit_text *commit, const char *encoding)
{
	struct trailer_iterator trailers;
	size_t count = 0;

	trailer_iterator_init(&trailers, commit->message, strlen(commit->message));
	for (; trailer_iterator_next(&trailers); count++) {
		add_text(out, trailers.key, encoding);
		buffer_add_string(out, ": ");
		add_text(out, trailers.value, encoding);
		buffer_add_char(out, '\n');
	}
	trailer_iterator_release(&trailers);
	return count;
}

/* Reads "<id> LF <trailers> LF" of one record, which ends at a NUL or the end. */
static bool read_expected(char **record, size_t *capacity, FILE *expected)
{
	ssize_t length = getdelim(record, capacity, '\0', expected);

	if (length <= 0)
		return false;
	if ((*record)[length - 1] == '\0')
		length--;
	if (length < 42 || (*record)[length - 1] != '\n')
		fail("the expected trailers are not in the form of the comment above");
	(*record)[length - 1] = '\0';
	return true;
}

static void compare(struct counts *counts, const struct commit_text *commit, const char *record)
{
	struct buffer ours = BUFFER_INIT;
	enum encoding_kind kind = ENCODING_UTF8;

	if (strncmp(record, commit->id, 40) != 0 || record[40] != '\n')
		fail("the two inputs are not about the same commits");
	if (commit->encoding)
		kind = encoding_kind_of(commit->encoding, strlen(commit->encoding));
	if (kind == ENCODING_UNKNOWN) {
		counts->refused++;
		return;
	}
	counts->trailers +=
		add_ours(&ours, commit, kind == ENCODING_OTHER && is_convertible(commit) ? commit->encoding : NULL);
	counts->compared++;
	if (strcmp(buffer_text(&ours), record + 41) != 0) {
		counts->differences++;
		printf("%s differs\n", commit->id);
		if (counts->differences <= 10)
			printf("git:\n%sours:\n%s", record + 41, buffer_text(&ours));
	}
	buffer_release(&ours);
}

int main(int argc, char **argv)
{
	struct counts counts = {0};
	struct commit_text commit;
	char *record = NULL;
	size_t capacity = 0;
	FILE *expected = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!expected)
		fail("usage: trailers EXPECTED <BATCH");
	if (getc(expected) != '\0' && !feof(expected))
		fail("the expected trailers do not begin with a NUL");
	while (read_commit(&commit, stdin)) {
		if (!read_expected(&record, &capacity, expected))
			fail("there are more commits than expected trailers");
		compare(&counts, &commit, record);
		release_commit(&commit);
	}
	if (read_expected(&record, &capacity, expected))
		fail("there are more expected trailers than commits");
	free(record);
	fclose(expected);
	printf("%zu commits compared, %zu differences (%zu trailers, %zu commits in an encoding that the hooks "
	       "refuse)\n",
	       counts.compared, counts.differences, counts.trailers, counts.refused);
	return counts.differences > 0;
}
