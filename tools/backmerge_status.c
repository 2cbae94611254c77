#include "backmerge_status.h"

#include "adapters/state_owed.h"
#include "base/clock.h"
#include "command.h"
#include "rules/message.h"
#include "rules/ref_class.h"

int backmerge_status_gather(struct owed_list *out, struct session *session, struct error *error)
{
	return session->policy.backmerge.into.count ? state_owed(session->state, out, NULL, error) : 0;
}

void backmerge_status_text(struct buffer *out, const struct owed_list *owed, const struct session *session)
{
	for (size_t i = 0; i < owed->count; i++) {
		const struct owed *one = &owed->items[i];

		if (!owed_counts(&session->policy, one))
			continue;
		buffer_add_string(out, "back-merge  ");
		message_escape(out, ref_short(one->what.branch));
		buffer_addf(out, " (%s) to ", object_id_short(&one->what.to).digits);
		message_escape(out, ref_short(one->into));
		buffer_add_string(out, " by ");
		clock_format(out, owed_due(&session->policy, one));
		buffer_add_string(out, owed_is_overdue(&session->policy, one, session->now) ? ", overdue\n" : "\n");
	}
}

struct json *backmerge_status_json(const struct owed_list *owed, const struct session *session)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < owed->count; i++) {
		const struct owed *one = &owed->items[i];
		struct json *object;

		if (!owed_counts(&session->policy, one))
			continue;
		object = json_new_object();
		json_set_string(object, "incident", one->what.incident);
		json_set_string(object, "branch", one->what.branch);
		json_set_string(object, "production", one->production);
		json_set_string(object, "landing", object_id_full(&one->what.to).digits);
		json_set_string(object, "into", one->into);
		json_set_time(object, "deadline", owed_due(&session->policy, one));
		json_set_bool(object, "overdue", owed_is_overdue(&session->policy, one, session->now));
		json_add(array, object);
	}
	return array;
}
