#include <string.h>
#include <strings.h>

#include "adapters/config_parts.h"

static const char *const modes[] = {"enforce", "warn", "off", NULL};
static const char *const pushers[] = {"unix", "gitolite", "gitea", "gitlab", "http", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const on_error[] = {"refuse", "warn", NULL};
static const char *const warn_refuse[] = {"warn", "refuse", NULL};
static const char *const authors[] = {"any", "known", NULL};
static const char *const evidence[] = {"trailer", "signature", "pusher", NULL};
static const char *const methods[] = {"POST", "PUT", "PATCH", NULL};
static const char *const bindings[] = {"incident", "change", "commit", NULL};

#define IN_POLICY(field) .offset = offsetof(struct policy, field)

static const struct config_key procedure_keys[] = {
	{.name = "mode", .read = read_word, IN_POLICY(mode), .words = modes},
	{.name = "warn", .item = item_rule, IN_POLICY(warn)},
	{.name = "guide", .read = read_text, IN_POLICY(guide)},
	{.name = "contact", .read = read_text, IN_POLICY(contact)},
	{0},
};

static const struct config_key repository_keys[] = {
	{.name = "web", .read = read_web, IN_POLICY(web)},
	{.name = "clone", .read = read_template, IN_POLICY(clone)},
	{.name = "root", .read = read_path, IN_POLICY(root)},
	{0},
};

static const struct config_key pusher_keys[] = {
	{.name = "from", .read = read_word, IN_POLICY(pusher), .words = pushers},
	{0},
};

static const struct config_key production_keys[] = {
	{.name = "branch", .item = item_branch, IN_POLICY(production)},
	{.name = "allow-from", .item = item_branch, IN_POLICY(allow_from)},
	{.name = "allow-by", .read = read_text, IN_POLICY(allow_by)},
	{0},
};

static const struct config_key hotfix_keys[] = {
	{.name = "branch", .read = read_branch, IN_POLICY(hotfix_branch)},
	{.name = "incident", .read = read_name_expression, IN_POLICY(incident)},
	{.name = "slug", .read = read_name_expression, IN_POLICY(slug)},
	{.name = "not-from", .item = item_branch, IN_POLICY(not_from)},
	{.name = "max-commits", .read = read_number, IN_POLICY(max_commits), .least = 1, .most = 10000},
	{.name = "deadline", .read = read_deadline, IN_POLICY(deadline)},
	{.name = "delete", .read = read_text, IN_POLICY(delete_role)},
	{.name = "authors", .read = read_flag, IN_POLICY(authors_known), .words = authors},
	{0},
};

static const struct config_key rollback_keys[] = {
	{.name = "role", .read = read_text, IN_POLICY(rollback_role)},
	{.name = "depth", .read = read_number, IN_POLICY(rollback_depth), .least = 1, .most = 1000},
	{0},
};

static const struct config_key backmerge_keys[] = {
	{.name = "into", .item = item_branch, IN_POLICY(backmerge.into)},
	{.name = "within", .read = read_duration, IN_POLICY(backmerge.within)},
	{.name = "mode", .read = read_flag, IN_POLICY(backmerge.refuses), .words = warn_refuse},
	{0},
};

static const struct config_key override_keys[] = {
	{.name = "role", .read = read_text, IN_POLICY(override_role)},
	{.name = "settle-within", .read = read_duration, IN_POLICY(settle_within)},
	{0},
};

static const struct config_key signature_keys[] = {
	{.name = "allowed-signers", .read = read_path, IN_POLICY(allowed_signers)},
	{.name = "gpg-home", .read = read_path, IN_POLICY(gpg_home)},
	{.name = "revoke", .read = read_text, IN_POLICY(revoke_role)},
	{0},
};

static const struct config_key state_keys[] = {
	{.name = "file", .read = read_path, IN_POLICY(state_file)},
	{0},
};

static const struct config_key log_keys[] = {
	{.name = "to", .read = read_log, IN_POLICY(log_to)},
	{0},
};

#define MEGABYTE 1024 /* bounds of read_size are kilobytes */

static const struct config_key limits_keys[] = {
	{.name = "refs", .read = read_number, IN_POLICY(limits.refs), .least = 1, .most = 999999},
	{.name = "governed", .read = read_number, IN_POLICY(limits.governed), .least = 1, .most = 999999},
	{.name = "ref-name", .read = read_number, IN_POLICY(limits.ref_name), .least = 64, .most = 4096},
	{.name = "message", .read = read_size, IN_POLICY(limits.message), .least = 4, .most = 16 * MEGABYTE},
	{.name = "trailers", .read = read_number, IN_POLICY(limits.trailers), .least = 1, .most = 100000},
	{.name = "landings", .read = read_number, IN_POLICY(limits.landings), .least = 1, .most = 10000},
	{.name = "commits", .read = read_number, IN_POLICY(limits.commits), .least = 1, .most = 999999},
	{.name = "signoffs", .read = read_number, IN_POLICY(limits.signoffs), .least = 1, .most = 5000},
	{.name = "time", .read = read_timeout, IN_POLICY(limits.seconds), .least = 1, .most = 3600},
	{.name = "memory",
	 .read = read_size,
	 IN_POLICY(limits.memory),
	 .least = 64 * MEGABYTE,
	 .most = 1024 * 1024 * MEGABYTE},
	{0},
};

static const struct config_key person_keys[] = {
	{.name = "email", .item = item_address, .offset = offsetof(struct person, emails)},
	{.name = "login", .read = read_login, .offset = offsetof(struct person, login)},
	{0},
};

static const struct config_key role_keys[] = {
	{.name = "member", .item = item_member, .offset = offsetof(struct role, members)},
	{.name = "member-file", .read = read_path, .offset = offsetof(struct role, member_file)},
	{0},
};

static const struct config_key signoff_keys[] = {
	{.name = "trailer", .read = read_trailer, .offset = offsetof(struct signoff, trailer)},
	{.name = "role", .read = read_text, .offset = offsetof(struct signoff, role)},
	{.name = "count", .read = read_number, .offset = offsetof(struct signoff, count), .least = 1, .most = 100},
	{.name = "evidence", .read = read_word, .offset = offsetof(struct signoff, evidence), .words = evidence},
	{.name = "binds", .read = read_word, .offset = offsetof(struct signoff, binds), .words = bindings},
	{.name = "severities", .item = item_severity, .offset = offsetof(struct signoff, severities)},
	{.name = "environment", .item = item_environment, .offset = offsetof(struct signoff, environments)},
	{0},
};

static const struct config_key webhook_keys[] = {
	{.name = "url", .read = read_url, .offset = offsetof(struct webhook, url)},
	{.name = "url-file", .read = read_path, .offset = offsetof(struct webhook, url_file)},
	{.name = "method", .read = read_word, .offset = offsetof(struct webhook, method), .words = methods},
	{.name = "headers-file", .read = read_path, .offset = offsetof(struct webhook, headers_file)},
	{.name = "template", .read = read_path, .offset = offsetof(struct webhook, template_file)},
	{.name = "content-type", .read = read_content_type, .offset = offsetof(struct webhook, content_type)},
	{.name = "secret-file", .read = read_path, .offset = offsetof(struct webhook, secret_file)},
	{.name = "old-secret-file", .read = read_path, .offset = offsetof(struct webhook, old_secret_file)},
	{.name = "events", .item = item_event, .offset = offsetof(struct webhook, endpoint.events)},
	{.name = "expect", .read = read_expression, .offset = offsetof(struct webhook, expect)},
	{.name = "retry", .read = read_retry, .offset = offsetof(struct webhook, endpoint.retry)},
	{.name = "timeout",
	 .read = read_timeout,
	 .offset = offsetof(struct webhook, endpoint.timeout),
	 .least = 1,
	 .most = 300},
	{.name = "insecure", .read = read_flag, .offset = offsetof(struct webhook, endpoint.insecure), .words = no_yes},
	{.name = "ca-file", .read = read_path, .offset = offsetof(struct webhook, endpoint.ca_file)},
	{.name = "client-cert", .read = read_path, .offset = offsetof(struct webhook, client_cert)},
	{.name = "client-key", .read = read_path, .offset = offsetof(struct webhook, client_key)},
	{.name = "proxy", .read = read_proxy, .offset = offsetof(struct webhook, proxy)},
	{.name = "exchange", .read = read_exchange, .offset = offsetof(struct webhook, exchange)},
	{.name = "routing-key", .read = read_routing_key, .offset = offsetof(struct webhook, routing_key)},
	{.name = "password-file", .read = read_path, .offset = offsetof(struct webhook, password_file)},
	{0},
};

static const struct config_key freeze_keys[] = {
	{.name = "from", .read = read_begin, .offset = offsetof(struct freeze, from)},
	{.name = "to", .read = read_end, .offset = offsetof(struct freeze, to)},
	{.name = "weekly", .read = read_week, .offset = offsetof(struct freeze, week)},
	{.name = "branches", .item = item_branch, .offset = offsetof(struct freeze, branches)},
	{.name = "reason", .read = read_text, .offset = offsetof(struct freeze, reason)},
	{0},
};

static const struct config_key gate_keys[] = {
	{.name = "url", .read = read_gate_url, .offset = offsetof(struct gate, url)},
	{.name = "method", .read = read_method, .offset = offsetof(struct gate, method)},
	{.name = "body", .read = read_path, .offset = offsetof(struct gate, body)},
	{.name = "headers-file", .read = read_path, .offset = offsetof(struct gate, headers_file)},
	{.name = "timeout",
	 .read = read_timeout,
	 .offset = offsetof(struct gate, timeout),
	 .least = 1,
	 .most = GATE_TIMEOUT_MAXIMUM},
	{.name = "expect-status",
	 .read = read_number,
	 .offset = offsetof(struct gate, expect_status),
	 .least = 200,
	 .most = 599},
	{.name = "expect", .item = item_expectation, .whole = true, .offset = offsetof(struct gate, expect)},
	{.name = "when", .item = item_when, .offset = offsetof(struct gate, when)},
	{.name = "for", .item = item_lands, .offset = offsetof(struct gate, lands)},
	{.name = "on-error", .read = read_flag, .offset = offsetof(struct gate, only_warns), .words = on_error},
	{.name = "insecure", .read = read_flag, .offset = offsetof(struct gate, insecure), .words = no_yes},
	{.name = "ca-file", .read = read_path, .offset = offsetof(struct gate, ca_file)},
	{0},
};

static const struct config_key mail_keys[] = {
	{.name = "to", .item = item_mailbox, .offset = offsetof(struct mail, to)},
	{.name = "from", .read = read_mailbox, .offset = offsetof(struct mail, from)},
	{.name = "smtp", .read = read_smtp, .offset = offsetof(struct mail, smtp)},
	{.name = "user", .read = read_text, .offset = offsetof(struct mail, user)},
	{.name = "password-file", .read = read_path, .offset = offsetof(struct mail, password_file)},
	{.name = "subject-prefix", .read = read_text, .offset = offsetof(struct mail, subject_prefix)},
	{.name = "events", .item = item_event, .offset = offsetof(struct mail, endpoint.events)},
	{.name = "retry", .read = read_retry, .offset = offsetof(struct mail, endpoint.retry)},
	{.name = "timeout",
	 .read = read_timeout,
	 .offset = offsetof(struct mail, endpoint.timeout),
	 .least = 1,
	 .most = 300},
	{.name = "insecure", .read = read_flag, .offset = offsetof(struct mail, endpoint.insecure), .words = no_yes},
	{.name = "ca-file", .read = read_path, .offset = offsetof(struct mail, endpoint.ca_file)},
	{0},
};

static const struct {
	const char *name;
	bool has_names;
	const struct config_key *keys;
} kinds[SECTION_KINDS] = {
	[SECTION_PROCEDURE] = {"procedure", false, procedure_keys},
	[SECTION_REPOSITORY] = {"repository", false, repository_keys},
	[SECTION_PUSHER] = {"pusher", false, pusher_keys},
	[SECTION_PRODUCTION] = {"production", false, production_keys},
	[SECTION_HOTFIX] = {"hotfix", false, hotfix_keys},
	[SECTION_ROLLBACK] = {"rollback", false, rollback_keys},
	[SECTION_BACKMERGE] = {"backmerge", false, backmerge_keys},
	[SECTION_OVERRIDE] = {"override", false, override_keys},
	[SECTION_SIGNATURE] = {"signature", false, signature_keys},
	[SECTION_STATE] = {"state", false, state_keys},
	[SECTION_LOG] = {"log", false, log_keys},
	[SECTION_LIMITS] = {"limits", false, limits_keys},
	[SECTION_PERSON] = {"person", true, person_keys},
	[SECTION_ROLE] = {"role", true, role_keys},
	[SECTION_SIGNOFF] = {"signoff", true, signoff_keys},
	[SECTION_WEBHOOK] = {"webhook", true, webhook_keys},
	[SECTION_FREEZE] = {"freeze", true, freeze_keys},
	[SECTION_GATE] = {"gate", true, gate_keys},
	[SECTION_MAIL] = {"mail", true, mail_keys},
};

const char *section_kind_name(enum section_kind kind)
{
	return kinds[kind].name;
}

enum section_kind section_kind_of(const char *name)
{
	int kind = 0;

	while (kind < SECTION_KINDS && strcmp(kinds[kind].name, name) != 0)
		kind++;
	return (enum section_kind)kind;
}

bool section_kind_has_names(enum section_kind kind)
{
	return kinds[kind].has_names;
}

#define FARTHEST 2
#define LONGEST_WORD 20

static size_t least_of(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters must be put in, taken out or changed to make A of B; both at most LONGEST_WORD long. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST_WORD + 1];
	size_t length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < length; j++) {
			size_t above = row[j + 1];

			row[j + 1] = least_of(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[length];
}

static bool is_near(const char *word, const char *known)
{
	return strlen(word) <= LONGEST_WORD && strlen(known) <= LONGEST_WORD &&
	       (!strcasecmp(word, known) || distance(word, known) <= FARTHEST);
}

void section_kind_suggest(struct buffer *out, const char *name)
{
	for (int kind = 0; kind < SECTION_KINDS; kind++) {
		if (!is_near(name, kinds[kind].name))
			continue;
		buffer_addf(out, "; did you mean [%s%s]?", kinds[kind].name, kinds[kind].has_names ? " \"x\"" : "");
		return;
	}
}

void section_title(struct buffer *out, enum section_kind kind, const char *name)
{
	if (name)
		buffer_addf(out, "[%s \"%s\"]", kinds[kind].name, name);
	else
		buffer_addf(out, "[%s]", kinds[kind].name);
}

const struct config_key *section_keys(enum section_kind kind)
{
	return kinds[kind].keys;
}

const struct config_key *section_key(enum section_kind kind, const char *name)
{
	for (const struct config_key *key = kinds[kind].keys; key->name; key++)
		if (!strcmp(key->name, name))
			return key;
	return NULL;
}

void section_key_suggest(struct buffer *out, enum section_kind kind, const char *name)
{
	for (const struct config_key *key = kinds[kind].keys; key->name; key++) {
		if (!is_near(name, key->name))
			continue;
		buffer_addf(out, "; did you mean \"%s\"?", key->name);
		return;
	}
	for (int other = 0; other < SECTION_KINDS; other++) {
		if (!section_key((enum section_kind)other, name))
			continue;
		buffer_addf(out, "; it belongs in [%s%s]", kinds[other].name, kinds[other].has_names ? " \"x\"" : "");
		return;
	}
}
