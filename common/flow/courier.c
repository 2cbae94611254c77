#include "flow/courier.h"

const struct courier *courier_to(const struct endpoint *endpoint)
{
	return endpoint->kind == ENDPOINT_MAIL ? &courier_smtp : &courier_http;
}
