/* What is owed for a landing that was overridden, and who may give it (hotfix-hooks(7), OVERRIDES). Pure. */
#ifndef HOTFIX_RULES_DEBT_H
#define HOTFIX_RULES_DEBT_H

#include "rules/answer.h"
#include "rules/policy.h"
#include "rules/record.h"

/* In all of these WHAT is a recorded landing, with its sign-offs and its override, or one without; ANSWERS are the
 * sign-offs on it. A sign-off that the configuration does not ask for any more is not owed. */

/* True when SIGNOFF was missing when WHAT was overridden, whether it was given since or not. */
bool debt_has(const struct record_landing *what, const char *signoff);

/* Returns how many people are still owed for SIGNOFF. */
int debt_people(const struct policy *policy, const struct record_landing *what, const struct answers *answers,
		const char *signoff);

/* True when nothing is owed any more. */
bool debt_is_settled(const struct policy *policy, const struct record_landing *what, const struct answers *answers);

/* Returns why PERSON (a key) may not give SIGNOFF on WHAT, a sentence owned by the caller; NULL when nothing forbids it. The
 * role is not looked at. */
char *debt_problem(const struct policy *policy, const struct record_landing *what, const struct answers *answers,
		   const struct signoff *signoff, const char *person);

/* Adds what is still owed: "review 1, qa 2". */
void debt_describe(struct buffer *out, const struct policy *policy, const struct record_landing *what,
		   const struct answers *answers);

/* Adds the commands with which it is given; PRODUCTION is the full name of what took WHAT in. */
void debt_add_signing(struct strings *out, const struct policy *policy, const char *production,
		      const struct record_landing *what, const struct answers *answers);

#endif
