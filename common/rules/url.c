#include "rules/url.h"

#include <string.h>
#include <strings.h>

bool url_has_scheme(const char *url, const char *scheme)
{
	size_t length = strlen(scheme);

	return !strncasecmp(url, scheme, length) && !strncmp(url + length, "://", strlen("://"));
}

const char *url_host(const char *url, size_t *length)
{
	const char *host = strstr(url, "://") + strlen("://");
	size_t whole = strcspn(host, "/?#");
	const char *at = memrchr(host, '@', whole);

	*length = at ? whole - (size_t)(at + 1 - host) : whole;
	return at ? at + 1 : host;
}

int url_check(const char *url, struct error *error)
{
	size_t length;
	const char *host;

	for (const char *c = url; *c; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || strchr("<>\"\\^`{|}", *c))
			return error_set(error, "no address holds the byte 0x%02x", (unsigned char)*c);
	host = url_host(url, &length);
	if (!length || *host == ':')
		return error_set(error, "an address without a host");
	return 0;
}

bool url_has_user(const char *url)
{
	size_t length;

	return url_host(url, &length)[-1] == '@';
}

bool url_is_local(const char *url)
{
	size_t length;
	const char *host = url_host(url, &length);

	if (*host == '[')
		return !strncmp(host, "[::1]", 5) && (length == 5 || host[5] == ':');
	length = strcspn(host, ":/?#");
	if (length == strlen("localhost") && !strncasecmp(host, "localhost", length))
		return true;
	return !strncmp(host, "127.", 4) && strspn(host, "0123456789.") == length;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
}

void url_escape(struct buffer *out, const char *text)
{
	for (; *text; text++)
		if (is_unreserved(*text))
			buffer_add_char(out, *text);
		else
			buffer_addf(out, "%%%02X", (unsigned char)*text);
}

void url_redact(struct buffer *out, const char *text)
{
	const char *start = strstr(text, "://");
	const char *at = start ? strrchr(start, '@') : NULL;

	if (!at) {
		buffer_add_string(out, text);
		return;
	}
	buffer_add(out, text, (size_t)(start + strlen("://") - text));
	buffer_addf(out, "...%s", at);
}
