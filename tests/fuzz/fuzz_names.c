/* Names of refs: what each stands for, and that nothing which looks like production passes for an ordinary branch. */
#include "fuzz.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "rules/hotfix_name.h"
#include "rules/lookalike.h"
#include "rules/pattern.h"
#include "rules/ref_class.h"
#include "rules/signoff_ref.h"

static int has_empty_part(const char *ref)
{
	size_t length = strlen(ref);

	return !length || strstr(ref, "//") || ref[0] == '/' || ref[length - 1] == '/';
}

static void check_class(const struct policy *policy, const char *ref, const struct ref_class *class)
{
	char *fold = lookalike_fold(ref);

	if (patterns_match(&policy->production, ref))
		MUST(class->kind == REF_PRODUCTION || class->kind == REF_RESERVED);
	/* Git takes no such name, and so it needs no answer of its own */
	if (!strcasecmp(fold, "refs/heads/main") && !has_empty_part(ref))
		MUST(class->kind == REF_PRODUCTION || class->kind == REF_RESERVED);
	if (!strncmp(ref, "refs/replace/", 13) || !strncmp(ref, "refs/namespaces/", 16))
		MUST(class->kind == REF_RESERVED);
	MUST(class->kind != REF_RESERVED || class->why);
	MUST(class->kind != REF_NEAR_MISS || class->meant);
	free(fold);
}

/* Of bytes that are no UTF-8 those that are left may become a character. */
static void check_fold(const char *ref)
{
	char *once = lookalike_fold(ref);
	char *twice = lookalike_fold(once);

	MUST(!strcmp(once, twice) || !fuzz_is_utf8(ref));
	free(once);
	free(twice);
}

static void check_hotfix(const struct policy *policy, const char *ref, enum ref_kind kind)
{
	struct hotfix_name name;
	char *copy;

	if (!hotfix_name_parse(&name, policy, ref)) {
		hotfix_name_release(&name);
		return;
	}
	MUST(kind == REF_HOTFIX || kind == REF_RESERVED);
	copy = hotfix_name_example(policy, name.incident, name.slug);
	MUST(!strcmp(ref_short(ref), copy));
	free(copy);
	hotfix_name_release(&name);
}

static void check_signoff(const struct policy *policy, const char *ref, enum ref_kind kind)
{
	struct signoff_ref name = {0};
	struct buffer tag = {0};

	if (signoff_ref_parse(&name, policy, ref)) {
		MUST(kind == REF_SIGNOFF || kind == REF_RESERVED);
		buffer_addf(&tag, "signoff/%s", ref + strlen("refs/signoffs/"));
		MUST(signoff_ref_fits_tag(ref, buffer_text(&tag)));
		MUST(!strncmp(name.branch, "refs/heads/", 11));
	}
	signoff_ref_release(&name);
	buffer_release(&tag);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct symbolic_refs none = {0};
	struct policy policy;
	struct ref_class class;
	char *ref = fuzz_field(&bytes, &length);

	fuzz_policy(&policy);
	ref_classify(&class, &policy, &none, ref);
	check_class(&policy, ref, &class);
	check_fold(ref);
	check_hotfix(&policy, ref, class.kind);
	check_signoff(&policy, ref, class.kind);
	ref_class_release(&class);
	policy_release(&policy);
	free(ref);
	return 0;
}
