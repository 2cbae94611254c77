#include "rules/people.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "rules/pattern.h"

#define LOGIN_KEY "login:"

static char *lower_copy(const char *text, size_t length)
{
	char *copy = memory_copy_bytes(text, length);

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

const struct person *people_by_name(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->person_count; i++)
		if (!strcmp(policy->people[i].name, name))
			return &policy->people[i];
	return NULL;
}

const struct person *people_by_address(const struct policy *policy, const char *address)
{
	char *lower = lower_copy(address, strlen(address));
	const struct person *found = NULL;

	for (size_t i = 0; i < policy->person_count && !found; i++)
		if (strings_contain(&policy->people[i].emails, lower))
			found = &policy->people[i];
	free(lower);
	return found;
}

const struct person *people_by_login(const struct policy *policy, const char *login)
{
	for (size_t i = 0; i < policy->person_count; i++)
		if (policy->people[i].login && !strcmp(policy->people[i].login, login))
			return &policy->people[i];
	return NULL;
}

char *people_key_of_address(const struct policy *policy, const char *address)
{
	const struct person *person = people_by_address(policy, address);
	char *lower;
	struct buffer key = BUFFER_INIT;

	if (person)
		return memory_copy(person->name);
	lower = lower_copy(address, strlen(address));
	if (strchr(lower, '@') && !strchr(lower, ':'))
		return lower;
	buffer_addf(&key, "<%s>", lower);
	free(lower);
	return buffer_detach(&key);
}

char *people_key_of_login(const struct policy *policy, const char *login)
{
	const struct person *person = people_by_login(policy, login);
	struct buffer key = BUFFER_INIT;

	if (person)
		return memory_copy(person->name);
	buffer_addf(&key, LOGIN_KEY "%s", login);
	return buffer_detach(&key);
}

static bool is_address(const char *text, size_t length)
{
	const char *at = memchr(text, '@', length);

	if (!at || at == text || at == text + length - 1)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f || strchr("<>,;", text[i]))
			return false;
	return true;
}

/* Whether what stands beside `<address>` is a name: no second address, unless it is the same one again. */
static bool is_name(const char *text, size_t length, const char *address, size_t address_length)
{
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	if (length == address_length && !strncasecmp(text, address, length))
		return true;
	return !memchr(text, '@', length) && !memchr(text, '<', length) && !memchr(text, '>', length);
}

char *people_address_of(const char *text)
{
	const char *open, *close;

	text += strspn(text, " \t");
	open = strchr(text, '<');
	if (!open) {
		size_t length = strlen(text);

		while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
			length--;
		return is_address(text, length) ? lower_copy(text, length) : NULL;
	}
	close = strchr(open, '>');
	if (!close || !is_address(open + 1, (size_t)(close - open - 1)))
		return NULL;
	if (!is_name(text, (size_t)(open - text), open + 1, (size_t)(close - open - 1)) ||
	    !is_name(close + 1, strlen(close + 1), "", 0))
		return NULL;
	return lower_copy(open + 1, (size_t)(close - open - 1));
}

/* What stands around an address in prose. */
static bool is_around(char c)
{
	return strchr(".:'`*!?", c) != NULL;
}

void people_addresses_in(struct strings *out, const char *text)
{
	static const char between[] = " \t<>,;()[]\"";

	for (text += strspn(text, between); *text; text += strspn(text, between)) {
		size_t length = strcspn(text, between);
		const char *word = text;
		const char *scheme = memrchr(word, ':', length);

		text += length;
		if (scheme && memchr(scheme, '@', (size_t)(text - scheme)))
			word = scheme + 1;
		length = (size_t)(text - word);
		while (length && is_around(*word))
			word++, length--;
		while (length && is_around(word[length - 1]))
			length--;
		if (is_address(word, length))
			strings_take(out, lower_copy(word, length));
	}
}

static bool member_has_person(const char *member, const struct person *person)
{
	if (!strcmp(member, person->name))
		return true;
	for (size_t i = 0; i < person->emails.count; i++)
		if (pattern_matches(member, person->emails.items[i]))
			return true;
	return false;
}

static bool member_has_key(const char *member, const struct person *person, const char *key)
{
	if (!strcmp(member, "*"))
		return true;
	if (!strncmp(member, "group:", strlen("group:")))
		return false; /* judged by group_logins */
	if (person)
		return member_has_person(member, person);
	return is_address(key, strlen(key)) && strncmp(key, LOGIN_KEY, strlen(LOGIN_KEY)) != 0 &&
	       pattern_matches(member, key);
}

static const char *login_of(const struct person *person, const char *key)
{
	if (person)
		return person->login;
	return strncmp(key, LOGIN_KEY, strlen(LOGIN_KEY)) ? NULL : key + strlen(LOGIN_KEY);
}

bool people_in_role(const struct policy *policy, const struct role *role, const char *key)
{
	const struct person *person = people_by_name(policy, key);
	const char *login = login_of(person, key);

	if (login && strings_contain(&role->group_logins, login))
		return true;
	for (size_t i = 0; i < role->members.count; i++)
		if (member_has_key(role->members.items[i], person, key))
			return true;
	return false;
}

void people_describe(struct buffer *out, const struct policy *policy, const char *key)
{
	const struct person *person = people_by_name(policy, key);

	buffer_add_string(out, key);
	if (person && person->emails.count)
		buffer_addf(out, " <%s>", person->emails.items[0]);
}
