/* One attempt to tell a webhook, whatever it travels by, made up from its configuration and the event. */
#ifndef HOTFIX_FLOW_WEBHOOK_REQUEST_H
#define HOTFIX_FLOW_WEBHOOK_REQUEST_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"
#include "flow/courier.h"
#include "flow/webhook.h"
#include "rules/template.h"

struct webhook_request {
	struct buffer target;   /* the address, or what else has placeholders, filled in */
	struct strings headers; /* with the signatures */
	struct buffer body;     /* of a template; empty: the body of the event */
	struct webhook_content content;
};

/* Adds TEXT with its placeholders filled in. */
typedef int webhook_expand(struct buffer *out, const char *text, template_value *find, void *context,
			   struct error *error);

/* Fills the placeholders of TARGET in by EXPAND, makes the body, and signs it; reads the files that the webhook names.
 * Fails, too, when others could read the client's key. OUT is owned by the caller either way. */
int webhook_request_init(struct webhook_request *out, const struct parcel *parcel, const char *target,
			 webhook_expand *expand, struct error *error);
void webhook_request_release(struct webhook_request *request);

#endif
