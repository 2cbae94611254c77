/* Who signed what, by which key, when, and what it is worth: the evidence of one hotfix branch, told one by one. */
#ifndef HOTFIX_TOOLS_SIGNOFF_STATUS_H
#define HOTFIX_TOOLS_SIGNOFF_STATUS_H

#include "adapters/json.h"
#include "base/buffer.h"
#include "flow/session.h"
#include "rules/landing.h"

/* What the ledger has of one piece of evidence. */
struct signoff_fact {
	int64_t time;         /* when it came, seconds since the epoch; 0 when that is not known */
	char *pusher;         /* key of who pushed it, or NULL */
	int64_t revoked_time; /* the same of what revoked it */
};

struct signoff_facts {
	struct signoff_fact *items; /* one for each piece of evidence of the landing */
	size_t count;
};

/* Fills OUT, and verifies the signatures that no verdict asked for: of what is stale, revoked or not needed. */
int signoff_facts_gather(struct signoff_facts *out, struct session *session, struct landing *landing,
			 struct error *error);
void signoff_facts_release(struct signoff_facts *facts);

/* Adds a paragraph for each piece of evidence; nothing when there is none. */
void signoff_facts_text(struct buffer *out, const struct signoff_facts *facts, const struct policy *policy,
			const struct landing *landing, const struct signoff_states *states);

/* Returns the evidence for one sign-off, owned by the caller. */
struct json *signoff_facts_json(const struct signoff_facts *facts, const struct policy *policy,
				const struct landing *landing, const struct signoff_state *state);

#endif
