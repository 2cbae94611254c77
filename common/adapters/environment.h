/* What the process was given: the repository's folder, who pushed, the system's users and groups.
 *
 * The hooks' configuration never comes from the environment of the push; only what Git itself sets for its hooks is
 * read (githooks(5)), and the one variable of the configured source of the pusher. */
#ifndef HOTFIX_ADAPTERS_ENVIRONMENT_H
#define HOTFIX_ADAPTERS_ENVIRONMENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strings.h"
#include "rules/policy.h"

/* The folder of the system's configuration: hotfix.ini there is the system's file. */
#ifndef HOTFIX_SYSTEM_CONFIG
#define HOTFIX_SYSTEM_CONFIG "/etc/hotfix/hotfix.ini"
#endif

struct environment {
	char *git_dir;       /* absolute, symbolic links resolved; of a linked work tree (git-worktree(1)) the
				repository that it belongs to: refs, hooks and configuration are there */
	bool linked;         /* Git was in a linked work tree */
	char *quarantine;    /* absolute, or NULL */
	char *git_namespace; /* or NULL */
	bool shallow;        /* the push is a shallow one: GIT_SHALLOW_FILE is set */
	uid_t owner;         /* of git_dir */
	char *identity;      /* git_dir, with "#" and the namespace behind it: the repository's name in the state */
};

/* Reads GIT_DIR (".", when it is not set), GIT_QUARANTINE_PATH, GIT_NAMESPACE and GIT_SHALLOW_FILE. Fails when
 * GIT_COMMON_DIR is set, which Git does for no hook: the refs that move would be those of another repository. */
int environment_load(struct environment *out, struct error *error);

/* The same for a folder that a person named: hotfixctl. */
int environment_of(struct environment *out, const char *git_dir, struct error *error);
void environment_release(struct environment *environment);

/* The file of the state, of the repository's configuration; owned by the caller. */
char *environment_state_file(const struct environment *environment, const struct policy *policy);
char *environment_config_file(const struct environment *environment);

/* Returns the name of a file of the hooks' own in the repository, owned by the caller: NAME, a mark of the namespace where there
 * is one, and ENDING. */
char *environment_own_file(const struct environment *environment, const char *name, const char *ending);

/* The variable that says it, a constant; NULL where none does. */
const char *environment_pusher_variable(enum pusher_source source);

/* The login that the transport authenticated, by the configured source; owned by the caller. Fails when the source is
 * silent: an empty or missing variable. */
int environment_pusher(char **out, const struct policy *policy, struct error *error);

/* Options of a push that are looked at. */
#define ENVIRONMENT_OPTIONS_MAXIMUM 1000

/* Adds what was given to git push -o, in its order; only pre-receive and post-receive are told (githooks(5)). They are the
 * pusher's own words: empty, or with any byte but NUL. ERROR_LIMIT when there are more than ENVIRONMENT_OPTIONS_MAXIMUM. */
int environment_push_options(struct strings *out, struct error *error);

/* Fills in group_logins of every role that names a Unix group: the configured people's logins that are in it. */
int environment_resolve_groups(struct policy *policy, struct error *error);

#endif
