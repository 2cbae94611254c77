#include <string.h>
#include <strings.h>

#include "rules/template.h"

static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return host + strcspn(host, "/?#");
}

static bool is_template(const char *url)
{
	for (; (url = strchr(url, '{')); url++)
		if ((url[1] >= 'a' && url[1] <= 'z') || (url[1] >= 'A' && url[1] <= 'Z'))
			return true;
	return false;
}

/* RFC 3986, section 5.2.4; a dot may be written as %2E. */
static bool is_dots(const char *segment, size_t length)
{
	size_t dots = 0;

	for (size_t i = 0; i < length; dots++)
		if (segment[i] == '.')
			i++;
		else if (length - i >= 3 && strncasecmp(segment + i, "%2e", 3) == 0)
			i += 3;
		else
			return false;
	return dots == 1 || dots == 2;
}

static bool has_dot_segment(const char *url)
{
	const char *at = path_of(url);

	while (*at == '/') {
		size_t length = strcspn(at + 1, "/?#");

		if (is_dots(at + 1, length))
			return true;
		at += 1 + length;
	}
	return false;
}

int template_check_url(const char *url, struct error *error)
{
	size_t length = strlen(url);
	const char *path = path_of(url);
	const char *first = strchr(url, '{');
	const char *fragment = strchr(url, '#');
	int line;

	if (!is_template(url))
		return 0;
	if (template_check(&line, url, length, TEMPLATE_URL, error))
		return ERROR_FAILED;
	if (first < path)
		return error_set(error, "placeholders are for the path and the query, not for the host");
	if (fragment && strchr(fragment, '{'))
		return error_set(error, "what is behind # is never sent");
	if (strstr(url, "{" TEMPLATE_BODY "}"))
		return error_set(error, "{" TEMPLATE_BODY "} is too long for an address");
	if (has_dot_segment(url))
		return error_set(error, "no . or .. in a path with placeholders");
	return 0;
}

int template_expand_url(struct buffer *out, const char *url, template_value *find, void *context, struct error *error)
{
	struct buffer whole = BUFFER_INIT;
	int result = template_expand(&whole, url, strlen(url), TEMPLATE_URL, find, context, error);

	if (!result && whole.length > TEMPLATE_URL_MAXIMUM)
		result = error_set_code(error, ERROR_LIMIT, "the address: with its values it is longer than %d bytes",
					TEMPLATE_URL_MAXIMUM);
	if (!result && is_template(url) && has_dot_segment(buffer_text(&whole)))
		result = error_set(error, "the address: a value would lead out of its folder");
	if (!result)
		buffer_add(out, whole.bytes, whole.length);
	buffer_release(&whole);
	return result;
}
