#include <string.h>

#include "adapters/config_parts.h"
#include "rules/mail_encoding.h"
#include "rules/url.h"

#define RECIPIENTS_MAXIMUM 100
#define HOST_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

int read_mailbox(void *field, const struct config_key *key, const char *value, struct error *error)
{
	if (!mail_address_is_good(value))
		return error_set(error, "not an address, as in ops@example.com");
	return read_text(field, key, value, error);
}

int read_smtp(void *field, const struct config_key *key, const char *value, struct error *error)
{
	const char *path;
	size_t length;

	if (!url_has_scheme(value, "smtp") && !url_has_scheme(value, "smtps"))
		return error_set(error, "an smtp or smtps address");
	if (url_check(value, error))
		return ERROR_FAILED;
	if (url_has_user(value))
		return error_set(error, "a password is kept in password-file, not here");
	path = url_host(value, &length) + length;
	if (*path && (*path != '/' || strspn(path + 1, HOST_BYTES) != strlen(path + 1)))
		return error_set(error, "behind the host stands at most the name for EHLO");
	return read_text(field, key, value, error);
}

static void check_needs(struct config *config, const struct mail *mail, const char *key, const char *needed)
{
	const struct config_place place = {SECTION_MAIL, mail->endpoint.name, key, NULL};
	const struct config_place other = {SECTION_MAIL, mail->endpoint.name, needed, NULL};

	if (config_is_set(config, &place) && !config_is_set(config, &other))
		config_problem_at(config, &place, "%s needs %s", key, needed);
}

void config_check_mail(struct config *config, const struct mail *mail)
{
	const char *name = mail->endpoint.name;
	const struct config_place section = {SECTION_MAIL, name, NULL, NULL};
	const struct config_place to = {SECTION_MAIL, name, "to", NULL};

	config_require(config, SECTION_MAIL, name, "to", NULL);
	config_require(config, SECTION_MAIL, name, "from", NULL);
	config_require(config, SECTION_MAIL, name, "smtp", NULL);
	check_needs(config, mail, "user", "password-file");
	check_needs(config, mail, "password-file", "user");
	if (mail->to.count > RECIPIENTS_MAXIMUM)
		config_problem_at(config, &to, "to: %zu addresses, at most %d; write to a list of its own",
				  mail->to.count, RECIPIENTS_MAXIMUM);
	for (size_t i = 0; i < config->policy->webhook_count; i++)
		if (!strcmp(config->policy->webhooks[i].endpoint.name, name))
			config_problem_at(config, &section,
					  "[mail \"%s\"]: there is a [webhook \"%s\"], "
					  "and a name stands for one of them",
					  name, name);
}
