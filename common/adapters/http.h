/* Requests over HTTP (RFC 9110): only http and https, no redirect followed, no cookie; network.h has the other
 * guards. */
#ifndef HOTFIX_ADAPTERS_HTTP_H
#define HOTFIX_ADAPTERS_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "adapters/network.h"
#include "base/error.h"
#include "base/strings.h"

struct http_request {
	const char *method; /* "POST" ... */
	const char *url;
	const struct strings *headers; /* "Name: value"; copied */
	const char *body;              /* NULL: none */
	size_t length;
	bool body_stays;         /* until the reply is there; else it is copied */
	int timeout;             /* seconds for all of it */
	bool insecure;           /* plain http to a host that is not loopback, or through a proxy */
	const char *ca_file;     /* NULL: the system's */
	const char *client_cert; /* PEM file, or NULL */
	const char *client_key;  /* PEM file without a passphrase, when there is a certificate */
	const char *proxy;       /* http, https or socks5h address, or NULL */
	size_t reply_maximum;    /* bytes of the reply that are kept; 0: NETWORK_REPLY_MAXIMUM */
};

/* Begins a request. OWNER comes back with the reply, whose status is HTTP's. Fails when the request itself is not possible:
 * nothing was sent. */
int http_send(struct network *network, const struct http_request *request, void *owner, struct error *error);

#endif
