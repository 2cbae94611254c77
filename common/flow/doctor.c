#include "flow/doctor.h"
#include "base/shell.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/config.h"
#include "base/memory.h"
#include "flow/doctor_parts.h"

void checkup_release(struct checkup *checkup)
{
	for (size_t i = 0; i < checkup->count; i++) {
		free(checkup->items[i].subject);
		free(checkup->items[i].words);
		strings_release(&checkup->items[i].remedy);
	}
	free(checkup->items);
	*checkup = (struct checkup){0};
}

size_t checkup_count(const struct checkup *checkup, enum check_level level)
{
	size_t count = 0;

	for (size_t i = 0; i < checkup->count; i++)
		count += checkup->items[i].level == level;
	return count;
}

struct check *doctor_add(struct doctor *doctor, enum check_level level, const char *subject, const char *format, ...)
{
	struct checkup *out = doctor->out;
	struct buffer words = BUFFER_INIT;
	struct check *check;
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(&words, format, arguments);
	va_end(arguments);
	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	check = &out->items[out->count++];
	*check = (struct check){.level = level, .subject = memory_copy(subject), .words = buffer_detach(&words)};
	return check;
}

void doctor_remedy(struct check *check, const char *command)
{
	strings_add(&check->remedy, command);
}

void doctor_remedy_command(struct doctor *doctor, struct check *check, const char *arguments)
{
	struct buffer command = BUFFER_INIT;

	buffer_add_string(&command, "hotfixctl -C ");
	shell_quote(&command, doctor->session->environment.git_dir);
	buffer_addf(&command, " %s", arguments);
	doctor_remedy(check, buffer_text(&command));
	buffer_release(&command);
}

char *doctor_path(const struct doctor *doctor, const char *name)
{
	struct buffer path = BUFFER_INIT;

	buffer_addf(&path, "%s/%s", doctor->session->environment.git_dir, name);
	return buffer_detach(&path);
}

static bool mode_allows(const char *path, uid_t owner, mode_t own, mode_t others)
{
	struct stat status;

	if (stat(path, &status))
		return false;
	return (status.st_mode & (status.st_uid == owner ? own : others)) != 0;
}

bool doctor_may_write(const char *path, uid_t owner)
{
	if (geteuid() == owner)
		return !access(path, W_OK);
	return !owner || mode_allows(path, owner, S_IWUSR, S_IWGRP | S_IWOTH);
}

bool doctor_may_run(const char *path, uid_t owner)
{
	if (geteuid() == owner)
		return !access(path, X_OK);
	return mode_allows(path, owner, S_IXUSR, S_IXGRP | S_IXOTH);
}

bool doctor_may_read(const char *path, uid_t owner)
{
	if (geteuid() == owner)
		return !access(path, R_OK);
	return !owner || mode_allows(path, owner, S_IRUSR, S_IRGRP | S_IROTH);
}

void doctor_join(struct buffer *out, const struct strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		buffer_addf(out, "%s%s", i ? ", " : "", list->items[i]);
}

/* Adds "file:line: words" with the place as its subject. */
static void add_placed(struct doctor *doctor, enum check_level level, const char *text)
{
	const char *colon = strstr(text, ": ");
	char *place = colon ? memory_copy_bytes(text, (size_t)(colon - text)) : memory_copy("hotfix.ini");

	doctor_add(doctor, level, place, "%s", colon ? colon + 2 : text);
	free(place);
}

void doctor_configuration(struct doctor *doctor)
{
	const struct session *session = doctor->session;
	struct strings advice = STRINGS_INIT;

	for (size_t i = 0; i < session->problems.count; i++)
		add_placed(doctor, CHECK_PROBLEM, session->problems.items[i]);
	if (session->problems.count)
		return;
	doctor_add(doctor, CHECK_OK, session->policy.origin ? session->policy.origin : "hotfix.ini",
		   "read without a fault");
	config_advise(&advice, &session->policy);
	for (size_t i = 0; i < advice.count; i++)
		add_placed(doctor, CHECK_WARNING, advice.items[i]);
	strings_release(&advice);
}

void doctor_examine(struct checkup *out, struct session *session, const char *sshd_config)
{
	struct doctor doctor = {.out = out, .session = session};
	struct error error = ERROR_INIT;

	doctor_configuration(&doctor);
	doctor_signatures(&doctor);
	doctor.settings_known =
		!git_settings_read(&doctor.settings, session->environment.git_dir, session->environment.owner, &error);
	if (!doctor.settings_known)
		doctor_add(&doctor, CHECK_WARNING, "git", "its configuration could not be read: %s",
			   error_text(&error));
	doctor_hooks(&doctor);
	doctor_git(&doctor);
	doctor_files(&doctor);
	doctor_state(&doctor);
	doctor_people(&doctor);
	doctor_ssh(&doctor, sshd_config);
	git_settings_release(&doctor.settings);
	error_release(&error);
}
