#include "rules/endpoint.h"

#include <stdlib.h>

#include "base/memory.h"
#include "rules/amqp_address.h"
#include "rules/retry.h"

#define WEBHOOK_TIMEOUT 15
#define MAIL_TIMEOUT 60
#define EXCHANGE "hotfix"
#define ROUTING_KEY "{type}"

static void init(struct endpoint *endpoint, enum endpoint_kind kind, const char *name, int timeout)
{
	*endpoint = (struct endpoint){
		.kind = kind, .name = memory_copy(name), .retry = memory_copy(RETRY_DEFAULT), .timeout = timeout};
}

static void release(struct endpoint *endpoint)
{
	free(endpoint->origin);
	free(endpoint->name);
	strings_release(&endpoint->events);
	free(endpoint->retry);
	free(endpoint->ca_file);
}

void webhook_init(struct webhook *webhook, const char *name)
{
	*webhook = (struct webhook){0};
	init(&webhook->endpoint, ENDPOINT_WEBHOOK, name, WEBHOOK_TIMEOUT);
	strings_add(&webhook->endpoint.events, "hotfix.merged");
	strings_add(&webhook->endpoint.events, "production.released");
	strings_add(&webhook->endpoint.events, "production.rolled_back");
	webhook->exchange = memory_copy(EXCHANGE);
	webhook->routing_key = memory_copy(ROUTING_KEY);
}

void webhook_release(struct webhook *webhook)
{
	release(&webhook->endpoint);
	free(webhook->url);
	free(webhook->url_file);
	free(webhook->secret_file);
	free(webhook->old_secret_file);
	free(webhook->expect);
	free(webhook->headers_file);
	free(webhook->template_file);
	free(webhook->content_type);
	free(webhook->client_cert);
	free(webhook->client_key);
	free(webhook->proxy);
	free(webhook->exchange);
	free(webhook->routing_key);
	free(webhook->password_file);
	*webhook = (struct webhook){0};
}

void mail_init(struct mail *mail, const char *name)
{
	*mail = (struct mail){0};
	init(&mail->endpoint, ENDPOINT_MAIL, name, MAIL_TIMEOUT);
	strings_add(&mail->endpoint.events, "hotfix.opened");
	strings_add(&mail->endpoint.events, "hotfix.merged");
	strings_add(&mail->endpoint.events, "hotfix.closed");
	strings_add(&mail->endpoint.events, "production.rolled_back");
}

void mail_release(struct mail *mail)
{
	release(&mail->endpoint);
	strings_release(&mail->to);
	free(mail->from);
	free(mail->smtp);
	free(mail->user);
	free(mail->password_file);
	free(mail->subject_prefix);
	*mail = (struct mail){0};
}

const struct webhook *endpoint_webhook(const struct endpoint *endpoint)
{
	return endpoint->kind == ENDPOINT_WEBHOOK ? (const struct webhook *)endpoint : NULL;
}

const struct mail *endpoint_mail(const struct endpoint *endpoint)
{
	return endpoint->kind == ENDPOINT_MAIL ? (const struct mail *)endpoint : NULL;
}

bool webhook_is_message(const struct webhook *webhook)
{
	return webhook->url && amqp_is_address(webhook->url);
}

const char *webhook_method_name(enum webhook_method method)
{
	static const char *const names[] = {[WEBHOOK_POST] = "POST", [WEBHOOK_PUT] = "PUT", [WEBHOOK_PATCH] = "PATCH"};

	return names[method];
}

const char *endpoint_kind_name(enum endpoint_kind kind)
{
	return kind == ENDPOINT_MAIL ? "mail" : "webhook";
}
