#include "rules/amqp_address.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "rules/url.h"

#define PORT 5672
#define PORT_TLS 5671
#define PORT_MAXIMUM 65535
#define DIGITS "0123456789"

bool amqp_is_address(const char *url)
{
	return url_has_scheme(url, "amqp") || url_has_scheme(url, "amqps");
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 3986, section 2.1. */
static int decode_bytes(struct buffer *out, const char *text, size_t length, struct error *error)
{
	for (size_t i = 0; i < length; i++) {
		bool escaped = text[i] == '%';
		int high = escaped && i + 2 < length ? digit(text[i + 1]) : -1;
		int low = high >= 0 ? digit(text[i + 2]) : -1;

		if (escaped && low < 0)
			return error_set(error, "a %% without two hexadecimal digits behind it");
		buffer_add_char(out, escaped ? (char)(high * 16 + low) : text[i]);
		i += escaped ? 2 : 0;
	}
	return 0;
}

static int check_text(const struct buffer *text, const char *what, struct error *error)
{
	const char *at = buffer_text(text);

	if (text->length > AMQP_SHORT_MAXIMUM)
		return error_set(error, "%s longer than %d bytes", what, AMQP_SHORT_MAXIMUM);
	for (size_t i = 0; i < text->length;) {
		size_t bytes = utf8_character(at + i, text->length - i);

		if (!bytes || (unsigned char)at[i] < ' ' || at[i] == 0x7f)
			return error_set(error, "%s that is no text", what);
		i += bytes;
	}
	return 0;
}

static int decode(char **out, const char *text, size_t length, const char *what, struct error *error)
{
	struct buffer decoded = BUFFER_INIT;
	int result = decode_bytes(&decoded, text, length, error);

	if (!result)
		result = check_text(&decoded, what, error);
	if (!result && !decoded.length)
		result = error_set(error, "%s that is empty", what);
	if (!result)
		*out = memory_copy(buffer_text(&decoded));
	if (decoded.bytes)
		explicit_bzero(decoded.bytes, decoded.length);
	buffer_release(&decoded);
	return result;
}

static int read_user(struct amqp_address *out, const char *text, size_t length, struct error *error)
{
	const char *colon = memchr(text, ':', length);
	size_t before = colon ? (size_t)(colon - text) : length;
	int result = decode(&out->user, text, before, "a user", error);

	if (!result && colon)
		result = decode(&out->password, colon + 1, length - before - 1, "a password", error);
	return result;
}

static int read_port(struct amqp_address *out, const char *text, size_t length, struct error *error)
{
	long port = 0;

	out->port = out->tls ? PORT_TLS : PORT;
	if (!length)
		return 0;
	for (size_t i = 0; i < length && port <= PORT_MAXIMUM; i++)
		port = strchr(DIGITS, text[i]) ? port * 10 + (text[i] - '0') : PORT_MAXIMUM + 1;
	if (port < 1 || port > PORT_MAXIMUM)
		return error_set(error, "a port is a number from 1 to %d", PORT_MAXIMUM);
	out->port = (int)port;
	return 0;
}

static int read_host(struct amqp_address *out, const char *text, size_t length, struct error *error)
{
	const char *end = *text == '[' ? memchr(text, ']', length) : memchr(text, ':', length);
	size_t host = end ? (size_t)(end - text) : length;
	size_t skip = *text == '[';

	if (skip && !end)
		return error_set(error, "a [ without its ]");
	if (memchr(text, '%', host) || (!skip && (memchr(text, '[', host) || memchr(text, ']', host))))
		return error_set(error, "no host is written so");
	if (host <= skip)
		return error_set(error, "an address without a host");
	out->host = memory_copy_bytes(text + skip, host - skip);
	host += skip;
	if (host < length && text[host] != ':')
		return error_set(error, "behind the host stands at most its port");
	return read_port(out, text + host + 1, host < length ? length - host - 1 : 0, error);
}

static int read_vhost(struct amqp_address *out, const char *path, struct error *error)
{
	if (!*path) {
		out->vhost = memory_copy("/");
		return 0;
	}
	if (strpbrk(path, "?#"))
		return error_set(error, "no options behind the vhost: timeout, ca-file and others are keys");
	if (!path[1])
		return error_set(error,
				 "a vhost that is empty: without the last / it is the default one, which is /%%2F");
	if (strchr(path + 1, '/'))
		return error_set(error, "a / in the name of a vhost is written %%2F");
	return decode(&out->vhost, path + 1, strlen(path + 1), "a vhost", error);
}

int amqp_address_read(struct amqp_address *out, const char *url, struct error *error)
{
	const char *authority, *host;
	size_t length;
	int result = 0;

	*out = (struct amqp_address){.tls = url_has_scheme(url, "amqps")};
	if (!amqp_is_address(url))
		return error_set(error, "an amqp or amqps address");
	if (url_check(url, error))
		return ERROR_FAILED;
	authority = strstr(url, "://") + strlen("://");
	host = url_host(url, &length);
	if (host > authority)
		result = read_user(out, authority, (size_t)(host - authority) - 1, error);
	if (!result)
		result = read_host(out, host, length, error);
	if (!result)
		result = read_vhost(out, host + length, error);
	return result;
}

void amqp_address_release(struct amqp_address *address)
{
	if (address->password)
		explicit_bzero(address->password, strlen(address->password));
	free(address->user);
	free(address->password);
	free(address->host);
	free(address->vhost);
	*address = (struct amqp_address){0};
}
