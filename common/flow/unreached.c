#include "flow/unreached.h"

#include <stdlib.h>

#include "base/clock.h"

int unreached_gather(struct unreached_endpoints *out, struct session *session, struct error *error)
{
	int result = state_unreached(session->state, out, error);
	size_t kept = 0;

	for (size_t i = 0; i < out->count; i++) {
		struct unreached *one = &out->items[i];

		if (policy_endpoint(&session->policy, one->endpoint)) {
			out->items[kept++] = *one;
		} else {
			free(one->endpoint);
			free(one->error);
		}
	}
	out->count = kept;
	return result;
}

static void add_answer(struct buffer *out, int status)
{
	if (!status)
		buffer_add_string(out, "no answer");
	else if (status >= 200 && status < 300)
		buffer_addf(out, "%d, but not delivered", status);
	else
		buffer_addf(out, "%d", status);
}

static void add_waiting(struct buffer *out, int64_t waiting)
{
	if (!waiting)
		buffer_add_string(out, "; what it did not take was given up");
	else if (waiting == 1)
		buffer_add_string(out, "; one delivery waits");
	else
		buffer_addf(out, "; %lld%s deliveries wait", (long long)waiting,
			    waiting == UNREACHED_WAITING ? " or more" : "");
}

void unreached_describe(struct buffer *out, const struct unreached *unreached)
{
	buffer_addf(out, "\"%s\" has taken nothing since ", unreached->endpoint);
	clock_format(out, unreached->since / 1000);
	buffer_add_string(out, ", last: ");
	add_answer(out, unreached->status);
	add_waiting(out, unreached->waiting);
}

void unreached_command(struct buffer *out, const struct unreached *unreached)
{
	buffer_addf(out, "hotfixctl deliveries --endpoint %s", unreached->endpoint);
}
