/* The parts of network.c, for it, http.c and smtp.c alone. */
#ifndef HOTFIX_ADAPTERS_NETWORK_INTERNAL_H
#define HOTFIX_ADAPTERS_NETWORK_INTERNAL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "adapters/network.h"

struct transfer {
	struct transfer *next;
	CURL *easy;
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

/* Adds TEXT to the list; false when it holds a line break. */
bool transfer_add(struct transfer *transfer, const char *text);

/* Begins it. */
bool transfer_begin(struct network *network, struct transfer *transfer);

#endif
