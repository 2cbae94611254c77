/* What the files of the state share: the connection, statements, and changes that are whole or not at all. */
#ifndef HOTFIX_ADAPTERS_STATE_INTERNAL_H
#define HOTFIX_ADAPTERS_STATE_INTERNAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "adapters/state.h"
#include "base/buffer.h"
#include "base/error.h"
#include "rules/object_id.h"
#include "rules/record.h"

#define STATE_WAIT_MILLISECONDS 5000
#define STATE_STATEMENTS 48 /* that are kept; more than a push needs */

/* A statement that was prepared once: by the address of its text, which is a constant. */
struct kept_statement {
	const char *sql;
	sqlite3_stmt *handle;
	bool in_use;
};

/* The id of no object, in SQL; the partial index on what came into being needs "old = " and this, word by word. */
#define STATE_NO_ID "X'0000000000000000000000000000000000000000'"

struct state {
	sqlite3 *database;
	char *file;
	char *identity;     /* of the repository: its path, state_open */
	int64_t repository; /* number of the repository in the file */
	int durable;        /* of the transactions to come: 1, 0, or -1 while it was not said */
	int64_t before;     /* only pushes with a lower number happened (state_look_back); INT64_MAX: all */
	int64_t tip;        /* only tips of production up to this number were announced; INT64_MAX: all */
	struct kept_statement kept[STATE_STATEMENTS];
	size_t kept_count;
};

/* In the table record; the partial index on open records needs "state < 2" in a query, word by word. */
enum record_state {
	RECORD_WAITING,
	RECORD_REPLACED, /* by a later push of the same update; waits again when that one is voided */
	RECORD_ANNOUNCED,
	RECORD_VOID,
	RECORD_LAPSED, /* never came true */
	RECORD_ADOPTED /* no update: made by state_adopt */
};

/* Sets the words for a failure of SQLite, the file first; returns ERROR_FAILED. */
int state_fail(const struct state *state, int code, struct error *error);

/* Checks that the file is ours and of this version, by its header alone; makes the tables in an empty file when CREATE
 * (else ERROR_NOT_FOUND). */
int state_schema(struct state *state, bool create, struct error *error);

/* Runs constant SQL without parameters or rows. */
int state_execute(struct state *state, const char *sql, struct error *error);

/* One statement. A failure stays until statement_end; parameters are bound in their order. SQL is a constant: preparing
 * costs more than running, so that a prepared one is kept by the address of its text until statements_release.
 *
 *	statement_begin(&statement, state, "SELECT tip FROM ... WHERE name = ?");
 *	statement_bind_text(&statement, name);
 *	while (statement_next(&statement, error))
 *		use(statement_text(&statement, 0));
 *	result = statement_end(&statement);
 */
struct statement {
	struct state *state;
	sqlite3_stmt *handle;
	struct kept_statement *kept; /* NULL: it is nobody else's */
	int bound;
	int code;
};

void statement_begin(struct statement *statement, struct state *state, const char *sql);
void statement_bind_integer(struct statement *statement, int64_t value);
/* A NULL text is NULL; the text must stay until the statement ends or is run again. */
void statement_bind_text(struct statement *statement, const char *text);
/* No bytes are NULL; they must stay like a text. */
void statement_bind_bytes(struct statement *statement, const void *bytes, size_t length);
void statement_bind_id(struct statement *statement, const struct object_id *id);
/* The repository, and an update of REF in it. */
void statement_bind_update(struct statement *statement, const char *ref, const struct object_id *old_id,
			   const struct object_id *new_id);

/* Goes to the next row; false when there is none or on a failure. */
bool statement_next(struct statement *statement, struct error *error);

/* Runs a statement without rows; it can be bound and run again afterwards. */
void statement_run(struct statement *statement, struct error *error);

/* Columns of the row, from 0. Texts are copies owned by the caller, NULL for NULL. */
int64_t statement_integer(struct statement *statement, int column);
char *statement_text(struct statement *statement, int column);
/* Adds the bytes of the column. */
void statement_bytes(struct statement *statement, struct buffer *out, int column);
void statement_id(struct statement *statement, struct object_id *out, int column, struct error *error);

/* Lets go of the statement; 0, or ERROR_FAILED when any step failed. */
int statement_end(struct statement *statement);

/* Frees every statement that was kept; none may be in use. */
void statements_release(struct state *state);

/* statement_run and statement_end. */
int statement_finish(struct statement *statement, struct error *error);

/* A change of several statements: a transaction of its own when none is open, else a part of the open one that can be
 * undone alone. */
