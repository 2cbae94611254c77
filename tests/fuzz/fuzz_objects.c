/* Raw commits and tags: the same bytes are read as both. */
#include "fuzz.h"

#include <ctype.h>
#include <string.h>

#include "rules/commit.h"
#include "rules/tag.h"

static void check_lower(const char *address)
{
	MUST(*address);
	for (; *address; address++)
		MUST(!isupper((unsigned char)*address) && *address != '<' && *address != '>' && *address != '\n');
}

static void check_trailers(const struct trailer *trailers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		MUST(*trailers[i].key && !strpbrk(trailers[i].key, "\n:") && !strchr(trailers[i].value, '\n'));
}

static void check_commit(const struct object_id *id, const char *raw, size_t length)
{
	struct commit commit = {0};
	struct error error = ERROR_INIT;

	if (commit_parse(&commit, id, raw, length, &error)) {
		MUST(error.message);
	} else {
		check_lower(commit.author_address);
		check_lower(commit.committer_address);
		check_trailers(commit.trailers, commit.trailer_count);
		for (size_t i = 0; i < commit.parents.count; i++)
			for (size_t j = 0; j < i; j++)
				MUST(!object_id_equal(&commit.parents.items[i], &commit.parents.items[j]));
		MUST(!strchr(commit.subject, '\n'));
	}
	commit_release(&commit);
	error_release(&error);
}

static void check_tag(const struct object_id *id, const char *raw, size_t length)
{
	struct tag tag = {0};
	struct error error = ERROR_INIT;

	if (tag_parse(&tag, id, raw, length, &error)) {
		MUST(error.message);
	} else {
		check_trailers(tag.trailers, tag.trailer_count);
		MUST((tag.format == SIGNATURE_NONE) == !tag.signature);
		MUST(tag.payload_length <= length && !memcmp(tag.payload, raw, tag.payload_length));
		MUST(!tag.signature || tag.payload_length + strlen(tag.signature) <= length);
		MUST(!tag.signature || !memcmp(tag.signature, raw + tag.payload_length, strlen(tag.signature)));
	}
	tag_release(&tag);
	error_release(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct object_id id = {{0}};
	char *raw = memory_copy_bytes(bytes, length);

	check_commit(&id, raw, length);
	check_tag(&id, raw, length);
	free(raw);
	return 0;
}
