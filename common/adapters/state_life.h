/* The lives of hotfixes in the state: who pushed, who signed and who was told of one, there or gone. */
#ifndef HOTFIX_ADAPTERS_STATE_LIFE_H
#define HOTFIX_ADAPTERS_STATE_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "adapters/state.h"

/* Adds the full name of every ref that begins with PREFIX, there or gone, oldest first; at most 100,000. */
int state_known_refs(struct state *state, struct strings *out, const char *prefix, struct error *error);

/* Adds the branches whose hotfixes landed at SINCE (seconds since the epoch) or later and are not closed, oldest first. */
int state_unclosed_branches(struct state *state, struct strings *out, int64_t since, struct error *error);

/* A push to a hotfix branch. */
struct ref_push {
	int64_t push; /* its number; later ones have higher numbers */
	int64_t time; /* seconds since the epoch */
	char *pusher; /* key of a person */
	struct object_id old_id;
	struct object_id new_id;
	bool moved_work;  /* otherwise than by sign-off commits */
	bool abandoned;   /* it deleted what had not landed */
	int64_t reported; /* by the branch's own word; 0: not said */
};

struct ref_pushes {
	struct ref_push *items;
	size_t count;
	size_t capacity;
};

void ref_pushes_release(struct ref_pushes *pushes);

/* Adds the pushes to REF that came true, oldest first; at most 10,000. */
int state_ref_pushes(struct state *state, struct ref_pushes *out, const char *ref, struct error *error);

/* A sign-off ref on a hotfix branch. */
struct pushed_signoff {
	char *ref;
	int64_t push; /* its number */
	int64_t time;
	char *pusher;
	bool revocation;
	char *severity; /* or NULL */
	struct record_signoff said;
	char *key; /* fingerprint, when the carrier is a tag whose signature was verified; else NULL */
};

struct pushed_signoffs {
	struct pushed_signoff *items;
	size_t count;
	size_t capacity;
};

void pushed_signoffs_release(struct pushed_signoffs *signoffs);

/* Adds those of BRANCH (full name), oldest first; at most 10,000. */
int state_pushed_signoffs(struct state *state, struct pushed_signoffs *out, const char *branch, struct error *error);

/* Returns the fingerprint with which a tag was last verified, owned by the caller, in *OUT; NULL when it never was. */
int state_key_of(struct state *state, char **out, const struct object_id *tag, struct error *error);

/* An event that names an incident, and what its body says of it. */
struct told_event {
	char *id;
	char *type;
	int64_t time;
	char *incident;
	char *role;   /* of a rollback: "taken_back" or "brought_back"; else NULL */
	char *branch; /* short name, or NULL */
	char *pusher;
	char *reason;
	char *after; /* id of a commit */
};

struct told_events {
	struct told_event *items;
	size_t count;
	size_t capacity;
};

void told_events_release(struct told_events *events);

/* Adds those of INCIDENT, or of every incident when it is NULL; by incident, and oldest first for each; at most 1,000,000. */
int state_told_events(struct state *state, struct told_events *out, const char *incident, struct error *error);

/* A branch that a landing was to be merged back to. */
struct owed_branch {
	char *branch;    /* full name */
	int64_t since;   /* seconds since the epoch */
	int state;       /* enum owed_state, state_owed.h */
	int64_t settled; /* 0: not, or not known */
};

struct owed_branches {
	struct owed_branch *items;
	size_t count;
	size_t capacity;
};

void owed_branches_release(struct owed_branches *branches);

/* Adds those of LANDING, settled or not, in the order of their names. */
int state_owed_branches(struct state *state, struct owed_branches *out, const struct landing_number *landing,
			struct error *error);

/* Adds the deliveries of an event, without the event itself. Their due is when they were first taken, milliseconds since the
 * epoch; 0: never. */
int state_event_deliveries(struct state *state, struct deliveries *out, const char *event, struct error *error);

#endif
