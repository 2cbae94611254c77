#include "debt_status.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "command.h"
#include "flow/record_json.h"
#include "rules/debt.h"
#include "rules/message.h"
#include "rules/ref_class.h"

int debt_status_gather(struct debt_status *out, struct session *session, const struct branch_tips *productions,
		       struct error *error)
{
	int result = 0;

	if (!session->policy.override_role)
		return 0;
	out->items = memory_alloc((productions->count + 1) * sizeof(*out->items));
	for (size_t i = 0; !result && i < productions->count; i++)
		result = debts_gather(&out->items[out->count++], session->repository, session->state, &session->policy,
				      productions->items[i].ref, session->now, error);
	return result;
}

void debt_status_release(struct debt_status *status)
{
	for (size_t i = 0; i < status->count; i++)
		debts_release(&status->items[i]);
	free(status->items);
	*status = (struct debt_status){0};
}

void debt_status_text(struct buffer *out, const struct debt_status *status, const struct session *session)
{
	for (size_t i = 0; i < status->count; i++)
		for (size_t k = 0; k < status->items[i].count; k++) {
			struct buffer words = BUFFER_INIT;

			debt_tell(&words, &status->items[i].items[k], &session->policy, session->now);
			buffer_add_string(out, "debt        ");
			message_escape(out, buffer_text(&words));
			buffer_add_char(out, '\n');
			buffer_release(&words);
		}
}

static struct json *one_json(const struct debt *debt, const struct policy *policy)
{
	const struct record_landing *what = &debt->landing->what;
	struct json *object = json_new_object();

	json_set_string(object, "incident", what->incident);
	json_set_string(object, "branch", what->branch);
	json_set_string(object, "production", debt->landing->production);
	json_set_string(object, "landing", object_id_full(&what->to).digits);
	json_set_string(object, "person", what->override->person);
	json_set_string(object, "reason", what->override->reason);
	json_set(object, "owed", record_owed_json(policy, what, &debt->answers, SIZE_MAX));
	json_set_time(object, "settle_by", what->override->due);
	json_set_bool(object, "overdue", debt->overdue);
	return object;
}

struct json *debt_status_json(const struct debt_status *status, const struct session *session)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < status->count; i++)
		for (size_t k = 0; k < status->items[i].count; k++)
			json_add(array, one_json(&status->items[i].items[k], &session->policy));
	return array;
}
