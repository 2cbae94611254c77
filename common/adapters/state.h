/* The state: one SQLite file in WAL mode; the ledger, the record before a ref moves, the outbox (hotfix-hooks(7),
 * STATE). Every function fails with words that name the file. A failure never leaves half a change. */
#ifndef HOTFIX_ADAPTERS_STATE_H
#define HOTFIX_ADAPTERS_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"
#include "rules/branch_tip.h"
#include "rules/object_id.h"
#include "rules/record.h"

struct state;

/* Opens FILE, makes it (mode 0660 by the umask) and its tables when CREATE, for one repository: REPOSITORY is its
 * absolute path, with "#" and the namespace behind it when there is one. Several repositories may share a file.
 * ERROR_NOT_FOUND when it, or this repository in it, is not there and CREATE is false. Made by root, the file belongs to
 * the owner of its folder; folders are never made. A file of a later version, of another program or a damaged one is
 * refused and stays as it is. Waits up to 5 s for other writers. *FRESH (may be NULL) says that state_set_begun was never
 * called for this repository: the file was just made, or whoever made it did not come so far. */
int state_open(struct state **out, const char *file, const char *repository, bool create, bool *fresh,
	       struct error *error);

/* Notes that what there was before this state is dealt with; *FIRST says that it was not noted before. */
int state_set_begun(struct state *state, bool *first, struct error *error);

void state_free(struct state *state);

/* Begins a transaction that writes; DURABLE syncs the file at the commit (synchronous=FULL). */
int state_begin(struct state *state, bool durable, struct error *error);
/* When it fails, everything since state_begin is undone. */
int state_commit(struct state *state, struct error *error);
/* Undoes what was begun; harmless when nothing was. */
void state_rollback(struct state *state);

/* Moves the write-ahead log into the file when it has grown (128 KB), which syncs both: never in a hook, now and then
 * in the deliverer. Does nothing while others are at work. */
int state_checkpoint(struct state *state, struct error *error);

/* True when the log is so long that reading it slows every hook down: state_checkpoint would do something. */
bool state_wants_checkpoint(const struct state *state);

/* --- the ledger (state_ledger.c) --- */

/* What is known of the push that first brought a commit to any hotfix branch. */
struct arrival {
	int64_t push; /* number of the push; later pushes have higher numbers */
	int64_t time; /* seconds since the epoch */
	char *pusher; /* key of a person, rules/people.h */
	char *ref;    /* the hotfix branch that it came to, full name */
};

void arrival_release(struct arrival *arrival);

/* Writes down a push and the records of its updates, in the transaction that is open: who, when, the tips of the
 * production branches, the first push of each commit (an earlier one stays), who moved which branch, and the landings
 * to announce. Records that wait for the same ref, old and new are replaced. */
int state_record_push(struct state *state, const char *pusher, int64_t now, const struct branch_tip *tips,
		      size_t tip_count, const struct records *records, struct error *error);

/* The update hook refused this update: its record will not be announced, and what it said of the commits is undone. The
 * record that it had replaced waits again: of two pushes of the same update at once only one is refused. Without a
 * record nothing changes. */
int state_void_record(struct state *state, const char *ref, const struct object_id *old_id,
		      const struct object_id *new_id, struct error *error);

/* Finds the waiting record of exactly this update. OUT, all zero or a record, is replaced, and what it held released;
 * owned by the caller. ERROR_NOT_FOUND when there is none: OUT is all zero then. */
int state_find_record(struct state *state, struct record *out, const char *ref, const struct object_id *old_id,
		      const struct object_id *new_id, struct error *error);

/* Who first pushed COMMIT, and when; ERROR_NOT_FOUND when the ledger does not know. */
int state_arrival(struct state *state, struct arrival *out, const struct object_id *commit, struct error *error);

/* The tip of production branch REF when push PUSH arrived; ERROR_NOT_FOUND when it is not known. */
int state_production_at(struct state *state, struct object_id *out, int64_t push, const char *ref, struct error *error);

/* Adds the keys of everyone who moved BRANCH (full ref) otherwise than by sign-off commits; ERROR_LIMIT at 10,000. */
int state_movers(struct state *state, struct strings *out, const char *branch, struct error *error);

/* Adds the keys of who made BRANCH (full ref), when it was last made, and of who adopted it since; none when the ledger does not
 * know. */
