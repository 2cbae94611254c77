/* The `encoding` header of a commit (git-commit(1), DISCUSSION): may its bytes be read without converting them? */
#ifndef HOTFIX_RULES_ENCODING_H
#define HOTFIX_RULES_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

enum encoding_kind {
	ENCODING_UTF8,  /* UTF-8, or ASCII, its subset */
	ENCODING_OTHER, /* keeps the bytes that lines, trailers and addresses are made of: `:`, `<`, `>`, `#`, blanks */
	ENCODING_UNKNOWN, /* may hide or show them (UTF-16, UTF-7, ISO-2022-*), or is a name that we do not know */
};

/* Returns the kind of the encoding with this name, LENGTH bytes in any case (iconv(1) -l). In one of the first two
 * kinds the trailers of the raw bytes are the trailers that git-log(1) finds in the converted ones. */
enum encoding_kind encoding_kind_of(const char *name, size_t length);

#endif
