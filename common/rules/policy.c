#include "rules/policy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/event.h"
#include "rules/hotfix_name.h"
#include "rules/pattern.h"
#include "rules/trailer.h"

void policy_init(struct policy *policy)
{
	*policy = (struct policy){
		.mode = MODE_ENFORCE,
		.pusher = PUSHER_UNIX,
		.hotfix_branch = memory_copy("hotfix/{incident}-{slug}"),
		.hotfix_form = hotfix_form_new(),
		.incident = memory_copy("[A-Z][A-Z0-9]*-[0-9]+"),
		.slug = memory_copy("[a-z0-9][a-z0-9-]*"),
		.max_commits = 20,
		.deadline = 24 * 60 * 60,
		.rollback_depth = 20,
		.backmerge = {.within = (int64_t)48 * 60 * 60},
		.settle_within = (int64_t)48 * 60 * 60,
		.limits =
			{
				.refs = 250000,
				.governed = 5000,
				.ref_name = 4096,
				.message = (int64_t)1 << 20,
				.trailers = 1000,
				.landings = 100,
				.commits = 10000,
				.signoffs = 100,
				.seconds = 300,
				.memory = (int64_t)2 << 30,
			},
	};
	strings_add(&policy->production, "refs/heads/main");
}

static void person_release(struct person *person)
{
	free(person->origin);
	free(person->name);
	strings_release(&person->emails);
	free(person->login);
}

static void role_release(struct role *role)
{
	free(role->origin);
	free(role->name);
	strings_release(&role->members);
	free(role->member_file);
	strings_release(&role->group_logins);
}

static void signoff_release(struct signoff *signoff)
{
	free(signoff->origin);
	free(signoff->name);
	free(signoff->trailer);
	free(signoff->role);
	strings_release(&signoff->severities);
	strings_release(&signoff->environments);
}

static void sections_release(struct policy *policy)
{
	for (size_t i = 0; i < policy->person_count; i++)
		person_release(&policy->people[i]);
	for (size_t i = 0; i < policy->role_count; i++)
		role_release(&policy->roles[i]);
	for (size_t i = 0; i < policy->signoff_count; i++)
		signoff_release(&policy->signoffs[i]);
	for (size_t i = 0; i < policy->webhook_count; i++)
		webhook_release(&policy->webhooks[i]);
	for (size_t i = 0; i < policy->mail_count; i++)
		mail_release(&policy->mails[i]);
	free(policy->people);
	free(policy->roles);
	free(policy->signoffs);
	for (size_t i = 0; i < policy->freeze_count; i++)
		freeze_release(&policy->freezes[i]);
	free(policy->freezes);
	for (size_t i = 0; i < policy->gate_count; i++)
		gate_release(&policy->gates[i]);
	free(policy->gates);
	free(policy->webhooks);
	free(policy->mails);
}

void policy_release(struct policy *policy)
{
	char *texts[] = {policy->origin,        policy->guide,           policy->contact,
			 policy->web,           policy->clone,           policy->root,
			 policy->allow_by,      policy->hotfix_branch,   policy->incident,
			 policy->slug,          policy->state_file,      policy->log_to,
			 policy->rollback_role, policy->allowed_signers, policy->gpg_home,
			 policy->revoke_role,   policy->delete_role,     policy->override_role};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
	strings_release(&policy->warn);
	strings_release(&policy->production);
	strings_release(&policy->allow_from);
	strings_release(&policy->not_from);
	strings_release(&policy->backmerge.into);
	sections_release(policy);
	hotfix_form_free(policy->hotfix_form);
	*policy = (struct policy){0};
}

struct person *policy_add_person(struct policy *policy, const char *name)
{
	size_t count = policy->person_count++;

	policy->people = memory_resize(policy->people, count + 1, sizeof(*policy->people));
	policy->people[count] = (struct person){.name = memory_copy(name)};
	return &policy->people[count];
}

struct role *policy_add_role(struct policy *policy, const char *name)
{
	size_t count = policy->role_count++;

	policy->roles = memory_resize(policy->roles, count + 1, sizeof(*policy->roles));
	policy->roles[count] = (struct role){.name = memory_copy(name)};
	return &policy->roles[count];
}

static enum binding default_binding(const char *name)
{
	if (!strcmp(name, "triage"))
		return BINDS_INCIDENT;
	if (!strcmp(name, "qa"))
		return BINDS_COMMIT;
	return BINDS_CHANGE;
}

