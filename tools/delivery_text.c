#include "delivery_text.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command.h"
#include "rules/message.h"
#include "table.h"

#define REPLY_SHOWN 400 /* bytes of a reply on a terminal */

void attempt_outcome(struct buffer *out, int status, const char *words)
{
	if (status)
		buffer_addf(out, "%d", status);
	else
		buffer_add_string(out, "no answer");
	if (words)
		buffer_addf(out, ": %s", words);
}

struct json *delivery_json(const struct delivery *delivery)
{
	struct json *object = json_new_object();

	json_set_string(object, "id", delivery->id);
	json_set_string(object, "endpoint", delivery->endpoint);
	json_set_string(object, "state", delivery_state_name(delivery->state));
	json_set_string(object, "event", delivery->event.id);
	json_set_string(object, "type", delivery->event.type);
	json_set_string(object, "ref", delivery->event.ref);
	json_set_time(object, "created", delivery->created);
	json_set_integer(object, "attempts", delivery->attempts);
	json_set_time(object, "due", delivery->state == DELIVERY_WAITING ? delivery->due / 1000 : 0);
	json_set_integer(object, "last_status", delivery->last_status);
	json_set_string(object, "last_error", delivery->last_error);
	return object;
}

struct json *delivery_list_json(const struct deliveries *deliveries)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < deliveries->count; i++)
		json_add(array, delivery_json(&deliveries->items[i]));
	return array;
}

void deliveries_prefer_exact(struct deliveries *found, const char *id)
{
	struct deliveries one = {0};

	for (size_t i = 0; id && found->count > 1 && i < found->count; i++) {
		if (strcmp(found->items[i].id, id) != 0)
			continue;
		one.items = memory_grow(NULL, 0, &one.capacity, sizeof(*one.items));
		one.items[one.count++] = found->items[i];
		found->items[i] = found->items[--found->count];
		deliveries_release(found);
		*found = one;
	}
}

static struct json *attempt_json(const struct attempt *attempt)
{
	struct json *object = json_new_object();

	json_set_integer(object, "number", attempt->number);
	json_set_time(object, "time", attempt->time / 1000);
	json_set_integer(object, "status", attempt->status);
	json_set_integer(object, "milliseconds", attempt->milliseconds);
	json_set_string(object, "error", attempt->error);
	return object;
}

struct json *delivery_whole_json(const struct delivery *delivery, const struct attempts *attempts)
{
	struct json *object = delivery_json(delivery);
	struct json *array = json_new_array();

	for (size_t i = 0; i < attempts->count; i++) {
		const struct attempt *attempt = &attempts->items[i];
		struct json *one = attempt_json(attempt);

		if (attempt->reply.length)
			json_set_bytes(one, "reply", &attempt->reply);
		else
			json_set_string(one, "reply", NULL);
		json_add(array, one);
	}
	json_set(object, "log", array);
	return object;
}

static void add_outcome(struct table *table, int status, const char *words, int attempts)
{
	struct buffer text = BUFFER_INIT;

	if (attempts)
		attempt_outcome(&text, status, words);
	table_add(table, buffer_text(&text));
	buffer_release(&text);
}

void delivery_list_text(struct buffer *out, const struct deliveries *deliveries)
{
	static const char *const titles[] = {"CREATED", "STATE", "ENDPOINT", "TYPE", "REF",
					     "TRIES",   "NEXT",  "ID",       "LAST", NULL};
	struct table table;

	table_init(&table, titles);
	for (size_t i = 0; i < deliveries->count; i++) {
		const struct delivery *delivery = &deliveries->items[i];

		table_add_time(&table, delivery->created);
		table_add(&table, delivery_state_name(delivery->state));
		table_add(&table, delivery->endpoint);
		table_add(&table, delivery->event.type);
		table_add(&table, delivery->event.ref);
		table_addf(&table, "%d", delivery->attempts);
		table_add_time(&table, delivery->state == DELIVERY_WAITING ? delivery->due / 1000 : 0);
		table_add(&table, delivery->id);
		add_outcome(&table, delivery->last_status, delivery->last_error, delivery->attempts);
	}
	table_write(out, &table);
	table_release(&table);
}

