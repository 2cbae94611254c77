#include "rules/override.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rules/message.h"
#include "rules/people.h"
#include "rules/remedy.h"

#define BLANKS " \t"

/* Returns what follows the name of our option, "" when nothing does; NULL when OPTION is another one. */
static const char *value_of(const char *option)
{
	size_t length = strlen(OVERRIDE_OPTION);

	if (strncmp(option, OVERRIDE_OPTION, length) != 0)
		return NULL;
	if (option[length] == '=')
		return option + length + 1;
	return option[length] ? NULL : "";
}

/* What a message would show as something else is no plain text. */
static bool is_plain(const char *text)
{
	struct buffer shown = BUFFER_INIT;
	bool same;

	message_escape(&shown, text);
	same = !strcmp(buffer_text(&shown), text);
	buffer_release(&shown);
	return same;
}

static void read_reason(struct override_request *out, const char *value)
{
	size_t length;
	char *reason;

	value += strspn(value, BLANKS);
	length = strlen(value);
	while (length && strchr(BLANKS, value[length - 1]))
		length--;
	reason = memory_copy_bytes(value, length);
	if (!length)
		out->fault = memory_copy("an override needs a reason");
	else if (length > OVERRIDE_REASON_MAXIMUM)
		out->fault = buffer_format("the reason of an override has %zu bytes, at most %d", length,
					   OVERRIDE_REASON_MAXIMUM);
	else if (!is_plain(reason))
		out->fault = memory_copy("the reason of an override is one line of UTF-8, without control characters");
	if (out->fault)
		free(reason);
	else
		out->reason = reason;
}

void override_request_read(struct override_request *out, const struct strings *options)
{
	const char *value = NULL;

	*out = (struct override_request){0};
	for (size_t i = 0; i < options->count; i++) {
		const char *found = value_of(options->items[i]);

		if (!found)
			continue;
		if (value && !out->fault)
			out->fault = memory_copy("an override is given once: two reasons are none");
		value = found;
	}
	out->made = value != NULL;
	if (value && !out->fault)
		read_reason(out, value);
}

void override_request_release(struct override_request *request)
{
	free(request->reason);
	free(request->fault);
	*request = (struct override_request){0};
}

char *override_forbidden(const struct policy *policy, const char *person)
{
	const struct role *role = policy->override_role ? policy_role(policy, policy->override_role) : NULL;

	if (!role)
		return memory_copy("nobody may override here");
	if (!people_by_name(policy, person))
		return buffer_format(
			"%s may not override: only somebody whom the configuration knows, in the role %s, may", person,
			role->name);
	if (!people_in_role(policy, role, person))
		return buffer_format("%s may not override: only the role %s may", person, role->name);
	return NULL;
}

/* What a finding is written down as. */
static const char *name_of(const struct finding *finding)
{
	return finding->detail ? finding->detail : "";
}

static bool was_overridden(const struct record_override *limit, const struct finding *finding)
{
	for (size_t i = 0; i < limit->missing_count; i++) {
		const struct record_missing *missing = &limit->missing[i];

		if (!strcmp(missing->rule, finding->rule) && !strcmp(missing->name, name_of(finding)))
			return missing->people >= finding->people;
	}
	return false;
}

void override_apply(struct verdict *verdict, const struct record_override *limit)
{
	for (size_t i = 0; i < verdict->count; i++) {
		struct finding *finding = &verdict->findings[i];

		if (finding->severity != SEVERITY_REFUSE || !finding->overridable ||
		    (limit && !was_overridden(limit, finding)))
			continue;
		finding->overridden = true;
		finding->severity = SEVERITY_OVERRIDDEN;
		strings_release(&finding->remedy);
	}
}

bool override_would_help(const struct verdict *verdict)
{
	bool any = false;

	for (size_t i = 0; i < verdict->count; i++) {
		if (verdict->findings[i].severity != SEVERITY_REFUSE)
			continue;
		if (!verdict->findings[i].overridable)
			return false;
		any = true;
	}
	return any;
}

static void keep_workers(struct record_override *override, const struct landing *landing)
{
	for (size_t i = 0; i < landing->worker_count; i++) {
		const struct worker *worker = &landing->workers[i];
		struct record_worker *kept = record_override_add_worker(override);
		struct buffer how = BUFFER_INIT;

		buffer_add_string(&how, worker->how);
		if (!object_id_is_zero(&worker->commit))
			buffer_addf(&how, " %s", object_id_short(&worker->commit).digits);
		kept->person = memory_copy(worker->person);
		kept->how = buffer_detach(&how);
	}
}

void override_keep_finding(struct record_landing *what, const struct finding *finding)
{
	struct record_missing *missing;

	if (!what->override)
		what->override = memory_alloc(sizeof(*what->override));
	missing = record_override_add_missing(what->override);
	missing->rule = memory_copy(finding->rule);
	missing->name = memory_copy(name_of(finding));
	missing->people = finding->people;
}

void override_keep(struct record_landing *what, const struct landing *landing, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->findings[i].overridden)
			override_keep_finding(what, &verdict->findings[i]);
	if (what->override)
		keep_workers(what->override, landing);
}

void override_add_command(struct strings *out, const char *ref, const struct object_id *id)
{
	remedy_add(out, "git push -o " OVERRIDE_OPTION "=\"REASON\" origin %s:%s", object_id_full(id).digits, ref);
}
