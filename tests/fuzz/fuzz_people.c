/* People: addresses, logins and keys never pass for one another. */
#include "fuzz.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "rules/people.h"

static void check_address(const struct policy *policy, const char *address)
{
	char *key = people_key_of_address(policy, address);
	const struct person *person = people_by_address(policy, address);

	MUST(!person || !strcmp(key, person->name));
	MUST(person || (strcmp(key, "alice") && strcmp(key, "rita")));
	MUST(strncmp(key, "login:", 6));
	free(key);
}

static void check_login(const struct policy *policy, const char *login)
{
	char *key = people_key_of_login(policy, login);
	const struct person *person = people_by_login(policy, login);

	MUST(!person || !strcmp(key, person->name));
	MUST(person || !strncmp(key, "login:", 6));
	free(key);
}

static void check_one_address(const char *text)
{
	char *address = people_address_of(text);

	if (address)
		MUST(!strpbrk(address, "<>"));
	free(address);
}

static void check_same(const struct policy *policy, const char *a, const char *b)
{
	char *one = people_key_of_address(policy, a);
	char *other = people_key_of_address(policy, b);

	if (!strcasecmp(a, b))
		MUST(!strcmp(one, other));
	else
		MUST(strcmp(one, other));
	free(one);
	free(other);
}

static void check_role(const struct policy *policy, const char *text)
{
	struct buffer name = {0};
	char *key = people_key_of_login(policy, text);

	if (!people_by_login(policy, text))
		MUST(!people_in_role(policy, policy_role(policy, "release"), key));
	people_describe(&name, policy, key);
	buffer_release(&name);
	free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct policy policy;
	char *a = fuzz_field(&bytes, &length);
	char *b = fuzz_field(&bytes, &length);

	fuzz_policy(&policy);
	check_address(&policy, a);
	check_login(&policy, a);
	check_one_address(a);
	check_same(&policy, a, b);
	check_role(&policy, a);
	policy_release(&policy);
	free(a);
	free(b);
	return 0;
}
