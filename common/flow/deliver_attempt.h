/* One attempt at one delivery: from the outbox to the receiver, and what its answer means for the outbox. */
#ifndef HOTFIX_FLOW_DELIVER_ATTEMPT_H
#define HOTFIX_FLOW_DELIVER_ATTEMPT_H

#include <stdint.h>

#include "adapters/network.h"
#include "flow/announce.h"
#include "flow/deliver.h"

struct flight;

/* What all attempts for one repository share; several of these may share a network. */
struct delivering {
	struct announcer announcer;
	struct network *network;
	char *source;           /* address of the repository, a URI reference */
	struct flight *flights; /* attempts that are under way */
	struct strings busy;    /* their endpoints */
	struct deliver_result *result;
	void *owner; /* the caller's */
};

/* Takes the one delivery of DELIVERIES, which is empty afterwards, and sends it. When it cannot even be sent, that is
 * logged as an attempt. */
int attempt_start(struct delivering *delivering, struct deliveries *deliveries, struct error *error);

/* Returns the next attempt that has its answer, NULL when there is none. It stays under way until it is logged. */
struct flight *attempt_next(struct network *network);

/* For which repository it is. */
struct delivering *attempt_whose(const struct flight *flight);

/* Logs an attempt that has its answer, and ends it. When it cannot be logged, the delivery will be sent again. */
int attempt_log(struct flight *flight, struct error *error);

/* Ends what is under way, without a trace: it will be sent again. */
void attempt_abandon_all(struct delivering *delivering);

#endif
