/* One attempt at one delivery: from the outbox to the receiver, and what its answer means for the outbox. */
#ifndef HOTFIX_FLOW_DELIVER_ATTEMPT_H
#define HOTFIX_FLOW_DELIVER_ATTEMPT_H

#include <stdint.h>

#include "adapters/network.h"
#include "flow/announce.h"
#include "flow/deliver.h"

struct flight;

/* What all attempts share. */
struct delivering {
	struct announcer announcer;
	struct network *network;
	char *source;           /* address of the repository, a URI reference */
	struct flight *flights; /* attempts that are under way */
	struct strings busy;    /* their endpoints */
	struct deliver_result *result;
};

/* Takes the one delivery of DELIVERIES, which is empty afterwards, and sends it. When it cannot even be sent, that is
 * logged as an attempt. */
int attempt_start(struct delivering *delivering, struct deliveries *deliveries, struct error *error);

/* Logs every attempt that has its answer; *FINISHED is how many there were. */
int attempt_finish_all(struct delivering *delivering, size_t *finished, struct error *error);

/* Forgets what is under way, without a trace: it will be sent again. Only after network_free, which still reads it. */
void attempt_abandon_all(struct delivering *delivering);

#endif
