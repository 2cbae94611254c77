/* One transfer of libcurl: what it may do, and for how long. */
#include <string.h>
#include <sys/socket.h>

#include "adapters/address.h"
#include "adapters/network_internal.h"

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

static curl_socket_t remember(struct transfer *transfer, curl_socket_t socket)
{
	if (socket != CURL_SOCKET_BAD && transfer->socket_count < TRANSFER_SOCKETS)
		transfer->sockets[transfer->socket_count++] = socket;
	return socket;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = context;
	struct buffer reason = BUFFER_INIT;

	(void)purpose;
	refuse(&reason, transfer, &address->addr);
	if (!reason.length)
		return remember(transfer, socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol));
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

/* A name that no server answers for is left to the thread that asks; libcurl would wait for its end, and all transfers
 * with it. */
static bool set_patience(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075700
	return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
#else
	(void)easy;
	return true;
#endif
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
	struct transfer *transfer = transfer_link(network, NULL, owner);

	transfer->timeout = destination->timeout;
	transfer->body_maximum = destination->reply_maximum ? destination->reply_maximum : NETWORK_REPLY_MAXIMUM;
	transfer->easy = curl_easy_init();
	if (transfer->easy && set_guards(transfer, destination) && set_proxy(transfer, destination) &&
	    set_client(transfer, destination) && set_patience(transfer->easy) && set_bounds(transfer, destination))
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
