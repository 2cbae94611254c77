/* Requests over HTTP, several at a time, through libcurl (RFC 9110).
 *
 * What a request may not do is decided here: only http and https, TLS verified (1.2 or later), no redirect followed,
 * no proxy, cookie, .netrc or option from the environment, no link-local or metadata address whatever a name resolves
 * to, and plain http to loopback alone unless it is allowed. A connection is used once. */
#ifndef HOTFIX_ADAPTERS_HTTP_H
#define HOTFIX_ADAPTERS_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"

#define HTTP_CONNECT_SECONDS 5
#define HTTP_REPLY_MAXIMUM (16 * 1024) /* bytes of a reply that are kept; more ends the transfer */

struct http;

struct http_request {
	const char *url;
	const struct strings *headers; /* "Name: value"; copied */
	const char *body;              /* must stay until the reply is there */
	size_t length;
	int timeout;         /* seconds for all of it */
	bool insecure;       /* plain http to a host that is not loopback */
	const char *ca_file; /* NULL: the system's */
};

struct http_reply {
	int status;           /* 0: no answer of HTTP */
	bool unknown;         /* no answer, but the whole request was sent: it may have been acted on */
	int64_t retry_after;  /* seconds, -1 when the receiver did not say (RFC 9110, section 10.2.3) */
	int64_t milliseconds; /* from the start to the answer */
	struct buffer body;   /* the first HTTP_REPLY_MAXIMUM bytes, as they came */
	char *error;          /* why there was no answer; NULL when there was one */
};

void http_reply_release(struct http_reply *reply);

/* OUT is owned by the caller; http_free ends what is still under way. */
int http_new(struct http **out, struct error *error);
void http_free(struct http *http);

/* Begins a POST. OWNER comes back with the reply. Fails when the request itself is not possible: nothing was sent. */
int http_post(struct http *http, const struct http_request *request, void *owner, struct error *error);

/* How many were begun and have not been fetched with http_next. */
size_t http_under_way(const struct http *http);

/* Works until a request is done, at most so many MILLISECONDS. With nothing under way it only waits. */
int http_run(struct http *http, int milliseconds, struct error *error);

/* Fetches a request that is done; false when there is none. OUT is owned by the caller. */
bool http_next(struct http *http, struct http_reply *out, void **owner);

#endif
