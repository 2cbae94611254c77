/* Gathers what the rules need to know of one landing, from the repository and the ledger. Judges nothing. */
#ifndef HOTFIX_FLOW_GATHER_H
#define HOTFIX_FLOW_GATHER_H

#include "flow/session.h"
#include "rules/graph.h"
#include "rules/landing.h"

struct landing_question {
	enum landing_kind kind;
	const char *production; /* full name */
	const char *branch;     /* full name, or NULL */
	const char *incident;   /* or NULL */
	struct object_id from;
	struct object_id to;
	struct object_id tip;
	const struct object_ids *brought; /* a hotfix branch that is being pushed: the commits that come to hotfix
					     branches by this push, from this pusher; else NULL */
};

/* A commit that no tool would read as another does: the pusher's to put right. */
struct unreadable {
	struct object_id commit;
	char *why; /* NULL: every commit could be read */
};

/* repository_walk, up to [limits] commits. */
int gather_walk(struct object_ids *out, struct session *session, const struct object_ids *tips,
		const struct object_ids *hidden, struct error *error);

/* Adds the commits that TIPS reach and HIDDEN do not to GRAPH, and their parents outside; marks the sign-off commits.
 * Returns ERROR_LIMIT beyond [limits] commits, and ERROR_FAILED with UNREADABLE filled in when a commit is
 * ambiguous; where UNREADABLE is NULL, such a commit is added with its tree and parents alone. */
int gather_graph(struct graph *graph, struct unreadable *unreadable, struct session *session,
		 const struct object_ids *tips, const struct object_ids *hidden, struct error *error);

/* Fills OUT, owned by the caller either way. Errors as gather_graph. */
int gather_landing(struct landing *out, struct unreadable *unreadable, struct session *session,
		   const struct landing_question *question, struct error *error);

void unreadable_release(struct unreadable *unreadable);

#endif
