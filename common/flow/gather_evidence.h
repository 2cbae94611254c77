/* Gathers the trailers that claim a sign-off of one landing, and what each is bound to. */
#ifndef HOTFIX_FLOW_GATHER_EVIDENCE_H
#define HOTFIX_FLOW_GATHER_EVIDENCE_H

#include "flow/session.h"
#include "rules/graph.h"
#include "rules/landing.h"

/* Pieces of evidence that one landing may have; far above what people sign. */
#define EVIDENCE_MAXIMUM 1000

/* Adds to LANDING, whose target is known: the trailers on the landing commit, on the first commit below the tip's sign-off
 * commits, and on sign-off commits anywhere in GRAPH (hotfix-hooks(7), SIGN-OFFS). BROUGHT (may be NULL) come with this
 * push. */
int gather_evidence(struct landing *landing, struct session *session, const struct graph *graph,
		    const struct object_ids *brought, struct error *error);

/* Fills in, for a sign-off ref, when it came and what it is bound to; ARRIVING: it is being pushed just now. */
int gather_binding(struct landing *landing, struct session *session, struct evidence *evidence, bool arriving,
		   struct error *error);

#endif
