#include "adapters/network.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/address.h"
#include "adapters/network_internal.h"
#include "base/memory.h"

struct network {
	CURLM *multi;
	struct transfer *transfers;
	size_t count;
	int listened; /* -1: nothing */
};

void reply_release(struct reply *reply)
{
	buffer_release(&reply->body);
	free(reply->error);
	*reply = (struct reply){0};
}

int network_new(struct network **out, struct error *error)
{
	struct network *network;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return error_set(error, "libcurl cannot be initialised");
	network = memory_alloc(sizeof(*network));
	network->multi = curl_multi_init();
	if (!network->multi) {
		free(network);
		curl_global_cleanup();
		return error_set(error, "libcurl cannot be initialised");
	}
	network->listened = -1;
	*out = network;
	return 0;
}

void transfer_free(struct network *network, struct transfer *transfer)
{
	for (struct transfer **link = &network->transfers; *link; link = &(*link)->next) {
		if (*link != transfer)
			continue;
		*link = transfer->next;
		network->count--;
		break;
	}
	if (transfer->easy) {
		curl_multi_remove_handle(network->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->list);
	buffer_release(&transfer->body);
	buffer_release(&transfer->refused);
	free(transfer);
}

void network_free(struct network *network)
{
	if (!network)
		return;
	while (network->transfers)
		transfer_free(network, network->transfers);
	curl_multi_cleanup(network->multi);
	curl_global_cleanup();
	free(network);
}

/* Taking less than was given ends the transfer, which is still an answer. */
static size_t keep_reply(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t room = transfer->body_maximum - transfer->body.length;
	size_t length = size * count;

	buffer_add(&transfer->body, bytes, length < room ? length : room);
	return length <= room ? length : 0;
}

/* Adds why the transfer may not go to ADDRESS; nothing when it may. */
static void refuse(struct buffer *out, const struct transfer *transfer, const struct sockaddr *address)
{
	if (address_is_forbidden(address))
		buffer_add_string(out, "a link-local or metadata address");
	else if (transfer->plain && !address_is_loopback(address))
		buffer_addf(out, "%s leaves this machine (insecure = yes allows it)", transfer->plain);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = context;
	struct buffer reason = BUFFER_INIT;

	(void)purpose;
	refuse(&reason, transfer, &address->addr);
	if (!reason.length)
		return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	buffer_clear(&transfer->refused);
	buffer_add_string(&transfer->refused, "does not connect to ");
	address_describe(&transfer->refused, &address->addr);
	buffer_addf(&transfer->refused, ": %s", buffer_text(&reason));
	buffer_release(&reason);
	return CURL_SOCKET_BAD;
}

static bool is_line(const char *bytes, size_t length, const char *begins)
{
	return length >= strlen(begins) && memcmp(bytes, begins, strlen(begins)) == 0;
}

/* Whoever never comes to the end of the headers gives no answer. There are several heads where a proxy, or an interim
 * response, has one of its own. */
static size_t take_header(const char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t length = size * count;

	if (is_line(bytes, length, "HTTP/"))
		transfer->head_complete = false;
	else if (is_line(bytes, length, "\r\n") || is_line(bytes, length, "\n"))
		transfer->head_complete = true;
	transfer->head_length += length;
	return transfer->head_length <= NETWORK_HEADERS_MAXIMUM ? length : 0;
}

/* An empty name of no proxy keeps libcurl from looking for one, and for exceptions, in the environment. */
static bool set_proxy(struct transfer *transfer, const struct destination *destination)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_PROXY, destination->proxy ? destination->proxy : "") == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_NOPROXY, "") == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	if (destination->proxy && destination->ca_file) {
		ok &= curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, destination->ca_file) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL) == CURLE_OK;
	}
	return ok;
}

/* A key with a passphrase cannot be used; an empty one keeps OpenSSL from asking on the terminal. */
static bool set_client(struct transfer *transfer, const struct destination *destination)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	if (destination->client_cert) {
		ok &= curl_easy_setopt(easy, CURLOPT_SSLCERT, destination->client_cert) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_SSLKEY, destination->client_key) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "") == CURLE_OK;
	}
	return ok;
}

static bool set_guards(struct transfer *transfer, const struct destination *destination)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_URL, destination->url) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, destination->protocols) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	if (destination->ca_file) {
		ok &= curl_easy_setopt(easy, CURLOPT_CAINFO, destination->ca_file) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
	}
	return ok;
}

static bool set_bounds(struct transfer *transfer, const struct destination *destination)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->words) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)NETWORK_CONNECT_SECONDS) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)destination->timeout) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_reply) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer) == CURLE_OK;
	return ok;
}

struct transfer *transfer_new(struct network *network, const struct destination *destination, void *owner)
{
	struct transfer *transfer = memory_alloc(sizeof(*transfer));

