/* Git's configuration of a repository, as its owner's git sees it: the system's, the owner's and the repository's
 * files (git-config(1), FILES), asked of git itself. */
#ifndef HOTFIX_ADAPTERS_GIT_CONFIG_H
#define HOTFIX_ADAPTERS_GIT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct git_setting {
	char *file;  /* that it stands in; NULL when it stands in no file */
	char *key;   /* section and name in lower case: "core.hookspath" */
	char *value; /* NULL: the key stands there alone, which is true */
};

struct git_settings {
	struct git_setting *items;
	size_t count;
	size_t capacity;
};

/* Runs git as OWNER when this process is root's, else as it is. A process of the owner sees the files that its own
 * environment names (HOME, XDG_CONFIG_HOME, GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM, GIT_CONFIG_NOSYSTEM), others those of
 * the owner's home. OUT is owned by the caller either way. */
int git_settings_read(struct git_settings *out, const char *git_dir, uid_t owner, struct error *error);
void git_settings_release(struct git_settings *settings);

/* Returns the last setting of KEY (in lower case), which holds; NULL when there is none. */
const struct git_setting *git_settings_find(const struct git_settings *settings, const char *key);

/* True when KEY is set and true (git-config(1), Values). */
bool git_settings_true(const struct git_settings *settings, const char *key);

#endif
