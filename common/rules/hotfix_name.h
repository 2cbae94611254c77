/* Names of hotfix branches: "hotfix/INC-7-login" by the configured form, hotfix.ini(5), [hotfix] branch. */
#ifndef HOTFIX_RULES_HOTFIX_NAME_H
#define HOTFIX_RULES_HOTFIX_NAME_H

#include <stdbool.h>

#include "rules/policy.h"

struct hotfix_name {
	char *incident; /* as the branch names it */
	char *slug;     /* empty when the form has none */
};

/* The configured form, compiled when it is first asked for and again when it has changed. The policy owns one. */
struct hotfix_form *hotfix_form_new(void);
void hotfix_form_free(struct hotfix_form *form);

/* Takes the full ref name apart; false when it does not fit the form (OUT is then empty). Owned by the caller. */
bool hotfix_name_parse(struct hotfix_name *out, const struct policy *policy, const char *ref);
void hotfix_name_release(struct hotfix_name *name);

/* Returns the incident in the full ref name, owned by the caller; NULL when it does not fit the form. */
char *hotfix_name_incident(const struct policy *policy, const char *ref);

/* Returns a name of this form for people to copy: "hotfix/INC-7-login"; parts that are not known stay "<incident>" and
 * "<slug>". Owned by the caller. */
char *hotfix_name_example(const struct policy *policy, const char *incident, const char *slug);

/* Returns what the pusher probably meant by REF, a short branch name of the right form, when REF is close to the hotfix
 * prefix but not below it ("Hotfix/INC-7-x", "hotfix-INC-7-x", "hotfixes/..."); NULL when it is not. A name whose rest
 * does not fit is answered by the form itself. Owned by the caller. */
char *hotfix_name_meant(const struct policy *policy, const char *ref);

#endif
