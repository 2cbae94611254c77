/* What follows from a sign-off on a landing, once it has come true (hotfix-hooks(7), AFTER THE LANDING). */
#ifndef HOTFIX_FLOW_ANNOUNCE_ANSWER_H
#define HOTFIX_FLOW_ANNOUNCE_ANSWER_H

#include "flow/announce.h"
#include "flow/payload.h"

/* Writes the event of the sign-off that HAPPENING tells of (its landing has the number of one in about; its type is
 * filled in), and hotfix.closed where it was the last that was missing; keeps how the deploy went. RECORD is its number in
 * the ledger, where it counts as announced already; NUMBER as for announce_event. Adds to *EVENTS how many were new. The
 * caller has a transaction open. */
int announce_answer(size_t *events, const struct announcer *announcer, struct happening *happening, int64_t record,
		    int64_t number, struct error *error);

#endif
