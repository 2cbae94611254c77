#include <stdlib.h>
#include <string.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"

#define APPLICATION "1215256180" /* "Hoft" */
#define VERSION "1"

/* Ids of objects are blobs of 20 bytes. A governed ref has a number, which stands for its repository too. */
static const char *const statements[] = {
	"CREATE TABLE repository(id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE)",

	"CREATE TABLE ref(id INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" name TEXT NOT NULL, production INTEGER NOT NULL, live INTEGER NOT NULL, UNIQUE(repository, name))",
	"CREATE INDEX ref_live ON ref(repository) WHERE live",

	"CREATE TABLE push(id INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" time INTEGER NOT NULL, pusher TEXT NOT NULL)",
	"CREATE TABLE production(push INTEGER NOT NULL REFERENCES push, ref INTEGER NOT NULL REFERENCES ref,"
	" tip BLOB NOT NULL, PRIMARY KEY(push, ref)) WITHOUT ROWID",

	"CREATE TABLE record(id INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" push INTEGER NOT NULL REFERENCES push, ref INTEGER NOT NULL REFERENCES ref, old BLOB NOT NULL,"
	" new BLOB NOT NULL, production INTEGER NOT NULL, ready INTEGER NOT NULL, moved_work INTEGER NOT NULL, state "
	"INTEGER NOT NULL)",
	"CREATE INDEX record_open ON record(repository, ref) WHERE state < 2",
	"CREATE INDEX record_moved ON record(ref) WHERE moved_work",
	"CREATE TABLE seen(repository INTEGER NOT NULL, id BLOB NOT NULL, record INTEGER NOT NULL REFERENCES record,"
	" PRIMARY KEY(repository, id, record)) WITHOUT ROWID",
	"CREATE INDEX seen_record ON seen(record)",
	"CREATE TABLE landing(record INTEGER NOT NULL REFERENCES record, position INTEGER NOT NULL,"
	" ref INTEGER NOT NULL REFERENCES ref, kind TEXT NOT NULL, old BLOB NOT NULL, new BLOB NOT NULL, branch TEXT,"
	" incident TEXT, tip BLOB NOT NULL, PRIMARY KEY(record, position)) WITHOUT ROWID",
	"CREATE INDEX landing_branch ON landing(ref, branch)",
	"CREATE TABLE signoff(record INTEGER NOT NULL REFERENCES record, landing INTEGER NOT NULL,"
	" position INTEGER NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, address TEXT, target BLOB NOT NULL,"
	" carrier BLOB NOT NULL, PRIMARY KEY(record, landing, position)) WITHOUT ROWID",

	"CREATE TABLE tip(ref INTEGER NOT NULL REFERENCES ref, number INTEGER NOT NULL, id BLOB NOT NULL,"
	" time INTEGER NOT NULL, PRIMARY KEY(ref, number)) WITHOUT ROWID",

	"CREATE TABLE event(number INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" id TEXT NOT NULL, type TEXT NOT NULL, ref TEXT, time INTEGER NOT NULL, body TEXT NOT NULL,"
	" UNIQUE(repository, id))",
	"CREATE INDEX event_repository ON event(repository)",
	"CREATE TABLE delivery(number INTEGER PRIMARY KEY, repository INTEGER NOT NULL REFERENCES repository,"
	" id TEXT NOT NULL, event INTEGER NOT NULL REFERENCES event, endpoint TEXT NOT NULL, ref TEXT NOT NULL,"
	" state INTEGER NOT NULL, attempts INTEGER NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL,"
	" last_status INTEGER NOT NULL, last_error TEXT, UNIQUE(repository, id))",
	"CREATE INDEX delivery_state ON delivery(repository, state, endpoint, ref)",
	"CREATE INDEX delivery_repository ON delivery(repository)",
	"CREATE TABLE attempt(id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL REFERENCES delivery,"
	" number INTEGER NOT NULL, time INTEGER NOT NULL, status INTEGER NOT NULL, milliseconds INTEGER NOT NULL,"
	" error TEXT, reply TEXT)",
	"CREATE INDEX attempt_delivery ON attempt(delivery)",

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
static int check_version(struct state *state, bool *ours, struct error *error)
{
	int64_t application;
	int64_t version;
	int64_t changes = 0;

	if (read_number(state, &application, "PRAGMA application_id", error) ||
	    read_number(state, &version, "PRAGMA user_version", error))
		return ERROR_FAILED;
	*ours = application == atoll(APPLICATION) && version == atoll(VERSION);
	if (*ours)
		return 0;
	if (application == atoll(APPLICATION))
		return error_set(error, "%s: made by a later hotfix (format %lld, this one reads %s); install that one",
				 state->file, (long long)version, VERSION);
	if (read_number(state, &changes, "PRAGMA schema_version", error))
		return ERROR_FAILED;
	if (application || version || changes)
		return error_set(error,
				 "%s: the database of another program; name another file in [state] of hotfix.ini",
				 state->file);
	return 0;
}

static int set_journal_mode(struct state *state, struct error *error)
{
	struct statement statement;
	char *mode = NULL;
	int result;

	/* small pages: a push touches a dozen, and whoever opens the file reads the log that it left */
	if (state_execute(state, "PRAGMA page_size = 1024", error))
		return ERROR_FAILED;
	statement_begin(&statement, state, "PRAGMA journal_mode = WAL");
	if (statement_next(&statement, error))
		mode = statement_text(&statement, 0);
	result = statement_end(&statement);
	if (!result && (!mode || strcmp(mode, "wal")))
		result = error_set(error,
				   "%s: this file system cannot share memory between processes, as a network"
				   " file system; name a local file in [state] of hotfix.ini",
				   state->file);
	free(mode);
	return result;
}

static int make_tables(struct state *state, bool *made, struct error *error)
{
	int result;

	result = state_begin(state, true, error);
	if (!result)
		result = check_version(state, made, error);
	*made = !*made;
	for (size_t i = 0; *made && !result && i < sizeof(statements) / sizeof(*statements); i++)
		result = state_execute(state, statements[i], error);
	if (!result)
		result = state_commit(state, error);
	if (result)
		state_rollback(state);
	return result;
}

int state_schema(struct state *state, bool create, bool *made, struct error *error)
{
	bool ours = false;

	*made = false;
	if (check_version(state, &ours, error))
		return ERROR_FAILED;
	if (ours)
		return 0;
	if (!create)
		return error_set_code(error, ERROR_NOT_FOUND, "%s: empty", state->file);
	if (set_journal_mode(state, error))
		return ERROR_FAILED;
	return make_tables(state, made, error);
}
