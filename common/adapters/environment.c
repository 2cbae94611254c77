#include "adapters/environment.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

#define LONGEST_LOGIN 256
#define GROUP "group:"

static bool has_control_byte(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

static int resolve_path(char **out, const char *path, struct error *error)
{
	*out = realpath(path, NULL);
	return *out ? 0 : error_set_errno(error, errno, "%s", path);
}

static int fill_git_dir(struct environment *out, const char *git_dir, struct error *error)
{
	struct stat status;

	if (resolve_path(&out->git_dir, git_dir, error))
		return ERROR_FAILED;
	if (stat(out->git_dir, &status))
		return error_set_errno(error, errno, "%s", out->git_dir);
	out->owner = status.st_uid;
	return 0;
}

static void fill_identity(struct environment *out)
{
	struct buffer identity = BUFFER_INIT;

	buffer_add_string(&identity, out->git_dir);
	if (out->git_namespace)
		buffer_addf(&identity, "#%s", out->git_namespace);
	out->identity = buffer_detach(&identity);
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static int fill_namespace(struct environment *out, struct error *error)
{
	const char *name = variable("GIT_NAMESPACE");

	if (!name)
		return 0;
	if (strlen(name) > PATH_MAX || has_control_byte(name))
		return error_set(error, "GIT_NAMESPACE: too long, or with a control byte");
	out->git_namespace = memory_copy(name);
	return 0;
}

int environment_load(struct environment *out, struct error *error)
{
	const char *git_dir = variable("GIT_DIR");
	const char *quarantine = variable("GIT_QUARANTINE_PATH");

	*out = (struct environment){0};
	if (fill_git_dir(out, git_dir ? git_dir : ".", error) || fill_namespace(out, error))
		return ERROR_FAILED;
	if (quarantine && resolve_path(&out->quarantine, quarantine, error))
		return ERROR_FAILED;
	out->shallow = variable("GIT_SHALLOW_FILE") != NULL;
	fill_identity(out);
	return 0;
}

static bool is_in(const char *folder, const char *name)
{
	struct buffer path = BUFFER_INIT;
	bool there;

	buffer_addf(&path, "%s/%s", folder, name);
	there = !access(buffer_text(&path), F_OK);
	buffer_release(&path);
	return there;
}

int environment_of(struct environment *out, const char *git_dir, struct error *error)
{
	*out = (struct environment){0};
	if (fill_git_dir(out, git_dir, error))
		return ERROR_FAILED;
	if (!is_in(out->git_dir, "HEAD") || !is_in(out->git_dir, "objects"))
		return error_set(error, "%s: not a bare Git repository", out->git_dir);
	fill_identity(out);
	return 0;
}

void environment_release(struct environment *environment)
{
	free(environment->git_dir);
	free(environment->quarantine);
	free(environment->git_namespace);
	free(environment->identity);
	*environment = (struct environment){0};
}

static char *file_in_git_dir(const struct environment *environment, const char *name)
{
	struct buffer path = BUFFER_INIT;

	buffer_addf(&path, "%s/%s", environment->git_dir, name);
	return buffer_detach(&path);
}

char *environment_state_file(const struct environment *environment, const struct policy *policy)
{
	if (policy->state_file)
		return memory_copy(policy->state_file);
	return file_in_git_dir(environment, "hotfix.sqlite");
}

char *environment_config_file(const struct environment *environment)
{
	return file_in_git_dir(environment, "hotfix.ini");
}

static char *unix_login(void)
{
	const struct passwd *entry = getpwuid(getuid());
	struct buffer number = BUFFER_INIT;

	if (entry && *entry->pw_name)
		return memory_copy(entry->pw_name);
	buffer_addf(&number, "%lu", (unsigned long)getuid());
	return buffer_detach(&number);
}

int environment_pusher(char **out, const struct policy *policy, struct error *error)
{
	static const char *const variables[] = {
		[PUSHER_GITOLITE] = "GL_USER",
		[PUSHER_GITEA] = "GITEA_PUSHER_NAME",
		[PUSHER_GITLAB] = "GL_USERNAME",
		[PUSHER_HTTP] = "REMOTE_USER",
	};
	const char *value;

	*out = NULL;
	if (policy->pusher == PUSHER_UNIX) {
		*out = unix_login();
		return 0;
	}
	value = variable(variables[policy->pusher]);
	if (!value)
		return error_set(error, "%s is not set: the transport did not say who pushed",
				 variables[policy->pusher]);
	if (strlen(value) > LONGEST_LOGIN || has_control_byte(value))
		return error_set(error, "%s holds no login: over %d bytes, or with a control byte",
				 variables[policy->pusher], LONGEST_LOGIN);
	*out = memory_copy(value);
	return 0;
}

/* Whether the user database says that LOGIN is in the group, as the primary one or another. */
static bool is_in_group(const char *login, gid_t group)
{
	const struct passwd *entry = getpwnam(login);
	int count = 64;
	gid_t *groups = NULL;
	bool found = false;
	gid_t primary;

	if (!entry)
		return false;
	primary = entry->pw_gid;
	groups = memory_resize(groups, (size_t)count, sizeof(*groups));
	if (getgrouplist(login, primary, groups, &count) < 0) {
		groups = memory_resize(groups, (size_t)count, sizeof(*groups));
		if (getgrouplist(login, primary, groups, &count) < 0)
			count = 0;
	}
	for (int i = 0; i < count && !found; i++)
		found = groups[i] == group;
	free(groups);
	return found;
}

static int add_group(struct role *role, const struct policy *policy, const char *name, struct error *error)
{
	const struct group *group;
	gid_t id;

	errno = 0;
	group = getgrnam(name);
	if (!group && errno && errno != ENOENT && errno != ESRCH)
		return error_set_errno(error, errno, "[role \"%s\"] group:%s", role->name, name);
	if (!group)
		return error_set(error, "[role \"%s\"] group:%s: there is no such Unix group on this server",
				 role->name, name);
	id = group->gr_gid;
	for (char **login = group->gr_mem; *login; login++)
		strings_add_once(&role->group_logins, *login);
	for (size_t i = 0; i < policy->person_count; i++) {
		const char *login = policy->people[i].login;

		if (login && !strings_contain(&role->group_logins, login) && is_in_group(login, id))
			strings_add(&role->group_logins, login);
	}
	return 0;
}

int environment_resolve_groups(struct policy *policy, struct error *error)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		struct role *role = &policy->roles[i];

		strings_release(&role->group_logins);
		for (size_t j = 0; j < role->members.count; j++) {
			const char *member = role->members.items[j];

			if (strncmp(member, GROUP, strlen(GROUP)) != 0)
				continue;
			if (add_group(role, policy, member + strlen(GROUP), error))
				return ERROR_FAILED;
		}
	}
	return 0;
}
