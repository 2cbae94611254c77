#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/environment.h"
#include "base/buffer.h"
#include "base/memory.h"

/* A folder that looks like a bare repository, and a symbolic link to it. */
struct fixture {
	char *base;
	char *git_dir;
	char *link;
};

static char *join(const char *folder, const char *name)
{
	struct buffer path = BUFFER_INIT;

	buffer_addf(&path, "%s/%s", folder, name);
	return buffer_detach(&path);
}

static void make_file(const char *folder, const char *name)
{
	char *path = join(folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
	free(path);
}

static void make_folder(const char *folder, const char *name)
{
	char *path = join(folder, name);

	assert_int_equal(mkdir(path, 0755), 0);
	free(path);
}

static int set_up(void **state)
{
	struct fixture *fixture = memory_alloc(sizeof(*fixture));
	char folder[] = "/tmp/test_environment.XXXXXX";

	assert_non_null(mkdtemp(folder));
	fixture->base = realpath(folder, NULL);
	fixture->git_dir = join(fixture->base, "x.git");
	fixture->link = join(fixture->base, "link");
	make_folder(fixture->base, "x.git");
	make_file(fixture->git_dir, "HEAD");
	make_folder(fixture->git_dir, "objects");
	assert_int_equal(symlink("x.git", fixture->link), 0);
	unsetenv("GIT_DIR");
	unsetenv("GIT_QUARANTINE_PATH");
	unsetenv("GIT_NAMESPACE");
	*state = fixture;
	return 0;
}

static void remove_entry(const char *folder, const char *name)
{
	char *path = join(folder, name);

	assert_int_equal(remove(path), 0);
	free(path);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	remove_entry(fixture->git_dir, "HEAD");
	remove_entry(fixture->git_dir, "objects");
	remove_entry(fixture->base, "x.git");
	remove_entry(fixture->base, "link");
	assert_int_equal(rmdir(fixture->base), 0);
	free(fixture->base);
	free(fixture->git_dir);
	free(fixture->link);
	free(fixture);
	return 0;
}

static void the_repository_is_named_by_its_resolved_path(void **state)
{
	struct fixture *fixture = *state;
	struct environment environment;
	struct error error = ERROR_INIT;

	setenv("GIT_DIR", fixture->link, 1);
	assert_int_equal(environment_load(&environment, &error), 0);
	assert_string_equal(environment.git_dir, fixture->git_dir);
	assert_string_equal(environment.identity, fixture->git_dir);
	assert_int_equal(environment.owner, getuid());
	assert_null(environment.quarantine);
	assert_null(environment.git_namespace);
	environment_release(&environment);
}

static void without_git_dir_it_is_the_current_folder(void **state)
{
	struct fixture *fixture = *state;
	struct environment environment;
	struct error error = ERROR_INIT;
	char *here = getcwd(NULL, 0);

	assert_int_equal(chdir(fixture->git_dir), 0);
	assert_int_equal(environment_load(&environment, &error), 0);
	assert_string_equal(environment.git_dir, fixture->git_dir);
	environment_release(&environment);
	assert_int_equal(chdir(here), 0);
	free(here);
}

static void quarantine_and_namespace_are_read(void **state)
{
	struct fixture *fixture = *state;
	struct environment environment;
	struct error error = ERROR_INIT;
	char *quarantine = join(fixture->link, "objects");
	char *resolved = join(fixture->git_dir, "objects");

	setenv("GIT_DIR", fixture->git_dir, 1);
	setenv("GIT_QUARANTINE_PATH", quarantine, 1);
	setenv("GIT_NAMESPACE", "a/b", 1);
	assert_int_equal(environment_load(&environment, &error), 0);
	assert_string_equal(environment.quarantine, resolved);
	assert_string_equal(environment.git_namespace, "a/b");
	assert_int_equal(strlen(environment.identity), strlen(fixture->git_dir) + strlen("#a/b"));
	assert_string_equal(environment.identity + strlen(fixture->git_dir), "#a/b");
	environment_release(&environment);
	free(quarantine);
	free(resolved);
}

static void a_quarantine_or_repository_that_is_not_there_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	struct environment environment;
	struct error error = ERROR_INIT;

	setenv("GIT_DIR", fixture->git_dir, 1);
	setenv("GIT_QUARANTINE_PATH", "/nowhere/at/all", 1);
	assert_int_equal(environment_load(&environment, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "/nowhere/at/all: No such file or directory");
	error_release(&error);
	environment_release(&environment);
	unsetenv("GIT_QUARANTINE_PATH");
	setenv("GIT_DIR", "/nowhere", 1);
	assert_int_equal(environment_load(&environment, &error), ERROR_FAILED);
	error_release(&error);
	environment_release(&environment);
}

static void write_text(const char *folder, const char *name, const char *text)
{
	char *path = join(folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void a_linked_work_tree_leads_to_its_repository(void **state)
{
	struct fixture *fixture = *state;
	struct environment environment;
	struct error error = ERROR_INIT;
	char *linked = join(fixture->git_dir, "worktrees");

	make_folder(fixture->git_dir, "worktrees");
	write_text(linked, "commondir", "..\n");
	setenv("GIT_DIR", linked, 1);
	assert_int_equal(environment_load(&environment, &error), 0);
	assert_string_equal(environment.git_dir, fixture->git_dir);
	assert_string_equal(environment.identity, fixture->git_dir);
	assert_true(environment.linked);
	environment_release(&environment);
	write_text(linked, "commondir", fixture->git_dir);
	assert_int_equal(environment_load(&environment, &error), 0);
	assert_string_equal(environment.git_dir, fixture->git_dir);
	environment_release(&environment);
	write_text(linked, "commondir", "/nowhere/at/all");
	assert_int_equal(environment_load(&environment, &error), ERROR_FAILED);
	error_release(&error);
	environment_release(&environment);
	remove_entry(linked, "commondir");
	remove_entry(fixture->git_dir, "worktrees");
	free(linked);
}

static void another_folder_of_refs_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct environment environment;
	struct error error = ERROR_INIT;

	setenv("GIT_DIR", fixture->git_dir, 1);
	setenv("GIT_COMMON_DIR", fixture->base, 1);
	assert_int_equal(environment_load(&environment, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "GIT_COMMON_DIR is set"));
	unsetenv("GIT_COMMON_DIR");
	error_release(&error);
	environment_release(&environment);
}

static void a_folder_that_a_person_names_must_be_a_repository(void **state)
{
	struct fixture *fixture = *state;
	struct environment environment;
	struct error error = ERROR_INIT;

	setenv("GIT_NAMESPACE", "ignored", 1);
	assert_int_equal(environment_of(&environment, fixture->link, &error), 0);
	assert_string_equal(environment.identity, fixture->git_dir);
	environment_release(&environment);
	assert_int_equal(environment_of(&environment, fixture->base, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "not a bare Git repository"));
	error_release(&error);
	environment_release(&environment);
}

static void files_are_in_the_repository_unless_they_are_configured(void **state)
{
	struct environment environment = {.git_dir = memory_copy("/srv/x.git")};
	struct policy policy;
	char *path;

	(void)state;
	policy_init(&policy);
	path = environment_config_file(&environment);
	assert_string_equal(path, "/srv/x.git/hotfix.ini");
	free(path);
	path = environment_state_file(&environment, &policy);
	assert_string_equal(path, "/srv/x.git/hotfix.sqlite");
	free(path);
	policy.state_file = memory_copy("/var/lib/state");
	path = environment_state_file(&environment, &policy);
	assert_string_equal(path, "/var/lib/state");
	free(path);
	policy_release(&policy);
	environment_release(&environment);
}

static const struct {
	enum pusher_source source;
	const char *variable;
} sources[] = {
	{PUSHER_GITOLITE, "GL_USER"},
	{PUSHER_GITLAB, "GL_USERNAME"},
	{PUSHER_GITEA, "GITEA_PUSHER_NAME"},
	{PUSHER_HTTP, "REMOTE_USER"},
};

#define SOURCES (sizeof(sources) / sizeof(sources[0]))

static void the_pusher_is_read_from_the_configured_source_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < SOURCES; i++) {
		struct policy policy = {.pusher = sources[i].source};
		struct error error = ERROR_INIT;
		char *login;

		for (size_t j = 0; j < SOURCES; j++)
			setenv(sources[j].variable, j == i ? "rita" : "mallory", 1);
		assert_int_equal(environment_pusher(&login, &policy, &error), 0);
		assert_string_equal(login, "rita");
		free(login);
	}
}

