/* What pre-receive writes down about a ref update before the ref moves, for announce to find. Values only. */
#ifndef HOTFIX_RULES_RECORD_H
#define HOTFIX_RULES_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"
#include "rules/object_id.h"

enum landing_kind {
	LANDING_MERGE,
	LANDING_FAST_FORWARD,
	LANDING_SQUASH,
	LANDING_ORDINARY,
	LANDING_ROLLBACK,
	LANDING_CREATION,    /* production came into being */
	LANDING_SIGNOFF,     /* no landing: a sign-off ref was pushed */
	LANDING_REVOCATION,  /* no landing: a sign-off was revoked */
	LANDING_ABANDONMENT, /* no landing: a hotfix branch was deleted before it landed */
	LANDING_KINDS
};

/* Returns "merge", "fast-forward", "squash", "ordinary", "rollback", "creation". */
const char *landing_kind_name(enum landing_kind kind);

/* Returns the kind of this name, or LANDING_KINDS. */
enum landing_kind landing_kind_of(const char *name);

/* True for the three kinds with which a hotfix lands. */
bool landing_kind_is_hotfix(enum landing_kind kind);

/* A sign-off that counted. */
struct record_signoff {
	char *name;               /* "review" */
	char *person;             /* key of the person, rules/people.h */
	char *address;            /* as written, or NULL */
	struct object_id commit;  /* the commit that was signed */
	struct object_id carrier; /* the commit or tag that carries the evidence */
	char *environment;        /* of a deploy: where it went; else NULL */
	bool failed;              /* of a deploy */
	char *into;   /* of a waiver: the branches that it is for, full names with a blank between them; NULL:
				     all of them, or no waiver */
	char *reason; /* what was said with it, or NULL; of a revocation, the ref that it revokes */
};

/* What a gate said when something landed. */
struct record_gate {
	char *name;
	bool open;    /* else it was shut or nobody knew, and that was let pass */
	char *answer; /* a sentence */
};

/* What stood in the way of a landing that was overridden. */
struct record_missing {
	char *rule; /* "signoff", "gate", "freeze" */
	char *name; /* of the sign-off, gate or freeze */
	int people; /* of a sign-off: how many were missing, and are owed; else 0 */
};

/* Somebody who did some of the work that was overridden, and cannot sign it off. */
struct record_worker {
	char *person; /* key of the person, rules/people.h */
	char *how;    /* "wrote 1234567890" */
};

/* That a landing was overridden. */
struct record_override {
	char *person;    /* key of who did it */
	char *reason;    /* one line */
	int64_t due;     /* seconds since the epoch: until when what is owed must be given; 0: nothing is owed */
	int64_t settled; /* when it was given; 0: not yet */
	struct record_missing *missing;
	size_t missing_count;
	size_t missing_capacity;
	struct record_worker *workers;
	size_t worker_count;
	size_t worker_capacity;
};

/* A recorded landing, by the numbers that the ledger has for it. */
struct landing_number {
	int64_t record; /* 0: none */
	int64_t position;
};

/* One landing of a production record. */
struct record_landing {
	enum landing_kind kind;
	struct object_id from;
	struct object_id to;
	char *branch;         /* full ref name of the branch that landed, or NULL */
	char *incident;       /* or NULL */
	char *severity;       /* that triage says, as configured; NULL when none does */
	struct object_id tip; /* the branch's tip; for a rollback, the tip that it goes back to; for a sign-off on a
				 landing, the commit that landed */
	struct landing_number about; /* of a sign-off on a recorded landing: which */
	char *about_production;      /* the same: full name of the production branch, or NULL; the ledger fills it in */
	struct strings into;         /* of a hotfix: the branches that it is to be merged back to, full names */
	struct record_signoff *signoffs;
	size_t signoff_count;
	size_t signoff_capacity;
	struct record_gate *gates;
	size_t gate_count;
	size_t gate_capacity;
	struct record_override *override; /* or NULL */
};

/* One ref update of a governed ref. */
struct record {
	char *ref;
	struct object_id old_id;
	struct object_id new_id;
	bool production;                 /* else a hotfix branch */
	bool ready;                      /* a hotfix branch: all sign-offs for a landing are there */
	char *severity;                  /* a hotfix branch: as of a landing */
	int64_t opened;                  /* a hotfix branch: when its work began, seconds since the epoch; 0: not yet */
	int64_t reported;                /* a hotfix branch: when it was reported, by its own word; 0: not said */
	struct record_landing *landings; /* production: in order */
	size_t landing_count;
	size_t landing_capacity;
	struct object_ids first_seen; /* commits that this push brings to the branch; the pusher becomes their pusher */
	bool extended;                /* gates were asked, or something was overridden; the state fills it in */
	bool moved_work;              /* a hotfix branch: moved otherwise than by sign-off commits */
};

struct records {
	struct record *items;
	size_t count;
	size_t capacity;
};

/* Add an empty item and return it; the pointer holds until the next call. */
struct record *records_add(struct records *records, const char *ref);
struct record_landing *record_add_landing(struct record *record);
struct record_signoff *record_landing_add_signoff(struct record_landing *landing);
struct record_gate *record_landing_add_gate(struct record_landing *landing);
struct record_missing *record_override_add_missing(struct record_override *override);
struct record_worker *record_override_add_worker(struct record_override *override);

/* True when sign-offs are owed for it, given meanwhile or not. */
bool record_override_owes(const struct record_override *override);
void record_override_free(struct record_override *override);
void record_signoff_release(struct record_signoff *signoff);
void record_landing_release(struct record_landing *landing);

/* True when both land the same commits of the same branch in the same way. */
bool record_landing_is_same(const struct record_landing *a, const struct record_landing *b);
/* Releases what RECORD holds, not RECORD itself. */
void record_release(struct record *record);
void records_release(struct records *records);

#endif
