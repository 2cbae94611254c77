/* What Git writes to pre-receive and post-receive: lines of ref updates. */
#include "fuzz.h"

#include <string.h>

#include "base/buffer.h"
#include "rules/ref_update.h"

static void write_lines(struct buffer *out, const struct ref_updates *updates)
{
	for (size_t i = 0; i < updates->count; i++)
		buffer_addf(out, "%s %s %s\n", object_id_full(&updates->items[i].old_id).digits,
			    object_id_full(&updates->items[i].new_id).digits, updates->items[i].ref);
}

static void check_once_each(const struct ref_updates *updates)
{
	for (size_t i = 0; i < updates->count; i++) {
		MUST(*updates->items[i].ref && !strchr(updates->items[i].ref, '\n'));
		MUST(ref_updates_find(updates, updates->items[i].ref) == &updates->items[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct ref_updates updates = {0};
	struct ref_updates again = {0};
	struct error error = ERROR_INIT;
	struct buffer lines = {0};

	if (ref_updates_parse(&updates, (const char *)bytes, length, &error)) {
		MUST(error.message);
	} else {
		check_once_each(&updates);
		write_lines(&lines, &updates);
		MUST(!ref_updates_parse(&again, buffer_text(&lines), lines.length, &error));
		MUST(again.count == updates.count);
		MUST(updates.sha256 || (lines.length >= length && !memcmp(buffer_text(&lines), bytes, length)));
	}
	ref_updates_release(&updates);
	ref_updates_release(&again);
	buffer_release(&lines);
	error_release(&error);
	return 0;
}
