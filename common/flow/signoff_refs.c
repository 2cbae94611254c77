#include "flow/signoff_refs.h"

#include <stdlib.h>
#include <string.h>

static int compare_tips(const void *a, const void *b)
{
	return strcmp(((const struct branch_tip *)a)->ref, ((const struct branch_tip *)b)->ref);
}

int signoff_refs_of_branch(struct branch_tips *out, struct session *session, const char *branch, struct error *error)
{
	const struct policy *policy = &session->policy;
	int result = 0;

	for (size_t i = 0; !result && i < policy->signoff_count; i++) {
		const struct signoff *signoff = &policy->signoffs[i];
		char *pattern;

		if (signoff->on_landing || signoff->evidence == EVIDENCE_TRAILER)
			continue;
		pattern = signoff_ref_folder(policy, branch, signoff->name);
		result = repository_refs(session->repository, out, pattern, SIGNOFF_REFS_MAXIMUM, error);
		free(pattern);
	}
	if (!result && out->count > 1)
		qsort(out->items, out->count, sizeof(*out->items), compare_tips);
	return result;
}

static bool is_beside(const struct signoff_ref *name, const struct policy *policy, const char *ref)
{
	struct signoff_ref other;
	bool beside = signoff_ref_parse(&other, policy, ref) && !strcmp(other.branch, name->branch) &&
		      !strcmp(other.signoff, name->signoff) && !strcmp(other.person, name->person);

	signoff_ref_release(&other);
	return beside;
}

int signoff_refs_of_person(size_t *out, struct session *session, const struct signoff_ref *name,
			   const struct ref_updates *updates, const struct ref_update *update, struct error *error)
{
	char *pattern = signoff_ref_folder(&session->policy, name->branch, name->signoff);
	struct branch_tips refs = {0};
	int result = repository_refs(session->repository, &refs, pattern, SIGNOFF_REFS_MAXIMUM, error);

	*out = 0;
	for (size_t i = 0; !result && i < refs.count; i++)
		*out += is_beside(name, &session->policy, refs.items[i].ref);
	for (size_t i = 0; !result && i < updates->count && strcmp(updates->items[i].ref, update->ref) != 0; i++)
		*out += is_beside(name, &session->policy, updates->items[i].ref);
	branch_tips_release(&refs);
	free(pattern);
	return result;
}
