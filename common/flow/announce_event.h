/* The events of one move of a ref. The caller has a transaction open. */
#ifndef HOTFIX_FLOW_ANNOUNCE_EVENT_H
#define HOTFIX_FLOW_ANNOUNCE_EVENT_H

#include "flow/announce.h"
#include "flow/payload.h"

/* One move of a ref, and the number under which it is announced. */
struct announced_move {
	const char *ref;
	bool production;
	struct object_id from;
	struct object_id to;
	int64_t number;
	const struct waiting_record *record; /* NULL: nobody recorded it */
};

/* Writes the events of MOVE, with a delivery for each endpoint that wants them; adds to *EVENTS how many were new. */
int announce_move(size_t *events, const struct announcer *announcer, const struct announced_move *move, int64_t now,
		  struct error *error);

/* Writes one event; its id and body are made here. NUMBER tells apart what is alike otherwise. ENDPOINTS are who gets it;
 * NULL: whoever wants its type. *ADDED says that it was new. */
int announce_event(bool *added, const struct announcer *announcer, struct happening *happening, int64_t number,
		   const struct strings *endpoints, struct error *error);

#endif
