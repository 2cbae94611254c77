/* What is under way over the network, several at a time: through libcurl (http.h), or by a process (errand.h).
 *
 * What none of them may do is decided here: TLS verified (1.2 or later), no proxy, .netrc or option from the
 * environment, no link-local or metadata address whatever a name resolves to, and without TLS to loopback alone unless it
 * is allowed. A connection is used once. Through a proxy it is the proxy's address that is looked at: what a name
 * resolves to behind it is the proxy's to know, but what is written as such an address is refused. */
#ifndef HOTFIX_ADAPTERS_NETWORK_H
#define HOTFIX_ADAPTERS_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define NETWORK_CONNECT_SECONDS 5
#define NETWORK_REPLY_MAXIMUM (16 * 1024)   /* bytes of a reply that are kept; more ends the transfer */
#define NETWORK_HEADERS_MAXIMUM (64 * 1024) /* bytes of its headers; more is no answer */

struct network;

/* What a mail server said of one recipient. */
struct recipient {
	char *address;
	int status;  /* of SMTP: of the mail when the server took it for the recipient; 0: it did not say */
	char *words; /* the server's, or NULL */
};

struct reply {
	int status;           /* of the protocol; 0: no answer */
	bool unknown;         /* no answer, but all of it was sent: it may have been acted on */
	int64_t retry_after;  /* seconds, -1 when the receiver did not say (RFC 9110, section 10.2.3) */
	int64_t milliseconds; /* from the start to the answer */
	struct buffer body;   /* the first NETWORK_REPLY_MAXIMUM bytes, or as many as were asked for, as they came */
	bool cut;             /* an answer that is not whole: there was more, or it broke off */
	char *error;          /* why there was no answer, or a mail was refused; NULL when it was not */
	struct recipient *recipients;
	size_t recipient_count; /* 0 but for mails */
};

void reply_release(struct reply *reply);
void recipients_release(struct recipient *recipients, size_t count);

/* OUT is owned by the caller; network_free ends what is still under way. */
int network_new(struct network **out, struct error *error);
void network_free(struct network *network);

/* How many were begun and have not been fetched with network_next; the bytes that they send. */
size_t network_under_way(const struct network *network);
size_t network_bytes_under_way(const struct network *network);

/* network_run ends early, too, when FD can be read; -1: nothing else is waited for. */
void network_listen(struct network *network, int fd);

/* Works until one is done, at most so many MILLISECONDS. A signal ends it early, and so may less. With nothing under way
 * it only waits. */
int network_run(struct network *network, int milliseconds, struct error *error);

/* Ends what was begun with this owner, without a reply; harmless when there is nothing. */
void network_cancel(struct network *network, const void *owner);

/* Fetches one that is done, and the owner that it was begun with; false when there is none. OUT is owned by the
 * caller. */
bool network_next(struct network *network, struct reply *out, void **owner);

#endif
