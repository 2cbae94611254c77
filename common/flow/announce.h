/* Turns what happened to refs into events, once each (hotfix-hooks(7), EVENTS).
 *
 * The source of events is the difference between the tip of a ref that was last announced and its tip now, with the
 * records that pre-receive wrote before the ref moved. post-receive calls it early; when that never ran, the next push
 * and the deliverer find the same difference. */
#ifndef HOTFIX_FLOW_ANNOUNCE_H
#define HOTFIX_FLOW_ANNOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include "adapters/environment.h"
#include "adapters/repository.h"
#include "adapters/state.h"
#include "base/error.h"
#include "base/strings.h"
#include "rules/policy.h"

#define ANNOUNCE_REFS_MAXIMUM 100000

/* Seconds after which a record is given up: the ref has moved another way meanwhile, or has not moved at all. */
#define ANNOUNCE_LOST_SECONDS 3600
#define ANNOUNCE_STALE_SECONDS 86400

/* The repository, opened, with what belongs to it. */
struct announcer {
	struct repository *repository;
	struct state *state;
	const struct policy *policy;
	const struct environment *environment;
};

/* Writes the events of every ref that has a record waiting, of TOUCHED (full names; NULL for none; a symbolic production
 * ref by its own name), and, when ALL, of every governed ref that exists or that the state knows. *EVENTS (may be NULL)
 * is how many were new. In one transaction: events, deliveries, announced tips and settled records, durable when a
 * production ref is among them. Opens no transaction when there is nothing to do; two processes at once do not announce
 * twice. With mode = off tips count as announced and no event is written. */
int announce(size_t *events, const struct announcer *announcer, const struct strings *touched, bool all,
	     struct error *error);

/* At installation, and when the state was lost: the tips of all governed refs that the state does not know count as
 * announced. LOST: writes the event state.reset, unless the state was in use already. */
int announce_baseline(const struct announcer *announcer, bool lost, struct error *error);

#endif
