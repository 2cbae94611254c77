#include "adapters/git_config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"

#define OUTPUT_MAXIMUM ((size_t)4 * 1024 * 1024)

static const char *const programs[] = {"/usr/local/bin/git", "/usr/bin/git", "/bin/git"};

static const char *find_program(void)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (!access(programs[i], X_OK))
			return programs[i];
	return NULL;
}

static void make_environment(struct strings *out, uid_t owner)
{
	static const char *const kept[] = {"HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
					   "GIT_CONFIG_NOSYSTEM"};
	const struct passwd *entry = getpwuid(owner);

	strings_add(out, "PATH=/usr/local/bin:/usr/bin:/bin");
	strings_add(out, "LC_ALL=C");
	if (owner != geteuid()) {
		strings_addf(out, "HOME=%s", entry ? entry->pw_dir : "/nonexistent");
		return;
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (getenv(kept[i]))
			strings_addf(out, "%s=%s", kept[i], getenv(kept[i]));
}

static bool become_owner(uid_t owner)
{
	const struct passwd *entry;

	if (geteuid() || !owner)
		return true;
	entry = getpwuid(owner);
	if (entry && initgroups(entry->pw_name, entry->pw_gid))
		return false;
	if (!entry && setgroups(0, NULL))
		return false;
	return !setgid(entry ? entry->pw_gid : (gid_t)owner) && !setuid(owner);
}

static _Noreturn void be_git(const char *program, char *const *arguments, char *const *environment, int output,
			     uid_t owner)
{
	int null = open("/dev/null", O_RDWR);

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	    dup2(output, STDOUT_FILENO) >= 0 && !chdir("/") && become_owner(owner))
		execve(program, arguments, environment);
	_exit(127);
}

static int collect(struct buffer *out, pid_t child, int input, const char *program, struct error *error)
{
	int result = file_read_all(out, input, program, OUTPUT_MAXIMUM, error);
	int status;

	close(input);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_set_errno(error, errno, "%s", program);
	if (!result && (!WIFEXITED(status) || WEXITSTATUS(status)))
		result = error_set(error, "git config --list fails for the owner of the repository");
	return result;
}

static int run(struct buffer *out, const char *program, const struct strings *arguments,
	       const struct strings *environment, uid_t owner, struct error *error)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return error_set_errno(error, errno, "%s: no pipe", program);
	child = fork();
	if (!child)
		be_git(program, arguments->items, environment->items, ends[1], owner);
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return error_set_errno(error, errno, "%s", program);
	}
	return collect(out, child, ends[0], program, error);
}

/* What `git config -z --show-origin --list` says: origin NUL key [LF value] NUL, again and again. */
static void read_settings(struct git_settings *out, const struct buffer *text)
{
	const char *at = buffer_text(text);
	const char *end = at + text->length;

	while (at < end) {
		const char *origin = at;
		const char *key = origin + strlen(origin) + 1;
		struct git_setting *setting;
		const char *line;

		if (key >= end)
			return;
		at = key + strlen(key) + 1;
		line = strchr(key, '\n');
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		setting = &out->items[out->count++];
		*setting = (struct git_setting){0};
		if (!strncmp(origin, "file:", 5))
			setting->file = memory_copy(origin + 5);
		setting->key = line ? memory_copy_bytes(key, (size_t)(line - key)) : memory_copy(key);
		setting->value = line ? memory_copy(line + 1) : NULL;
	}
}

int git_settings_read(struct git_settings *out, const char *git_dir, uid_t owner, struct error *error)
{
	const char *program = find_program();
	struct strings environment = STRINGS_INIT;
	struct strings arguments = STRINGS_INIT;
	struct buffer text = BUFFER_INIT;
	int result;

	*out = (struct git_settings){0};
	if (!program)
		return error_set(error, "git is not installed: there is no %s", programs[1]);
	strings_add(&arguments, "git");
	strings_addf(&arguments, "--git-dir=%s", git_dir);
	strings_add(&arguments, "config");
	strings_add(&arguments, "-z");
	strings_add(&arguments, "--show-origin");
	strings_add(&arguments, "--list");
	strings_take(&arguments, NULL);
	make_environment(&environment, owner);
	strings_take(&environment, NULL);
	result = run(&text, program, &arguments, &environment, owner, error);
	if (!result)
		read_settings(out, &text);
	strings_release(&arguments);
	strings_release(&environment);
	buffer_release(&text);
	return result;
}

void git_settings_release(struct git_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->items[i].file);
		free(settings->items[i].key);
		free(settings->items[i].value);
	}
	free(settings->items);
	*settings = (struct git_settings){0};
}

const struct git_setting *git_settings_find(const struct git_settings *settings, const char *key)
{
	for (size_t i = settings->count; i > 0; i--)
		if (!strcmp(settings->items[i - 1].key, key))
			return &settings->items[i - 1];
	return NULL;
}

bool git_settings_true(const struct git_settings *settings, const char *key)
{
	const struct git_setting *setting = git_settings_find(settings, key);
	char *end;

	if (!setting || !setting->value)
		return setting != NULL;
	if (!strcasecmp(setting->value, "true") || !strcasecmp(setting->value, "yes") ||
	    !strcasecmp(setting->value, "on"))
		return true;
	return strtol(setting->value, &end, 10) != 0 && !*end;
}
