#include "flow/webhook_request.h"

#include <string.h>

#include "base/file.h"
#include "flow/event_values.h"
#include "flow/headers_file.h"
#include "flow/webhook_files.h"

void webhook_request_release(struct webhook_request *request)
{
	buffer_release(&request->target);
	strings_release(&request->headers);
	buffer_release(&request->body);
}

static int fill_template(struct webhook_request *request, const struct parcel *parcel, struct event_values *values,
			 struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	struct buffer text = BUFFER_INIT;
	enum template_form form;
	int result = webhook_load_template(&text, &form, webhook, parcel->announcer->environment->owner, error);

	if (!result)
		result = template_expand(&request->body, text.bytes, text.length, form, event_values_find, values,
					 error);
	request->content = (struct webhook_content){
		.type = webhook_content_type(webhook), .body = request->body.bytes, .length = request->body.length};
	buffer_release(&text);
	return result;
}

static int fill_placeholders(struct webhook_request *request, const struct parcel *parcel, const char *target,
			     webhook_expand *expand, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	struct event_values values = {0};
	int result = event_values_init(&values, &parcel->delivery->event, parcel->source, error);

	if (!result)
		result = expand(&request->target, target, event_values_find, &values, error);
	if (!result && webhook->template_file)
		result = fill_template(request, parcel, &values, error);
	event_values_release(&values);
	return result;
}

static int fill_in(struct webhook_request *request, const struct parcel *parcel, const char *target,
		   webhook_expand *expand, struct error *error)
{
	const char *body = parcel->delivery->event.body;

	request->content = (struct webhook_content){.body = body, .length = strlen(body)};
	if (endpoint_webhook(parcel->endpoint)->template_file || strchr(target, '{'))
		return fill_placeholders(request, parcel, target, expand, error);
	buffer_add_string(&request->target, target);
	return 0;
}

static int sign(struct webhook_request *request, const struct parcel *parcel, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);
	uid_t owner = parcel->announcer->environment->owner;
	struct webhook_secrets secrets = {0};
	int result = webhook_secrets_load(&secrets, webhook, owner, error);

	if (!result)
		result = webhook_compose(&request->headers, &secrets, &request->content, parcel->delivery,
					 parcel->source, parcel->time / 1000, error);
	if (!result && webhook->headers_file)
		result = headers_file_load(&request->headers, webhook->headers_file, owner, error);
	webhook_secrets_release(&secrets);
	return result;
}

/* What others could read or change is not used to prove who we are. */
static int check_client(const struct parcel *parcel, struct error *error)
{
	const struct webhook *webhook = endpoint_webhook(parcel->endpoint);

	return webhook->client_key ? file_private(webhook->client_key, parcel->announcer->environment->owner, error)
				   : 0;
}

int webhook_request_init(struct webhook_request *out, const struct parcel *parcel, const char *target,
			 webhook_expand *expand, struct error *error)
{
	int result;

	*out = (struct webhook_request){0};
	result = fill_in(out, parcel, target, expand, error);
	if (!result)
		result = sign(out, parcel, error);
	if (!result)
		result = check_client(parcel, error);
	return result;
}
