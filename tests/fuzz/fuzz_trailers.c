/* Trailers of a message. Git itself is the judge of what this target finds: tests/fuzz/run holds every message of the
 * corpus against git-interpret-trailers(1). Here: that a trailer is part of the message, and survives being read again. */
#include "fuzz.h"

#include <string.h>

#include "base/buffer.h"
#include "rules/trailer.h"

static void add_trailer(struct buffer *out, const struct trailer_iterator *trailers)
{
	MUST(*trailers->key && !strpbrk(trailers->key, "\n:"));
	MUST(!strchr(trailers->value, '\n'));
	buffer_addf(out, "%s: %s\n", trailers->key, trailers->value);
}

static void read_trailers(struct buffer *out, const char *message, size_t length)
{
	struct trailer_iterator trailers;

	trailer_iterator_init(&trailers, message, length);
	while (trailer_iterator_next(&trailers))
		add_trailer(out, &trailers);
	trailer_iterator_release(&trailers);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct buffer found = {0};
	struct buffer message = {0};
	struct buffer again = {0};

	read_trailers(&found, (const char *)bytes, length);
	buffer_addf(&message, "title\n\n%s", buffer_text(&found));
	read_trailers(&again, buffer_text(&message), message.length);
	MUST(!strcmp(buffer_text(&found), buffer_text(&again)));
	buffer_release(&found);
	buffer_release(&message);
	buffer_release(&again);
	return 0;
}
