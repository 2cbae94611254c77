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

/* True when REF is a production branch, *OUT: by its own name, or as what a symbolic production ref resolves to. */
static bool is_production(const char **out, const struct policy *policy, const struct symbolic_refs *symbolic,
			  const char *ref)
{
	for (size_t i = 0; i < symbolic->count; i++) {
		*out = symbolic->items[i].name;
		if (!strcmp(symbolic->items[i].target, ref) && patterns_match(&policy->production, *out))
			return true;
	}
	*out = ref;
	return patterns_match(&policy->production, ref);
}

static size_t slashes_in(const char *name)
{
	size_t count = 0;

	for (; *name; name++)
		count += *name == '/';
	return count;
}

/* Where file systems do not tell cases apart, a clone has refs/heads/MAIN/x in the folder refs/heads/main. */
static bool looks_like_folder(const char *ref, const char *pattern)
{
	size_t parts = slashes_in(pattern) + 1;
	const char *end = ref;
	char *folder;
	bool looks;

	if (pattern_is_glob(pattern) || slashes_in(ref) < parts)
		return false;
	while (parts)
		parts -= *end++ == '/';
	folder = memory_copy_bytes(ref, (size_t)(end - ref) - 1);
	looks = lookalike_of(folder, pattern);
	free(folder);
	return looks;
}

static bool looks_like_production(const struct policy *policy, const char *ref)
{
	for (size_t i = 0; i < policy->production.count; i++)
		if (lookalike_of(ref, policy->production.items[i]) ||
		    looks_like_folder(ref, policy->production.items[i]))
			return true;
	return false;
}

/* Places where Git looks for a short name before, or beside, refs/heads/ (gitrevisions(7), <refname>); and in a clone,
 * which fetches tags, before refs/remotes/origin/. */
static bool shadows_production(const struct policy *policy, const char *ref)
{
	static const char *const prefixes[] = {
		"refs/heads/refs/heads/",
		"refs/tags/refs/heads/",
		"refs/refs/heads/",
		"refs/heads/heads/",
		"refs/tags/heads/",
		"refs/tags/refs/remotes/origin/",
		"refs/tags/remotes/origin/",
		"refs/tags/origin/",
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

/* The branch that HEAD of a clone stands for is mostly production. A branch of that name becomes refs/remotes/origin/HEAD
 * where a client does not know better, and `git checkout origin` finds a tag first. */
static bool stands_for_head(const char *ref)
{
	static const char *const names[] = {
		"refs/heads/HEAD",
		"refs/tags/HEAD",
		"refs/tags/origin",
		"refs/tags/origin/HEAD",
		"refs/tags/remotes/origin/HEAD",
		"refs/tags/refs/remotes/origin/HEAD",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(ref, names[i]))
			return true;
	return false;
}

static const char *target_of(const struct symbolic_refs *symbolic, const char *ref)
{
	for (size_t i = 0; i < symbolic->count; i++)
		if (!strcmp(symbolic->items[i].name, ref))
			return symbolic->items[i].target;
	return NULL;
}

/* A push to a symbolic ref moves its target, which would not be judged under its own name. */
static const char *symbolic_because(const struct policy *policy, const struct symbolic_refs *symbolic, const char *ref)
{
	const char *target = target_of(symbolic, ref);
	char *hotfix = policy_hotfix_prefix(policy);
	const char *production;
	const char *why = NULL;

	if (target && is_production(&production, policy, symbolic, target))
		why = "it is a symbolic ref onto a production branch";
	else if (target && starts_with(target, hotfix))
		why = "it is a symbolic ref onto a hotfix branch";
	else if (target && starts_with(target, SIGNOFFS))
		why = "it is a symbolic ref onto a sign-off";
	else if (target && patterns_match(&policy->allow_from, target) && !patterns_match(&policy->allow_from, ref))
		why = "it is a symbolic ref onto a branch of allow-from";
	free(hotfix);
	return why;
}

static const char *reserved_because(const struct policy *policy, const struct symbolic_refs *symbolic, const char *ref)
{
	const char *why;

	if (starts_with(ref, "refs/replace/"))
		return "replacement refs change what other commits seem to be";
	if (starts_with(ref, "refs/namespaces/"))
		return "it reaches into another namespace of this server";
	why = symbolic_because(policy, symbolic, ref);
	if (why)
		return why;
	if (stands_for_head(ref))
		return "in a clone it stands for HEAD, which mostly is production";
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
	char *hotfix = policy_hotfix_prefix(policy);
	bool is_hotfix = starts_with(ref, hotfix);
	const char *production;

	free(hotfix);
	if (is_production(&production, policy, symbolic, ref)) {
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
	if (out->meant)
		return REF_NEAR_MISS;
	return patterns_match(&policy->backmerge.into, ref) ? REF_BACKMERGE : REF_FREE;
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
