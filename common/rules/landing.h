/* One landing, as it was gathered, and the rules over it (hotfix-hooks(7), LANDINGS and SIGN-OFFS). */
#ifndef HOTFIX_RULES_LANDING_H
#define HOTFIX_RULES_LANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "rules/policy.h"
#include "rules/record.h"
#include "rules/verdict.h"

/* A trailer, a signed tag or a pushed ref that claims a sign-off, with what is known of it. Nothing here is judged yet. */
struct evidence {
	const struct signoff *signoff;
	char *ref;     /* of a tag or a pushed ref: its full name; NULL for a trailer */
	char *problem; /* of these: what is wrong with it whatever lands, a sentence; NULL when nothing is */
	char *key;     /* of a tag: fingerprint of the key, once verified */
	char *revokes; /* of a revocation: the ref that it revokes; it is no sign-off */
	bool revoked;
	char *revoked_by;         /* the ref that revoked it */
	char *text;               /* the trailer's value, as written; of a pushed ref, the person */
	char *severity;           /* what the only Severity: beside it says; NULL when there is none, or several */
	char *person;             /* key (rules/people.h), or NULL when the value holds no single address */
	struct object_id carrier; /* the commit that carries the trailer, the tag, or the commit that the ref is on */
	struct object_id target;  /* the commit that it signs */
	bool for_production;      /* says that it is for this production branch, or need not say so */
	bool arrival_known;       /* the ledger knows when it came, and where production was then */
	int64_t arrival;          /* number of the push that brought it; INT64_MAX: it comes with this push, or the
				     ledger does not know it */
	char *branch;             /* the other branch that it first came to, full name; NULL when it is this one */
	bool other_incident;      /* that branch is for another incident */
	int64_t last_landing;     /* number of the push that last landed that branch here; 0: none */
	bool one_base;            /* BINDS_CHANGE: the target had one merge base with production as it was then */
	bool same_change;         /* BINDS_CHANGE: the target's change is the change that lands */
	struct strings differing; /* BINDS_CHANGE: paths in which they differ */
};

/* Somebody who did some of the work. */
struct worker {
	char *person;            /* key */
	const char *how;         /* "wrote", "committed", "is a co-author of", "pushed", "moved the branch" */
	struct object_id commit; /* which; zero when it is the branch */
};

/* A freeze that holds when something lands. */
struct frozen {
	const struct freeze *freeze; /* owned by the policy */
	struct moment until;
};

/* All zero is an empty landing. */
struct landing {
	struct record_landing
		what;            /* kind, from, to, branch, incident, tip; its sign-offs are what landing_judge found */
	char *production;        /* full name of the production branch */
	struct object_id target; /* the first commit at or below the tip that is no sign-off commit */
	struct object_ids above; /* the sign-off commits that sign it */
	char *other_incident;    /* an Incident: trailer in the range that names another incident, or NULL */
	struct object_id other_incident_commit;
	struct evidence *evidence;
	size_t evidence_count;
	size_t evidence_capacity;
	struct worker *workers;
	size_t worker_count;
	size_t worker_capacity;
	bool pusher_unknown; /* the ledger does not know who first pushed unknown_commit */
	struct object_id unknown_commit;
	size_t work;           /* commits that are no sign-off commits */
	int64_t opened;        /* seconds since the epoch: when the first of them came; 0 when that is not known */
	int64_t reported;      /* the earliest Reported: that can be believed; 0: none */
	char *report_ignored;  /* a sentence about one that cannot, or NULL */
	int64_t last_landing;  /* number of the push that last landed this branch here; 0: none */
	char *pusher;          /* key of who lands it */
	struct frozen *frozen; /* an ordinary landing: the freezes of its production branch that hold */
	size_t frozen_count;
	size_t frozen_capacity;
};

struct evidence *landing_add_evidence(struct landing *landing);
void evidence_release(struct evidence *evidence);
/* Adds a worker unless the person is there already. */
void landing_add_worker(struct landing *landing, char *person, const char *how, const struct object_id *commit);
/* Adds the freezes of the policy that hold at NOW, seconds since the epoch, for the landing's production branch. */
void landing_add_frozen(struct landing *landing, const struct policy *policy, int64_t now, zone_offset_at *offset_at);
void landing_release(struct landing *landing);

/* Why a piece of evidence does not count. */
enum evidence_fault {
	EVIDENCE_COUNTS,
	EVIDENCE_NO_ADDRESS,
	EVIDENCE_REVOKED,
	EVIDENCE_UNVERIFIED, /* its problem says why */
	EVIDENCE_OTHER_PRODUCTION,
	EVIDENCE_NOT_IN_ROLE,
	EVIDENCE_OWN_WORK,
	EVIDENCE_NO_SEVERITY, /* its sign-off asks for one */
	EVIDENCE_OTHER_INCIDENT,
	EVIDENCE_USED_UP,
	EVIDENCE_OTHER_COMMIT,
	EVIDENCE_ARRIVAL_UNKNOWN,
	EVIDENCE_SEVERAL_BASES,
	EVIDENCE_OTHER_CHANGE,
	EVIDENCE_TAKEN,      /* counts already: the same person again, here or for another sign-off */
	EVIDENCE_NOT_NEEDED, /* there are enough without this person */
};

/* How one sign-off stands. */
struct signoff_state {
	const struct signoff *signoff;
	int missing; /* people */
	enum evidence_fault
		*faults; /* one for each piece of evidence of the landing; EVIDENCE_TAKEN for other sign-offs' */
};

struct signoff_states {
	struct signoff_state *items;
	size_t count;
};

/* Judges one piece of evidence by itself. */
enum evidence_fault evidence_fault_of(const struct policy *policy, const struct landing *landing,
				      const struct evidence *evidence);

/* Judges all evidence against all sign-offs that a landing asks for. A person counts once for each sign-off that binds to the incident, and for
 * one only of all the others: reviewers and testers are distinct people. */
void signoff_states_of(struct signoff_states *out, const struct policy *policy, const struct landing *landing);
void signoff_states_release(struct signoff_states *states);

/* True when nothing is missing. */
bool signoff_states_complete(const struct signoff_states *states);

/* Returns the severity that the latest good evidence says, as it is configured; NULL when no sign-off asks for one, or none
 * says it. */
const char *signoff_states_severity(const struct signoff_states *states, const struct landing *landing);

/* Pieces of evidence for one sign-off that a message names; a push can bring thousands. */
#define EVIDENCE_SHOWN 10

/* Adds a sentence: why this piece of evidence does not count. */
void evidence_explain(struct buffer *out, const struct policy *policy, const struct landing *landing,
		      const struct evidence *evidence, enum evidence_fault fault);

/* Runs every rule over a landing whose shape is right, adds what is not met about REF, and fills in what.signoffs. */
void landing_judge(struct verdict *verdict, const struct policy *policy, struct landing *landing, const char *ref);

/* Adds the commands with which somebody gives one sign-off, by the kind of evidence that it wants. */
void landing_add_signing(struct strings *out, const struct policy *policy, const struct landing *landing,
			 const struct signoff *signoff);

#endif
