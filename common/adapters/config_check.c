#include <stdlib.h>
#include <string.h>

#include "adapters/config_parts.h"
#include "base/memory.h"
#include "rules/pattern.h"
#include "rules/people.h"
#include "rules/trailer.h"

/* Branches that must stay apart, and the key that names them. */
struct group {
	struct config_place place;
	const char *title;
	const struct strings *patterns;
};

static void check_pair(struct config *config, const struct group *a, const struct group *b)
{
	for (size_t i = 0; i < a->patterns->count; i++) {
		for (size_t j = 0; j < b->patterns->count; j++) {
			const char *first = a->patterns->items[i];
			const char *second = b->patterns->items[j];
			const struct group *culprit = config_is_set(config, &b->place) ? b : a;
			struct config_place place = culprit->place;

			if (!pattern_overlaps(first, second))
				continue;
			place.item = culprit == b ? second : first;
			config_problem_at(config, &place, "%s of %s overlaps %s of %s", second, b->title, first,
					  a->title);
		}
	}
}

static void check_overlaps(struct config *config)
{
	struct strings hotfix = STRINGS_INIT;
	const struct policy *policy = config->policy;
	const struct group groups[] = {
		{{SECTION_PRODUCTION, NULL, "branch", NULL}, "[production] branch", &policy->production},
		{{SECTION_HOTFIX, NULL, "branch", NULL}, "[hotfix] branch", &hotfix},
		{{SECTION_PRODUCTION, NULL, "allow-from", NULL}, "[production] allow-from", &policy->allow_from},
		{{SECTION_HOTFIX, NULL, "not-from", NULL}, "[hotfix] not-from", &policy->not_from},
	};
	const size_t count = sizeof(groups) / sizeof(groups[0]);
	char *prefix = policy_hotfix_prefix(policy);

	strings_addf(&hotfix, "%s*", prefix);
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			check_pair(config, &groups[i], &groups[j]);
	strings_release(&hotfix);
	free(prefix);
}

/* A hotfix is made of production, and lands there: neither is a branch that it has still to reach. Releases, and what does
 * not ride along, may well be. */
static void check_backmerge(struct config *config)
{
	const struct policy *policy = config->policy;
	const struct config_place into = {SECTION_BACKMERGE, NULL, "into", NULL};
	const struct config_place within = {SECTION_BACKMERGE, NULL, "within", NULL};
	const struct config_place mode = {SECTION_BACKMERGE, NULL, "mode", NULL};
	const struct group branches = {into, "[backmerge] into", &policy->backmerge.into};
	const struct group production = {
		{SECTION_PRODUCTION, NULL, "branch", NULL}, "[production] branch", &policy->production};
	struct strings prefix = STRINGS_INIT;
	const struct group hotfix = {{SECTION_HOTFIX, NULL, "branch", NULL}, "[hotfix] branch", &prefix};
	char *start = policy_hotfix_prefix(policy);

	strings_addf(&prefix, "%s*", start);
	check_pair(config, &production, &branches);
	check_pair(config, &hotfix, &branches);
	if (!policy->backmerge.into.count && (config_is_set(config, &within) || config_is_set(config, &mode)))
		config_problem_at(config, config_is_set(config, &within) ? &within : &mode,
				  "[backmerge] needs into: the branches that hotfixes are merged back to");
	strings_release(&prefix);
	free(start);
}

static void check_role_exists(struct config *config, const struct config_place *place, const char *role)
{
	if (role && !policy_role(config->policy, role))
		config_problem_at(config, place, "%s = %s: there is no [role \"%s\"]", place->key, role, role);
}

