/* Git's own configuration and the repository's form. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/shell.h"
#include "flow/doctor_parts.h"

#define ALTERNATES_MAXIMUM (64 * 1024)

static void add_set_command(struct doctor *doctor, struct check *check, const char *key, const char *value)
{
	struct buffer command = BUFFER_INIT;

	buffer_add_string(&command, "git -C ");
	shell_quote(&command, doctor->session->environment.git_dir);
	buffer_addf(&command, " config %s %s", key, value);
	doctor_remedy(check, buffer_text(&command));
	buffer_release(&command);
}

/* receive.fsckObjects, else transfer.fsckObjects (git-config(1)). */
static void check_fsck(struct doctor *doctor)
{
	const char *own = "receive.fsckobjects";
	const char *key = git_settings_find(&doctor->settings, own) ? own : "transfer.fsckobjects";

	if (git_settings_true(&doctor->settings, key))
		doctor_add(doctor, CHECK_OK, "receive.fsckObjects", "malformed objects are refused");
	else
		add_set_command(doctor,
				doctor_add(doctor, CHECK_WARNING, "receive.fsckObjects",
					   "not set: malformed objects are taken in"),
				"receive.fsckObjects", "true");
}

/* Whether the word is in a list that commas separate. */
static bool has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
		at += strspn(at, " ");
		if (!strncmp(at, word, length) && (!at[length] || strchr(", ", at[length])))
			return true;
	}
	return false;
}

static void check_fsync(struct doctor *doctor)
{
	const struct git_setting *setting = git_settings_find(&doctor->settings, "core.fsync");
	const char *value = setting && setting->value ? setting->value : "";

	if (has_word(value, "all") || (has_word(value, "reference") && !has_word(value, "-reference")))
		doctor_add(doctor, CHECK_OK, "core.fsync", "%s", value);
	else
		add_set_command(
			doctor,
			doctor_add(doctor, CHECK_WARNING, "core.fsync",
				   "%s: after a power cut a ref can be at an older commit than what was announced",
				   setting ? "without reference" : "not set"),
			"core.fsync", "committed,loose-object,reference");
}

/* Who overrides says so by a push option, which Git's client refuses to send to a server that does not offer it. */
static void check_push_options(struct doctor *doctor)
{
	const char *role = doctor->session->policy.override_role;

	if (!role)
		return;
	if (git_settings_true(&doctor->settings, "receive.advertisepushoptions"))
		doctor_add(doctor, CHECK_OK, "receive.advertisePushOptions", "the role %s can override", role);
	else
		add_set_command(doctor,
				doctor_add(doctor, CHECK_WARNING, "receive.advertisePushOptions",
					   "not set: nobody can override, though the role %s may", role),
				"receive.advertisePushOptions", "true");
}

/* Ways in that say nothing of who pushes. */
static void check_anonymous(struct doctor *doctor)
{
	static const struct {
		const char *key, *name, *server;
	} ways[] = {
		{"daemon.receivepack", "daemon.receivePack", "git daemon lets everybody push, without a name"},
		{"http.receivepack", "http.receivePack", "git http-backend lets everybody push, authenticated or not"},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (git_settings_true(&doctor->settings, ways[i].key))
			add_set_command(doctor, doctor_add(doctor, CHECK_WARNING, ways[i].name, "%s", ways[i].server),
					ways[i].name, "false");
}

/* Refs that proc-receive takes never reach the update hook (githooks(5), proc-receive). */
static void check_proc_receive(struct doctor *doctor)
{
	const struct git_setting *setting = git_settings_find(&doctor->settings, "receive.procreceiverefs");

	if (setting)
		doctor_add(doctor, CHECK_WARNING, "receive.procReceiveRefs",
			   "%s: the proc-receive hook moves these refs, and update never sees them",
			   setting->value ? setting->value : "");
}

static void check_alternates(struct doctor *doctor)
{
	char *path = doctor_path(doctor, "objects/info/alternates");
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;
	int result = file_read(&text, path, ALTERNATES_MAXIMUM, &error);

	if (!result && text.length)
		doctor_remedy(
			doctor_add(doctor, CHECK_WARNING, "objects/info/alternates",
				   "objects are borrowed from %.*s: whoever can write or prune there can break this "
				   "repository",
				   (int)strcspn(buffer_text(&text), "\n"), buffer_text(&text)),
			"# git repack -a -d, then remove the file, makes it whole");
	else if (result && result != ERROR_NOT_FOUND)
		doctor_add(doctor, CHECK_WARNING, "objects/info/alternates", "%s", error_text(&error));
	error_release(&error);
	buffer_release(&text);
	free(path);
}

static void check_format(struct doctor *doctor)
{
	struct session *session = doctor->session;
	struct error error = ERROR_INIT;

	if (!session->repository && repository_open(&session->repository, session->environment.git_dir, NULL,
						    session->environment.git_namespace, &error))
		doctor_add(doctor, CHECK_PROBLEM, "repository", "%s; every governed push is refused",
			   error_text(&error));
	else
		doctor_add(doctor, CHECK_OK, "repository", "%s", session->environment.git_dir);
	error_release(&error);
}

static void check_productions(struct doctor *doctor)
{
	struct branch_tips productions = {0};
	struct error error = ERROR_INIT;

	if (!doctor->session->repository || doctor->session->problems.count)
		return;
	if (session_productions(doctor->session, &productions, &error))
		doctor_add(doctor, CHECK_PROBLEM, "production", "%s", error_text(&error));
	for (size_t i = 0; i < productions.count; i++)
		doctor_add(doctor, CHECK_OK, "production", "%s at %s", productions.items[i].ref,
			   object_id_short(&productions.items[i].tip).digits);
	if (!error.message && !productions.count)
		doctor_add(doctor, CHECK_WARNING, "production", "no ref matches [production] branch yet");
	branch_tips_release(&productions);
	error_release(&error);
}

void doctor_git(struct doctor *doctor)
{
	check_format(doctor);
	check_productions(doctor);
	check_alternates(doctor);
	if (!doctor->settings_known)
		return;
	check_fsck(doctor);
	check_fsync(doctor);
	check_push_options(doctor);
	check_anonymous(doctor);
	check_proc_receive(doctor);
}
