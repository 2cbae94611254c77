/* Symbolic refs, read as files, so that a push that touches nothing governed opens no repository
 * (gitrepository-layout(5), refs; git-symbolic-ref(1)). */
#ifndef HOTFIX_ADAPTERS_SYMBOLIC_H
#define HOTFIX_ADAPTERS_SYMBOLIC_H

#include "base/error.h"
#include "base/strings.h"
#include "rules/ref_class.h"

/* Adds REF with what it finally stands for, if it is a symbolic ref below GIT_DIR (and NAMESPACE, which may be NULL).
 * A name that Git would not accept, and a ref that is not there, add nothing. Fails on a chain of more than 5. */
int symbolic_ref_add(struct symbolic_refs *out, const char *git_dir, const char *git_namespace, const char *ref,
		     struct error *error);

/* The same for each ref that a pattern names; below a glob's folder at most 10,000 files are looked at. */
int symbolic_refs_of_pattern(struct symbolic_refs *out, const char *git_dir, const char *git_namespace,
			     const char *pattern, struct error *error);

/* The ref that HEAD stands for, owned by the caller; NULL when HEAD is detached or unreadable. */
char *symbolic_head(const char *git_dir);

#endif
