/* How a delivery travels: one courier for each transport. Couriers have nothing to do with the outbox
 * (flow/deliver_attempt.h). */
#ifndef HOTFIX_FLOW_COURIER_H
#define HOTFIX_FLOW_COURIER_H

#include <stdint.h>

#include "adapters/network.h"
#include "flow/announce.h"
#include "rules/policy.h"
#include "rules/retry.h"

/* One attempt at a delivery. Everything is borrowed, and stays until the reply is there. */
struct parcel {
	const struct endpoint *endpoint;
	const struct delivery *delivery;
	const struct announcer *announcer; /* whose repository it is about */
	const char *source;                /* address of the repository, a URI reference */
	int64_t time;                      /* of the attempt: milliseconds since the epoch */
};

struct courier {
	/* Begins to send. OWNER comes back with the reply (network_next). Fails when it cannot even be sent: nothing
	 * was. */
	int (*start)(struct network *network, const struct parcel *parcel, void *owner, struct error *error);
	/* What REPLY means. *WORDS, owned by the caller, says to a person what went wrong; it is left alone when
	 * nothing did. */
	enum retry_meaning (*judge)(char **words, const struct parcel *parcel, const struct reply *reply);
};

extern const struct courier courier_http;
extern const struct courier courier_smtp;
extern const struct courier courier_rabbitmq;

/* Returns the courier who goes to ENDPOINT. */
const struct courier *courier_to(const struct endpoint *endpoint);

#endif
