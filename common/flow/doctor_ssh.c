/* What the SSH server lets its clients set. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/environment.h"
#include "base/file.h"
#include "flow/doctor_parts.h"
#include "rules/ssh_accept.h"

#define FILE_MAXIMUM ((size_t)1024 * 1024)
#define FILES_MAXIMUM 1000

static void read_file(struct doctor *doctor, struct strings *patterns, struct strings *includes, const char *path)
{
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;
	int result = file_read(&text, path, FILE_MAXIMUM, &error);

	if (!result)
		ssh_accept_read(patterns, includes, buffer_text(&text));
	else if (result != ERROR_NOT_FOUND)
		doctor_remedy(doctor_add(doctor, CHECK_WARNING, "sshd",
					 "what it lets its clients set cannot be seen: %s", error_text(&error)),
			      "# no AcceptEnv there may let in GIT_*, PATH, HOME, or who pushes");
	error_release(&error);
	buffer_release(&text);
}

/* The files that an Include names, relative to the folder of the first file, which FILES holds. */
static void add_included(struct strings *files, const char *pattern)
{
	const char *slash = strrchr(files->items[0], '/');
	struct buffer path = BUFFER_INIT;
	glob_t found = {0};

	if (*pattern != '/' && slash)
		buffer_add(&path, files->items[0], (size_t)(slash - files->items[0]) + 1);
	buffer_add_string(&path, pattern);
	if (!glob(buffer_text(&path), 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc && files->count < FILES_MAXIMUM; i++)
			strings_add_once(files, found.gl_pathv[i]);
	globfree(&found);
	buffer_release(&path);
}

void doctor_ssh(struct doctor *doctor, const char *sshd_config)
{
	const char *pusher = environment_pusher_variable(doctor->session->policy.pusher);
	struct strings files = STRINGS_INIT;
	struct strings patterns = STRINGS_INIT;

	strings_add(&files, sshd_config);
	for (size_t i = 0; i < files.count; i++) {
		struct strings includes = STRINGS_INIT;

		read_file(doctor, &patterns, &includes, files.items[i]);
		for (size_t k = 0; k < includes.count; k++)
			add_included(&files, includes.items[k]);
		strings_release(&includes);
	}
	for (size_t i = 0; i < patterns.count; i++) {
		const char *danger = ssh_accept_danger(patterns.items[i], pusher);

		if (danger)
			doctor_remedy(doctor_add(doctor, CHECK_PROBLEM, "sshd",
						 "AcceptEnv %s lets clients set %s, and get around the hooks",
						 patterns.items[i], danger),
				      "# take it out of sshd's configuration; Git needs GIT_PROTOCOL alone");
	}
	strings_release(&files);
	strings_release(&patterns);
}
