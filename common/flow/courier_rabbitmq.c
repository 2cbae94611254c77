#include <string.h>

#include "adapters/hmac.h"
#include "adapters/rabbitmq.h"
#include "base/memory.h"
#include "flow/courier.h"
#include "flow/courier_errand.h"
#include "flow/secret.h"
#include "flow/webhook_files.h"
#include "flow/webhook_request.h"

static int expand_routing_key(struct buffer *out, const char *text, template_value *find, void *context,
			      struct error *error)
{
	return template_expand(out, text, strlen(text), TEMPLATE_TEXT, find, context, error);
}

/* These are properties of a message. */
static void leave_out_properties(struct strings *out, const struct strings *headers)
{
	static const char *const properties[] = {"Content-Type: ", "User-Agent: "};

	for (size_t i = 0; i < headers->count; i++)
		if (strncmp(headers->items[i], properties[0], strlen(properties[0])) != 0 &&
		    strncmp(headers->items[i], properties[1], strlen(properties[1])) != 0)
			strings_add(out, headers->items[i]);
}

static int send_message(struct network *network, const struct parcel *parcel, const struct webhook_request *request,
			const struct buffer *password, void *owner, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	const struct event *event = &parcel->delivery->event;
	struct strings headers = STRINGS_INIT;
	struct rabbitmq_message message = {.url = webhook->url,
					   .password = webhook->password_file ? buffer_text(password) : NULL,
					   .exchange = webhook->exchange,
					   .routing_key = buffer_text(&request->target),
					   .id = parcel->delivery->id,
					   .type = event->type,
					   .content_type = webhook_content_type(webhook),
					   .time = event->time,
					   .headers = &headers,
					   .body = request->content.body,
					   .length = request->content.length,
					   .timeout = webhook->endpoint.timeout,
					   .insecure = webhook->endpoint.insecure,
					   .ca_file = webhook->endpoint.ca_file,
					   .client_cert = webhook->client_cert,
					   .client_key = webhook->client_key};
	struct json *errand;
	int result;

	leave_out_properties(&headers, &request->headers);
	errand = rabbitmq_request(&message);
	result = courier_send(network, ERRAND_MESSAGE, errand, parcel, owner, error);
	json_free(errand);
	strings_release(&headers);
	return result;
}

static int start(struct network *network, const struct parcel *parcel, void *owner, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	struct webhook_request request;
	struct buffer password = BUFFER_INIT;
	int result = webhook_request_init(&request, parcel, webhook->routing_key, expand_routing_key, error);

	if (!result && webhook->password_file)
		result = secret_load(&password, webhook->password_file, parcel->announcer->environment->owner, error);
	if (!result)
		result = send_message(network, parcel, &request, &password, owner, error);
	secret_release(&password);
	webhook_request_release(&request);
	return result;
}

/* What a broker refuses today an administrator mends tomorrow: nothing is dead before its time. */
static enum retry_meaning judge(char **words, const struct parcel *parcel, const struct reply *reply)
{
	(void)parcel;
	if (reply->error)
		*words = memory_copy(reply->error);
	return reply->status == RABBITMQ_CONFIRMED ? RETRY_DELIVERED : RETRY_AGAIN;
}

const struct courier courier_rabbitmq = {start, judge};
