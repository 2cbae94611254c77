#include "adapters/http.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "adapters/address.h"
#include "base/memory.h"

struct http {
	CURLM *multi;
	struct transfer *transfers;
	size_t count;
};

struct transfer {
	struct transfer *next;
	CURL *easy;
	struct curl_slist *headers;
	void *owner;
	size_t length;
	int timeout;
	bool loopback_only;
	struct buffer body;
	struct buffer refused; /* the address that the guard did not let through, and why */
	char words[CURL_ERROR_SIZE];
};

void http_reply_release(struct http_reply *reply)
{
	buffer_release(&reply->body);
	free(reply->error);
	*reply = (struct http_reply){0};
}

int http_new(struct http **out, struct error *error)
{
	struct http *http;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return error_set(error, "libcurl cannot be initialised");
	http = memory_alloc(sizeof(*http));
	http->multi = curl_multi_init();
	if (!http->multi) {
		free(http);
		curl_global_cleanup();
		return error_set(error, "libcurl cannot be initialised");
	}
	*out = http;
	return 0;
}

static void transfer_free(struct http *http, struct transfer *transfer)
{
	for (struct transfer **link = &http->transfers; *link; link = &(*link)->next) {
		if (*link != transfer)
			continue;
		*link = transfer->next;
		http->count--;
		break;
	}
	if (transfer->easy) {
		curl_multi_remove_handle(http->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->headers);
	buffer_release(&transfer->body);
	buffer_release(&transfer->refused);
	free(transfer);
}

void http_free(struct http *http)
{
	if (!http)
		return;
	while (http->transfers)
		transfer_free(http, http->transfers);
	curl_multi_cleanup(http->multi);
	curl_global_cleanup();
	free(http);
}

/* Taking less than was given ends the transfer, which is still an answer. */
static size_t keep_reply(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t room = HTTP_REPLY_MAXIMUM - transfer->body.length;
	size_t length = size * count;

	buffer_add(&transfer->body, bytes, length < room ? length : room);
	return length <= room ? length : 0;
}

static const char *reason_to_refuse(const struct transfer *transfer, const struct sockaddr *address)
{
	if (address_is_forbidden(address))
		return "a link-local or metadata address";
	if (transfer->loopback_only && !address_is_loopback(address))
		return "plain http leaves this machine (insecure = yes allows it)";
	return NULL;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = context;
	const char *reason = reason_to_refuse(transfer, &address->addr);

	(void)purpose;
	if (!reason)
		return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	buffer_clear(&transfer->refused);
	buffer_add_string(&transfer->refused, "does not connect to ");
	address_describe(&transfer->refused, &address->addr);
	buffer_addf(&transfer->refused, ": %s", reason);
	return CURL_SOCKET_BAD;
}

static bool set_address(struct transfer *transfer, const struct http_request *request)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	if (request->ca_file) {
		ok &= curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
	}
	return ok;
}

static bool set_exchange(struct transfer *transfer, const struct http_request *request)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->words) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)HTTP_CONNECT_SECONDS) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)request->timeout) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_reply) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) == CURLE_OK;
	return ok;
}

static bool add_header(struct transfer *transfer, const char *header)
{
	struct curl_slist *longer;

	if (strpbrk(header, "\r\n"))
		return false;
	longer = curl_slist_append(transfer->headers, header);
	if (longer)
		transfer->headers = longer;
	return longer != NULL;
}

/* libcurl asks before it sends a long body ("Expect: 100-continue"), which costs a second where nobody answers. */
static bool add_headers(struct transfer *transfer, const struct strings *headers)
{
	bool ok = add_header(transfer, "Expect:");

	for (size_t i = 0; ok && headers && i < headers->count; i++)
		ok = add_header(transfer, headers->items[i]);
	return ok;
}

int http_post(struct http *http, const struct http_request *request, void *owner, struct error *error)
{
	struct transfer *transfer = memory_alloc(sizeof(*transfer));

	transfer->next = http->transfers;
	http->transfers = transfer;
	http->count++;
	transfer->owner = owner;
	transfer->length = request->length;
	transfer->timeout = request->timeout;
	transfer->loopback_only = !request->insecure && strncasecmp(request->url, "https:", 6) != 0;
	transfer->easy = curl_easy_init();
	if (transfer->easy && add_headers(transfer, request->headers) && set_address(transfer, request) &&
	    set_exchange(transfer, request) && curl_multi_add_handle(http->multi, transfer->easy) == CURLM_OK)
		return 0;
	transfer_free(http, transfer);
	return error_set(error, "the request cannot be made: a header with a line break, or an unknown option");
}

size_t http_under_way(const struct http *http)
{
	return http->count;
}

int http_run(struct http *http, int milliseconds, struct error *error)
{
	CURLMcode code;
	int running = 0;

	code = curl_multi_perform(http->multi, &running);
	for (; code == CURLM_OK && (size_t)running == http->count && milliseconds > 0; milliseconds -= 100) {
		code = curl_multi_poll(http->multi, NULL, 0, milliseconds < 100 ? milliseconds : 100, NULL);
		if (code == CURLM_OK)
			code = curl_multi_perform(http->multi, &running);
	}
	return code == CURLM_OK ? 0 : error_set(error, "libcurl: %s", curl_multi_strerror(code));
}

static void describe_failure(struct http_reply *out, const struct transfer *transfer, CURLcode code)
{
	struct buffer words = BUFFER_INIT;
	curl_off_t sent = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	out->unknown = transfer->length && sent >= (curl_off_t)transfer->length;
	if (transfer->refused.length)
		buffer_add_string(&words, buffer_text(&transfer->refused));
	else if (code == CURLE_OPERATION_TIMEDOUT && out->unknown)
		buffer_addf(&words, "no answer within %d s", transfer->timeout);
	else
		buffer_add_string(&words, transfer->words[0] ? transfer->words : curl_easy_strerror(code));
	if (out->unknown)
		buffer_add_string(&words, "; the request was sent: unknown whether it was acted on");
	out->error = buffer_detach(&words);
}

static void take_reply(struct http_reply *out, struct transfer *transfer, CURLcode code)
{
	curl_off_t microseconds = 0;
	curl_off_t retry_after = 0;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
	*out = (struct http_reply){.retry_after = retry_after > 0 ? (int64_t)retry_after : -1,
				   .milliseconds = (int64_t)microseconds / 1000};
	if (status >= 200 && status < 1000)
		out->status = (int)status;
	else
		describe_failure(out, transfer, code);
	out->body = transfer->body;
	transfer->body = (struct buffer)BUFFER_INIT;
}

bool http_next(struct http *http, struct http_reply *out, void **owner)
{
	struct transfer *transfer = NULL;
	CURLMsg *message;
	int left;

	do
		message = curl_multi_info_read(http->multi, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (!message)
		return false;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
	take_reply(out, transfer, message->data.result);
	*owner = transfer->owner;
	transfer_free(http, transfer);
	return true;
}
