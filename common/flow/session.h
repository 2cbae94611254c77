/* One run of a hook or a command: where it is, what is configured, and what it has opened so far. */
#ifndef HOTFIX_FLOW_SESSION_H
#define HOTFIX_FLOW_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "adapters/environment.h"
#include "adapters/repository.h"
#include "adapters/state.h"
#include "base/error.h"
#include "base/strings.h"
#include "flow/announce.h"
#include "rules/policy.h"
#include "rules/ref_class.h"
#include "rules/ref_update.h"

/* What is known of a push of the past that is judged again (flow/replay.h). */
enum hindsight {
	HINDSIGHT_NONE,   /* nothing of the past is judged */
	HINDSIGHT_LEDGER, /* the ledger has it, and is as it was then (adapters/state_hindsight.h) */
	HINDSIGHT_GIT,    /* the ledger does not: who pushed is not held against anybody, and sign-offs came in time */
};

struct session {
	struct environment environment;
	struct policy policy;
	struct strings problems; /* of the configuration; when there are any, only refusing is safe */
	struct symbolic_refs symbolic;
	struct repository *repository; /* NULL until session_open */
	struct state *state;           /* NULL until session_open */
	bool fresh_state;              /* nobody has taken over yet in what session_open opened */
	char *pusher;                  /* key of who pushes (rules/people.h); NULL until session_identify */
	int64_t now;                   /* seconds since the epoch */
	enum hindsight hindsight;
	const struct ref_updates *updates; /* of the push that is judged, borrowed; NULL: none, or one of the past */
	bool read_only; /* verified signatures are not kept in the state: hotfixctl explain, status */
};

/* Loads the environment of a hook (GIT_DIR NULL) or of the repository that a person named, and its configuration.
 * Problems of the configuration are no error: they are in PROBLEMS, and what production, hotfix and HEAD stand for is
 * filled in as far as it could be read. */
int session_init(struct session *out, const char *git_dir, struct error *error);
void session_release(struct session *session);

/* Opens the repository and the state; the state file is made when CREATE. */
int session_open(struct session *session, bool create, struct error *error);

/* Opens the repository alone. */
int session_open_repository(struct session *session, struct error *error);

/* Opens the state alone; ERROR_NOT_FOUND when it is not there and CREATE is false. */
int session_open_state(struct session *session, bool create, struct error *error);

/* Closes both; they can be opened again. */
void session_close(struct session *session);

/* A state that was made by a push or a deliverer in a repository that has refs replaces one that was lost: what is there
 * counts as announced, and state.reset says so, once, even when whoever made it was stopped before. Does nothing for a
 * state in use. */
int session_take_over(struct session *session, struct error *error);

/* Finds out who pushes, unless PUSHER says it already, and resolves the Unix groups of the roles. */
int session_identify(struct session *session, struct error *error);

/* Classifies REF; reads the refs' files where symbolic refs matter. */
int session_classify(struct session *session, struct ref_class *out, const char *ref, struct error *error);

/* The production branches that exist, with their tips; the same branch once. */
int session_productions(struct session *session, struct branch_tips *out, struct error *error);

/* The same without a session that has opened them. */
int session_productions_of(const struct policy *policy, struct repository *repository, struct branch_tips *out,
			   struct error *error);

/* The hotfix branches that exist, or what is named as they are, with their tips; at most LIMIT (else ERROR_LIMIT). */
int session_hotfixes(struct session *session, struct branch_tips *out, size_t limit, struct error *error);

/* These and the branches of allow-from: whatever may land. */
int session_landable(struct session *session, struct branch_tips *out, size_t limit, struct error *error);

/* Announces what happened to refs (flow/announce.h): TOUCHED (may be NULL), and whatever waits. *EVENTS (may be NULL) is
 * how many were new. */
int session_announce(struct session *session, size_t *events, const struct strings *touched, struct error *error);

/* What the session has opened, for those who announce; it holds until something is opened or closed. */
struct announcer session_announcer(struct session *session);

/* Announces which hotfixes are over their deadline, and which are not merged back in time (flow/announce_overdue.h,
 * flow/announce_backmerge.h). */
int session_announce_overdue(struct session *session, struct error *error);

#endif
