/* In builds with librabbitmq. */
#include "adapters/rabbitmq.h"

bool rabbitmq_is_built(void)
{
	return true;
}
