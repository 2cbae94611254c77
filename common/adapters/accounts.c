#include "adapters/accounts.h"

#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/name_service.h"

#define ACCOUNTS_MAXIMUM 10000 /* that are looked through for a group */

bool account_has_shell(const char *login)
{
	static const char *const harmless[] = {"nologin", "false", "true", "git-shell", "gitolite-shell", "sync"};
	const struct passwd *entry = getpwnam(login);
	const char *slash;

	if (!entry)
		return false;
	slash = strrchr(entry->pw_shell, '/');
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (!strcmp(slash ? slash + 1 : entry->pw_shell, harmless[i]))
			return false;
	return true;
}

void account_group_others(struct strings *out, gid_t group, uid_t owner)
{
	const struct group *entry = getgrgid(group);
	char *owner_name = name_service_login(owner);
	const struct passwd *account;

	for (char **member = entry ? entry->gr_mem : NULL; member && *member; member++)
		if (strcmp(*member, owner_name) != 0)
			strings_add_once(out, *member);
	setpwent();
	for (int i = 0; i < ACCOUNTS_MAXIMUM && (account = getpwent()); i++)
		if (account->pw_gid == group && account->pw_uid != owner)
			strings_add_once(out, account->pw_name);
	endpwent();
	free(owner_name);
}
