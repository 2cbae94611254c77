/* The headers and signatures of one attempt (hotfix-hooks(7), HEADERS). */
#ifndef HOTFIX_FLOW_WEBHOOK_H
#define HOTFIX_FLOW_WEBHOOK_H

#include <stdint.h>
#include <sys/types.h>

#include "adapters/state.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"
#include "rules/policy.h"

#define WEBHOOK_SECRET_MINIMUM 16 /* bytes of a key */

/* Keys. An empty one is none. */
struct webhook_secrets {
	struct buffer current;
	struct buffer old; /* that is being rotated out */
};

/* Reads the secret files of ENDPOINT anew: files of one line that belong to root or OWNER and that nobody else may
 * read. "whsec_" and base64 stands for the bytes that it encodes, anything else for its own bytes; the key is the same
 * for both families of signatures. Errors name the file and never hold the secret. OUT is owned by the caller either
 * way. */
int webhook_secrets_load(struct webhook_secrets *out, const struct webhook *endpoint, uid_t owner, struct error *error);

/* Overwrites and releases the keys. */
void webhook_secrets_release(struct webhook_secrets *secrets);

/* What is sent. */
struct webhook_content {
	const char *type; /* NULL: the body of the event itself */
	const char *body;
	size_t length;
};

/* Adds the headers of an attempt at DELIVERY, made NOW (seconds since the epoch). SOURCE is the address of the
 * repository. webhook-signature has one value for each secret, the current one first; X-Hub-Signature-256 only ever the
 * one of the current secret. Both sign CONTENT. Without a secret there is no signature. */
int webhook_compose(struct strings *out, const struct webhook_secrets *secrets, const struct webhook_content *content,
		    const struct delivery *delivery, const char *source, int64_t now, struct error *error);

#endif
