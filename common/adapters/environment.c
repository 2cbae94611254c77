#include "adapters/environment.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/name_service.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/hash.h"
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

/* The folder of a linked work tree says in `commondir` which repository it belongs to (gitrepository-layout(5)). */
static int leave_work_tree(struct environment *out, struct error *error)
{
	struct buffer path = BUFFER_INIT;
	struct buffer text = BUFFER_INIT;
	struct buffer common = BUFFER_INIT;
	struct error why = ERROR_INIT;
	char *linked = out->git_dir;
	int result;

	buffer_addf(&path, "%s/commondir", linked);
	result = file_read(&text, buffer_text(&path), PATH_MAX, &why);
	if (result == ERROR_NOT_FOUND) {
		result = 0;
	} else if (result) {
		error_set(error, "%s", error_text(&why));
	} else {
		const char *target = buffer_text(&text);
		int length = (int)strcspn(target, "\r\n");

		buffer_addf(&common, "%s%s%.*s", *target == '/' ? "" : linked, *target == '/' ? "" : "/", length,
			    target);
		out->linked = true;
		result = resolve_path(&out->git_dir, buffer_text(&common), error);
		free(linked);
	}
	error_release(&why);
	buffer_release(&path);
	buffer_release(&text);
	buffer_release(&common);
	return result;
}

static int fill_git_dir(struct environment *out, const char *git_dir, struct error *error)
{
	struct stat status;

	if (resolve_path(&out->git_dir, git_dir, error) || leave_work_tree(out, error))
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
	if (variable("GIT_COMMON_DIR"))
		return error_set(error, "GIT_COMMON_DIR is set, so Git would move the refs of another repository");
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

/* A namespace may hold any byte. */
char *environment_own_file(const struct environment *environment, const char *name, const char *ending)
{
	if (!environment->git_namespace)
		return buffer_format("%s/%s%s", environment->git_dir, name, ending);
	return buffer_format("%s/%s-%016llx%s", environment->git_dir, name,
			     (unsigned long long)hash_text(environment->git_namespace), ending);
}

const char *environment_pusher_variable(enum pusher_source source)
{
	static const char *const variables[] = {
		[PUSHER_UNIX] = NULL,
		[PUSHER_GITOLITE] = "GL_USER",
		[PUSHER_GITEA] = "GITEA_PUSHER_NAME",
		[PUSHER_GITLAB] = "GL_USERNAME",
		[PUSHER_HTTP] = "REMOTE_USER",
	};

	return variables[source];
}

int environment_pusher(char **out, const struct policy *policy, struct error *error)
{
	const char *name = environment_pusher_variable(policy->pusher);
	const char *value;

	*out = NULL;
	if (!name) {
		*out = name_service_login(getuid());
		return 0;
	}
	value = variable(name);
	if (!value)
		return error_set(error, "%s is not set: the transport did not say who pushed", name);
	if (strlen(value) > LONGEST_LOGIN || has_control_byte(value))
		return error_set(error, "%s holds no login: over %d bytes, or with a control byte", name,
				 LONGEST_LOGIN);
	*out = memory_copy(value);
	return 0;
}

int environment_push_options(struct strings *out, struct error *error)
{
	const char *value = variable("GIT_PUSH_OPTION_COUNT");
	long count = value ? strtol(value, NULL, 10) : 0;

	if (count > ENVIRONMENT_OPTIONS_MAXIMUM)
		return error_set_code(error, ERROR_LIMIT, "more than %d push options", ENVIRONMENT_OPTIONS_MAXIMUM);
	for (long i = 0; i < count; i++) {
		struct buffer name = BUFFER_INIT;
		const char *option;

		buffer_addf(&name, "GIT_PUSH_OPTION_%ld", i);
		option = getenv(buffer_text(&name));
		strings_add(out, option ? option : "");
		buffer_release(&name);
	}
	return 0;
}

static void add_logins(struct strings *out, const struct policy *policy)
{
	for (size_t i = 0; i < policy->person_count; i++)
		if (policy->people[i].login)
			strings_add(out, policy->people[i].login);
}

static int add_group(struct role *role, const struct policy *policy, const char *name, struct error *error)
{
	struct strings logins = STRINGS_INIT;
	struct error reason = ERROR_INIT;
	int result;

	add_logins(&logins, policy);
	result = name_service_members(&role->group_logins, name, &logins, &reason);
	if (result)
		result = error_set(error, "[role \"%s\"] group:%s: %s", role->name, name, error_text(&reason));
	error_release(&reason);
	strings_release(&logins);
	return result;
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
