#include <stdlib.h>
#include <string.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"

#define APPLICATION "1215256180" /* "Hoft" */
#define VERSION "1"
#define RETRY_MILLISECONDS 5

/* Ids of objects are blobs of 20 bytes. A governed ref has a number, which stands for its repository too. */
static const char *const statements[] = {
	"CREATE TABLE repository(id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE,"
	" begun INTEGER NOT NULL DEFAULT 0)",

	"CREATE TABLE ref(id INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" name TEXT NOT NULL, production INTEGER NOT NULL, live INTEGER NOT NULL, UNIQUE(repository, name))",
	"CREATE INDEX ref_live ON ref(repository) WHERE live",

	"CREATE TABLE push(id INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" time INTEGER NOT NULL, pusher TEXT NOT NULL)",
	"CREATE TABLE production(push INTEGER NOT NULL REFERENCES push, ref INTEGER NOT NULL REFERENCES ref,"
	" tip BLOB NOT NULL, PRIMARY KEY(push, ref)) WITHOUT ROWID",

	"CREATE TABLE record(id INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" push INTEGER NOT NULL REFERENCES push, ref INTEGER NOT NULL REFERENCES ref, old BLOB NOT NULL,"
	" new BLOB NOT NULL, production INTEGER NOT NULL, ready INTEGER NOT NULL, severity TEXT,"
	" opened INTEGER NOT NULL, reported INTEGER NOT NULL, moved_work INTEGER NOT NULL, state INTEGER NOT NULL,"
	" extended INTEGER NOT NULL)",
	"CREATE INDEX record_open ON record(repository, ref) WHERE state < 2",
	"CREATE INDEX record_moved ON record(ref) WHERE moved_work",
	"CREATE INDEX record_made ON record(ref) WHERE old = " STATE_NO_ID,
	"CREATE TABLE seen(repository INTEGER NOT NULL, id BLOB NOT NULL, record INTEGER NOT NULL REFERENCES record,"
	" PRIMARY KEY(repository, id, record)) WITHOUT ROWID",
	"CREATE INDEX seen_record ON seen(record)",
	"CREATE TABLE landing(record INTEGER NOT NULL REFERENCES record, position INTEGER NOT NULL,"
	" ref INTEGER NOT NULL REFERENCES ref, kind TEXT NOT NULL, old BLOB NOT NULL, new BLOB NOT NULL, branch TEXT,"
	" incident TEXT, severity TEXT, tip BLOB NOT NULL, about_record INTEGER, about_position INTEGER, closed INTEGER,"
	" PRIMARY KEY(record, position)) WITHOUT ROWID",
	"CREATE INDEX landing_branch ON landing(ref, branch)",
	"CREATE INDEX landing_tip ON landing(new, ref)",
	"CREATE INDEX landing_incident ON landing(incident) WHERE about_record IS NULL",
	"CREATE INDEX landing_about ON landing(about_record, about_position) WHERE about_record IS NOT NULL",
	"CREATE TABLE signoff(record INTEGER NOT NULL REFERENCES record, landing INTEGER NOT NULL,"
	" position INTEGER NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, address TEXT, target BLOB NOT NULL,"
	" carrier BLOB NOT NULL, environment TEXT, failed INTEGER NOT NULL, reason TEXT, into_refs TEXT,"
	" PRIMARY KEY(record, landing, position)) WITHOUT ROWID",
	"CREATE TABLE gate(record INTEGER NOT NULL REFERENCES record, landing INTEGER NOT NULL, position INTEGER NOT NULL,"
	" name TEXT NOT NULL, open INTEGER NOT NULL, answer TEXT NOT NULL, PRIMARY KEY(record, landing, position))"
	" WITHOUT ROWID",
	"CREATE TABLE override(record INTEGER NOT NULL REFERENCES record, landing INTEGER NOT NULL,"
	" ref INTEGER NOT NULL REFERENCES ref, person TEXT NOT NULL, reason TEXT NOT NULL, due INTEGER NOT NULL,"
	" settled INTEGER NOT NULL, PRIMARY KEY(record, landing)) WITHOUT ROWID",
	"CREATE INDEX override_open ON override(ref) WHERE due > 0 AND settled = 0",
	"CREATE TABLE overridden(record INTEGER NOT NULL REFERENCES record, landing INTEGER NOT NULL,"
	" position INTEGER NOT NULL, rule TEXT NOT NULL, name TEXT NOT NULL, people INTEGER NOT NULL,"
	" PRIMARY KEY(record, landing, position)) WITHOUT ROWID",
	"CREATE TABLE worker(record INTEGER NOT NULL REFERENCES record, landing INTEGER NOT NULL,"
	" position INTEGER NOT NULL, person TEXT NOT NULL, how TEXT NOT NULL, PRIMARY KEY(record, landing, position))"
	" WITHOUT ROWID",
	"CREATE TABLE deployed(ref INTEGER NOT NULL REFERENCES ref, environment TEXT NOT NULL, failed INTEGER NOT NULL,"
	" record INTEGER NOT NULL REFERENCES record, PRIMARY KEY(ref, environment)) WITHOUT ROWID",

	"CREATE TABLE owed(record INTEGER NOT NULL REFERENCES record, landing INTEGER NOT NULL, branch TEXT NOT NULL,"
	" repository INTEGER NOT NULL REFERENCES repository, since INTEGER NOT NULL, state INTEGER NOT NULL,"
	" told INTEGER NOT NULL, checked BLOB NOT NULL, settled INTEGER, PRIMARY KEY(record, landing, branch))"
	" WITHOUT ROWID",
	"CREATE INDEX owed_open ON owed(repository, branch) WHERE state = 0",

	"CREATE TABLE tip(ref INTEGER NOT NULL REFERENCES ref, number INTEGER NOT NULL, id BLOB NOT NULL,"
	" time INTEGER NOT NULL, PRIMARY KEY(ref, number)) WITHOUT ROWID",

	"CREATE TABLE clock(ref INTEGER PRIMARY KEY REFERENCES ref, repository INTEGER NOT NULL, opened INTEGER NOT NULL,"
	" reported INTEGER NOT NULL, severity TEXT, told INTEGER NOT NULL)",
	"CREATE INDEX clock_running ON clock(repository) WHERE told = 0",

	"CREATE TABLE event(number INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" id TEXT NOT NULL, type TEXT NOT NULL, ref TEXT, time INTEGER NOT NULL, body TEXT NOT NULL,"
	" UNIQUE(repository, id))",
	"CREATE INDEX event_repository ON event(repository)",
	"CREATE TABLE delivery(number INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" id TEXT NOT NULL, event INTEGER NOT NULL REFERENCES event, endpoint TEXT NOT NULL, ref TEXT NOT NULL,"
	" state INTEGER NOT NULL, attempts INTEGER NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL,"
	" last_status INTEGER NOT NULL, last_error TEXT, turn INTEGER NOT NULL DEFAULT 0, delivered INTEGER,"
	" UNIQUE(repository, id))",
	"CREATE INDEX delivery_state ON delivery(repository, state, endpoint, ref)",
	"CREATE INDEX delivery_repository ON delivery(repository)",
	"CREATE INDEX delivery_turn ON delivery(repository, endpoint, due) WHERE turn",
	"CREATE TABLE attempt(id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL REFERENCES delivery,"
	" number INTEGER NOT NULL, time INTEGER NOT NULL, status INTEGER NOT NULL, milliseconds INTEGER NOT NULL,"
	" error TEXT, reply BLOB)",
	"CREATE INDEX attempt_delivery ON attempt(delivery)",
	"CREATE TABLE tally(repository INTEGER NOT NULL REFERENCES repository, endpoint TEXT NOT NULL, kind TEXT NOT NULL,"
	" part INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(repository, endpoint, kind, part)) WITHOUT ROWID",
	"CREATE TABLE unreached(repository INTEGER NOT NULL REFERENCES repository, endpoint TEXT NOT NULL,"
	" since INTEGER NOT NULL, failures INTEGER NOT NULL, status INTEGER NOT NULL, error TEXT,"
	" PRIMARY KEY(repository, endpoint)) WITHOUT ROWID",
	"CREATE TABLE recipient(delivery INTEGER NOT NULL REFERENCES delivery, address TEXT NOT NULL,"
	" reached INTEGER NOT NULL, PRIMARY KEY(delivery, address)) WITHOUT ROWID",

	"CREATE TABLE verified(repository INTEGER NOT NULL REFERENCES repository, tag BLOB NOT NULL, keys TEXT NOT NULL,"
	" address TEXT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY(repository, tag, keys, address)) WITHOUT ROWID",

	"PRAGMA application_id = " APPLICATION,
	"PRAGMA user_version = " VERSION,
};

