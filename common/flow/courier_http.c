#include "adapters/http.h"
#include "base/memory.h"
#include "flow/courier.h"
#include "flow/webhook_request.h"
#include "rules/expression.h"

static int send_request(struct network *network, const struct webhook_request *request, const struct webhook *webhook,
			void *owner, struct error *error)
{
	const struct http_request whole = {.method = webhook_method_name(webhook->method),
					   .url = buffer_text(&request->target),
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
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	struct webhook_request request;
	int result;

	if (!webhook->url)
		return error_set(error, "%s: the address cannot be read",
				 webhook->url_file ? webhook->url_file : "url");
	result = webhook_request_init(&request, parcel, webhook->url, template_expand_url, error);
	if (!result)
		result = send_request(network, &request, webhook, owner, error);
	webhook_request_release(&request);
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