static void check_roles_exist(struct config *config)
{
	const struct policy *policy = config->policy;
	const struct config_place allow_by = {SECTION_PRODUCTION, NULL, "allow-by", NULL};
	const struct config_place allow_from = {SECTION_PRODUCTION, NULL, "allow-from", NULL};
	const struct config_place rollback = {SECTION_ROLLBACK, NULL, "role", NULL};
	const struct config_place override = {SECTION_OVERRIDE, NULL, "role", NULL};
	const struct config_place delete = {SECTION_HOTFIX, NULL, "delete", NULL};
	const struct config_place revoke = {SECTION_SIGNATURE, NULL, "revoke", NULL};

	check_role_exists(config, &allow_by, policy->allow_by);
	check_role_exists(config, &rollback, policy->rollback_role);
	check_role_exists(config, &override, policy->override_role);
	check_role_exists(config, &revoke, policy->revoke_role);
	check_role_exists(config, &delete, policy->delete_role);
	for (size_t i = 0; i < policy->signoff_count; i++) {
		const struct config_place place = {SECTION_SIGNOFF, policy->signoffs[i].name, "role", NULL};

		check_role_exists(config, &place, policy->signoffs[i].role);
	}
	if (policy->allow_from.count && !config_is_set(config, &allow_by))
		config_problem_at(config, &allow_from, "allow-from needs allow-by: the role that may land these");
}

void config_require(struct config *config, enum section_kind kind, const char *name, const char *key,
		    const char *other_key)
{
	const struct config_place place = {kind, name, key, NULL};
	const struct config_place other = {kind, name, other_key, NULL};
	const struct config_place section = {kind, name, NULL, NULL};

	if (config_is_set(config, &place) || (other_key && config_is_set(config, &other)))
		return;
	config_problem_at(config, &section, "[%s \"%s\"] needs %s%s%s", section_kind_name(kind), name, key,
			  other_key ? " or " : "", other_key ? other_key : "");
}

struct claim {
	const char *text; /* an address or a login */
	size_t person;
};

static int compare_claims(const void *a, const void *b)
{
	const struct claim *first = a;
	const struct claim *second = b;
	int order = strcmp(first->text, second->text);

	return order ? order : (first->person > second->person) - (first->person < second->person);
}

static void check_claims(struct config *config, struct claim *claims, size_t count, const char *key)
{
	const struct person *people = config->policy->people;

	if (count)
		qsort(claims, count, sizeof(*claims), compare_claims);
	for (size_t i = 1; i < count; i++) {
		const struct person *person = &people[claims[i].person];
		const struct config_place place = {SECTION_PERSON, person->name, key, claims[i].text};

		if (strcmp(claims[i].text, claims[i - 1].text) != 0 || claims[i].person == claims[i - 1].person)
			continue;
		config_problem_at(config, &place, "%s = %s: belongs to [person \"%s\"] already", key, claims[i].text,
				  people[claims[i - 1].person].name);
	}
}

static void check_people(struct config *config)
{
	const struct policy *policy = config->policy;
	struct claim *addresses = NULL, *logins = NULL;
	size_t address_count = 0, address_capacity = 0, login_count = 0, login_capacity = 0;

	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];

		config_require(config, SECTION_PERSON, person->name, "email", "login");
		for (size_t j = 0; j < person->emails.count; j++) {
			addresses = memory_grow(addresses, address_count, &address_capacity, sizeof(*addresses));
			addresses[address_count++] = (struct claim){person->emails.items[j], i};
		}
		if (!person->login)
			continue;
		logins = memory_grow(logins, login_count, &login_capacity, sizeof(*logins));
		logins[login_count++] = (struct claim){person->login, i};
	}
	check_claims(config, addresses, address_count, "email");
	check_claims(config, logins, login_count, "login");
	free(addresses);
	free(logins);
}

int config_check_member(const struct policy *policy, const char *member, struct error *error)
{
	if (strpbrk(member, " \t<>;") || pattern_is_glob(member) || strchr(member, '@') ||
	    !strncmp(member, "group:", strlen("group:")))
		return 0;
	if (people_by_name(policy, member))
		return 0;
	return error_set(error, "there is no [person \"%s\"]", member);
}

static void check_members(struct config *config)
{
	const struct policy *policy = config->policy;

	for (size_t i = 0; i < policy->role_count; i++) {
		const struct role *role = &policy->roles[i];

		for (size_t j = 0; j < role->members.count; j++) {
			const char *member = role->members.items[j];
			const struct config_place place = {SECTION_ROLE, role->name, "member", member};
			struct error error = ERROR_INIT;

			if (config_check_member(policy, member, &error))
				config_problem_at(config, &place, "member = %s: %s", member, error_text(&error));
			error_release(&error);
		}
	}
}