static void a_silent_source_is_an_error(void **state)
{
	static const char *const values[] = {"", "a\nb", "a\x7f"};
	struct policy policy = {.pusher = PUSHER_GITOLITE};
	struct error error = ERROR_INIT;
	char *login;

	(void)state;
	unsetenv("GL_USER");
	assert_int_equal(environment_pusher(&login, &policy, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "GL_USER is not set: the transport did not say who pushed");
	assert_null(login);
	error_release(&error);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		setenv("GL_USER", values[i], 1);
		assert_int_equal(environment_pusher(&login, &policy, &error), ERROR_FAILED);
		error_release(&error);
	}
}

static void a_login_has_256_bytes_at_most(void **state)
{
	struct policy policy = {.pusher = PUSHER_HTTP};
	struct error error = ERROR_INIT;
	char name[258];
	char *login;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[256] = '\0';
	setenv("REMOTE_USER", name, 1);
	assert_int_equal(environment_pusher(&login, &policy, &error), 0);
	free(login);
	name[256] = 'x';
	name[257] = '\0';
	setenv("REMOTE_USER", name, 1);
	assert_int_equal(environment_pusher(&login, &policy, &error), ERROR_FAILED);
	error_release(&error);
}

static void a_unix_pusher_is_the_user_of_the_process_whatever_the_environment_says(void **state)
{
	struct policy policy = {.pusher = PUSHER_UNIX};
	const struct passwd *entry = getpwuid(getuid());
	struct error error = ERROR_INIT;
	char *login;

	(void)state;
	setenv("USER", "mallory", 1);
	setenv("LOGNAME", "mallory", 1);
	setenv("GL_USER", "mallory", 1);
	assert_int_equal(environment_pusher(&login, &policy, &error), 0);
	if (entry)
		assert_string_equal(login, entry->pw_name);
	else
		assert_int_equal(strtoul(login, NULL, 10), getuid());
	free(login);
}

