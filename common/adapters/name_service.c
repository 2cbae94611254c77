#include "adapters/name_service.h"

#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/jobs.h"
#include "base/buffer.h"
#include "base/memory.h"

#define GETENT "/usr/bin/getent"
#define SECONDS 10
#define LOGINS_AT_ONCE 200
#define NOT_FOUND 2 /* getent(1), EXIT STATUS: one or more keys could not be found */

static char *login_in_file(uid_t user)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry;
	char *login = NULL;

	while (file && !login && (entry = fgetpwent(file)))
		if (entry->pw_uid == user && *entry->pw_name)
			login = memory_copy(entry->pw_name);
	if (file)
		fclose(file);
	return login;
}

static void job_ask(struct job *job, const char *database)
{
	*job = (struct job){0};
	strings_add(&job->arguments, GETENT);
	strings_add(&job->arguments, database);
	strings_add(&job->arguments, "--");
}

static int run(struct job *jobs, size_t count, struct error *error)
{
	int result = jobs_run(jobs, count, SECONDS, error);

	for (size_t i = 0; !result && i < count; i++)
		if (jobs[i].status && jobs[i].status != NOT_FOUND)
			result = error_set(error, GETENT " %s: exit status %d", jobs[i].arguments.items[1],
					   jobs[i].status);
	return result;
}

static char *login_by_getent(uid_t user)
{
	struct error ignored = ERROR_INIT;
	struct job job;
	char *login = NULL;

	job_ask(&job, "passwd");
	strings_addf(&job.arguments, "%lu", (unsigned long)user);
	if (!run(&job, 1, &ignored) && !job.status)
		login = memory_copy_bytes(buffer_text(&job.output), strcspn(buffer_text(&job.output), ":\n"));
	job_release(&job);
	error_release(&ignored);
	return login;
}

char *name_service_login(uid_t user)
{
	char *login = login_in_file(user);
	struct buffer number = BUFFER_INIT;

	if (!login)
		login = login_by_getent(user);
	if (login && *login)
		return login;
	free(login);
	buffer_addf(&number, "%lu", (unsigned long)user);
	return buffer_detach(&number);
}

/* Takes the next word that one of SEPARATORS ends off *TEXT; NULL at the end. */
static char *take_word(const char **text, const char *separators)
{
	size_t length = strcspn(*text, separators);
	char *word = memory_copy_bytes(*text, length);

	*text += length + ((*text)[length] != '\0');
	return word;
}

/* A line of group(5): name, password, number, members. */
static void read_group(struct strings *members, char **number, const char *line)
{
	free(take_word(&line, ":"));
	free(take_word(&line, ":"));
	*number = take_word(&line, ":");
	while (*line) {
		char *login = take_word(&line, ",");

		if (*login)
			strings_add_once(members, login);
		free(login);
	}
}

/* "LOGIN  NUMBER NUMBER...", or a line of passwd(5), whose fourth field is the only one that counts. */
static bool names_group(const char *line, const char *separators, size_t first, size_t last, const char *number)
{
	bool found = false;

	for (size_t i = 0; *line && i <= last; i++) {
		char *word = take_word(&line, separators);

		found |= i >= first && !strcmp(word, number);
		free(word);
	}
	return found;
}

static void add_named(struct strings *out, const char *text, const char *separators, size_t first, size_t last,
		      const char *number)
{
	while (*text) {
		char *line = take_word(&text, "\n");

		if (names_group(line, separators, first, last, number)) {
			line[strcspn(line, separators)] = '\0';
			strings_add_once(out, line);
		}
		free(line);
	}
}

static int add_belonging(struct strings *out, const struct strings *logins, size_t from, const char *number,
			 struct error *error)
{
	struct job jobs[2];
	int result;

	job_ask(&jobs[0], "passwd");
	job_ask(&jobs[1], "initgroups");
	for (size_t i = from; i < logins->count && i < from + LOGINS_AT_ONCE; i++) {
		strings_add(&jobs[0].arguments, logins->items[i]);
		strings_add(&jobs[1].arguments, logins->items[i]);
	}
	result = run(jobs, 2, error);
	if (!result) {
		add_named(out, buffer_text(&jobs[0].output), ":", 3, 3, number);
		add_named(out, buffer_text(&jobs[1].output), " ", 1, SIZE_MAX, number);
	}
	job_release(&jobs[0]);
	job_release(&jobs[1]);
	return result;
}

int name_service_members(struct strings *out, const char *group, const struct strings *logins, struct error *error)
{
	char *number = NULL;
	struct job job;
	int result;

	job_ask(&job, "group");
	strings_add(&job.arguments, group);
	result = run(&job, 1, error);
	if (!result && job.status)
		result = error_set_code(error, ERROR_NOT_FOUND, "there is no such Unix group on this server");
	if (!result)
		read_group(out, &number, buffer_text(&job.output));
	for (size_t i = 0; !result && i < logins->count; i += LOGINS_AT_ONCE)
		result = add_belonging(out, logins, i, number, error);
	free(number);
	job_release(&job);
	return result;
}
