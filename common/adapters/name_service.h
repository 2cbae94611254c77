/* Logins and groups of this machine, as nsswitch.conf(5) has them.
 *
 * The hooks may be linked with a static C library, which cannot load the name services: the account of who runs them is
 * looked for in passwd(5), and everything else is asked of getent(1), which is part of the C library's own tools. */
#ifndef HOTFIX_ADAPTERS_NAME_SERVICE_H
#define HOTFIX_ADAPTERS_NAME_SERVICE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/strings.h"

/* Returns the login of USER, its number when it has none; owned by the caller. */
char *name_service_login(uid_t user);

/* Adds the members that GROUP lists, and those of LOGINS whose own group it is or who are in it otherwise, each once.
 * ERROR_NOT_FOUND when there is no such group. Takes two or three runs of getent(1), a few milliseconds. */
int name_service_members(struct strings *out, const char *group, const struct strings *logins, struct error *error);

#endif
