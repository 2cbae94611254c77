#include <string.h>

#include "base/strings.h"
#include "commands.h"
#include "table.h"

#define EVENTS_SHOWN 20

static struct json *as_json(const struct events *events)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->items[i];
		struct json *object = json_new_object();
		struct error unread = ERROR_INIT;
		struct json *body = NULL;

		json_set_string(object, "id", event->id);
		json_set_string(object, "type", event->type);
		json_set_string(object, "ref", event->ref);
		json_set_time(object, "time", event->time);
		if (event->body && !json_read(&body, event->body, strlen(event->body), &unread))
			json_set(object, "body", body);
		error_release(&unread);
		json_add(array, object);
	}
	return array;
}

static void as_table(struct buffer *out, const struct events *events)
{
	static const char *const titles[] = {"TIME", "TYPE", "REF", "ID", NULL};
	struct table table;

	table_init(&table, titles);
	for (size_t i = 0; i < events->count; i++) {
		table_add_time(&table, events->items[i].time);
		table_add(&table, events->items[i].type);
		table_add(&table, events->items[i].ref);
		table_add(&table, events->items[i].id);
	}
	table_write(out, &table);
	table_release(&table);
}

static int run_events(struct call *call, struct error *error)
{
	struct session session = {0};
	struct events events = {0};
	size_t limit;
	int result;

	if (!call_number(&limit, call, "number", EVENTS_SHOWN))
		return ANSWER_USAGE;
	result = call_session(&session, call, false, error);
	if (!result)
		result = state_list_events(session.state, &events, limit, error);
	if (!result && call->json)
		call_answer_json(call, as_json(&events));
	else if (!result && events.count)
		as_table(&call->out, &events);
	else if (!result)
		buffer_add_string(&call->out, "no events yet\n");
	events_release(&events);
	session_release(&session);
	return result;
}

const struct command command_events = {
	.name = "events",
	.arguments = "",
	.summary = "what happened, newest first",
	.help = "  -n, --number N  how many; default: 20\n",
	.options = {{"number", 'n', "N"}},
	.run = run_events,
};
