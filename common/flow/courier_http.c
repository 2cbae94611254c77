#include <regex.h>
#include <string.h>

#include "adapters/http.h"
#include "base/memory.h"
#include "flow/courier.h"
#include "flow/webhook.h"

static int start(struct network *network, const struct parcel *parcel, void *owner, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	const char *body = parcel->delivery->event.body;
	struct webhook_secrets secrets = {0};
	struct strings headers = STRINGS_INIT;
	struct http_request request;
	int result;

	if (!webhook->url)
		return error_set(error, "%s: the address cannot be read", webhook->url_file ? webhook->url_file : "url");
	request = (struct http_request){.url = webhook->url,
					.headers = &headers,
					.body = body,
					.length = strlen(body),
					.timeout = webhook->endpoint.timeout,
					.insecure = webhook->endpoint.insecure,
					.ca_file = webhook->endpoint.ca_file};
	result = webhook_secrets_load(&secrets, webhook, parcel->announcer->environment->owner, error);
	if (!result)
		result = webhook_compose(&headers, &secrets, parcel->delivery, parcel->source, parcel->time / 1000,
					 error);
	if (!result)
		result = http_post(network, &request, owner, error);
	webhook_secrets_release(&secrets);
	strings_release(&headers);
	return result;
}

static bool matches(const struct webhook *webhook, const struct buffer *reply)
{
	regex_t expression;
	bool found;

	if (!webhook->expect)
		return true;
	if (regcomp(&expression, webhook->expect, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	found = regexec(&expression, buffer_text(reply), 0, NULL, 0) == 0;
	regfree(&expression);
	return found;
}

static enum retry_meaning judge(char **words, const struct parcel *parcel, const struct reply *reply)
{
	enum retry_meaning meaning = retry_judge(reply->status);

	if (reply->error)
		*words = memory_copy(reply->error);
	else if (reply->status >= 300 && reply->status < 400)
		*words = memory_copy("a redirect is not followed; configure the address that it leads to");
	if (meaning != RETRY_DELIVERED || matches(endpoint_webhook(parcel->endpoint), &reply->body))
		return meaning;
	*words = memory_copy("the reply does not match expect");
	return RETRY_AGAIN;
}

const struct courier courier_http = {start, judge};
