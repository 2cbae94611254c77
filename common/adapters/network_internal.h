/* The parts of network.c, for it, network_transfer.c, http.c, smtp.c and errand.c alone. */
#ifndef HOTFIX_ADAPTERS_NETWORK_INTERNAL_H
#define HOTFIX_ADAPTERS_NETWORK_INTERNAL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "adapters/network.h"

struct errand;

#define TRANSFER_SOCKETS 8 /* that are remembered */

struct transfer {
	struct transfer *next;
	CURL *easy;                              /* NULL for an errand */
	struct errand *errand;                   /* NULL for libcurl's */
	curl_socket_t sockets[TRANSFER_SOCKETS]; /* that were opened; some may be closed again */
	size_t socket_count;
	struct curl_slist *list; /* headers or recipients */
	void *owner;
	size_t length; /* bytes to send */
	int timeout;
	const char *plain; /* what goes to loopback alone: "plain http"; NULL: any address will do */
	size_t body_maximum;
	struct buffer body;
	bool has_head;         /* an answer is one when its head is complete: HTTP */
	bool head_complete;    /* the blank line behind the headers came */
	size_t head_length;    /* bytes of all headers */
	struct buffer refused; /* the address that the guard did not let through, and why */
	char words[CURL_ERROR_SIZE];
	/* Fills in status, error and recipients; NULL: as a reply of HTTP has them. */
	void (*answer)(struct reply *out, struct transfer *transfer, CURLcode code);
	void *more; /* of the protocol; ended by free_more */
	void (*free_more)(void *more);
};

struct destination {
	const char *url;
	const char *protocols; /* the only ones allowed, as for CURLOPT_PROTOCOLS_STR */
	const char *ca_file;   /* NULL: the system's */
	const char *client_cert, *client_key;
	const char *proxy;    /* http, https or socks5h; NULL: none */
	int timeout;          /* seconds for all of it */
	size_t reply_maximum; /* bytes that are kept; 0: NETWORK_REPLY_MAXIMUM */
};

/* Makes a transfer to DESTINATION that has its guards; it belongs to NETWORK. NULL when libcurl refuses. */
struct transfer *transfer_new(struct network *network, const struct destination *destination, void *owner);
void transfer_free(struct network *network, struct transfer *transfer);

/* Adds one that is ERRAND, or NULL: has nothing yet, to NETWORK. */
struct transfer *transfer_link(struct network *network, struct errand *errand, void *owner);

/* Adds TEXT to the list; false when it holds a line break. */
bool transfer_add(struct transfer *transfer, const char *text);

/* Begins it. */
bool transfer_begin(struct network *network, struct transfer *transfer);

/* Says in OUT why there was no answer. */
void transfer_describe(struct reply *out, const struct transfer *transfer, CURLcode code);

/* --- errand.c --- */

/* Returns what can be read once it has ended, and the milliseconds that it may still take. */
int errand_descriptor(const struct errand *errand);
int64_t errand_left(const struct errand *errand);

/* Takes the reply of one that has ended, or whose time is over; false while it goes on. */
bool errand_take(struct reply *out, struct errand *errand);

#endif
