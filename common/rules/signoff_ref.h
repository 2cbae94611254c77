/* Names of sign-off refs: refs/signoffs/<branch>/<sign-off>/<person>-<short id>[-<n>] (hotfix-hooks(7), SIGN-OFFS). */
#ifndef HOTFIX_RULES_SIGNOFF_REF_H
#define HOTFIX_RULES_SIGNOFF_REF_H

#include <stdbool.h>

#include "rules/object_id.h"
#include "rules/policy.h"

#define SIGNOFF_REFS "refs/signoffs/"

/* A short id has at least as many digits as Git shows (core.abbrev, git-config(1)). */
#define SIGNOFF_REF_DIGITS 7

struct signoff_ref {
	char *branch;  /* full ref name of the hotfix branch */
	char *signoff; /* "review" */
	char *person;  /* name of a [person "..."] */
	char *digits;  /* the first digits of the signed commit's id */
};

/* Takes REF apart; false when it is not such a name. OUT is owned by the caller. */
bool signoff_ref_parse(struct signoff_ref *out, const struct policy *policy, const char *ref);
void signoff_ref_release(struct signoff_ref *name);

/* Returns the pattern of all refs of this sign-off on BRANCH (full name), owned by the caller. */
char *signoff_ref_folder(const struct policy *policy, const char *branch, const char *signoff);

/* True when the tag's own name carries the same branch, sign-off and suffix as REF: "signoff/" and the rest of REF. */
bool signoff_ref_fits_tag(const char *ref, const char *tag_name);

/* True when ID begins with the name's digits. */
bool signoff_ref_fits_id(const struct signoff_ref *name, const struct object_id *id);

/* Returns "<branch>/<sign-off>/<person>-<short id>" for a new one, owned by the caller: behind refs/signoffs/, and behind
 * signoff/ in the tag. */
char *signoff_ref_rest(const struct policy *policy, const char *branch, const char *signoff, const char *person,
		       const struct object_id *id);

#endif