/* Who pushed a plain ref says nothing of the production branch that it is for; a signed tag has a trailer for it. */
static void check_evidence(struct config *config, const struct signoff *signoff)
{
	const struct policy *policy = config->policy;
	const struct config_place place = {SECTION_SIGNOFF, signoff->name, "evidence", NULL};

	if (signoff->evidence == EVIDENCE_SIGNATURE && !policy->allowed_signers && !policy->gpg_home)
		config_problem_at(config, &place,
				  "evidence = signature needs allowed-signers or gpg-home in [signature]");
	if (signoff->evidence == EVIDENCE_TRAILER && signoff->on_landing)
		config_problem_at(config, &place,
				  "evidence = trailer: a landing carries none for it; signature or pusher");
	if (signoff->evidence == EVIDENCE_PUSHER && !signoff->on_landing && policy_has_several_productions(policy))
		config_problem_at(config, &place,
				  "evidence = pusher cannot say which of several production branches "
				  "it is for: use signature");
	if (signoff->evidence == EVIDENCE_PUSHER && signoff->severities.count)
		config_problem_at(config, &place, "evidence = pusher cannot say a severity: use trailer or signature");
}

/* Adds a problem where KEY is set, which means nothing for this sign-off. */
static void check_unused(struct config *config, const struct signoff *signoff, const char *key, const char *why)
{
	const struct config_place place = {SECTION_SIGNOFF, signoff->name, key, NULL};

	if (config_is_set(config, &place))
		config_problem_at(config, &place, "%s: %s", key, why);
}

static void check_meaningless(struct config *config, const struct signoff *signoff)
{
	bool deploys = !strcmp(signoff->name, SIGNOFF_DEPLOY);

	if (signoff->on_landing)
		check_unused(config, signoff, "binds", "it is given on one landing, and holds for that");
	if (signoff->on_landing)
		check_unused(config, signoff, "severities", "the triage of the landing says it");
	if (signoff->on_landing && strcmp(signoff->name, SIGNOFF_MONITOR) != 0)
		check_unused(config, signoff, "count", "one is enough");
	if (!deploys)
		check_unused(config, signoff, "environment", "only [signoff \"" SIGNOFF_DEPLOY "\"] goes anywhere");
}

static void check_signoffs(struct config *config)
{
	const struct policy *policy = config->policy;

	for (size_t i = 0; i < policy->signoff_count; i++) {
		const struct signoff *signoff = &policy->signoffs[i];
		const struct config_place place = {SECTION_SIGNOFF, signoff->name, "trailer", NULL};

		config_require(config, SECTION_SIGNOFF, signoff->name, "trailer", NULL);
		config_require(config, SECTION_SIGNOFF, signoff->name, "role", NULL);
		check_evidence(config, signoff);
		check_meaningless(config, signoff);
		for (size_t j = 0; j < i && signoff->trailer; j++) {
			const struct signoff *other = &policy->signoffs[j];

			if (other->trailer && trailer_key_equal(other->trailer, signoff->trailer))
				config_problem_at(config, &place, "trailer = %s: belongs to [signoff \"%s\"] already",
						  signoff->trailer, other->name);
		}
	}
}

void config_check(struct config *config)
{
	struct policy *policy = config->policy;

	if (!policy->production.count)
		strings_add(&policy->production, "refs/heads/main");
	check_overlaps(config);
	check_backmerge(config);
	check_roles_exist(config);
	check_people(config);
	check_members(config);
	check_signoffs(config);
	for (size_t i = 0; i < policy->role_count; i++)
		config_require(config, SECTION_ROLE, policy->roles[i].name, "member", "member-file");
	config_check_freezes(config);
	config_check_gates(config);
	config_read_files(config);
	for (size_t i = 0; i < policy->webhook_count; i++) {
		config_require(config, SECTION_WEBHOOK, policy->webhooks[i].endpoint.name, "url", "url-file");
		config_check_webhook(config, &policy->webhooks[i]);
	}
	for (size_t i = 0; i < policy->mail_count; i++)
		config_check_mail(config, &policy->mails[i]);
}
