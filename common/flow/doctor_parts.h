/* The parts of doctor.c, for doctor*.c alone. */
#ifndef HOTFIX_FLOW_DOCTOR_PARTS_H
#define HOTFIX_FLOW_DOCTOR_PARTS_H

#include "adapters/git_config.h"
#include "base/buffer.h"
#include "flow/doctor.h"

struct doctor {
	struct checkup *out;
	struct session *session;
	struct git_settings settings;
	bool settings_known;
};

/* Adds a check and returns it; the pointer holds until the next call. */
struct check *doctor_add(struct doctor *doctor, enum check_level level, const char *subject, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds a command that puts it right, or prose behind "# ". */
void doctor_remedy(struct check *check, const char *command);

/* Adds the call of hotfixctl for this repository with ARGUMENTS. */
void doctor_remedy_command(struct doctor *doctor, struct check *check, const char *arguments);

/* Returns the path of NAME in the repository's folder, owned by the caller. */
char *doctor_path(const struct doctor *doctor, const char *name);

/* Whether OWNER may write (or run, or read) PATH; a guess by its mode where this process is somebody else. */
bool doctor_may_write(const char *path, uid_t owner);
bool doctor_may_run(const char *path, uid_t owner);
bool doctor_may_read(const char *path, uid_t owner);

/* Adds the items, ", " between them. */
void doctor_join(struct buffer *out, const struct strings *list);

/* Adds the logins of configured people who have a login shell here. */
void doctor_find_shells(struct strings *out, const struct policy *policy);

void doctor_configuration(struct doctor *doctor); /* doctor.c */
void doctor_signatures(struct doctor *doctor);    /* doctor_signatures.c */
void doctor_hooks(struct doctor *doctor);         /* doctor_hooks.c */
void doctor_git(struct doctor *doctor);           /* doctor_git.c */
void doctor_files(struct doctor *doctor);         /* doctor_files.c */
void doctor_state(struct doctor *doctor);
void doctor_people(struct doctor *doctor);                       /* doctor_people.c */
void doctor_ssh(struct doctor *doctor, const char *sshd_config); /* doctor_ssh.c */

#endif
