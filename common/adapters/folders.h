/* Which repositories there are below a folder. */
#ifndef HOTFIX_ADAPTERS_FOLDERS_H
#define HOTFIX_ADAPTERS_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"

#define FOLDERS_DEPTH 32 /* levels below the folder that are looked at */

/* What was found, and what was passed over. */
struct folders_found {
	struct strings repositories; /* absolute paths, symbolic links resolved; in no order */
	size_t foreign;              /* repositories that belong to another user than this process runs as */
	char *foreigner;             /* one of them; NULL when there is none */
};

void folders_found_release(struct folders_found *found);

/* Adds the bare repositories at FOLDER or below it that use the hooks (folders_uses_hooks) and belong to the user that
 * this process runs as, or EVERYBODYS, MAXIMUM at most; no other is ever opened. FOLDER may be a symbolic link, but none
 * below it is followed, and nothing inside a repository is looked at. What cannot be read below FOLDER is passed over. */
int folders_find(struct folders_found *out, const char *folder, bool everybodys, size_t maximum, struct error *error);

/* True when GIT_DIR holds a hotfix.ini, or a post-receive hook that is a link to ours. */
bool folders_uses_hooks(const char *git_dir);

#endif
