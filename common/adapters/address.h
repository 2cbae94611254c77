/* Addresses of sockets: where a webhook may not go, whatever its name resolves to. */
#ifndef HOTFIX_ADAPTERS_ADDRESS_H
#define HOTFIX_ADAPTERS_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/buffer.h"

/* True for 127.0.0.0/8 and ::1, and for the former as an IPv4-mapped address (RFC 4291, section 2.5.5.2). */
bool address_is_loopback(const struct sockaddr *address);

/* True for link-local addresses (169.254.0.0/16, RFC 3927; fe80::/10, RFC 4291) and for those at which providers of
 * machines answer with the machine's own credentials; also where an IPv6 address carries such an IPv4 address, mapped,
 * compatible, translated, by NAT64 or through a tunnel. An unknown family is forbidden too. Loopback is not, and so
 * neither are 0.0.0.0 and ::, which lead there. */
bool address_is_forbidden(const struct sockaddr *address);

/* The same for a host as it stands in a URL: a literal address, in brackets or not, or one of the names that providers
 * give to these addresses. Every other name is not forbidden: who resolves it must ask for the address. */
bool address_host_is_forbidden(const char *host);

/* Adds the address as text, without the port. */
void address_describe(struct buffer *out, const struct sockaddr *address);

#endif