static bool is_on_landing(const char *name)
{
	static const char *const names[] = {SIGNOFF_DEPLOY, SIGNOFF_MONITOR, SIGNOFF_BACKMERGE};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

struct signoff *policy_add_signoff(struct policy *policy, const char *name)
{
	size_t count = policy->signoff_count++;
	struct signoff *signoff;

	policy->signoffs = memory_resize(policy->signoffs, count + 1, sizeof(*policy->signoffs));
	signoff = &policy->signoffs[count];
	*signoff = (struct signoff){
		.name = memory_copy(name),
		.count = 1,
		.evidence = is_on_landing(name) ? EVIDENCE_PUSHER : EVIDENCE_TRAILER,
		.binds = default_binding(name),
		.on_landing = is_on_landing(name),
	};
	if (!strcmp(name, SIGNOFF_DEPLOY))
		strings_add(&signoff->environments, "production");
	return signoff;
}

struct webhook *policy_add_webhook(struct policy *policy, const char *name)
{
	size_t count = policy->webhook_count++;

	policy->webhooks = memory_resize(policy->webhooks, count + 1, sizeof(*policy->webhooks));
	webhook_init(&policy->webhooks[count], name);
	return &policy->webhooks[count];
}

struct mail *policy_add_mail(struct policy *policy, const char *name)
{
	size_t count = policy->mail_count++;

	policy->mails = memory_resize(policy->mails, count + 1, sizeof(*policy->mails));
	mail_init(&policy->mails[count], name);
	return &policy->mails[count];
}

struct freeze *policy_add_freeze(struct policy *policy, const char *name)
{
	size_t count = policy->freeze_count++;

	policy->freezes = memory_resize(policy->freezes, count + 1, sizeof(*policy->freezes));
	freeze_init(&policy->freezes[count], name);
	return &policy->freezes[count];
}

struct gate *policy_add_gate(struct policy *policy, const char *name)
{
	size_t count = policy->gate_count++;

	policy->gates = memory_resize(policy->gates, count + 1, sizeof(*policy->gates));
	gate_init(&policy->gates[count], name);
	return &policy->gates[count];
}

const struct role *policy_role(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->role_count; i++)
		if (!strcmp(policy->roles[i].name, name))
			return &policy->roles[i];
	return NULL;
}

const struct signoff *policy_signoff(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (!strcmp(policy->signoffs[i].name, name))
			return &policy->signoffs[i];
	return NULL;
}

const struct gate *policy_gate(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->gate_count; i++)
		if (!strcmp(policy->gates[i].name, name))
			return &policy->gates[i];
	return NULL;
}

const struct signoff *policy_signoff_by_trailer(const struct policy *policy, const char *key)
{
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (!policy->signoffs[i].on_landing && policy->signoffs[i].trailer &&
		    trailer_key_equal(policy->signoffs[i].trailer, key))
			return &policy->signoffs[i];
	return NULL;
}

const struct endpoint *policy_endpoint_at(const struct policy *policy, size_t index)
{
	if (index < policy->webhook_count)
		return &policy->webhooks[index].endpoint;
	index -= policy->webhook_count;
	return index < policy->mail_count ? &policy->mails[index].endpoint : NULL;
}

const struct endpoint *policy_endpoint(const struct policy *policy, const char *name)
{
	const struct endpoint *endpoint;

	for (size_t i = 0; (endpoint = policy_endpoint_at(policy, i)); i++)
		if (!strcmp(endpoint->name, name))
			return endpoint;
	return NULL;
}

const char *policy_severity(const struct signoff *signoff, const char *text)
{
	for (size_t i = 0; i < signoff->severities.count; i++)
		if (!strcasecmp(signoff->severities.items[i], text))
			return signoff->severities.items[i];
	return NULL;
}

void policy_wanting(struct strings *out, const struct policy *policy, const char *type)
{
	const struct endpoint *endpoint;

	for (size_t i = 0; (endpoint = policy_endpoint_at(policy, i)); i++)
		if (event_wanted(&endpoint->events, type))
			strings_add(out, endpoint->name);
}

bool policy_wants(const struct policy *policy, enum evidence_kind kind)
{
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (!policy->signoffs[i].on_landing && policy->signoffs[i].evidence == kind)
			return true;
	return false;
}

bool policy_asks_for_signoffs(const struct policy *policy)
{
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (!policy->signoffs[i].on_landing)
			return true;
	return false;
}

bool policy_has_answers(const struct policy *policy)
{
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (policy->signoffs[i].on_landing)
			return true;
	return false;
}

bool policy_has_several_productions(const struct policy *policy)
{
	return policy->production.count > 1 ||
	       (policy->production.count == 1 && pattern_is_glob(policy->production.items[0]));
}

char *policy_hotfix_prefix(const struct policy *policy)
{
	struct buffer prefix = BUFFER_INIT;

	buffer_add_string(&prefix, "refs/heads/");
	buffer_add(&prefix, policy->hotfix_branch, strcspn(policy->hotfix_branch, "{"));
	return buffer_detach(&prefix);
}
