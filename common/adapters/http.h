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
	const char *url;
	const struct strings *headers; /* "Name: value"; copied */
	const char *body;              /* must stay until the reply is there */
	size_t length;
	int timeout;         /* seconds for all of it */
	bool insecure;       /* plain http to a host that is not loopback */
	const char *ca_file; /* NULL: the system's */
};

/* Begins a POST. OWNER comes back with the reply, whose status is HTTP's. Fails when the request itself is not possible:
 * nothing was sent. */
int http_post(struct network *network, const struct http_request *request, void *owner, struct error *error);

#endif