	transfer->next = network->transfers;
	network->transfers = transfer;
	network->count++;
	transfer->owner = owner;
	transfer->timeout = destination->timeout;
	transfer->body_maximum = destination->reply_maximum ? destination->reply_maximum : NETWORK_REPLY_MAXIMUM;
	transfer->easy = curl_easy_init();
	if (transfer->easy && set_guards(transfer, destination) && set_proxy(transfer, destination) &&
	    set_client(transfer, destination) && set_bounds(transfer, destination))
		return transfer;
	transfer_free(network, transfer);
	return NULL;
}

bool transfer_add(struct transfer *transfer, const char *text)
{
	struct curl_slist *longer;

	if (strpbrk(text, "\r\n"))
		return false;
	longer = curl_slist_append(transfer->list, text);
	if (longer)
		transfer->list = longer;
	return longer != NULL;
}

bool transfer_begin(struct network *network, struct transfer *transfer)
{
	return curl_multi_add_handle(network->multi, transfer->easy) == CURLM_OK;
}

size_t network_under_way(const struct network *network)
{
	return network->count;
}

size_t network_bytes_under_way(const struct network *network)
{
	size_t bytes = 0;

	for (const struct transfer *transfer = network->transfers; transfer; transfer = transfer->next)
		bytes += transfer->length;
	return bytes;
}

void network_listen(struct network *network, int fd)
{
	network->listened = fd;
}

/* One wait, and the work that it was for: what is spurious costs the caller nothing. */
int network_run(struct network *network, int milliseconds, struct error *error)
{
	struct curl_waitfd listened = {.fd = network->listened, .events = CURL_WAIT_POLLIN};
	CURLMcode code;
	int running = 0;

	code = curl_multi_perform(network->multi, &running);
	if (code == CURLM_OK && (size_t)running == network->count && milliseconds > 0) {
		code = curl_multi_poll(network->multi, &listened, network->listened >= 0, milliseconds, NULL);
		if (code == CURLM_OK)
			code = curl_multi_perform(network->multi, &running);
	}
	return code == CURLM_OK ? 0 : error_set(error, "libcurl: %s", curl_multi_strerror(code));
}

void network_cancel(struct network *network, const void *owner)
{
	struct transfer *transfer = network->transfers;

	while (transfer && transfer->owner != owner)
		transfer = transfer->next;
	if (transfer)
		transfer_free(network, transfer);
}

/* libcurl has no more memory than 100 KB for one header. */
static bool is_overlong(const struct transfer *transfer, CURLcode code)
{
	return transfer->head_length > NETWORK_HEADERS_MAXIMUM ||
	       (code == CURLE_OUT_OF_MEMORY && transfer->head_length && !transfer->head_complete);
}

static bool is_answer(const struct transfer *transfer, CURLcode code, long status)
{
	return status >= 200 && status < 1000 && !is_overlong(transfer, code) &&
	       (transfer->head_complete || !transfer->has_head);
}

static void describe_failure(struct reply *out, const struct transfer *transfer, CURLcode code)
{
	struct buffer words = BUFFER_INIT;
	curl_off_t sent = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	out->unknown = transfer->length && sent >= (curl_off_t)transfer->length;
	if (transfer->refused.length)
		buffer_add_string(&words, buffer_text(&transfer->refused));
	else if (is_overlong(transfer, code))
		buffer_addf(&words, "the headers of the reply are longer than %d KB", NETWORK_HEADERS_MAXIMUM / 1024);
	else if (code == CURLE_OPERATION_TIMEDOUT && out->unknown)
		buffer_addf(&words, "no answer within %d s", transfer->timeout);
	else
		buffer_add_string(&words, transfer->words[0] ? transfer->words : curl_easy_strerror(code));
	if (out->unknown)
		buffer_add_string(&words, "; the request was sent: unknown whether it was acted on");
	out->error = buffer_detach(&words);
}

static void take_reply(struct reply *out, struct transfer *transfer, CURLcode code)
{
	curl_off_t microseconds = 0;
	curl_off_t retry_after = 0;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
	*out = (struct reply){.retry_after = retry_after > 0 ? (int64_t)retry_after : -1,
			      .milliseconds = (int64_t)microseconds / 1000};
	if (is_answer(transfer, code, status))
		out->status = (int)status;
	else
		describe_failure(out, transfer, code);
	out->cut = out->status && code != CURLE_OK;
	out->body = transfer->body;
	transfer->body = (struct buffer)BUFFER_INIT;
}

bool network_next(struct network *network, struct reply *out, void **owner)
{
	struct transfer *transfer = NULL;
	CURLMsg *message;
	int left;

	do
		message = curl_multi_info_read(network->multi, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (!message)
		return false;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
	take_reply(out, transfer, message->data.result);
	*owner = transfer->owner;
	transfer_free(network, transfer);
	return true;
}
