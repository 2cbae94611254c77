#include "rules/signoff_ref.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

#define TAG_PREFIX "signoff/"
#define DIGITS "0123456789abcdef"

/* Returns how many bytes at the end of TEXT, LENGTH long, are of SET, and a '-' before them; 0 when that is not so. */
static size_t tail_of(const char *text, size_t length, const char *set)
{
	size_t tail = 0;

	while (tail < length && strchr(set, text[length - 1 - tail]))
		tail++;
	return tail && tail < length && text[length - 1 - tail] == '-' ? tail : 0;
}

/* Takes "<person>-<digits>" apart, LENGTH bytes. */
static bool take_suffix(struct signoff_ref *out, const char *text, size_t length)
{
	size_t digits = tail_of(text, length, DIGITS);

	if (digits < SIGNOFF_REF_DIGITS || digits > OBJECT_ID_DIGITS || digits + 1 >= length)
		return false;
	free(out->person);
	free(out->digits);
	out->digits = memory_copy_bytes(text + length - digits, digits);
	out->person = memory_copy_bytes(text, length - digits - 1);
	return true;
}

/* The last part: without a number at the end, else with one. A number of seven figures is a short id. */
static bool parse_last(struct signoff_ref *out, const char *text)
{
	size_t length = strlen(text);
	size_t number;

	if (take_suffix(out, text, length))
		return true;
	number = tail_of(text, length, "0123456789");
	return number && take_suffix(out, text, length - number - 1);
}

bool signoff_ref_parse(struct signoff_ref *out, const struct policy *policy, const char *ref)
{
	char *prefix = policy_hotfix_prefix(policy);
	struct buffer branch = BUFFER_INIT;
	const char *rest = ref + strlen(SIGNOFF_REFS);
	const char *last = strrchr(ref, '/');
	const char *middle = last;
	bool good = false;

	*out = (struct signoff_ref){0};
	if (strncmp(ref, SIGNOFF_REFS, strlen(SIGNOFF_REFS)) != 0)
		goto done;
	while (middle > rest && middle[-1] != '/')
		middle--;
	if (middle <= rest + 1 || middle == last)
		goto done;
	buffer_add_string(&branch, prefix);
	buffer_add(&branch, rest, (size_t)(middle - rest) - 1);
	out->branch = buffer_detach(&branch);
	out->signoff = memory_copy_bytes(middle, (size_t)(last - middle));
	good = parse_last(out, last + 1);
done:
	free(prefix);
	buffer_release(&branch);
	return good;
}

void signoff_ref_release(struct signoff_ref *name)
{
	free(name->branch);
	free(name->signoff);
	free(name->person);
	free(name->digits);
	*name = (struct signoff_ref){0};
}

bool signoff_ref_fits_tag(const char *ref, const char *tag_name)
{
	return !strncmp(tag_name, TAG_PREFIX, strlen(TAG_PREFIX)) &&
	       !strcmp(tag_name + strlen(TAG_PREFIX), ref + strlen(SIGNOFF_REFS));
}

bool signoff_ref_fits_id(const struct signoff_ref *name, const struct object_id *id)
{
	return !strncmp(object_id_full(id).digits, name->digits, strlen(name->digits));
}

char *signoff_ref_rest(const struct policy *policy, const char *branch, const char *signoff, const char *person,
		       const struct object_id *id)
{
	char *prefix = policy_hotfix_prefix(policy);
	struct buffer rest = BUFFER_INIT;

	buffer_addf(&rest, "%s/%s/%s-%s", branch + strlen(prefix), signoff, person, object_id_short(id).digits);
	free(prefix);
	return buffer_detach(&rest);
}

char *signoff_ref_folder(const struct policy *policy, const char *branch, const char *signoff)
{
	char *prefix = policy_hotfix_prefix(policy);
	struct buffer pattern = BUFFER_INIT;

	buffer_addf(&pattern, SIGNOFF_REFS "%s/%s/*", branch + strlen(prefix), signoff);
	free(prefix);
	return buffer_detach(&pattern);
}
