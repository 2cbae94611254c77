/* What a ref name stands for: production, a hotfix, a name that may not be, or nothing that the suite governs. */
#ifndef HOTFIX_RULES_REF_CLASS_H
#define HOTFIX_RULES_REF_CLASS_H

#include <stdbool.h>

#include "base/strings.h"
#include "rules/policy.h"

enum ref_kind {
	REF_FREE, /* not governed */
	REF_PRODUCTION,
	REF_HOTFIX,
	REF_ALLOW_FROM,
	REF_SIGNOFF,
	REF_RESERVED,  /* stands for production, or would stand in the way of a governed name */
	REF_NEAR_MISS, /* a hotfix branch with a slip in its name */
	REF_BACKMERGE, /* not governed otherwise: a branch that hotfixes are merged back to */
};

/* A symbolic ref on the server, NAME -> TARGET, both full names. */
struct symbolic_ref {
	char *name;
	char *target;
};

struct symbolic_refs {
	struct symbolic_ref *items;
	size_t count;
	size_t capacity;
};

void symbolic_refs_add(struct symbolic_refs *list, const char *name, const char *target);
void symbolic_refs_release(struct symbolic_refs *list);

struct ref_class {
	enum ref_kind kind;
	char *canonical; /* REF_PRODUCTION: the production branch's own name; what a symbolic production ref stands for
			    is the same branch */
	const char *why; /* REF_RESERVED: a constant sentence */
	char *meant;     /* REF_NEAR_MISS: the short branch name that was probably meant */
};

/* Classifies REF. SYMBOLIC holds the symbolic refs among REF itself and the configured production branches. */
void ref_classify(struct ref_class *out, const struct policy *policy, const struct symbolic_refs *symbolic,
		  const char *ref);
void ref_class_release(struct ref_class *class);

/* Returns REF without refs/heads/, refs/tags/ or refs/; a part of REF. */
const char *ref_short(const char *ref);

#endif
