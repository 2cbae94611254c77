/* Addresses with a scheme and a host (RFC 3986, section 3). */
#ifndef HOTFIX_RULES_URL_H
#define HOTFIX_RULES_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* True when URL begins with SCHEME and "://", in any case. */
bool url_has_scheme(const char *url, const char *scheme);

/* Fails unless URL, which has a scheme and "://", is made of the characters that an address has, and names a host. */
int url_check(const char *url, struct error *error);

/* Returns the host of a good URL, part of it; *LENGTH is that of the host with its port. */
const char *url_host(const char *url, size_t *length);

/* True when a user, and so perhaps a password, stands before the host of a good URL. */
bool url_has_user(const char *url);

/* True when the host of a good URL is this machine: localhost, 127.0.0.0/8 or [::1]. */
bool url_is_local(const char *url);

/* Adds TEXT with all but the unreserved characters (RFC 3986, section 2.3) as "%XX". */
void url_escape(struct buffer *out, const char *text);

/* Adds TEXT with "..." for what may be a user and a password: everything between "://" and the last "@". */
void url_redact(struct buffer *out, const char *text);

#endif