struct change {
	struct state *state;
	bool nested;
};

int change_begin(struct change *change, struct state *state, struct error *error);

/* Keeps the change when RESULT is 0, else undoes it; returns RESULT or the failure to keep it. */
int change_end(struct change *change, int result, struct error *error);

/* Before a delivery is made again: forgets who was refused, and, when it had been delivered, who has got it. */
int state_forget_recipients(struct state *state, int64_t delivery, struct error *error);

/* Adds a push of PUSHER and the tips of production that it found; *OUT is its number. */
int state_add_push(struct state *state, int64_t *out, const char *pusher, int64_t now, const struct branch_tip *tips,
		   size_t tip_count, struct error *error);

/* Adds a record of PUSH about the ref of this number, without its landings and commits; *OUT is its number. */
int state_add_record(struct state *state, int64_t *out, int64_t push, int64_t ref, const struct record *record,
		     enum record_state in_state, struct error *error);

/* Adds a landing, the POSITION-th of RECORD, on the ref of this number, with its sign-offs. */
int state_add_landing(struct state *state, int64_t record, int64_t ref, size_t position,
		      const struct record_landing *landing, struct error *error);

/* Adds COMMITS as brought by RECORD; UNKNOWN_ONLY: those that no record brought before. */
int state_add_seen(struct state *state, int64_t record, const struct object_ids *commits, bool unknown_only,
		   struct error *error);

/* A landing l, to be read by state_read_landing; 10 columns. */
#define STATE_LANDING_COLUMNS \
	"l.kind, l.old, l.new, l.branch, l.incident, l.severity, l.tip, l.about_record, l.about_position, (SELECT about.name FROM" \
	" landing a JOIN ref about ON about.id = a.ref WHERE a.record = l.about_record AND a.position = l.about_position)"

/* Reads these columns from FIRST on into OUT, which is all zero. */
void state_read_landing(struct statement *row, int first, struct record_landing *out, struct error *error);

/* A sign-off s, to be read by state_read_signoff; 9 columns. */
#define STATE_SIGNOFF_COLUMNS \
	"s.name, s.person, s.address, s.target, s.carrier, s.environment, s.failed, s.reason, s.into_refs"

/* Reads these columns from FIRST on into OUT, which is all zero. */
void state_read_signoff(struct statement *row, int first, struct record_signoff *out, struct error *error);

/* Adds the sign-offs of a landing or, which are kept in the same form, of a sign-off ref. */
int state_read_signoffs(struct state *state, const struct landing_number *number, struct record_landing *out,
			struct error *error);

/* Adds, and reads, what gates said of a landing. */
int state_add_gates(struct state *state, int64_t record, size_t position, const struct record_landing *landing,
		    struct error *error);
/* Adds the branches that a landing owes to. */
int state_add_owed(struct state *state, int64_t record, size_t position, const struct record_landing *landing,
		   struct error *error);

int state_read_gates(struct state *state, const struct landing_number *number, struct record_landing *out,
		     struct error *error);

/* A delivery d without the body of its event e, to be read by state_read_delivery; 14 columns. */
#define STATE_DELIVERY_COLUMNS \
	", d.number, d.id, d.endpoint, d.state, d.attempts, d.created, d.due, d.last_status, d.last_error"
#define STATE_LISTED_COLUMNS "e.id, e.type, e.ref, e.time, NULL" STATE_DELIVERY_COLUMNS

/* Reads these columns into OUT, owned by the caller. */
void state_read_delivery(struct statement *row, struct delivery *out);

/* Adds, and reads, that a landing on the ref of this number was overridden. */
int state_add_override(struct state *state, int64_t record, int64_t ref, size_t position,
		       const struct record_override *override, struct error *error);
int state_read_override(struct state *state, const struct landing_number *number, struct record_landing *out,
			struct error *error);

/* The number of REF in this repository; ERROR_NOT_FOUND (without words) when the state does not know it. */
int state_ref_find(struct state *state, int64_t *out, const char *ref, struct error *error);

/* The same, made when it is not there, and marked as governed; PRODUCTION sticks. */
int state_ref_make(struct state *state, int64_t *out, const char *ref, bool production, struct error *error);

/* Adds TEXT as a part of a delivery's id: all but letters, digits, '-' and '_' as '%' and two digits. */
void state_escape(struct buffer *out, const char *text);

/* Counts an attempt whose delivery is now in NEW_STATE, and what it says of its endpoint (state_tally.h). */
int state_count_attempt(struct state *state, const struct attempt *attempt, enum delivery_state new_state,
			struct error *error);

#endif
