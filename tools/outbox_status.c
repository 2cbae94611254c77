#include "outbox_status.h"

#include "command.h"
#include "rules/message.h"

int outbox_status_gather(struct outbox_status *out, struct session *session, struct error *error)
{
	int result = state_count_deliveries(session->state, &out->waiting, DELIVERY_WAITING, error);

	if (!result)
		result = state_count_deliveries(session->state, &out->dead, DELIVERY_DEAD, error);
	return result ? result : unreached_gather(&out->unreached, session, error);
}

void outbox_status_release(struct outbox_status *status)
{
	unreached_endpoints_release(&status->unreached);
}

void outbox_status_text(struct buffer *out, const struct outbox_status *status)
{
	buffer_addf(out, "deliveries  %lld waiting, %lld dead%s\n", (long long)status->waiting, (long long)status->dead,
		    status->dead ? ": hotfixctl deliveries --state dead" : "");
	for (size_t i = 0; i < status->unreached.count; i++) {
		const struct unreached *unreached = &status->unreached.items[i];
		struct buffer line = BUFFER_INIT;

		unreached_describe(&line, unreached);
		if (unreached->error)
			buffer_addf(&line, " (%s)", unreached->error);
		buffer_add_string(&line, ": ");
		unreached_command(&line, unreached);
		buffer_add_string(out, "endpoint    ");
		message_escape(out, buffer_text(&line));
		buffer_add_char(out, '\n');
		buffer_release(&line);
	}
}

static struct json *unreached_json(const struct unreached *unreached)
{
	struct json *object = json_new_object();

	json_set_string(object, "endpoint", unreached->endpoint);
	json_set_time(object, "since", unreached->since / 1000);
	json_set_integer(object, "failures", unreached->failures);
	json_set_integer(object, "last_status", unreached->status);
	json_set_string(object, "last_error", unreached->error);
	json_set_integer(object, "waiting", unreached->waiting);
	return object;
}

struct json *outbox_status_json(const struct outbox_status *status)
{
	struct json *object = json_new_object();
	struct json *unreached = json_new_array();

	for (size_t i = 0; i < status->unreached.count; i++)
		json_add(unreached, unreached_json(&status->unreached.items[i]));
	json_set_integer(object, "waiting", status->waiting);
	json_set_integer(object, "dead", status->dead);
	json_set(object, "unreached", unreached);
	return object;
}
