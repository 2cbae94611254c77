#include <string.h>

#include "adapters/http.h"
#include "base/file.h"
#include "base/memory.h"
#include "flow/courier.h"
#include "flow/event_values.h"
#include "flow/headers_file.h"
#include "flow/webhook.h"
#include "flow/webhook_files.h"
#include "rules/expression.h"

/* One request, as it is made up. */
struct request {
	struct buffer url;
	struct strings headers;
	struct buffer body; /* of a template; empty: the body of the event */
	struct webhook_content content;
};

static void request_release(struct request *request)
{
	buffer_release(&request->url);
	strings_release(&request->headers);
	buffer_release(&request->body);
}

static int fill_template(struct request *request, const struct parcel *parcel, struct event_values *values,
			 struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	struct buffer text = BUFFER_INIT;
	enum template_form form;
	int result = webhook_load_template(&text, &form, webhook, parcel->announcer->environment->owner, error);

	if (!result)
		result = template_expand(&request->body, text.bytes, text.length, form, event_values_find, values,
					 error);
	request->content = (struct webhook_content){
		.type = webhook_content_type(webhook), .body = request->body.bytes, .length = request->body.length};
	buffer_release(&text);
	return result;
}

static int fill_placeholders(struct request *request, const struct parcel *parcel, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	struct event_values values = {0};
	int result = event_values_init(&values, &parcel->delivery->event, parcel->source, error);

	if (!result)
		result = template_expand_url(&request->url, webhook->url, event_values_find, &values, error);
	if (!result && webhook->template_file)
		result = fill_template(request, parcel, &values, error);
	event_values_release(&values);
	return result;
}

static int fill_in(struct request *request, const struct parcel *parcel, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	const char *body = parcel->delivery->event.body;

	if (!webhook->url)
		return error_set(error, "%s: the address cannot be read",
				 webhook->url_file ? webhook->url_file : "url");
	request->content = (struct webhook_content){.body = body, .length = strlen(body)};
	if (webhook->template_file || strchr(webhook->url, '{'))
		return fill_placeholders(request, parcel, error);
	buffer_add_string(&request->url, webhook->url);
	return 0;
}

static int sign(struct request *request, const struct parcel *parcel, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	uid_t owner = parcel->announcer->environment->owner;
	struct webhook_secrets secrets = {0};
	int result = webhook_secrets_load(&secrets, webhook, owner, error);

	if (!result)
		result = webhook_compose(&request->headers, &secrets, &request->content, parcel->delivery,
					 parcel->source, parcel->time / 1000, error);
	if (!result && webhook->headers_file)
		result = headers_file_load(&request->headers, webhook->headers_file, owner, error);
	webhook_secrets_release(&secrets);
	return result;
}

/* What others could read or change is not used to prove who we are. */
static int check_client(const struct parcel *parcel, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);

	return webhook->client_key ? file_private(webhook->client_key, parcel->announcer->environment->owner, error)
				   : 0;
}

static int send_request(struct network *network, const struct request *request, const struct webhook *webhook,
			void *owner, struct error *error)
{
	const struct http_request whole = {.method = webhook_method_name(webhook->method),
					   .url = buffer_text(&request->url),
					   .headers = &request->headers,
					   .body = request->content.body,
					   .length = request->content.length,
					   .body_stays = !webhook->template_file,
					   .timeout = webhook->endpoint.timeout,
					   .insecure = webhook->endpoint.insecure,
					   .ca_file = webhook->endpoint.ca_file,
					   .client_cert = webhook->client_cert,
					   .client_key = webhook->client_key,
					   .proxy = webhook->proxy};

	return http_send(network, &whole, owner, error);
}

static int start(struct network *network, const struct parcel *parcel, void *owner, struct error *error)
{
	struct request request = {0};
	int result = fill_in(&request, parcel, error);

	if (!result)
		result = sign(&request, parcel, error);
	if (!result)
		result = check_client(parcel, error);
	if (!result)
		result = send_request(network, &request, endpoint_webhook(parcel->endpoint), owner, error);
	request_release(&request);
	return result;
}

static bool is_expected(const struct webhook *webhook, const struct buffer *reply)
{
	return !webhook->expect || expression_matches(webhook->expect, buffer_text(reply));
}

static enum retry_meaning judge(char **words, const struct parcel *parcel, const struct reply *reply)
{
	enum retry_meaning meaning = retry_judge(reply->status);

	if (reply->error)
		*words = memory_copy(reply->error);
	else if (reply->status >= 300 && reply->status < 400)
		*words = memory_copy("a redirect is not followed; configure the address that it leads to");
	if (meaning != RETRY_DELIVERED || is_expected(endpoint_webhook(parcel->endpoint), &reply->body))
		return meaning;
	*words = memory_copy("the reply does not match expect");
	return RETRY_AGAIN;
}

const struct courier courier_http = {start, judge};
