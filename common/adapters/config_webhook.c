#include <string.h>

#include "adapters/config_parts.h"
#include "rules/amqp_address.h"
#include "rules/template.h"
#include "rules/url.h"

#define CONTENT_TYPE_MAXIMUM 100

bool config_is_http(const char *url)
{
	return url_has_scheme(url, "http") || url_has_scheme(url, "https");
}

static const char *some_value(void *context, const char *name)
{
	(void)context;
	(void)name;
	return "x";
}

int config_check_url(const char *url, struct error *error)
{
	struct buffer example = BUFFER_INIT;
	int result;

	if (!config_is_http(url))
		return error_set(error, "an http or https address");
	result = template_check_url(url, error);
	if (!result)
		result = template_expand_url(&example, url, some_value, NULL, error);
	if (!result)
		result = url_check(buffer_text(&example), error);
	buffer_release(&example);
	return result;
}

int config_check_receiver(const char *url, struct error *error)
{
	if (amqp_is_address(url))
		return config_check_broker(url, error);
	if (!config_is_http(url))
		return error_set(error, "an http, https, amqp or amqps address");
	return config_check_url(url, error);
}

int read_url(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	if (amqp_is_address(value)) {
		if (config_check_broker_without_password(value, error))
			return ERROR_FAILED;
		return config_set_text(field, value);
	}
	if (config_check_receiver(value, error))
		return ERROR_FAILED;
	if (url_has_user(value))
		return error_set(error, "a password is kept in url-file, not here");
	return config_set_text(field, value);
}

int read_content_type(void *field, const struct config_key *key, const char *value, struct error *error)
{
	enum template_form form;

	(void)key;
	if (strlen(value) > CONTENT_TYPE_MAXIMUM)
		return error_set(error, "longer than %d bytes", CONTENT_TYPE_MAXIMUM);
	for (const char *c = value; *c; c++)
		if (*c < ' ' || *c == 0x7f)
			return error_set(error, "ASCII alone");
	if (template_form_of(&form, value, error))
		return ERROR_FAILED;
	return config_set_text(field, value);
}

int read_proxy(void *field, const struct config_key *key, const char *value, struct error *error)
{
	const char *end;
	size_t length;

	(void)key;
	if (!config_is_http(value) && !url_has_scheme(value, "socks5h"))
		return error_set(error, "an http, https or socks5h address");
	if (url_check(value, error))
		return ERROR_FAILED;
	if (url_has_user(value))
		return error_set(error, "a proxy that asks for a password cannot be used");
	end = url_host(value, &length) + length;
	if (*end && strcmp(end, "/") != 0)
		return error_set(error, "an address of a host alone, as in http://proxy.example.com:3128");
	return config_set_text(field, value);
}

static void check_address(struct config *config, const struct webhook *webhook)
{
	const struct config_place url = {SECTION_WEBHOOK, webhook->endpoint.name, "url", NULL};
	const struct config_place url_file = {SECTION_WEBHOOK, webhook->endpoint.name, "url-file", NULL};
	const struct config_place *used = config_is_set(config, &url) ? &url : &url_file;
	bool plain = webhook->url && url_has_scheme(webhook->url, "http");

	if (config_is_set(config, &url) && config_is_set(config, &url_file))
		config_problem_at(config, &url_file, "url-file: url is set too, and one is enough");
	if (!plain || webhook->endpoint.insecure)
		return;
	if (webhook->proxy)
		config_problem_at(config, used, "%s: plain http through a proxy needs insecure = yes", used->key);
	else if (!url_is_local(webhook->url))
		config_problem_at(config, used, "%s: plain http to another machine needs insecure = yes", used->key);
}

static void check_needs(struct config *config, const struct webhook *webhook, const char *key, const char *needed)
{
	const struct config_place place = {SECTION_WEBHOOK, webhook->endpoint.name, key, NULL};
	const struct config_place other = {SECTION_WEBHOOK, webhook->endpoint.name, needed, NULL};

	if (config_is_set(config, &place) && !config_is_set(config, &other))
		config_problem_at(config, &place, "%s needs %s", key, needed);
}

void config_check_webhook(struct config *config, const struct webhook *webhook)
{
	check_address(config, webhook);
	check_needs(config, webhook, "old-secret-file", "secret-file");
	check_needs(config, webhook, "content-type", "template");
	check_needs(config, webhook, "client-cert", "client-key");
	check_needs(config, webhook, "client-key", "client-cert");
	config_check_rabbitmq(config, webhook);
}