int state_makers(struct state *state, struct strings *out, const char *branch, struct error *error);

/* Records PERSON as the first pusher of each of these commits, where the ledger does not know one, and as a mover of
 * BRANCH. For hotfixctl adopt. */
int state_adopt(struct state *state, const char *branch, const char *person, const struct object_ids *commits,
		const struct branch_tip *tips, size_t tip_count, int64_t now, struct error *error);

/* The number of the push with the last announced landing of BRANCH on production branch REF; 0 when there is none. A
 * record that waits may never come true: announce what moved before asking. */
int state_last_landing(struct state *state, int64_t *out, const char *ref, const char *branch, struct error *error);

/* The tips that production branch REF really had (announced), newest first, as far as LIMIT landings reach, the present
 * tip being the first; a push of several landings made one tip. *LEFT is what the oldest one leaves of LIMIT for commits
 * before it: 0 unless it was there at the installation. */
int state_tips(struct state *state, struct object_ids *out, size_t *left, const char *ref, size_t limit,
	       struct error *error);

/* Adds the names of every ref that the state knows as production or hotfix; a hotfix branch that was announced as gone
 * is left out. */
int state_governed_refs(struct state *state, struct strings *out, struct error *error);

/* --- verified signatures (state_signature.c) --- */

/* Whose key made the signature of TAG, as verified before: KEYS names what the files of keys held then. ADDRESSES is
 * added to, *KEY is the fingerprint, owned by the caller. ERROR_NOT_FOUND when it was not verified with these keys. */
int state_verified(struct state *state, struct strings *addresses, char **key, const struct object_id *tag,
		   const char *keys, struct error *error);

/* Keeps that a signature is good. Only good ones are kept. */
int state_add_verified(struct state *state, const struct object_id *tag, const char *keys,
		       const struct strings *addresses, const char *key, struct error *error);

/* When REF came into being, and who pushed it; for sign-off refs, which never move. ERROR_NOT_FOUND when no push is
 * known. */
int state_ref_arrival(struct state *state, struct arrival *out, const char *ref, struct error *error);

/* True when COMMIT first came to the server's hotfix branches on BRANCH (full ref). */
int state_was_on(struct state *state, bool *out, const char *branch, const struct object_id *commit,
		 struct error *error);

/* Adds the tips that BRANCH (full ref) had, as announced, the newest first, at most LIMIT. Their objects may be gone. */
int state_former_tips(struct state *state, struct object_ids *out, const char *branch, size_t limit,
		      struct error *error);

/* --- announcing (state_ledger.c) --- */

/* The tip last announced of REF and its announcement number; ERROR_NOT_FOUND when none was. */
int state_announced(struct state *state, struct object_id *out, int64_t *number, const char *ref, struct error *error);

/* Moves the announced tip of REF to NEW_ID (zero: the ref is gone) under the next number. */
int state_announce(struct state *state, const char *ref, const struct object_id *new_id, int64_t now,
		   struct error *error);

/* A record that waits, with the push that made it. */
struct waiting_record {
	int64_t id;
	int64_t time;
	char *pusher;
	struct record record;
};

struct waiting_records {
	struct waiting_record *items;
	size_t count;
	size_t capacity;
};

/* The records of this repository that wait to be announced, oldest first, at most 10,000. */
int state_waiting_records(struct state *state, struct waiting_records *out, struct error *error);
void waiting_records_release(struct waiting_records *records);

/* The record was announced, or (announced false) never came true: who tried to push its commits stays known.
 * ERROR_NOT_FOUND when no such record waits. */
int state_settle_record(struct state *state, int64_t id, bool announced, struct error *error);

/* --- the outbox (state_outbox.c) --- */

struct event {
	char *id; /* the same for the same happening, whoever announces it */
	char *type;
	char *ref; /* or NULL */
	int64_t time;
	char *body; /* JSON, hotfix-hooks(7) */
};

struct events {
	struct event *items;
	size_t count;
	size_t capacity;
};

void events_release(struct events *events);

/* Writes EVENT, once (the same id again changes nothing), and one delivery for each endpoint, due NOW (seconds); the
 * oldest that waits for the endpoint becomes due too. The id of a delivery is the event's, '-' and the endpoint,
 * what is no letter, digit, '-' or '_' as '%' and two digits. *ADDED says that the event was new. */
