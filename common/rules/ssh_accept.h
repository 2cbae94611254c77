/* What an SSH server takes over from its clients' environments: AcceptEnv of sshd_config(5). Git reads its configuration
 * from there too (git(1), GIT_CONFIG_COUNT), core.hooksPath among it, and so do the programs that it starts. */
#ifndef HOTFIX_RULES_SSH_ACCEPT_H
#define HOTFIX_RULES_SSH_ACCEPT_H

#include "base/strings.h"

/* Adds the patterns of the AcceptEnv lines of TEXT, whatever Match they are for, and the files of its Include lines. */
void ssh_accept_read(struct strings *patterns, struct strings *includes, const char *text);

/* Returns a variable with which a client gets around the hooks, or is somebody else (by the variable PUSHER, which may be
 * NULL), and that PATTERN takes; NULL when there is none. */
const char *ssh_accept_danger(const char *pattern, const char *pusher);

#endif
