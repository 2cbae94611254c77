#include "rules/hotfix_name.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/memory.h"

#define HEADS "refs/heads/"
#define INCIDENT "{incident}"
#define SLUG "{slug}"
#define MAX_GROUPS 40

struct hotfix_form {
	char *text; /* of the expression; NULL: not compiled */
	regex_t regex;
	size_t incident_group;
	size_t slug_group; /* 0: the form has no slug */
};

struct hotfix_form *hotfix_form_new(void)
{
	return memory_alloc(sizeof(struct hotfix_form));
}

static void form_release(struct hotfix_form *form)
{
	if (form->text)
		regfree(&form->regex);
	free(form->text);
	*form = (struct hotfix_form){0};
}

void hotfix_form_free(struct hotfix_form *form)
{
	if (form)
		form_release(form);
	free(form);
}

static size_t groups_in(const char *expression)
{
	regex_t regex;
	size_t count = 0;

	if (!strchr(expression, '('))
		return 0;
	if (!regcomp(&regex, expression, REG_EXTENDED)) {
		count = regex.re_nsub;
		regfree(&regex);
	}
	return count;
}

static void add_literal(struct buffer *out, char c)
{
	if (strchr(".[]{}()\\*+?^$|", c))
		buffer_add_char(out, '\\');
	buffer_add_char(out, c);
}

/* Adds the expression; returns how many groups it has. */
static size_t form_write(struct hotfix_form *form, struct buffer *out, const struct policy *policy)
{
	const char *at = policy->hotfix_branch;
	size_t groups = 0;

	buffer_add_string(out, "^" HEADS);
	while (*at) {
		if (!strncmp(at, INCIDENT, strlen(INCIDENT))) {
			form->incident_group = groups + 1;
			groups += 1 + groups_in(policy->incident);
			buffer_addf(out, "(%s)", policy->incident);
			at += strlen(INCIDENT);
		} else if (!strncmp(at, SLUG, strlen(SLUG))) {
			form->slug_group = groups + 1;
			groups += 1 + groups_in(policy->slug);
			buffer_addf(out, "(%s)", policy->slug);
			at += strlen(SLUG);
		} else {
			add_literal(out, *at++);
		}
	}
	buffer_add_char(out, '$');
	return groups;
}

/* Compiling, and the first match, cost as much as reading a configuration: what was compiled stays. */
static bool form_compile(struct hotfix_form *form, const struct policy *policy)
{
	struct hotfix_form fresh = {0};
	struct buffer text = BUFFER_INIT;
	size_t groups = form_write(&fresh, &text, policy);
	bool known = form->text && !strcmp(form->text, buffer_text(&text));

	if (!known) {
		form_release(form);
		if (groups < MAX_GROUPS && !regcomp(&fresh.regex, buffer_text(&text), REG_EXTENDED)) {
			fresh.text = buffer_detach(&text);
			*form = fresh;
		}
	}
	buffer_release(&text);
	return form->text != NULL;
}

static char *group_copy(const char *text, const regmatch_t *groups, size_t group)
{
	if (!group || groups[group].rm_so < 0)
		return memory_copy("");
	return memory_copy_bytes(text + groups[group].rm_so, (size_t)(groups[group].rm_eo - groups[group].rm_so));
}

bool hotfix_name_parse(struct hotfix_name *out, const struct policy *policy, const char *ref)
{
	regmatch_t groups[MAX_GROUPS + 1];
	struct hotfix_form *form = policy->hotfix_form;
	bool fits;

	*out = (struct hotfix_name){0};
	fits = form_compile(form, policy) && !regexec(&form->regex, ref, MAX_GROUPS + 1, groups, 0);
	if (fits) {
		out->incident = group_copy(ref, groups, form->incident_group);
		out->slug = group_copy(ref, groups, form->slug_group);
	}
	return fits;
}

void hotfix_name_release(struct hotfix_name *name)
{
	free(name->incident);
	free(name->slug);
	*name = (struct hotfix_name){0};
}

char *hotfix_name_incident(const struct policy *policy, const char *ref)
{
	struct hotfix_name name;
	char *incident = NULL;

	if (hotfix_name_parse(&name, policy, ref)) {
		incident = name.incident;
		name.incident = NULL;
	}
	hotfix_name_release(&name);
	return incident;
}

char *hotfix_name_example(const struct policy *policy, const char *incident, const char *slug)
{
	struct buffer text = BUFFER_INIT;
	const char *at = policy->hotfix_branch;

	while (*at) {
		if (!strncmp(at, INCIDENT, strlen(INCIDENT))) {
			buffer_add_string(&text, incident ? incident : "<incident>");
			at += strlen(INCIDENT);
		} else if (!strncmp(at, SLUG, strlen(SLUG))) {
			buffer_add_string(&text, slug ? slug : "<slug>");
			at += strlen(SLUG);
		} else {
			buffer_add_char(&text, *at++);
		}
	}
	return buffer_detach(&text);
}

/* Skips the letters of WORD in TEXT, whatever their case and whatever '-' or '_' stands between them. */
static const char *skip_word(const char *text, const char *word)
{
	for (; *word; word++, text++) {
		while ((*text == '-' || *text == '_') && *text != *word)
			text++;
		if (tolower((unsigned char)*text) != tolower((unsigned char)*word))
			return NULL;
	}
	return text;
}

/* Returns what stands behind a misspelt prefix, or NULL. */
static const char *rest_behind_prefix(const char *name, const char *prefix)
{
	char *word = memory_copy_bytes(prefix, strlen(prefix) - 1);
	const char *rest = skip_word(name, word);

	free(word);
	if (!rest || !*rest)
		return NULL;
	if (!strncasecmp(rest, "es", 2) && strchr("/-_", rest[2]))
		rest += 2;
	else if (tolower((unsigned char)*rest) == 's' && strchr("/-_", rest[1]))
		rest += 1;
	return *rest && strchr("/-_", *rest) ? rest + 1 : NULL;
}

/* Returns the ref that REST makes below the prefix when it fits the form; else with its letters turned to the other
 * case; else NULL. */
static char *repaired(const struct policy *policy, const char *prefix, const char *rest)
{
	struct hotfix_name parts;
	struct buffer ref = BUFFER_INIT;
	size_t start;

	buffer_addf(&ref, HEADS "%s", prefix);
	start = ref.length;
	buffer_add_string(&ref, rest);
	if (!hotfix_name_parse(&parts, policy, buffer_text(&ref))) {
		for (size_t i = start; i < ref.length && ref.bytes[i] != '-'; i++)
			ref.bytes[i] = (char)toupper((unsigned char)ref.bytes[i]);
		if (!hotfix_name_parse(&parts, policy, buffer_text(&ref))) {
			buffer_release(&ref);
			return NULL;
		}
	}
	hotfix_name_release(&parts);
	return buffer_detach(&ref);
}

char *hotfix_name_meant(const struct policy *policy, const char *ref)
{
	char *prefix = policy_hotfix_prefix(policy);
	const char *short_prefix = prefix + strlen(HEADS);
	const char *rest;
	char *meant = NULL;
	char *answer = NULL;

	if (strncmp(ref, HEADS, strlen(HEADS)) != 0)
		goto done;
	rest = !strncmp(ref, prefix, strlen(prefix)) ? ref + strlen(prefix)
						     : rest_behind_prefix(ref + strlen(HEADS), short_prefix);
	if (!rest)
		goto done;
	meant = repaired(policy, short_prefix, rest);
	answer = meant ? memory_copy(meant + strlen(HEADS)) : hotfix_name_example(policy, NULL, NULL);
done:
	free(meant);
	free(prefix);
	return answer;
}
