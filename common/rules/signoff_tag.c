#include "rules/signoff_tag.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/people.h"
#include "rules/ref_class.h"
#include "rules/trailer.h"

const char *signoff_tag_revokes(const struct tag *tag)
{
	return tag_trailer(tag, "Revokes");
}

bool signoff_tag_names(const struct policy *policy, const char *value, const char *key)
{
	char *address = people_address_of(value);
	char *named = address ? people_key_of_address(policy, address) : NULL;
	bool same = named && !strcmp(named, key);

	free(address);
	free(named);
	return same;
}

static bool has_trailer(const struct tag *tag, const char *key)
{
	for (size_t i = 0; i < tag->trailer_count; i++)
		if (trailer_key_equal(tag->trailers[i].key, key))
			return true;
	return false;
}

static char *trailer_problem(const struct policy *policy, const struct signoff_ref *name, const struct tag *tag)
{
	const struct signoff *signoff = policy_signoff(policy, name->signoff);
	const char *value;

	if (signoff_tag_revokes(tag))
		return NULL;
	if (!signoff)
		return buffer_format("there is no sign-off %s here", name->signoff);
	value = tag_trailer(tag, signoff->trailer);
	if (!value)
		return buffer_format("its message must hold one trailer \"%s:\"", signoff->trailer);
	if (!signoff_tag_names(policy, value, name->person))
		return buffer_format("\"%s: %s\" does not name %s", signoff->trailer, value, name->person);
	return NULL;
}

char *signoff_tag_shape_problem(const char *ref, const struct signoff_ref *name, const struct tag *tag)
{
	if (!signoff_ref_fits_tag(ref, tag->name))
		return buffer_format("the tag's own name is %s, it must be signoff/%s", tag->name,
				     ref + strlen(SIGNOFF_REFS));
	if (strcmp(tag->type, "commit") != 0)
		return buffer_format("it is on a %s, not on a commit", tag->type);
	if (!signoff_ref_fits_id(name, &tag->target))
		return buffer_format("it is on %s, its name says %s", object_id_short(&tag->target).digits,
				     name->digits);
	if (has_trailer(tag, "Revokes") && !signoff_tag_revokes(tag))
		return buffer_format("its message must hold one trailer \"Revokes:\", and one only");
	return NULL;
}

char *signoff_tag_problem(const struct policy *policy, const char *ref, const struct signoff_ref *name,
			  const struct tag *tag)
{
	char *problem = signoff_tag_shape_problem(ref, name, tag);

	if (!problem && tag->format == SIGNATURE_NONE)
		problem = memory_copy(SIGNOFF_TAG_UNSIGNED);
	return problem ? problem : trailer_problem(policy, name, tag);
}

char *signoff_tag_signer_problem(const struct policy *policy, const char *person, const struct strings *addresses)
{
	const struct person *other = NULL;
	bool named = false;

	for (size_t i = 0; i < addresses->count; i++) {
		if (signoff_tag_names(policy, addresses->items[i], person))
			named = true;
		else if (!other)
			other = people_by_address(policy, addresses->items[i]);
	}
	if (!named)
		return buffer_format("its key belongs to %s, not to %s",
				     addresses->count ? addresses->items[0] : "nobody", person);
	if (other)
		return buffer_format("its key belongs to %s too: a key must stand for one person", other->name);
	return NULL;
}

bool signoff_tag_is_for(const struct policy *policy, const struct tag *tag, const char *production)
{
	if (!policy_has_several_productions(policy))
		return true;
	for (size_t i = 0; i < tag->trailer_count; i++)
		if (trailer_key_equal(tag->trailers[i].key, "Production") &&
		    (!strcmp(tag->trailers[i].value, production) ||
		     !strcmp(tag->trailers[i].value, ref_short(production))))
			return true;
	return false;
}
