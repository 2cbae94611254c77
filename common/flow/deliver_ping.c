#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce_event.h"
#include "flow/deliver.h"

#define PINGS_LOOKED_AT 20

/* Another event may have come for the endpoint meanwhile. */
static int find_ping(char **out, struct state *state, const char *endpoint, struct error *error)
{
	struct delivery_filter filter = {.endpoint = endpoint, .state = -1};
	struct deliveries newest = {0};
	int result = state_list_deliveries(state, &newest, &filter, PINGS_LOOKED_AT, error);

	for (size_t i = 0; !result && !*out && i < newest.count; i++)
		if (event_type_of(newest.items[i].event.type) == EVENT_PING)
			*out = memory_copy(newest.items[i].id);
	deliveries_release(&newest);
	return result;
}

int deliver_ping(char **out, const struct announcer *announcer, const char *endpoint, struct error *error)
{
	struct happening happening = {.type = EVENT_PING, .time = clock_now(), .endpoint = endpoint};
	struct strings endpoints = STRINGS_INIT;
	bool added;
	int result;

	if (out)
		*out = NULL;
	if (!policy_endpoint(announcer->policy, endpoint))
		return error_set_code(error, ERROR_NOT_FOUND,
				      "the configuration has no [webhook \"%s\"] and no [mail \"%s\"]", endpoint,
				      endpoint);
	strings_add(&endpoints, endpoint);
	result = announce_event(&added, announcer, &happening, clock_now_milliseconds(), &endpoints, error);
	if (!result && out)
		result = find_ping(out, announcer->state, endpoint, error);
	strings_release(&endpoints);
	return result;
}
