/* What a hotfix that landed owes to other branches: it is to be merged back to them (hotfix-hooks(7), BACK-MERGES). */
#ifndef HOTFIX_RULES_BACKMERGE_H
#define HOTFIX_RULES_BACKMERGE_H

#include "rules/policy.h"
#include "rules/record.h"
#include "rules/verdict.h"

/* A branch that a hotfix has not reached yet. */
struct owed {
	struct landing_number number;
	char *production;           /* that the hotfix landed on, full name */
	char *into;                 /* that it is to reach, full name */
	int64_t since;              /* seconds since the epoch: the landing, or the rollback that brought it back */
	bool told;                  /* hotfix.backmerge_due was written */
	struct object_id checked;   /* a tip of INTO that did not have it; zero: none is known */
	struct record_landing what; /* kind, from, to, branch, incident, severity, tip */
};

struct owed_list {
	struct owed *items;
	size_t count;
	size_t capacity;
};

/* Adds an empty one and returns it; the pointer holds until the next call. */
struct owed *owed_list_add(struct owed_list *list);
void owed_list_release(struct owed_list *list);

/* When it is to have arrived, seconds since the epoch. */
int64_t owed_due(const struct policy *policy, const struct owed *owed);

/* True when INTO is still among the branches that the configuration names. */
bool owed_counts(const struct policy *policy, const struct owed *owed);

bool owed_is_overdue(const struct policy *policy, const struct owed *owed, int64_t now);

/* Adds a sentence: which hotfix, where it landed, and by when it was to be where. */
void owed_describe(struct strings *out, const struct policy *policy, const struct owed *owed);

/* Adds the commands that bring COUNT hotfixes, which owe to the same branch, there, or have them waived. */
void owed_add_commands(struct strings *out, const struct policy *policy, const struct owed *const *owed, size_t count);

/* Adds a finding about REF: these, all overdue, owe to the same branch. It refuses where that is configured and REFUSES
 * says so, else it only warns. */
void backmerge_judge(struct verdict *verdict, const struct policy *policy, const struct owed *const *owed, size_t count,
		     const char *ref, bool refuses);

#endif
