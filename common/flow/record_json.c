#include "flow/record_json.h"

#include "rules/debt.h"

struct json *record_signoffs_json(const struct record_landing *landing)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < landing->signoff_count; i++) {
		struct json *object = json_new_object();

		json_set_string(object, "name", landing->signoffs[i].name);
		json_set_string(object, "person", landing->signoffs[i].person);
		json_set_string(object, "commit", object_id_full(&landing->signoffs[i].commit).digits);
		json_add(array, object);
	}
	return array;
}

struct json *record_owed_json(const struct policy *policy, const struct record_landing *what,
			      const struct answers *answers, size_t maximum)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < what->override->missing_count && i < maximum; i++) {
		const char *name = what->override->missing[i].name;
		int people = debt_people(policy, what, answers, name);
		struct json *object;

		if (!people)
			continue;
		object = json_new_object();
		json_set_string(object, "signoff", name);
		json_set_integer(object, "people", people);
		json_add(array, object);
	}
	return array;
}
