#include "adapters/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/state_internal.h"
#include "base/memory.h"

#define CACHE_PRAGMA "PRAGMA cache_size = -512" /* kilobytes */
#define CHECKPOINT_BYTES (128 * 1024)

/* Root makes the file on behalf of whoever owns the folder: the hooks run as that user. */
static int give_to_owner(int fd, const char *file, struct error *error)
{
	const char *slash = strrchr(file, '/');
	char *folder = slash ? memory_copy_bytes(file, (size_t)(slash - file) + 1) : memory_copy("./");
	struct stat owner;
	int result = 0;

	if (stat(folder, &owner) || fchown(fd, owner.st_uid, owner.st_gid))
		result = error_set_errno(error, errno, "%s", file);
	free(folder);
	return result;
}

static int make_file(const char *file, struct error *error)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0660);
	int result = 0;

	if (fd < 0)
		return errno == EEXIST ? 0 : error_set_errno(error, errno, "%s", file);
	if (!geteuid())
		result = give_to_owner(fd, file, error);
	close(fd);
	return result;
}

/* Never opens a file that is there: closing it would drop the locks of another connection of this process (fcntl(2),
 * advisory record locking). */
static int find_file(const char *file, bool create, struct error *error)
{
	struct stat status;

	if (!stat(file, &status))
		return S_ISREG(status.st_mode) ? 0 : error_set(error, "%s: not a regular file", file);
	if (errno != ENOENT)
		return error_set_errno(error, errno, "%s", file);
	if (!create)
		return error_set_code(error, ERROR_NOT_FOUND, "%s: not there", file);
	return make_file(file, error);
}

/* Counting its own memory costs SQLite more than it is worth here. Refused, and harmless, once it is at work. */
static void configure_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int connect_file(struct state *state, struct error *error)
{
	const int flags =
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	int code;

	configure_library();
	code = sqlite3_open_v2(state->file, &state->database, flags, NULL);
	if (!code)
		code = sqlite3_busy_timeout(state->database, STATE_WAIT_MILLISECONDS);
	if (!code)
		code = sqlite3_db_config(state->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (!code)
		code = sqlite3_db_config(state->database, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (!code)
		code = sqlite3_db_config(state->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return code ? state_fail(state, code, error) : 0;
}

static int find_repository(struct state *state, bool *fresh, struct error *error)
{
	struct statement statement;
	bool found;

	statement_begin(&statement, state, "SELECT id, begun FROM repository WHERE identity = ?");
	statement_bind_text(&statement, state->identity);
	found = statement_next(&statement, error);
	if (found) {
		state->repository = statement_integer(&statement, 0);
		*fresh = !statement_integer(&statement, 1);
	}
	if (statement_end(&statement))
		return ERROR_FAILED;
	return found ? 0 : ERROR_NOT_FOUND;
}

static int add_repository(struct state *state, bool *fresh, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "INSERT INTO repository(identity) VALUES(?) ON CONFLICT DO NOTHING");
	statement_bind_text(&statement, state->identity);
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	return find_repository(state, fresh, error);
}

static int make_repository(struct state *state, bool create, bool *fresh, struct error *error)
{
	int result = find_repository(state, fresh, error);

	if (result != ERROR_NOT_FOUND)
		return result;
	if (!create)
		return error_set_code(error, ERROR_NOT_FOUND, "%s: knows nothing of %s", state->file, state->identity);
	return add_repository(state, fresh, error);
}

int state_open(struct state **out, const char *file, const char *repository, bool create, bool *fresh,
	       struct error *error)
{
	struct state *state = memory_alloc(sizeof(*state));
	bool not_begun = false;
	int result;

	*out = NULL;
	*state = (struct state){.file = memory_copy(file),
				.identity = memory_copy(repository),
				.durable = -1,
				.before = INT64_MAX,
				.tip = INT64_MAX};
	result = find_file(file, create, error);
	if (!result)
		result = connect_file(state, error);
	if (!result)
		result = state_schema(state, create, error);
	if (!result)
		result = state_execute(state, CACHE_PRAGMA, error);
	if (!result)
		result = make_repository(state, create, &not_begun, error);
	if (fresh)
		*fresh = not_begun;
	if (!result)
		*out = state;
	else
		state_free(state);
	return result;
}

int state_set_begun(struct state *state, bool *first, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state, "UPDATE repository SET begun = 1 WHERE id = ? AND NOT begun");
	statement_bind_integer(&statement, state->repository);
	if (statement_finish(&statement, error))
		return ERROR_FAILED;
	*first = sqlite3_changes(state->database) > 0;
	return 0;
}

void state_free(struct state *state)
{
	if (!state)
		return;
	statements_release(state);
	sqlite3_close(state->database);
	free(state->file);
	free(state->identity);
	free(state);
}

/* Without a sync at the commit a power cut may lose the transaction, never damage the file: NORMAL, not OFF. */
static int set_durable(struct state *state, bool durable, struct error *error)
{
	if (state->durable == durable)
		return 0;
	if (state_execute(state, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", error))
		return ERROR_FAILED;
	state->durable = durable;
	return 0;
}

int state_begin(struct state *state, bool durable, struct error *error)
{
	if (sqlite3_db_readonly(state->database, "main") == 1)
		return error_set(error, "%s: %s", state->file, sqlite3_errstr(SQLITE_READONLY));
	if (set_durable(state, durable, error))
		return ERROR_FAILED;
	return state_execute(state, "BEGIN IMMEDIATE", error);
}

int state_commit(struct state *state, struct error *error)
{
	int result = state_execute(state, "COMMIT", error);

	if (result)
		state_rollback(state);
	return result;
}

void state_rollback(struct state *state)
{
	if (!sqlite3_get_autocommit(state->database))
		sqlite3_exec(state->database, "ROLLBACK", NULL, NULL, NULL);
}

bool state_wants_checkpoint(const struct state *state)
{
	const char *log = sqlite3_filename_wal(sqlite3_db_filename(state->database, "main"));
	struct stat status;

	return !stat(log, &status) && status.st_size >= CHECKPOINT_BYTES;
}

int state_checkpoint(struct state *state, struct error *error)
{
	int code;

	if (!state_wants_checkpoint(state))
		return 0;
	if (set_durable(state, true, error))
		return ERROR_FAILED;
	sqlite3_busy_timeout(state->database, 100);
	code = sqlite3_wal_checkpoint_v2(state->database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(state->database, STATE_WAIT_MILLISECONDS);
	return code && (code & 0xff) != SQLITE_BUSY ? state_fail(state, code, error) : 0;
}
