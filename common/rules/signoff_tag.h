/* What a sign-off tag must be, whatever lands and whoever signed it (hotfix-hooks(7), SIGN-OFFS). */
#ifndef HOTFIX_RULES_SIGNOFF_TAG_H
#define HOTFIX_RULES_SIGNOFF_TAG_H

#include "rules/policy.h"
#include "rules/signoff_ref.h"
#include "rules/tag.h"

/* Returns what is wrong with the tag under this ref, a sentence owned by the caller; NULL when nothing is. NAME is REF
 * taken apart. A revocation carries Revokes: instead of the sign-off's trailer. */
char *signoff_tag_problem(const struct policy *policy, const char *ref, const struct signoff_ref *name,
			  const struct tag *tag);

/* The same of what every tag must be: its own name, the commit that it is on, and how it revokes. */
char *signoff_tag_shape_problem(const char *ref, const struct signoff_ref *name, const struct tag *tag);

#define SIGNOFF_TAG_UNSIGNED "it is not signed: git tag -s"

/* True when VALUE, of a trailer, or an address, is that of the person of this key. */
bool signoff_tag_names(const struct policy *policy, const char *value, const char *key);

/* The same once its signature was verified: ADDRESSES are those of the key, PERSON is who is to have signed. A key that belongs to two configured people
 * is nobody's, since it cannot tell them apart. */
char *signoff_tag_signer_problem(const struct policy *policy, const char *person, const struct strings *addresses);

/* True when the tag says which production branch it is for, and it is PRODUCTION, or need not say so. */
bool signoff_tag_is_for(const struct policy *policy, const struct tag *tag, const char *production);

/* Returns the ref that the tag revokes, or NULL. */
const char *signoff_tag_revokes(const struct tag *tag);

#endif
