#include "flow/payload_override.h"

#include "flow/payload_commit.h"
#include "flow/record_json.h"

#define MISSING_MAXIMUM 200

static struct json *missing_of(const struct record_override *override)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < override->missing_count && i < MISSING_MAXIMUM; i++) {
		const struct record_missing *missing = &override->missing[i];
		struct json *object = json_new_object();

		json_set_string(object, "rule", missing->rule);
		json_set_string(object, "name", missing->name);
		if (missing->people)
			json_set_integer(object, "people", missing->people);
		json_add(array, object);
	}
	return array;
}

struct json *payload_override(const struct policy *policy, const struct record_landing *what,
			      const struct answers *answers, size_t maximum)
{
	const struct answers none = {0};
	struct json *object;

	if (!what->override)
		return NULL;
	object = json_new_object();
	payload_set_text(object, "person", what->override->person, maximum);
	payload_set_text(object, "reason", what->override->reason, maximum);
	json_set(object, "missing", missing_of(what->override));
	json_set(object, "owed", record_owed_json(policy, what, answers ? answers : &none, MISSING_MAXIMUM));
	if (what->override->due)
		payload_set_time(object, "settle_by", what->override->due);
	return object;
}
