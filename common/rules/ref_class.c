#include "rules/ref_class.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/hotfix_name.h"
#include "rules/lookalike.h"
#include "rules/pattern.h"

#define HEADS "refs/heads/"
#define SIGNOFFS "refs/signoffs/"

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

void symbolic_refs_add(struct symbolic_refs *list, const char *name, const char *target)
{
	struct symbolic_ref *item;

	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof(*item));
	item = &list->items[list->count++];
	item->name = memory_copy(name);
	item->target = memory_copy(target);
}

void symbolic_refs_release(struct symbolic_refs *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].target);
	}
	free(list->items);
	*list = (struct symbolic_refs){0};
}

const char *ref_short(const char *ref)
{
	static const char *const prefixes[] = {HEADS, "refs/tags/", "refs/"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (starts_with(ref, prefixes[i]))
			return ref + strlen(prefixes[i]);
	return ref;
}

/* The production branch that REF is, by its own name or as what a symbolic production ref resolves to; or NULL. */
static const char *production_of(const struct policy *policy, const struct symbolic_refs *symbolic, const char *ref)
{
	for (size_t i = 0; i < symbolic->count; i++)
		if (!strcmp(symbolic->items[i].target, ref) &&
		    patterns_match(&policy->production, symbolic->items[i].name))
			return symbolic->items[i].name;
	return patterns_match(&policy->production, ref) ? ref : NULL;
}

static bool looks_like_production(const struct policy *policy, const char *ref)
{
	for (size_t i = 0; i < policy->production.count; i++)
		if (lookalike_of(ref, policy->production.items[i]))
			return true;
	return false;
}

/* Places where Git looks for a short name before, or beside, refs/heads/ (gitrevisions(7), <refname>). */
static bool shadows_production(const struct policy *policy, const char *ref)
{
	static const char *const prefixes[] = {
		"refs/heads/refs/heads/",
		"refs/tags/refs/heads/",
		"refs/refs/heads/",
		"refs/heads/heads/",
		"refs/tags/heads/",
		"refs/tags/",
		"refs/",
	};
	bool shadows = false;

	for (size_t i = 0; !shadows && i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		struct buffer name = BUFFER_INIT;

		if (!starts_with(ref, prefixes[i]))
			continue;
		buffer_addf(&name, HEADS "%s", ref + strlen(prefixes[i]));
		shadows = patterns_match(&policy->production, buffer_text(&name)) ||
			  looks_like_production(policy, buffer_text(&name));
		buffer_release(&name);
	}
	return shadows;
}

/* True when REF is a folder that PATTERN's names lie in, or lies below a name that PATTERN is. */
static bool in_the_way(const char *ref, const char *pattern)
{
	size_t length = strlen(ref);

	if (starts_with(pattern, ref) && pattern[length] == '/')
		return true;
	length = strlen(pattern);
	return !pattern_is_glob(pattern) && starts_with(ref, pattern) && ref[length] == '/';
}

static bool any_in_the_way(const struct strings *patterns, const char *ref)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (in_the_way(ref, patterns->items[i]))
			return true;
	return false;
}

static bool blocks_governed_name(const struct policy *policy, const char *ref)
{
	char *hotfix = policy_hotfix_prefix(policy);
	bool blocks = in_the_way(ref, hotfix) || in_the_way(ref, SIGNOFFS) ||
		      any_in_the_way(&policy->production, ref) || any_in_the_way(&policy->allow_from, ref);

	free(hotfix);
	return blocks;
}

static bool is_symbolic_onto_production(const struct policy *policy, const struct symbolic_refs *symbolic,
					const char *ref)
{
	for (size_t i = 0; i < symbolic->count; i++)
		if (symbolic->items[i].name && !strcmp(symbolic->items[i].name, ref))
			return production_of(policy, symbolic, symbolic->items[i].target) != NULL;
	return false;
}

static const char *reserved_because(const struct policy *policy, const struct symbolic_refs *symbolic, const char *ref)
{
	if (starts_with(ref, "refs/replace/"))
		return "replacement refs change what other commits seem to be";
	if (starts_with(ref, "refs/namespaces/"))
		return "it reaches into another namespace of this server";
	if (is_symbolic_onto_production(policy, symbolic, ref))
		return "it is a symbolic ref onto a production branch";
	if (shadows_production(policy, ref))
		return "git could take it for a production branch";
	if (looks_like_production(policy, ref))
		return "it looks like a production branch";
	if (blocks_governed_name(policy, ref))
		return "it stands in the way of a governed name";
	return NULL;
}

static enum ref_kind kind_of(struct ref_class *out, const struct policy *policy, const struct symbolic_refs *symbolic,
			     const char *ref)
{
	const char *production = production_of(policy, symbolic, ref);
	char *hotfix = policy_hotfix_prefix(policy);
	bool is_hotfix = starts_with(ref, hotfix);

	free(hotfix);
	if (production) {
		out->canonical = memory_copy(production);
		return REF_PRODUCTION;
	}
	out->why = reserved_because(policy, symbolic, ref);
	if (out->why)
		return REF_RESERVED;
	if (is_hotfix)
		return REF_HOTFIX;
	if (starts_with(ref, SIGNOFFS))
		return REF_SIGNOFF;
	if (patterns_match(&policy->allow_from, ref))
		return REF_ALLOW_FROM;
	out->meant = hotfix_name_meant(policy, ref);
	return out->meant ? REF_NEAR_MISS : REF_FREE;
}

void ref_classify(struct ref_class *out, const struct policy *policy, const struct symbolic_refs *symbolic,
		  const char *ref)
{
	*out = (struct ref_class){0};
	out->kind = kind_of(out, policy, symbolic, ref);
}

void ref_class_release(struct ref_class *class)
{
	free(class->canonical);
	free(class->meant);
	*class = (struct ref_class){0};
}
