/* Trailers of a commit or tag message, by Git's own rules (git-interpret-trailers(1), with --no-divider and --parse;
 * the same as %(trailers:only,unfold) of git-log(1)).
 *
 *	struct trailer_iterator trailers;
 *	trailer_iterator_init(&trailers, message, length);
 *	while (trailer_iterator_next(&trailers))
 *		use(trailers.key, trailers.value);
 *	trailer_iterator_release(&trailers);
 */
#ifndef HOTFIX_RULES_TRAILER_H
#define HOTFIX_RULES_TRAILER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

struct trailer_iterator {
	const char *key;   /* without the separator; holds until the next call */
	const char *value; /* unfolded */
	struct {
		const char *at;
		const char *end;
		struct buffer key;
		struct buffer value;
	} internal;
};

/* Starts over MESSAGE, the text behind the headers of a commit or tag; it must outlive the iterator. A NUL ends it. */
void trailer_iterator_init(struct trailer_iterator *trailers, const char *message, size_t length);

/* Goes to the next trailer; false when there is none. */
bool trailer_iterator_next(struct trailer_iterator *trailers);
void trailer_iterator_release(struct trailer_iterator *trailers);

/* True when the two keys are the same trailer for Git: case does not count. */
bool trailer_key_equal(const char *a, const char *b);

#endif
