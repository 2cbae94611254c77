#include <string.h>

#include "adapters/hmac.h"
#include "adapters/rabbitmq.h"

struct json *rabbitmq_request(const struct rabbitmq_message *message)
{
	struct json *request = json_new_object();
	struct json *headers = json_new_array();
	struct buffer body = BUFFER_INIT;

	json_set_string(request, "url", message->url);
	json_set_string(request, "password", message->password);
	json_set_string(request, "exchange", message->exchange);
	json_set_string(request, "routing_key", message->routing_key);
	json_set_string(request, "id", message->id);
	json_set_string(request, "type", message->type);
	json_set_string(request, "content_type", message->content_type);
	json_set_integer(request, "time", message->time);
	for (size_t i = 0; i < message->headers->count; i++)
		json_add_string(headers, message->headers->items[i]);
	json_set(request, "headers", headers);
	/* what a template becomes need not be UTF-8 */
	base64_encode(&body, message->body, message->length);
	json_set_string(request, "body", buffer_text(&body));
	buffer_release(&body);
	json_set_integer(request, "timeout", message->timeout);
	json_set_bool(request, "insecure", message->insecure);
	json_set_string(request, "ca_file", message->ca_file);
	json_set_string(request, "client_cert", message->client_cert);
	json_set_string(request, "client_key", message->client_key);
	return request;
}

static bool is_whole(const struct rabbitmq_message *message)
{
	return message->url && message->exchange && message->routing_key && message->id && message->type &&
	       message->content_type;
}

static int publish(struct reply *out, const struct json *request, const struct strings *headers,
		   const struct buffer *body, struct error *error)
{
	const struct rabbitmq_message message = {.url = json_get_string(request, "url"),
						 .password = json_get_string(request, "password"),
						 .exchange = json_get_string(request, "exchange"),
						 .routing_key = json_get_string(request, "routing_key"),
						 .id = json_get_string(request, "id"),
						 .type = json_get_string(request, "type"),
						 .content_type = json_get_string(request, "content_type"),
						 .time = json_get_integer(request, "time"),
						 .headers = headers,
						 .body = buffer_text(body),
						 .length = body->length,
						 .timeout = (int)json_get_integer(request, "timeout"),
						 .insecure = json_get_bool(request, "insecure"),
						 .ca_file = json_get_string(request, "ca_file"),
						 .client_cert = json_get_string(request, "client_cert"),
						 .client_key = json_get_string(request, "client_key")};

	if (!is_whole(&message))
		return error_set(error, "the request for a message is not whole");
	return rabbitmq_publish(out, &message, error);
}

int rabbitmq_perform(struct reply *out, const struct json *request, struct error *error)
{
	const struct json *all = json_get(request, "headers");
	const char *encoded = json_get_string(request, "body");
	struct strings headers = STRINGS_INIT;
	struct buffer body = BUFFER_INIT;
	int result = encoded ? base64_decode(&body, encoded, strlen(encoded), error)
			     : error_set(error, "the request for a message has no body");

	for (size_t i = 0; i < json_count(all); i++)
		if (json_item_string(all, i))
			strings_add(&headers, json_item_string(all, i));
	if (!result)
		result = publish(out, request, &headers, &body, error);
	strings_release(&headers);
	buffer_release(&body);
	return result;
}
