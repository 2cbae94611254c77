/* Examines an installation: hotfixctl(8), check. What would make the gate useless, what could get around it, and what
 * will fail one day, each with the command that puts it right. */
#ifndef HOTFIX_FLOW_DOCTOR_H
#define HOTFIX_FLOW_DOCTOR_H

#include "base/strings.h"
#include "flow/session.h"

enum check_level { CHECK_OK, CHECK_WARNING, CHECK_PROBLEM };

struct check {
	enum check_level level;
	char *subject;         /* "hooks/update", "receive.fsckObjects" */
	char *words;           /* one sentence */
	struct strings remedy; /* commands, or prose behind "# " */
};

struct checkup {
	struct check *items;
	size_t count;
	size_t capacity;
};

/* Adds what is found of SESSION, whose configuration is loaded (broken or not) and which is not open yet; opens it as far
 * as it can be. SSHD_CONFIG is the configuration of the SSH server; it need not be there. Changes nothing. */
#define DOCTOR_SSHD_CONFIG "/etc/ssh/sshd_config"
void doctor_examine(struct checkup *out, struct session *session, const char *sshd_config);
void checkup_release(struct checkup *checkup);

/* How many checks are at LEVEL. */
size_t checkup_count(const struct checkup *checkup, enum check_level level);

#endif
