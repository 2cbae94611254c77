/* Mails over SMTP (RFC 5321): smtps, or smtp with STARTTLS (RFC 3207), which without is allowed to loopback and where it
 * is said; network.h has the other guards. */
#ifndef HOTFIX_ADAPTERS_SMTP_H
#define HOTFIX_ADAPTERS_SMTP_H

#include <stdbool.h>

#include "adapters/json.h"
#include "adapters/network.h"
#include "base/error.h"
#include "base/strings.h"

#define SMTP_REPLY_MAXIMUM 4096

struct smtp_mail {
	const char *url;          /* smtp or smtps; what is behind the host is our name for EHLO */
	const char *from;         /* addresses without "<" and ">" */
	const struct strings *to; /* not empty */
	const char *user;         /* NULL: without authentication */
	const char *password;
	const char *message; /* whole, lines that end with CR LF */
	int timeout;         /* seconds for all of it */
	bool plain;          /* smtp without TLS; the next says where to */
	bool insecure;       /* plain to a host that is not loopback */
	const char *ca_file; /* NULL: the system's */
};

/* Sends, and waits for the reply: its recipients are those of MAIL, in order; its status is that of the mail, or of what
 * the server refused last; its body is what the server said from MAIL on, at most SMTP_REPLY_MAXIMUM bytes. A mail is sent
 * to whom the server takes it for, if there is anybody. Fails when the mail itself is not possible: nothing was sent.
 * OUT is owned by the caller. */
int smtp_send(struct reply *out, const struct smtp_mail *mail, struct error *error);

/* libcurl waits for the end of a mail, and everybody with it: sending is an errand (adapters/errand.h). Makes the request
 * for one, owned by the caller; does what a request asks. */
struct json *smtp_request(const struct smtp_mail *mail);
int smtp_perform(struct reply *out, const struct json *request, struct error *error);

#endif
