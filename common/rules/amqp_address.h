/* Addresses of brokers: "amqps://user@host:port/vhost" (RabbitMQ's AMQP URI Specification; RFC 3986). */
#ifndef HOTFIX_RULES_AMQP_ADDRESS_H
#define HOTFIX_RULES_AMQP_ADDRESS_H

#include <stdbool.h>

#include "base/error.h"

#define AMQP_SHORT_MAXIMUM 255 /* bytes of a short string (AMQP 0-9-1, section 4.2.5.3) */

struct amqp_address {
	bool tls;
	char *user;     /* NULL: none; percent-decoded, like all below */
	char *password; /* NULL: none */
	char *host;     /* a literal IPv6 address without its brackets */
	int port;
	char *vhost; /* "/" where the address has no path */
};

/* True for amqp and amqps, in any case. */
bool amqp_is_address(const char *url);

/* Takes URL apart. Fails on what is no such address, on an empty vhost (what ends with "/" means that, and never the
 * default), and on a query: options of clients are keys of ours. Errors do not repeat URL. OUT is owned by the caller
 * either way. */
int amqp_address_read(struct amqp_address *out, const char *url, struct error *error);
void amqp_address_release(struct amqp_address *address);

#endif
