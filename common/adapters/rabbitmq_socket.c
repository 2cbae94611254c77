/* From an address to a connection that has its guards. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "adapters/address.h"
#include "adapters/network.h"
#include "adapters/rabbitmq_internal.h"

#define DIGITS_MAXIMUM 6 /* of a port, and NUL */

static bool is_literal(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* Adds why it may not be connected to; nothing when it may. */
static void refuse(struct buffer *out, const struct broker *broker, const struct sockaddr *address)
{
	bool stays = address_is_loopback(address) || broker->address.tls || broker->message->insecure;

	if (!address_is_forbidden(address) && stays)
		return;
	buffer_clear(out);
	buffer_add_string(out, "does not connect to ");
	address_describe(out, address);
	buffer_add_string(out, stays ? ": a link-local or metadata address"
				     : ": amqp without TLS leaves this machine (insecure = yes allows it)");
}

static bool is_connected(int fd, const struct broker *broker, struct buffer *words)
{
	struct timeval left = broker_left(broker, NETWORK_CONNECT_SECONDS);
	struct pollfd waited = {.fd = fd, .events = POLLOUT};
	int code = ETIMEDOUT;
	socklen_t length = sizeof(code);

	if (poll(&waited, 1, (int)(left.tv_sec * 1000 + left.tv_usec / 1000)) == 1)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length);
	if (code) {
		buffer_clear(words);
		buffer_add_string(words, strerror(code));
	}
	return !code;
}

static bool connect_plain(struct broker *broker, const struct addrinfo *target, struct buffer *words)
{
	amqp_socket_t *wrapper = amqp_tcp_socket_new(broker->state);
	int fd = socket(target->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, target->ai_protocol);
	bool begun = fd >= 0 && (!connect(fd, target->ai_addr, target->ai_addrlen) || errno == EINPROGRESS);

	if (!begun) {
		buffer_clear(words);
		buffer_add_string(words, strerror(errno));
	}
	if (wrapper && begun && is_connected(fd, broker, words)) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
		amqp_tcp_socket_set_sockfd(wrapper, fd);
		return true;
	}
	if (fd >= 0)
		close(fd);
	return false;
}

/* librabbitmq is given an address, so that it resolves no name behind our back; the name is what the broker is asked for
 * and what its certificate has to say. */
static void watch(const SSL *ssl, int where, int code)
{
	struct broker *broker = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	char *host = broker->address.host;
	unsigned long alert = ERR_PACK(ERR_LIB_SSL, 0, SSL_AD_REASON_OFFSET + (code & 0xff));
	const char *reason = ERR_reason_error_string(alert);

	if (where & SSL_CB_HANDSHAKE_START)
		SSL_set_tlsext_host_name((SSL *)ssl, is_literal(host) ? NULL : host);
	if (where == SSL_CB_READ_ALERT && code >> 8 == SSL3_AL_FATAL && !broker->distrust.length)
		buffer_addf(&broker->distrust, "the broker refused TLS: %s", reason ? reason : "an unknown alert");
}

static int hear_verdict(int fine, X509_STORE_CTX *store)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct broker *broker = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	if (!fine && !broker->distrust.length)
		buffer_addf(&broker->distrust, "the certificate of the broker: %s",
			    X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
	return fine;
}

static int give_no_passphrase(char *out, int size, int writing, void *context)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)context;
	return 0;
}

static bool set_host(SSL_CTX *context, const char *host)
{
	X509_VERIFY_PARAM *wanted = SSL_CTX_get0_param(context);

	X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return is_literal(host) ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host) == 1
				: X509_VERIFY_PARAM_set1_host(wanted, host, 0) == 1;
}

static bool set_files(SSL_CTX *context, const struct rabbitmq_message *message, struct buffer *words)
{
	const char *wrong = NULL;

	if (message->ca_file ? SSL_CTX_load_verify_locations(context, message->ca_file, NULL) != 1
			     : SSL_CTX_set_default_verify_paths(context) != 1)
		wrong = message->ca_file ? message->ca_file : "the system's certificates";
	else if (message->client_cert && SSL_CTX_use_certificate_chain_file(context, message->client_cert) != 1)
		wrong = message->client_cert;
	else if (message->client_cert &&
		 SSL_CTX_use_PrivateKey_file(context, message->client_key, SSL_FILETYPE_PEM) != 1)
		wrong = message->client_key;
	if (wrong)
		buffer_addf(words, "%s: %s", wrong, ERR_reason_error_string(ERR_get_error()));
	return !wrong;
}

static bool set_tls(struct broker *broker, amqp_socket_t *socket, struct buffer *words)
{
	SSL_CTX *context = amqp_ssl_socket_get_context(socket);

	amqp_ssl_socket_set_verify_hostname(socket, 0); /* of the address that it is given */
	SSL_CTX_set_app_data(context, broker);
	SSL_CTX_set_info_callback(context, watch);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, hear_verdict);
	SSL_CTX_set_default_passwd_cb(context, give_no_passphrase);
	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_max_proto_version(context, 0) == 1 && set_host(context, broker->address.host))
		return set_files(context, broker->message, words);
	buffer_add_string(words, "TLS cannot be set up");
	return false;
}

const char *broker_words(const struct broker *broker, int status)
{
	if (broker->distrust.length)
		return buffer_text(&broker->distrust);
	/* with TLS 1.3 a broker looks at our certificate, or misses it, when we talk already; its word can get lost */
	if (status == AMQP_STATUS_SSL_ERROR && !broker->message->client_cert)
		return "the broker ended TLS: does it ask for a client certificate?";
	return amqp_error_string2(status);
}

static bool connect_tls(struct broker *broker, const struct addrinfo *target, struct buffer *words)
{
	amqp_socket_t *socket = amqp_ssl_socket_new(broker->state);
	struct timeval left = broker_left(broker, NETWORK_CONNECT_SECONDS);
	char host[NI_MAXHOST];
	int status;

	buffer_clear(words);
	if (!socket || getnameinfo(target->ai_addr, target->ai_addrlen, host, sizeof(host), NULL, 0, NI_NUMERICHOST)) {
		buffer_add_string(words, "TLS cannot be set up");
		return false;
	}
	if (!set_tls(broker, socket, words))
		return false;
	status = amqp_socket_open_noblock(socket, host, broker->address.port, &left);
	if (status == AMQP_STATUS_OK)
		return true;
	buffer_add_string(words, broker_words(broker, status));
	return false;
}

static bool connect_to(struct broker *broker, const struct addrinfo *target, struct buffer *words)
{
	struct buffer reason = BUFFER_INIT;
	bool allowed;

	refuse(&reason, broker, target->ai_addr);
	allowed = !reason.length;
	if (!allowed) {
		buffer_clear(words);
		buffer_add_string(words, buffer_text(&reason));
	}
	buffer_release(&reason);
	if (!allowed)
		return false;
	return broker->address.tls ? connect_tls(broker, target, words) : connect_plain(broker, target, words);
}

bool broker_connect(struct broker *broker, struct buffer *words)
{
	const struct amqp_address *address = &broker->address;
	const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *targets = NULL;
	char port[DIGITS_MAXIMUM];
	bool connected = false;
	int code;

	snprintf(port, sizeof(port), "%d", address->port);
	code = getaddrinfo(address->host, port, &wanted, &targets);
	if (code) {
		buffer_addf(words, "%s: %s", address->host, gai_strerror(code));
		return false;
	}
	for (struct addrinfo *target = targets; target && !connected; target = target->ai_next)
		connected = connect_to(broker, target, words);
	freeaddrinfo(targets);
	return connected;
}
