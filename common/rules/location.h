/* Where a repository can be found by people and programs: hotfix.ini(5), [repository]. */
#ifndef HOTFIX_RULES_LOCATION_H
#define HOTFIX_RULES_LOCATION_H

/* Returns what {path} stands for: GIT_DIR (absolute) below ROOT (NULL: the folder above it), without ".git" at its end.
 * A repository that is not below ROOT is called by its last name alone. Owned by the caller. */
char *location_path(const char *git_dir, const char *root);

/* Returns FORM with PATH, percent-encoded (RFC 3986, section 2.1), for each {path}; NULL when FORM is NULL. Owned by the
 * caller. */
char *location_url(const char *form, const char *path);

/* Returns the last name of PATH, a part of it. */
const char *location_name(const char *path);

#endif