int state_add_event(struct state *state, const struct event *event, const struct strings *endpoints, int64_t now,
		    bool *added, struct error *error);

enum delivery_state { DELIVERY_WAITING, DELIVERY_DELIVERED, DELIVERY_DEAD };

const char *delivery_state_name(enum delivery_state state);

struct delivery {
	int64_t number;
	char *id; /* the webhook-id: the same at every attempt */
	char *repository;
	char *endpoint;
	struct event event;
	enum delivery_state state;
	int attempts;
	int64_t created; /* seconds since the epoch */
	int64_t due;     /* milliseconds since the epoch */
	int last_status; /* of the last attempt, as in struct attempt */
	char *last_error;
};

struct deliveries {
	struct delivery *items;
	size_t count;
	size_t capacity;
};

void deliveries_release(struct deliveries *deliveries);

/* The waiting deliveries of this repository that are due at NOW (milliseconds) and whose turn it is: for one endpoint
 * and ref only the oldest that waits. Oldest first, at most LIMIT. */
int state_due_deliveries(struct state *state, struct deliveries *out, int64_t now, size_t limit, struct error *error);

/* Adds the one of these that has been due longest and whose endpoint is not among BUSY; nothing when there is none. Takes
 * as long with many that wait as with few. */
int state_due_delivery(struct state *state, struct deliveries *out, int64_t now, const struct strings *busy,
		       struct error *error);

/* When the next delivery of this repository is due (milliseconds), by the same order, to whom is not among BUSY (may be
 * NULL); ERROR_NOT_FOUND when none waits. */
int state_next_due(struct state *state, int64_t *out, const struct strings *busy, struct error *error);

struct attempt {
	int64_t delivery;
	int number;           /* from 1 */
	int64_t time;         /* milliseconds since the epoch */
	int status;           /* of HTTP; 0: no answer */
	int64_t milliseconds; /* how long it took */
	char *error;          /* NULL, or what went wrong */
	struct buffer reply;  /* the first 16 KB, as they came */
};

struct attempts {
	struct attempt *items;
	size_t count;
	size_t capacity;
};

void attempts_release(struct attempts *attempts);

/* Logs an attempt (of its reply the first 16 KB) and what becomes of its delivery: NEW_STATE, due again at DUE (milliseconds) while it waits. */
int state_add_attempt(struct state *state, const struct attempt *attempt, enum delivery_state new_state, int64_t due,
		      struct error *error);

/* Adds the addresses of a delivery by mail that have got it (REACHED), or that the server refused for good. */
int state_recipients(struct state *state, struct strings *out, int64_t delivery, bool reached, struct error *error);

/* Says which of both ADDRESS is; in the transaction of its attempt. */
int state_settle_recipient(struct state *state, int64_t delivery, const char *address, bool reached,
			   struct error *error);

#define DELIVERY_ANY (-1)
#define DELIVERY_SETTLED (-2) /* delivered or dead */

/* What hotfixctl lists. FILTER's fields may be NULL or 0 for "any". Newest first, at most LIMIT; the events' bodies are
 * left out. */
struct delivery_filter {
	const char *endpoint;
	const char *id; /* of a delivery or an event; a prefix of at least 4 characters: without the times below */
	int state;      /* enum delivery_state, or one of the two above */
	int64_t since;  /* made at this time or later, seconds since the epoch */
	int64_t until;  /* made before this time */
};

int state_list_deliveries(struct state *state, struct deliveries *out, const struct delivery_filter *filter,
			  size_t limit, struct error *error);
/* The last 1000, oldest first. */
int state_list_attempts(struct state *state, struct attempts *out, int64_t delivery, struct error *error);
int state_list_events(struct state *state, struct events *out, size_t limit, struct error *error);

/* Makes a delivery wait again, due NOW (milliseconds), its attempts counted from 0 again; the id stays. By mail it goes to
 * everybody when it had been delivered, else to whom it has not reached. */
int state_redeliver(struct state *state, int64_t delivery, int64_t now, struct error *error);

/* How many deliveries of this repository are in a state. */
int state_count_deliveries(struct state *state, int64_t *out, enum delivery_state in_state, struct error *error);

#endif