static int read_number(struct state *state, int64_t *out, const char *pragma, struct error *error)
{
	struct statement statement;

	*out = -1;
	statement_begin(&statement, state, pragma);
	if (statement_next(&statement, error))
		*out = statement_integer(&statement, 0);
	return statement_end(&statement);
}

/* The header of the file answers; no table is read. */
static int is_ours(struct state *state, bool *out, struct error *error)
{
	int64_t application;
	int64_t version;

	if (read_number(state, &application, "PRAGMA application_id", error) ||
	    read_number(state, &version, "PRAGMA user_version", error))
		return ERROR_FAILED;
	*out = application == atoll(APPLICATION) && version == atoll(VERSION);
	if (*out || application != atoll(APPLICATION))
		return 0;
	return error_set(error, "%s: made by a later hotfix (format %lld, this one reads %s); install that one",
			 state->file, (long long)version, VERSION);
}

/* In a transaction, since somebody may be making the tables. */
static int check_unknown(struct state *state, bool *ours, struct error *error)
{
	int64_t changes;

	if (is_ours(state, ours, error))
		return ERROR_FAILED;
	if (*ours)
		return 0;
	if (read_number(state, &changes, "PRAGMA schema_version", error))
		return ERROR_FAILED;
	return !changes ? 0
			: error_set(error,
				    "%s: the database of another program; name another file in [state] of hotfix.ini",
				    state->file);
}

