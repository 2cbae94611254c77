#include <string.h>
#include <strings.h>

#include "adapters/config_parts.h"
#include "rules/template.h"

#define CONTENT_TYPE_MAXIMUM 100

bool config_is_http(const char *url)
{
	return !strncasecmp(url, "http://", 7) || !strncasecmp(url, "https://", 8);
}

/* The user of an address is not part of its host. */
static const char *host_of(const char *url, size_t *length)
{
	const char *host = strstr(url, "://") + strlen("://");
	size_t whole = strcspn(host, "/?#");
	const char *at = memrchr(host, '@', whole);

	*length = at ? whole - (size_t)(at + 1 - host) : whole;
	return at ? at + 1 : host;
}

static bool has_user(const char *url)
{
	size_t length;

	return *(host_of(url, &length) - 1) == '@';
}

/* RFC 3986, section 2. */
static int check_characters(const char *url, struct error *error)
{
	size_t length;
	const char *host;

	for (const char *c = url; *c; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || strchr("<>\"\\^`{|}", *c))
			return error_set(error, "no address holds the byte 0x%02x", (unsigned char)*c);
	host = host_of(url, &length);
	if (!length || *host == ':')
		return error_set(error, "an address without a host");
	return 0;
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
		result = check_characters(buffer_text(&example), error);
	buffer_release(&example);
	return result;
}

int read_url(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	if (config_check_url(value, error))
		return ERROR_FAILED;
	if (has_user(value))
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
	if (!config_is_http(value) && strncasecmp(value, "socks5h://", strlen("socks5h://")) != 0)
		return error_set(error, "an http, https or socks5h address");
	if (check_characters(value, error))
		return ERROR_FAILED;
	if (has_user(value))
		return error_set(error, "a proxy that asks for a password cannot be used");
	end = host_of(value, &length) + length;
	if (*end && strcmp(end, "/") != 0)
		return error_set(error, "an address of a host alone, as in http://proxy.example.com:3128");
	return config_set_text(field, value);
}

bool config_url_is_local(const char *url)
{
	size_t length;
	const char *host = host_of(url, &length);

	if (*host == '[')
		return !strncmp(host, "[::1]", 5) && (length == 5 || host[5] == ':');
	length = strcspn(host, ":/?#");
	if (length == strlen("localhost") && !strncasecmp(host, "localhost", length))
		return true;
	return !strncmp(host, "127.", 4) && strspn(host, "0123456789.") == length;
}

static void check_address(struct config *config, const struct webhook *webhook)
{
	const struct config_place url = {SECTION_WEBHOOK, webhook->endpoint.name, "url", NULL};
	const struct config_place url_file = {SECTION_WEBHOOK, webhook->endpoint.name, "url-file", NULL};
	const struct config_place *used = config_is_set(config, &url) ? &url : &url_file;
	bool plain = webhook->url && !strncasecmp(webhook->url, "http://", strlen("http://"));

	if (config_is_set(config, &url) && config_is_set(config, &url_file))
		config_problem_at(config, &url_file, "url-file: url is set too, and one is enough");
	if (!plain || webhook->endpoint.insecure)
		return;
	if (webhook->proxy)
		config_problem_at(config, used, "%s: plain http through a proxy needs insecure = yes", used->key);
	else if (!config_url_is_local(webhook->url))
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
}
