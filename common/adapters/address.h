/* Addresses of sockets: where a webhook may not go, whatever its name resolves to. */
#ifndef HOTFIX_ADAPTERS_ADDRESS_H
#define HOTFIX_ADAPTERS_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/buffer.h"

/* True for 127.0.0.0/8 and ::1. Like the next, it sees through an IPv4 address in an IPv6 one (RFC 4291, section
 * 2.5.5.2; RFC 6052, section 2.1). */
bool address_is_loopback(const struct sockaddr *address);

/* True for link-local addresses (169.254.0.0/16, RFC 3927; fe80::/10, RFC 4291) and for those at which providers of
 * machines answer with the machine's own credentials. An unknown family is forbidden too. */
bool address_is_forbidden(const struct sockaddr *address);

/* Adds the address as text, without the port. */
void address_describe(struct buffer *out, const struct sockaddr *address);

#endif