/* SQLite does not wait here for others who look at the file: it might wait for somebody who waits for it. */
static int try_journal_mode(struct state *state, char **mode, int *code, struct error *error)
{
	struct statement statement;

	*mode = NULL;
	statement_begin(&statement, state, "PRAGMA journal_mode = WAL");
	if (statement_next(&statement, error))
		*mode = statement_text(&statement, 0);
	*code = statement.code & 0xff;
	return statement_end(&statement);
}

static int set_journal_mode(struct state *state, struct error *error)
{
	struct error busy = ERROR_INIT;
	char *mode = NULL;
	int code = 0;
	int result;

	/* small pages: a push touches a dozen, and whoever opens the file reads the log that it left */
	if (state_execute(state, "PRAGMA page_size = 1024", error))
		return ERROR_FAILED;
	result = try_journal_mode(state, &mode, &code, &busy);
	for (int waited = 0; code == SQLITE_BUSY && waited < STATE_WAIT_MILLISECONDS; waited += RETRY_MILLISECONDS) {
		sqlite3_sleep(RETRY_MILLISECONDS);
		error_release(&busy);
		result = try_journal_mode(state, &mode, &code, &busy);
	}
	if (result)
		error_set(error, "%s", error_text(&busy));
	else if (!mode || strcmp(mode, "wal"))
		result = error_set(error,
				   "%s: this file system cannot share memory between processes;"
				   " name a file on a local one in [state] of hotfix.ini",
				   state->file);
	free(mode);
	error_release(&busy);
	return result;
}

static int make_tables(struct state *state, struct error *error)
{
	bool ours = false;
	int result;

	if (state_begin(state, true, error))
		return ERROR_FAILED;
	result = check_unknown(state, &ours, error);
	for (size_t i = 0; !ours && !result && i < sizeof(statements) / sizeof(*statements); i++)
		result = state_execute(state, statements[i], error);
	if (!result)
		result = state_commit(state, error);
	if (result)
		state_rollback(state);
	return result;
}

static int look_again(struct state *state, bool *ours, struct error *error)
{
	int result;

	if (state_execute(state, "BEGIN", error))
		return ERROR_FAILED;
	result = check_unknown(state, ours, error);
	state_rollback(state);
	return result;
}

int state_schema(struct state *state, bool create, struct error *error)
{
	bool ours = false;

	/* both numbers are read one after the other: a "no" may be two halves of a "yes" */
	if (is_ours(state, &ours, error) || (!ours && look_again(state, &ours, error)))
		return ERROR_FAILED;
	if (ours)
		return 0;
	if (!create)
		return error_set_code(error, ERROR_NOT_FOUND, "%s: empty", state->file);
	if (set_journal_mode(state, error))
		return ERROR_FAILED;
	return make_tables(state, error);
}