static void add_field(struct buffer *out, const char *name, const char *value)
{
	buffer_addf(out, "%-9s  ", name);
	message_escape(out, value ? value : "-");
	buffer_add_char(out, '\n');
}

static void add_time(struct buffer *out, const char *name, int64_t seconds)
{
	struct buffer text = BUFFER_INIT;

	clock_format(&text, seconds);
	add_field(out, name, buffer_text(&text));
	buffer_release(&text);
}

static void add_reply(struct buffer *out, const struct buffer *reply)
{
	struct buffer shown = BUFFER_INIT;
	bool cut = reply->length > REPLY_SHOWN;

	buffer_add(&shown, reply->bytes, cut ? REPLY_SHOWN : reply->length);
	while (shown.length && (shown.bytes[shown.length - 1] == '\r' || shown.bytes[shown.length - 1] == '\n'))
		shown.bytes[--shown.length] = '\0';
	if (shown.length) {
		buffer_add_string(out, "     reply: ");
		message_escape_bytes(out, buffer_text(&shown), shown.length);
		if (cut)
			buffer_addf(out, " ... (%zu bytes; --json shows all)", reply->length);
		buffer_add_char(out, '\n');
	}
	buffer_release(&shown);
}

static void add_attempt(struct buffer *out, const struct attempt *attempt)
{
	struct buffer outcome = BUFFER_INIT;

	attempt_outcome(&outcome, attempt->status, attempt->error);
	buffer_addf(out, "%3d  ", attempt->number);
	clock_format(out, attempt->time / 1000);
	buffer_addf(out, "  %6lld ms  ", (long long)attempt->milliseconds);
	message_escape(out, buffer_text(&outcome));
	buffer_add_char(out, '\n');
	add_reply(out, &attempt->reply);
	buffer_release(&outcome);
}

void delivery_text(struct buffer *out, const struct delivery *delivery, const struct attempts *attempts)
{
	add_field(out, "delivery", delivery->id);
	add_field(out, "endpoint", delivery->endpoint);
	add_field(out, "event", delivery->event.id);
	add_field(out, "type", delivery->event.type);
	add_field(out, "ref", delivery->event.ref);
	add_field(out, "state", delivery_state_name(delivery->state));
	add_time(out, "created", delivery->created);
	if (delivery->state == DELIVERY_WAITING)
		add_time(out, "next", delivery->due / 1000);
	buffer_add_string(out, attempts->count ? "\n" : "\nno attempt yet\n");
	for (size_t i = 0; i < attempts->count; i++)
		add_attempt(out, &attempts->items[i]);
}

void happening_text(struct buffer *out, const struct delivery *delivery, const struct attempt *attempt)
{
	struct buffer line = BUFFER_INIT;

	clock_format(out, attempt->number ? (attempt->time + attempt->milliseconds) / 1000 : delivery->created);
	buffer_addf(&line, "  %s  %s  %s  ", delivery->endpoint, delivery->event.type,
		    delivery->event.ref ? delivery->event.ref : "-");
	if (attempt->number) {
		buffer_addf(&line, "attempt %d, %lld ms: ", attempt->number, (long long)attempt->milliseconds);
		attempt_outcome(&line, attempt->status, attempt->error);
	} else {
		buffer_add_string(&line, "made");
	}
	buffer_addf(&line, "  %s", delivery->id);
	message_escape(out, buffer_text(&line));
	buffer_add_char(out, '\n');
	buffer_release(&line);
}

void happening_json(struct buffer *out, const struct delivery *delivery, const struct attempt *attempt)
{
	struct json *object = delivery_json(delivery);

	if (attempt->number)
		json_set(object, "attempt", attempt_json(attempt));
	else
		json_set_string(object, "attempt", NULL);
	json_write(out, object, 0);
	buffer_add_char(out, '\n');
	json_free(object);
}
