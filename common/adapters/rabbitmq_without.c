/* In builds without librabbitmq: the place of all other files that need it. */
#include "adapters/rabbitmq.h"

bool rabbitmq_is_built(void)
{
	return false;
}

int rabbitmq_publish(struct reply *out, const struct rabbitmq_message *message, struct error *error)
{
	(void)message;
	*out = (struct reply){.retry_after = -1};
	return error_set(error, "%s", RABBITMQ_ABSENT);
}
