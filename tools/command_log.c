#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/strings.h"
#include "commands.h"
#include "table.h"

#define LINES_SHOWN 20
#define TAIL_BYTES (16 * 1024 * 1024) /* of the log's end that are looked at */

/* Reads the end of FILE, from the beginning of a line on. */
static int read_tail(struct buffer *out, const char *file, struct error *error)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	int result = 0;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", file);
	if (fstat(fd, &status))
		result = error_set_errno(error, errno, "%s", file);
	else if (!S_ISREG(status.st_mode))
		result = error_set(error, "%s: not a regular file", file);
	else if (status.st_size > TAIL_BYTES && lseek(fd, status.st_size - TAIL_BYTES, SEEK_SET) < 0)
		result = error_set_errno(error, errno, "%s", file);
	if (!result)
		result = file_read_all(out, fd, file, 2 * (size_t)TAIL_BYTES, error);
	close(fd);
	return result;
}

/* Keeps what is a judged push of this repository, the newest LIMIT of them, oldest first. */
static struct json *last_entries(const struct buffer *text, const char *identity, size_t limit)
{
	struct json *array = json_new_array();
	struct strings lines = STRINGS_INIT;
	size_t skip = 0;

	for (const char *line = buffer_text(text), *end; (end = strchr(line, '\n')); line = end + 1) {
		struct error no_json = ERROR_INIT;
		struct json *entry = NULL;
		const char *repository = NULL;

		if (!json_read(&entry, line, (size_t)(end - line), &no_json))
			repository = json_get_string(entry, "repository");
		if (repository && !strcmp(repository, identity))
			strings_add_bytes(&lines, line, (size_t)(end - line));
		json_free(entry);
		error_release(&no_json);
	}
	if (lines.count > limit)
		skip = lines.count - limit;
	for (size_t i = skip; i < lines.count; i++) {
		struct error no_json = ERROR_INIT;
		struct json *entry = NULL;

		if (!json_read(&entry, lines.items[i], strlen(lines.items[i]), &no_json))
			json_add(array, entry);
		error_release(&no_json);
	}
	strings_release(&lines);
	return array;
}

static void add_rules(struct table *table, const struct json *entry)
{
	const struct json *rules = json_get(entry, "rules");
	struct buffer text = BUFFER_INIT;

	for (size_t i = 0; i < json_count(rules); i++)
		buffer_addf(&text, "%s%s", i ? " " : "", json_item_string(rules, i));
	table_add(table, buffer_text(&text));
	buffer_release(&text);
}

static void as_table(struct buffer *out, const struct json *entries)
{
	static const char *const titles[] = {"TIME", "VERDICT", "PUSHER", "REF", "OLD", "NEW", "RULES", NULL};
	struct table table;

	table_init(&table, titles);
	for (size_t i = 0; i < json_count(entries); i++) {
		const struct json *entry = json_item(entries, i);
		const char *old_id = json_get_string(entry, "old");
		const char *new_id = json_get_string(entry, "new");

		table_add(&table, json_get_string(entry, "time"));
		table_add(&table, json_get_string(entry, "verdict"));
		table_add(&table, json_get_string(entry, "pusher"));
		table_add(&table, json_get_string(entry, "ref"));
		table_addf(&table, "%.*s", OBJECT_ID_SHORT, old_id ? old_id : "");
		table_addf(&table, "%.*s", OBJECT_ID_SHORT, new_id ? new_id : "");
		add_rules(&table, entry);
	}
	table_write(out, &table);
	table_release(&table);
}

static int answer_from_file(struct call *call, const struct session *session, size_t limit, struct error *error)
{
	struct buffer text = BUFFER_INIT;
	struct json *entries;
	int result = read_tail(&text, session->policy.log_to, error);

	if (!result) {
		entries = last_entries(&text, session->environment.identity, limit);
		if (call->json) {
			call_answer_json(call, entries);
		} else if (json_count(entries)) {
			as_table(&call->out, entries);
			json_free(entries);
		} else {
			buffer_add_string(&call->out, "no push of this repository was logged yet\n");
			json_free(entries);
		}
	}
	buffer_release(&text);
	return result;
}

static int run_log(struct call *call, struct error *error)
{
	struct session session = {0};
	size_t limit;
	int result;

	if (!call_number(&limit, call, "number", LINES_SHOWN))
		return ANSWER_USAGE;
	result = call_configuration(&session, call, error);
	if (result)
		goto done;
	if (!session.policy.log_to)
		result = error_set(error, "no log is kept; hotfix.ini: [log] to = syslog, or a file");
	else if (!strcmp(session.policy.log_to, "syslog"))
		result = error_set(error, "the log is the system's; run: journalctl -t hotfix -n %zu -o cat", limit);
	else
		result = answer_from_file(call, &session, limit, error);
done:
	session_release(&session);
	return result;
}

const struct command command_log = {
	.name = "log",
	.arguments = "",
	.summary = "the last judged pushes, from the log",
	.help = "  -n, --number N  how many; default: 20\n\n"
		"The log is what hotfix.ini names: [log] to = FILE. When it is syslog, hotfixctl says the command to read it.\n",
	.options = {{"number", 'n', "N"}},
	.run = run_log,
};
