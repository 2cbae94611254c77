#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "adapters/config_parts.h"
#include "base/memory.h"
#include "rules/url.h"

static void add_plain(struct buffer *out, const char *text)
{
	buffer_add_string(out, text);
}

/* The address as it would be with every placeholder filled in. */
static void fill_sample(struct buffer *out, const char *url)
{
	const struct gate_facts facts = {"x", "x", "x", "x", "x"};

	gate_fill(out, url, &facts, add_plain);
}

/* Who names a branch must not choose the machine that is asked. */
static int check_host(const char *url, struct error *error)
{
	const char *scheme = strstr(url, "://");
	const char *host = scheme ? scheme + strlen("://") : url;
	size_t length = strcspn(host, "/?#");

	if (scheme && memchr(host, '{', length))
		return error_set(error, "a placeholder stands behind the host alone");
	if (scheme && memchr(host, '@', length))
		return error_set(error, "a password is kept in headers-file, not here");
	return 0;
}

int read_gate_url(void *field, const struct config_key *key, const char *value, struct error *error)
{
	struct buffer sample = BUFFER_INIT;
	int result = check_host(value, error);

	fill_sample(&sample, value);
	if (!result && strpbrk(buffer_text(&sample), "{}"))
		result = error_set(error,
				   "only {incident}, {branch}, {commit}, {production} and {severity} are filled in");
	if (!result)
		result = config_check_url(buffer_text(&sample), error);
	if (!result)
		result = read_text(field, key, value, error);
	buffer_release(&sample);
	return result;
}

int read_method(void *field, const struct config_key *key, const char *value, struct error *error)
{
	if (strcmp(value, "GET") != 0 && strcmp(value, "POST") != 0 && strcmp(value, "PUT") != 0)
		return error_set(error, "one of GET, POST, PUT");
	return read_text(field, key, value, error);
}

int item_when(struct buffer *item, struct error *error)
{
	if (!strcmp(buffer_text(item), GATE_WHEN_LANDING) || !strcmp(buffer_text(item), GATE_WHEN_OPENED))
		return 0;
	return error_set(error, "one of " GATE_WHEN_LANDING ", " GATE_WHEN_OPENED);
}

int item_lands(struct buffer *item, struct error *error)
{
	if (!strcmp(buffer_text(item), GATE_FOR_HOTFIX) || !strcmp(buffer_text(item), GATE_FOR_ORDINARY))
		return 0;
	return error_set(error, "one of " GATE_FOR_HOTFIX ", " GATE_FOR_ORDINARY);
}

int item_expectation(struct buffer *item, struct error *error)
{
	struct buffer pointer = BUFFER_INIT;
	const char *expression;
	char *checked = NULL;
	int result = 0;

	if (!gate_take_expectation(&pointer, &expression, buffer_text(item)))
		result = error_set(error, "a JSON pointer and an expression, as in /fields/status/name ^Open$");
	else
		result = read_expression(&checked, NULL, expression, error);
	free(checked);
	buffer_release(&pointer);
	return result;
}

static void check_url(struct config *config, const struct gate *gate)
{
	const struct config_place url = {SECTION_GATE, gate->name, "url", NULL};
	const struct config_place section = {SECTION_GATE, gate->name, NULL, NULL};

	if (!config_is_set(config, &url))
		config_problem_at(config, &section, "[gate \"%s\"] needs url", gate->name);
	if (!gate->url)
		return;
	if (url_has_scheme(gate->url, "http") && !gate->insecure && !url_is_local(gate->url))
		config_problem_at(config, &url, "url: plain http to another machine needs insecure = yes");
	if (strings_contain(&gate->lands, GATE_FOR_ORDINARY) && strstr(gate->url, "{incident}"))
		config_problem_at(config, &url,
				  "url: an ordinary landing has no incident: for = ordinary cannot ask this");
}

static void check_body(struct config *config, struct gate *gate)
{
	const struct config_place body = {SECTION_GATE, gate->name, "body", NULL};
	const struct config_place method = {SECTION_GATE, gate->name, "method", NULL};

	if (!gate->body)
		return;
	if (!config_is_set(config, &method)) {
		free(gate->method);
		gate->method = memory_copy("POST");
	}
	if (!gate_has_body(gate))
		config_problem_at(config, &body, "body: a GET has none");
}

void config_check_gates(struct config *config)
{
	for (size_t i = 0; i < config->policy->gate_count; i++) {
		check_url(config, &config->policy->gates[i]);
		check_body(config, &config->policy->gates[i]);
	}
}
