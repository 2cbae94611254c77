/* People: who an address or a login is, and who is in a role.
 *
 * A person's key is what people are compared by: the name of the configured person, else the whole address in lower
 * case, else "login:" and the login. Never a mailmap from the repository: whoever pushes could write it. What is no
 * address (without an `@`, or with a `:`) is put in `<>`, so that a forged one cannot pass for a name or a login. */
#ifndef HOTFIX_RULES_PEOPLE_H
#define HOTFIX_RULES_PEOPLE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "rules/policy.h"

/* Returns the configured person of this name, which is a key, with this address (any case), with this login; or NULL. */
const struct person *people_by_name(const struct policy *policy, const char *name);
const struct person *people_by_address(const struct policy *policy, const char *address);
const struct person *people_by_login(const struct policy *policy, const char *login);

/* Return the key, owned by the caller. */
char *people_key_of_address(const struct policy *policy, const char *address);
char *people_key_of_login(const struct policy *policy, const char *login);

/* Returns the address in "Name <address>" or in a bare "address", in lower case, owned by the caller; NULL when there
 * is none or more than one. */
char *people_address_of(const char *text);

/* Adds every address that TEXT holds, however many and however it is written, in lower case: for those who are out. */
void people_addresses_in(struct strings *out, const char *text);

/* True when the person of this key is in the role. `*` takes in every key, a glob every address that it matches. */
bool people_in_role(const struct policy *policy, const struct role *role, const char *key);

/* Adds how a member is called in a message: "Rita <rita@example.com>" style is not known, so the key and the first
 * address: "rita <rita@example.com>", or the key alone. */
void people_describe(struct buffer *out, const struct policy *policy, const char *key);

#endif
