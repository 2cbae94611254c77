/* Judges the past landings of a production branch under the present configuration (hotfixctl(8), replay), by the rules and
 * the code that judge a push. */
#ifndef HOTFIX_FLOW_REPLAY_H
#define HOTFIX_FLOW_REPLAY_H

#include "flow/session.h"
#include "rules/record.h"
#include "rules/verdict.h"

enum replay_verdict { REPLAY_PASSES, REPLAY_REFUSED, REPLAY_UNKNOWN };

/* Returns "passes", "refused", "unknown". */
const char *replay_verdict_name(enum replay_verdict verdict);

/* One past landing. */
struct replayed {
	struct object_id from;
	struct object_id to;
	int64_t time;           /* of the committer of TO, seconds since the epoch */
	enum landing_kind kind; /* LANDING_KINDS when that cannot be said */
	const char *branch;     /* that landed, full name; NULL when it is not known */
	const char *incident;   /* or NULL */
	const char *pusher;     /* key; NULL: who pushed is not known, and the committer stood for it */
	bool recorded;          /* the ledger has the landing; else Git alone was asked */
	enum replay_verdict verdict;
	const char *why;                  /* it is unknown, a sentence; else NULL */
	const struct verdict *verdict_of; /* what is not met */
};

/* Takes one; what it points to holds until it returns. */
typedef int replay_taker(void *context, const struct replayed *replayed, struct error *error);

/* Judges, newest first, what production branch PRODUCTION (full name) came to at SINCE or later, seconds since the epoch by the
 * committer, each as if mode were enforce. Gates are not asked, and what was owed then is not looked up. The session is
 * opened, read-only, its groups resolved. Takes the same time for each landing, and memory for the ids of the line alone. */
int replay_run(struct session *session, const char *production, int64_t since, replay_taker *take, void *context,
	       struct error *error);

#endif
