#include "adapters/http.h"

#include <string.h>

#include "adapters/address.h"
#include "adapters/network_internal.h"

/* libcurl asks before it sends a long body ("Expect: 100-continue"), which costs a second where nobody answers. */
static bool add_headers(struct transfer *transfer, const struct strings *headers)
{
	bool ok = transfer_add(transfer, "Expect:");

	for (size_t i = 0; ok && headers && i < headers->count; i++)
		ok = transfer_add(transfer, headers->items[i]);
	return ok;
}

static bool set_request(struct transfer *transfer, const struct http_request *request)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
	if (request->body) {
		ok &= curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length) == CURLE_OK;
		ok &= curl_easy_setopt(easy, request->body_stays ? CURLOPT_POSTFIELDS : CURLOPT_COPYPOSTFIELDS,
				       request->body) == CURLE_OK;
	}
	ok &= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->list) == CURLE_OK;
	return ok;
}

/* What libcurl would send the proxy to, read as libcurl reads it. */
static bool leads_to_forbidden(const char *url)
{
	CURLU *parts = curl_url();
	char *host = NULL;
	bool forbidden = parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
			 curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && address_host_is_forbidden(host);

	curl_free(host);
	curl_url_cleanup(parts);
	return forbidden;
}

static int check_proxied(const struct http_request *request, bool plain, struct error *error)
{
	if (plain)
		return error_set(error, "plain http leaves this machine through a proxy (insecure = yes allows it)");
	if (leads_to_forbidden(request->url))
		return error_set(error, "does not ask the proxy for a link-local or metadata address");
	return 0;
}

int http_send(struct network *network, const struct http_request *request, void *owner, struct error *error)
{
	const struct destination destination = {.url = request->url,
						.protocols = "http,https",
						.ca_file = request->ca_file,
						.client_cert = request->client_cert,
						.client_key = request->client_key,
						.proxy = request->proxy,
						.timeout = request->timeout,
						.reply_maximum = request->reply_maximum};
	bool plain = !request->insecure && strncasecmp(request->url, "https:", 6) != 0;
	struct transfer *transfer;

	if (request->proxy && check_proxied(request, plain, error))
		return ERROR_FAILED;
	transfer = transfer_new(network, &destination, owner);
	if (transfer) {
		transfer->length = request->length;
		transfer->has_head = true;
		if (plain)
			transfer->plain = "plain http";
		if (add_headers(transfer, request->headers) && set_request(transfer, request) &&
		    transfer_begin(network, transfer))
			return 0;
		transfer_free(network, transfer);
	}
	return error_set(error, "the request cannot be made: a header with a line break, or an unknown option");
}
