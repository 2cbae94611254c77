/* The accounts of this machine (passwd(5), group(5), and what nsswitch.conf(5) adds to them). */
#ifndef HOTFIX_ADAPTERS_ACCOUNTS_H
#define HOTFIX_ADAPTERS_ACCOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/strings.h"

/* True when LOGIN is an account here that gets a shell: neither nologin(8), false(1) nor git-shell(1). */
bool account_has_shell(const char *login);

/* Adds who is in the group, as a member or by their own group, but OWNER. Accounts that the system does not list (as an
 * LDAP server may refuse to) are left out. */
void account_group_others(struct strings *out, gid_t group, uid_t owner);

#endif
