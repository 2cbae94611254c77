#include <string.h>

#include "adapters/config_parts.h"
#include "adapters/rabbitmq.h"
#include "rules/amqp_address.h"
#include "rules/template.h"
#include "rules/url.h"

static int check_address(struct amqp_address *out, const char *url, struct error *error)
{
	int result = amqp_address_read(out, url, error);

	if (result)
		amqp_address_release(out);
	return result;
}

int config_check_broker(const char *url, struct error *error)
{
	struct amqp_address address;

	if (check_address(&address, url, error))
		return ERROR_FAILED;
	amqp_address_release(&address);
	return 0;
}

int config_check_broker_without_password(const char *url, struct error *error)
{
	struct amqp_address address;
	int result = 0;

	if (check_address(&address, url, error))
		return ERROR_FAILED;
	if (address.password)
		result = error_set(error, "a password is kept in password-file, not here");
	amqp_address_release(&address);
	return result;
}

int read_exchange(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	if (strlen(value) > AMQP_SHORT_MAXIMUM)
		return error_set(error, "longer than %d bytes", AMQP_SHORT_MAXIMUM);
	return config_set_text(field, value);
}

int read_routing_key(void *field, const struct config_key *key, const char *value, struct error *error)
{
	int line;

	(void)key;
	if (template_check(&line, value, strlen(value), TEMPLATE_TEXT, error))
		return ERROR_FAILED;
	if (strstr(value, "{" TEMPLATE_BODY "}"))
		return error_set(error, "the body does not fit into a routing key");
	return config_set_text(field, value);
}

static struct config_place place_of(const struct webhook *webhook, const char *key)
{
	return (struct config_place){SECTION_WEBHOOK, webhook->endpoint.name, key, NULL};
}

static void check_unused(struct config *config, const struct webhook *webhook, const char *const *keys, const char *why)
{
	for (; *keys; keys++) {
		const struct config_place place = place_of(webhook, *keys);

		if (config_is_set(config, &place))
			config_problem_at(config, &place, "%s: %s", *keys, why);
	}
}

static void check_login(struct config *config, const struct webhook *webhook, const struct config_place *url,
			const struct amqp_address *address)
{
	const struct config_place file = place_of(webhook, "password-file");

	if (address->user && !address->password && !webhook->password_file)
		config_problem_at(config, url, "%s: the user in it needs password-file", url->key);
	if (webhook->password_file && !address->user)
		config_problem_at(config, &file,
				  "password-file needs a user in the address, as in amqps://hotfix@host");
	if (webhook->password_file && address->password)
		config_problem_at(config, &file, "password-file: the address has a password too, and one is enough");
}

static void check_message(struct config *config, const struct webhook *webhook, const struct config_place *url)
{
	static const char *const of_http[] = {"method", "headers-file", "expect", "proxy", NULL};
	struct error ignored = ERROR_INIT;
	struct amqp_address address;

	check_unused(config, webhook, of_http, "nothing is sent by HTTP to an amqp or amqps address");
	if (!rabbitmq_is_built())
		config_problem_at(config, url, "%s: " RABBITMQ_ABSENT, url->key);
	if (!amqp_address_read(&address, webhook->url, &ignored)) {
		check_login(config, webhook, url, &address);
		if (!address.tls && !webhook->endpoint.insecure && !url_is_local(webhook->url))
			config_problem_at(config, url, "%s: amqp without TLS to another machine needs insecure = yes",
					  url->key);
	}
	amqp_address_release(&address);
	error_release(&ignored);
}

void config_check_rabbitmq(struct config *config, const struct webhook *webhook)
{
	static const char *const of_messages[] = {"exchange", "routing-key", "password-file", NULL};
	const struct config_place url = place_of(webhook, "url");
	const struct config_place url_file = place_of(webhook, "url-file");

	if (webhook_is_message(webhook))
		check_message(config, webhook, config_is_set(config, &url) ? &url : &url_file);
	else if (webhook->url)
		check_unused(config, webhook, of_messages, "only for an amqp or amqps address");
}
