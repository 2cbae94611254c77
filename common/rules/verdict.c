#include "rules/verdict.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/pattern.h"

struct finding *verdict_add(struct verdict *verdict, const char *rule, const char *detail, const char *ref)
{
	struct finding *finding;

	verdict->findings = memory_grow(verdict->findings, verdict->count, &verdict->capacity, sizeof(*finding));
	finding = &verdict->findings[verdict->count++];
	*finding = (struct finding){.rule = rule, .ref = memory_copy(ref)};
	finding->detail = detail ? memory_copy(detail) : NULL;
	return finding;
}

char *finding_name(const struct finding *finding)
{
	struct buffer name = BUFFER_INIT;

	buffer_add_string(&name, finding->rule);
	if (finding->detail)
		buffer_addf(&name, "-%s", finding->detail);
	return buffer_detach(&name);
}

static enum severity weigh(const struct finding *finding, const struct policy *policy)
{
	char *name = finding_name(finding);
	bool warns = finding->mild || policy->mode != MODE_ENFORCE || patterns_match(&policy->warn, name) ||
		     patterns_match(&policy->warn, finding->rule);

	free(name);
	if (warns)
		return SEVERITY_WARN;
	return finding->overridden ? SEVERITY_OVERRIDDEN : SEVERITY_REFUSE;
}

void verdict_weigh(struct verdict *verdict, const struct policy *policy)
{
	for (size_t i = 0; i < verdict->count; i++)
		verdict->findings[i].severity = weigh(&verdict->findings[i], policy);
}

bool verdict_accepts(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->findings[i].severity == SEVERITY_REFUSE)
			return false;
	return true;
}

void verdict_append(struct verdict *verdict, struct verdict *other)
{
	for (size_t i = 0; i < other->count; i++) {
		verdict->findings =
			memory_grow(verdict->findings, verdict->count, &verdict->capacity, sizeof(*verdict->findings));
		verdict->findings[verdict->count++] = other->findings[i];
	}
	other->count = 0;
	verdict_release(other);
}

bool verdict_is_overridden(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->findings[i].severity == SEVERITY_OVERRIDDEN)
			return true;
	return false;
}

void verdict_release(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++) {
		free(verdict->findings[i].detail);
		free(verdict->findings[i].ref);
		strings_release(&verdict->findings[i].found);
		strings_release(&verdict->findings[i].remedy);
	}
	free(verdict->findings);
	*verdict = (struct verdict){0};
}
