#include "fuzz.h"

#include <string.h>

#include "base/utf8.h"

char *fuzz_field(const uint8_t **bytes, size_t *length)
{
	const uint8_t *end = *length ? memchr(*bytes, 0, *length) : NULL;
	size_t size = end ? (size_t)(end - *bytes) : *length;
	char *field = memory_copy_bytes(*bytes, size);

	*bytes += end ? size + 1 : size;
	*length -= end ? size + 1 : size;
	return field;
}

static void add_person(struct policy *policy, const char *name)
{
	struct person *person = policy_add_person(policy, name);

	strings_addf(&person->emails, "%s@example.com", name);
	person->login = memory_copy(name);
}

static void add_signoff(struct policy *policy, const char *name, const char *trailer, const char *role)
{
	struct signoff *signoff = policy_add_signoff(policy, name);

	free(signoff->trailer);
	free(signoff->role);
	signoff->trailer = memory_copy(trailer);
	signoff->role = memory_copy(role);
}

void fuzz_policy(struct policy *out)
{
	policy_init(out);
	strings_release(&out->production);
	strings_add(&out->production, "refs/heads/main");
	strings_add(&out->production, "refs/heads/live/*");
	strings_add(&out->allow_from, "refs/heads/release/*");
	out->allow_by = memory_copy("release");
	add_person(out, "alice");
	add_person(out, "rita");
	strings_add(&policy_add_role(out, "reviewer")->members, "*@example.com");
	strings_add(&policy_add_role(out, "release")->members, "rita");
	add_signoff(out, "review", "Reviewed-by", "reviewer");
	add_signoff(out, "deploy", "Deployed-by", "release");
	policy_add_signoff(out, "qa");
}

int fuzz_is_utf8(const char *text)
{
	size_t left = strlen(text);
	size_t size;

	for (; left; text += size, left -= size) {
		size = utf8_character(text, left);
		if (!size)
			return 0;
	}
	return 1;
}

int fuzz_is_printable(const char *text)
{
	size_t left = strlen(text);

	while (left) {
		size_t size = utf8_character(text, left);

		if (!size || (size == 1 && ((unsigned char)*text < ' ' || *text == 0x7f)) ||
		    (size == 2 && (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] < 0xa0))
			return 0;
		text += size;
		left -= size;
	}
	return 1;
}
