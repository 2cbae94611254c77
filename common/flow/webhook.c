#include "flow/webhook.h"

#include <string.h>

#include "adapters/hmac.h"
#include "flow/secret.h"
#include "rules/webhook_headers.h"

#define BASE64_PREFIX "whsec_"

static int decode(struct buffer *out, const struct buffer *text, const char *path, struct error *error)
{
	size_t prefix = strlen(BASE64_PREFIX);
	struct error reason = ERROR_INIT;
	int result;

	if (text->length < prefix || memcmp(text->bytes, BASE64_PREFIX, prefix) != 0) {
		buffer_add(out, text->bytes, text->length);
		return 0;
	}
	result = base64_decode(out, text->bytes + prefix, text->length - prefix, &reason);
	if (result)
		error_set(error, "%s: what follows " BASE64_PREFIX " is no base64", path);
	error_release(&reason);
	return result;
}

static int load_secret(struct buffer *out, const char *path, uid_t owner, struct error *error)
{
	struct buffer text = BUFFER_INIT;
	int result;

	if (!path)
		return 0;
	result = secret_load(&text, path, owner, error);
	if (!result)
		result = decode(out, &text, path, error);
	if (!result && out->length < WEBHOOK_SECRET_MINIMUM)
		result = error_set(error, "%s: a secret has at least %d bytes; make one with: openssl rand -base64 32",
				   path, WEBHOOK_SECRET_MINIMUM);
	secret_release(&text);
	return result;
}

int webhook_secrets_load(struct webhook_secrets *out, const struct webhook *endpoint, uid_t owner, struct error *error)
{
	int result;

	*out = (struct webhook_secrets){0};
	result = load_secret(&out->current, endpoint->secret_file, owner, error);
	if (!result)
		result = load_secret(&out->old, endpoint->old_secret_file, owner, error);
	return result;
}

void webhook_secrets_release(struct webhook_secrets *secrets)
{
	secret_release(&secrets->current);
	secret_release(&secrets->old);
}

static int add_signature(struct buffer *out, const struct buffer *key, const struct buffer *content,
			 struct error *error)
{
	struct hmac hmac;
	int result;

	if (!key->length)
		return 0;
	result = hmac_sha256(&hmac, key->bytes, key->length, content->bytes, content->length, error);
	if (result)
		return result;
	buffer_add_string(out, out->length ? " v1," : "v1,");
	base64_encode(out, hmac.bytes, sizeof(hmac.bytes));
	return 0;
}

static int sign_standard(struct buffer *out, const struct webhook_secrets *secrets,
			 const struct webhook_message *message, const struct webhook_content *content,
			 struct error *error)
{
	struct buffer signed_content = BUFFER_INIT;
	int result;

	webhook_signed_content(&signed_content, message, content->body, content->length);
	result = add_signature(out, &secrets->current, &signed_content, error);
	if (!result)
		result = add_signature(out, &secrets->old, &signed_content, error);
	buffer_release(&signed_content);
	return result;
}

static int sign_github(struct buffer *out, const struct webhook_secrets *secrets, const struct webhook_content *content,
		       struct error *error)
{
	const struct buffer *key = &secrets->current;
	struct hmac hmac;
	int result;

	if (!key->length)
		return 0;
	result = hmac_sha256(&hmac, key->bytes, key->length, content->body, content->length, error);
	if (!result)
		hmac_hex(out, &hmac);
	return result;
}

int webhook_compose(struct strings *out, const struct webhook_secrets *secrets, const struct webhook_content *content,
		    const struct delivery *delivery, const char *source, int64_t now, struct error *error)
{
	struct webhook_message message = {.id = delivery->id,
					  .time = now,
					  .content_type = content->type,
					  .event_id = delivery->event.id,
					  .type = delivery->event.type,
					  .source = source,
					  .subject = delivery->event.ref,
					  .event_time = delivery->event.time};
	struct buffer signatures = BUFFER_INIT;
	struct buffer digest = BUFFER_INIT;
	int result = sign_standard(&signatures, secrets, &message, content, error);

	if (!result)
		result = sign_github(&digest, secrets, content, error);
	message.signatures = signatures.length ? buffer_text(&signatures) : NULL;
	message.hub_digest = digest.length ? buffer_text(&digest) : NULL;
	if (!result)
		webhook_headers(out, &message);
	buffer_release(&signatures);
	buffer_release(&digest);
	return result;
}
