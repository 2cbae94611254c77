/* The answer of the rules: findings, each one question that was not met. */
#ifndef HOTFIX_RULES_VERDICT_H
#define HOTFIX_RULES_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"
#include "rules/policy.h"

enum severity {
	SEVERITY_REFUSE,
	SEVERITY_WARN,       /* mode = warn, or the rule is named by warn */
	SEVERITY_OVERRIDDEN, /* it would refuse, but for an override */
};

/* One rule that was not met. */
struct finding {
	const char *rule; /* name of the rule, a constant: "branch-name", "signoff" ... */
	char *detail;     /* what follows the rule's name after a '-', as in "signoff-qa"; NULL when nothing */
	char *ref;        /* the ref update that it is about */
	enum severity severity;
	bool mild;             /* only ever warns */
	bool fault;            /* could not judge: the server's side, not the pusher's */
	bool overridable;      /* rules/override.h: an override passes it */
	bool overridden;       /* and one did */
	int people;            /* of a sign-off: how many are missing */
	struct strings found;  /* what is there, and what is missing: sentences, first one first */
	struct strings remedy; /* commands that put it right, in order; a line that begins with "# " is prose */
};

struct verdict {
	struct finding *findings;
	size_t count;
	size_t capacity;
};

/* Adds a finding about REF and returns it; the pointer holds until the next call. RULE must be a constant. */
struct finding *verdict_add(struct verdict *verdict, const char *rule, const char *detail, const char *ref);

/* Sets each finding's severity by mode and warn. */
void verdict_weigh(struct verdict *verdict, const struct policy *policy);

/* Moves the findings of OTHER behind those of VERDICT; OTHER is empty afterwards. */
void verdict_append(struct verdict *verdict, struct verdict *other);

/* True when no finding refuses. */
bool verdict_accepts(const struct verdict *verdict);

/* True when an override lets pass what would be refused. */
bool verdict_is_overridden(const struct verdict *verdict);
void verdict_release(struct verdict *verdict);

/* Returns the finding's whole name, "signoff-qa", owned by the caller. */
char *finding_name(const struct finding *finding);

#endif
