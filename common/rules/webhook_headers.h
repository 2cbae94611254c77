/* The headers of one delivery, in three families that do not collide (hotfix-hooks(7), HEADERS): GitHub's webhooks,
 * Standard Webhooks, and CloudEvents 1.0 in the binary mode of its HTTP protocol binding. */
#ifndef HOTFIX_RULES_WEBHOOK_HEADERS_H
#define HOTFIX_RULES_WEBHOOK_HEADERS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/strings.h"

struct webhook_message {
	const char *id;           /* of the delivery: the same at every attempt */
	int64_t time;             /* of this attempt, seconds since the epoch */
	const char *content_type; /* NULL: the body of the event itself, "application/json" with nothing behind it */
	const char *event_id;
	const char *type;       /* "hotfix.merged" */
	const char *source;     /* address of the repository, a URI reference */
	const char *subject;    /* ref, or NULL */
	int64_t event_time;     /* when it happened */
	const char *hub_digest; /* hexadecimal HMAC of the body; NULL without a secret */
	const char *signatures; /* base64 HMACs of webhook_signed_content, separated by spaces; NULL without a secret */
};

/* Adds "Name: value" for each header. */
void webhook_headers(struct strings *out, const struct webhook_message *message);

/* Adds what Standard Webhooks signs: "id.time.body" (its specification, "Signature scheme"). */
void webhook_signed_content(struct buffer *out, const struct webhook_message *message, const char *body, size_t length);

#endif
