#include "flow/courier.h"

const struct courier *courier_to(const struct endpoint *endpoint)
{
	const struct webhook *webhook = endpoint_webhook(endpoint);

	if (!webhook)
		return &courier_smtp;
	return webhook_is_message(webhook) ? &courier_rabbitmq : &courier_http;
}
