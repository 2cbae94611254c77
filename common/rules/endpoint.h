/* Who is told of events: what every endpoint has, and what only a [webhook] or a [mail] has (hotfix.ini(5)). */
#ifndef HOTFIX_RULES_ENDPOINT_H
#define HOTFIX_RULES_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"

enum endpoint_kind { ENDPOINT_WEBHOOK, ENDPOINT_MAIL };

struct endpoint {
	enum endpoint_kind kind;
	char *origin;          /* "file:line" of the section; NULL when it came from no file */
	char *name;            /* no two endpoints of a policy share one */
	struct strings events; /* types, globs allowed */
	char *retry;           /* schedule, rules/retry.h; never NULL */
	int timeout;           /* seconds for one attempt */
	bool insecure;         /* without TLS to a host that is not loopback */
	char *ca_file;         /* NULL: the system's */
};

enum webhook_method { WEBHOOK_POST, WEBHOOK_PUT, WEBHOOK_PATCH };

/* [webhook "name"] */
struct webhook {
	struct endpoint endpoint; /* first: endpoint_webhook */
	char *url;      /* from url, or read from url-file; NULL when this process may not read that file; a template */
	char *url_file; /* NULL when not configured, like every text below */
	enum webhook_method method;
	char *headers_file;
	char *template_file; /* of the body */
	char *content_type;  /* of what the template becomes */
	char *secret_file;
	char *old_secret_file; /* NULL, or the secret that is being rotated out */
	char *expect;          /* POSIX ERE that the reply must match, or NULL */
	char *client_cert;
	char *client_key;
	char *proxy; /* http, https or socks5h address */
	/* where url is that of a broker: webhook_is_message */
	char *exchange;    /* never NULL */
	char *routing_key; /* never NULL; a template */
	char *password_file;
};

/* [mail "name"] */
struct mail {
	struct endpoint endpoint; /* first: endpoint_mail */
	struct strings to;        /* addresses */
	char *from;               /* address */
	char *smtp;               /* smtp:// or smtps:// address of the server */
	char *user;               /* NULL: without authentication */
	char *password_file;
	char *subject_prefix; /* NULL: none */
};

/* Fill in the defaults of hotfix.ini(5). Owned by the caller. */
void webhook_init(struct webhook *webhook, const char *name);
void webhook_release(struct webhook *webhook);
void mail_init(struct mail *mail, const char *name);
void mail_release(struct mail *mail);

/* Return the section that ENDPOINT is part of, or NULL when it is of another kind. */
const struct webhook *endpoint_webhook(const struct endpoint *endpoint);
const struct mail *endpoint_mail(const struct endpoint *endpoint);

/* True when it publishes to a broker (rules/amqp_address.h), and sends nothing by HTTP. */
bool webhook_is_message(const struct webhook *webhook);

/* Returns "POST" ... */
const char *webhook_method_name(enum webhook_method method);

/* Returns "webhook" or "mail", as in the title of its section. */
const char *endpoint_kind_name(enum endpoint_kind kind);

#endif