static void assert_group_takes_in(const char *group, const char *login)
{
	struct policy policy;
	struct error error = ERROR_INIT;
	struct buffer member = BUFFER_INIT;
	struct role *role;

	policy_init(&policy);
	policy_add_person(&policy, "me")->login = memory_copy(login);
	policy_add_person(&policy, "other")->login = memory_copy("no-such-user-here");
	role = policy_add_role(&policy, "r");
	buffer_addf(&member, "group:%s", group);
	strings_add(&role->members, buffer_text(&member));
	assert_int_equal(environment_resolve_groups(&policy, &error), 0);
	assert_true(strings_contain(&role->group_logins, login));
	assert_false(strings_contain(&role->group_logins, "no-such-user-here"));
	buffer_release(&member);
	policy_release(&policy);
}

/* The user of this process and the primary group: they are in the databases of nearly every machine. */
static void a_group_takes_in_the_people_whose_login_is_in_it(void **state)
{
	const struct passwd *user = getpwuid(getuid());
	const struct group *group = user ? getgrgid(user->pw_gid) : NULL;

	(void)state;
	if (group)
		assert_group_takes_in(group->gr_name, user->pw_name);
	else
		skip();
}

static void a_group_that_is_not_there_is_an_error(void **state)
{
	struct policy policy;
	struct error error = ERROR_INIT;

	(void)state;
	policy_init(&policy);
	strings_add(&policy_add_role(&policy, "qa")->members, "group:no-such-group-here");
	assert_int_equal(environment_resolve_groups(&policy, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error),
			    "[role \"qa\"] group:no-such-group-here: there is no such Unix group on this server");
	error_release(&error);
	policy_release(&policy);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_repository_is_named_by_its_resolved_path),
		TEST(without_git_dir_it_is_the_current_folder),
		TEST(quarantine_and_namespace_are_read),
		TEST(a_quarantine_or_repository_that_is_not_there_is_an_error),
		TEST(a_linked_work_tree_leads_to_its_repository),
		TEST(another_folder_of_refs_is_refused),
		TEST(a_folder_that_a_person_names_must_be_a_repository),
		TEST(files_are_in_the_repository_unless_they_are_configured),
		TEST(the_pusher_is_read_from_the_configured_source_alone),
		TEST(a_silent_source_is_an_error),
		TEST(a_login_has_256_bytes_at_most),
		TEST(a_unix_pusher_is_the_user_of_the_process_whatever_the_environment_says),
		TEST(a_group_takes_in_the_people_whose_login_is_in_it),
		TEST(a_group_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
