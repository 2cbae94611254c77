#include <string.h>

#include "adapters/config.h"
#include "rules/pattern.h"

static void advise(struct strings *out, const struct policy *policy, const char *origin, const char *words)
{
	if (origin)
		strings_addf(out, "%s: %s", origin, words);
	else
		strings_addf(out, "%s:1: %s", policy->origin ? policy->origin : "hotfix.ini", words);
}

static void advise_procedure(struct strings *out, const struct policy *policy)
{
	if (policy->mode == MODE_WARN)
		advise(out, policy, NULL, "mode = warn: nothing is refused");
	if (policy->mode == MODE_OFF)
		advise(out, policy, NULL, "mode = off: nothing is judged");
	if (!policy_asks_for_signoffs(policy))
		advise(out, policy, NULL,
		       policy->signoff_count
			       ? "no [signoff \"x\"] comes before a landing: no sign-off is required for one"
			       : "there is no [signoff \"x\"]: no sign-off is required for a landing");
	if (!policy->rollback_role)
		advise(out, policy, NULL, "[rollback] role is not set: nobody can roll production back by a push");
	if (!policy_endpoint_at(policy, 0))
		advise(out, policy, NULL, "there is no [webhook \"x\"]: nobody is told of a landing");
	if (!policy->contact)
		advise(out, policy, NULL, "[procedure] contact is not set: a refusal does not say who can help");
}

/* Returns how many people the role can have at most; 0 when nobody can tell. */
static size_t people_at_most(const struct role *role)
{
	for (size_t i = 0; i < role->members.count; i++)
		if (pattern_is_glob(role->members.items[i]) || !strncmp(role->members.items[i], "group:", 6))
			return 0;
	return role->members.count;
}

static void advise_signoffs(struct strings *out, const struct policy *policy)
{
	for (size_t i = 0; i < policy->signoff_count; i++) {
		const struct signoff *signoff = &policy->signoffs[i];
		const struct role *role = signoff->role ? policy_role(policy, signoff->role) : NULL;
		size_t most = role ? people_at_most(role) : 0;

		if (most && most < (size_t)signoff->count)
			advise(out, policy, signoff->origin, "its role has fewer people than count asks for");
	}
}

static bool role_is_used(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (policy->signoffs[i].role && !strcmp(policy->signoffs[i].role, name))
			return true;
	return (policy->allow_by && !strcmp(policy->allow_by, name)) ||
	       (policy->rollback_role && !strcmp(policy->rollback_role, name)) ||
	       (policy->override_role && !strcmp(policy->override_role, name)) ||
	       (policy->revoke_role && !strcmp(policy->revoke_role, name)) ||
	       (policy->delete_role && !strcmp(policy->delete_role, name));
}

static void advise_roles(struct strings *out, const struct policy *policy)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		const struct role *role = &policy->roles[i];

		if (!role->members.count)
			advise(out, policy, role->origin, "nobody is in this role");
		if (!role_is_used(policy, role->name))
			advise(out, policy, role->origin, "nothing asks for this role");
	}
}

static void advise_webhooks(struct strings *out, const struct policy *policy)
{
	for (size_t i = 0; i < policy->webhook_count; i++) {
		const struct webhook *webhook = &policy->webhooks[i];

		if (!webhook->secret_file)
			advise(out, policy, webhook->endpoint.origin,
			       "secret-file is not set: the receiver cannot tell who sent the event");
		if (!webhook->expect && !webhook_is_message(webhook))
			advise(out, policy, webhook->endpoint.origin,
			       "expect is not set: some receivers answer 200 to what they ignored");
		if (webhook->endpoint.insecure)
			advise(out, policy, webhook->endpoint.origin,
			       webhook_is_message(webhook)
				       ? "insecure = yes: the message and the password can be read on the way"
				       : "insecure = yes: what is sent can be read and changed on the way");
	}
}

static void advise_gates(struct strings *out, const struct policy *policy)
{
	for (size_t i = 0; i < policy->gate_count; i++) {
		const struct gate *gate = &policy->gates[i];

		if (gate->only_warns)
			advise(out, policy, gate->origin,
			       "on-error = warn: whoever keeps the service from answering opens the gate");
		if (gate->insecure)
			advise(out, policy, gate->origin,
			       "insecure = yes: what is asked and answered can be read and changed on the way");
	}
}

static void advise_mails(struct strings *out, const struct policy *policy)
{
	for (size_t i = 0; i < policy->mail_count; i++) {
		const struct mail *mail = &policy->mails[i];

		if (mail->endpoint.insecure)
			advise(out, policy, mail->endpoint.origin,
			       mail->user ? "insecure = yes: the mail and the password can be read on the way"
					  : "insecure = yes: the mail can be read and changed on the way");
	}
}

void config_advise(struct strings *out, const struct policy *policy)
{
	advise_procedure(out, policy);
	advise_roles(out, policy);
	advise_signoffs(out, policy);
	advise_gates(out, policy);
	advise_webhooks(out, policy);
	advise_mails(out, policy);
}
