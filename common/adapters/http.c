#include "adapters/http.h"

#include <string.h>

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
	ok &= curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->list) == CURLE_OK;
	return ok;
}

int http_post(struct network *network, const struct http_request *request, void *owner, struct error *error)
{
	const struct destination destination = {.url = request->url,
						.protocols = "http,https",
						.ca_file = request->ca_file,
						.timeout = request->timeout};
	struct transfer *transfer = transfer_new(network, &destination, owner);

	if (transfer) {
		transfer->length = request->length;
		if (!request->insecure && strncasecmp(request->url, "https:", 6) != 0)
			transfer->plain = "plain http";
		if (add_headers(transfer, request->headers) && set_request(transfer, request) &&
		    transfer_begin(network, transfer))
			return 0;
		transfer_free(network, transfer);
	}
	return error_set(error, "the request cannot be made: a header with a line break, or an unknown option");
}
