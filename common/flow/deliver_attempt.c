#include "flow/deliver_attempt.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce_event.h"
#include "flow/courier.h"

/* A request that is under way, or was. */
struct flight {
	struct flight *next;
	struct delivering *delivering;
	struct deliveries one;
	struct parcel parcel;
	const struct courier *courier; /* NULL when the endpoint is not configured any more */
	struct reply reply;            /* all zero until it is there */
};

static struct delivery *delivery_of(const struct flight *flight)
{
	return &flight->one.items[0];
}

static void flight_free(struct flight *flight)
{
	struct delivering *delivering = flight->delivering;

	for (struct flight **link = &delivering->flights; *link; link = &(*link)->next) {
		if (*link != flight)
			continue;
		*link = flight->next;
		break;
	}
	strings_remove(&delivering->busy, delivery_of(flight)->endpoint);
	deliveries_release(&flight->one);
	reply_release(&flight->reply);
	free(flight);
}

static struct flight *flight_new(struct delivering *delivering, struct deliveries *deliveries)
{
	struct flight *flight = memory_alloc(sizeof(*flight));

	flight->delivering = delivering;
	flight->one = *deliveries;
	*deliveries = (struct deliveries){0};
	flight->parcel = (struct parcel){
		.endpoint = policy_endpoint(delivering->announcer.policy, delivery_of(flight)->endpoint),
		.delivery = delivery_of(flight),
		.announcer = &delivering->announcer,
		.source = delivering->source,
		.time = clock_now_milliseconds(),
	};
	if (flight->parcel.endpoint)
		flight->courier = courier_to(flight->parcel.endpoint);
	flight->next = delivering->flights;
	delivering->flights = flight;
	strings_add(&delivering->busy, delivery_of(flight)->endpoint);
	return flight;
}

static enum retry_meaning judge(char **words, const struct flight *flight, const struct reply *reply)
{
	if (flight->courier)
		return flight->courier->judge(words, &flight->parcel, reply);
	*words = memory_copy("the configuration has no endpoint of this name");
	return RETRY_DEAD;
}

static uint32_t random_number(void)
{
	uint32_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		number = (uint32_t)clock_monotonic();
	return number;
}

/* What becomes of the delivery, and when. */
static enum delivery_state next_state(int64_t *due, const struct flight *flight, enum retry_meaning meaning,
				      const struct reply *reply, int64_t now)
{
	int attempt = delivery_of(flight)->attempts + 1;
	int64_t seconds;

	*due = now;
	if (meaning == RETRY_DELIVERED)
		return DELIVERY_DELIVERED;
	if (meaning == RETRY_DEAD || !retry_delay(&seconds, flight->parcel.endpoint->retry, attempt))
		return DELIVERY_DEAD;
	*due = now + retry_wait(seconds, reply->retry_after, random_number());
	return DELIVERY_WAITING;
}

/* Nobody is told by an endpoint that its own delivery is dead, nor that the news of a dead delivery is. */
static int announce_exhausted(struct delivering *delivering, struct delivery *delivery, const struct attempt *attempt,
			      struct error *error)
{
	const char *name = event_name(EVENT_DELIVERY_EXHAUSTED);
	struct happening happening = {.type = EVENT_DELIVERY_EXHAUSTED,
				      .time = attempt->time / 1000,
				      .ref = delivery->event.ref,
				      .exhausted = delivery};
	struct strings endpoints = STRINGS_INIT;
	bool added;
	int result;

	if (strcmp(delivery->event.type, name) == 0)
		return 0;
	policy_wanting(&endpoints, delivering->announcer.policy, name);
	strings_remove(&endpoints, delivery->endpoint);
	free(delivery->last_error);
	delivery->last_error = attempt->error ? memory_copy(attempt->error) : NULL;
	delivery->last_status = attempt->status;
	delivery->attempts = attempt->number;
	result = announce_event(&added, &delivering->announcer, &happening, attempt->time, &endpoints, error);
	strings_release(&endpoints);
	return result;
}

/* Who has got a mail, or never will, is not asked again. */
static int settle_recipients(struct state *state, const struct delivery *delivery, const struct reply *reply,
			     struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < reply->recipient_count; i++) {
		const struct recipient *recipient = &reply->recipients[i];
		bool reached = recipient->status >= 200 && recipient->status < 300;

		if (reached || recipient->status >= 500)
			result = state_settle_recipient(state, delivery->number, recipient->address, reached, error);
	}
	return result;
}

static int save(struct flight *flight, const struct attempt *attempt, const struct reply *reply,
		enum delivery_state new_state, int64_t due, struct error *error)
{
	struct delivering *delivering = flight->delivering;
	struct state *state = delivering->announcer.state;
	int result = state_begin(state, false, error);

	if (result)
		return result;
	result = state_add_attempt(state, attempt, new_state, due, error);
	if (!result)
		result = settle_recipients(state, delivery_of(flight), reply, error);
	if (!result && new_state == DELIVERY_DEAD)
		result = announce_exhausted(delivering, delivery_of(flight), attempt, error);
	if (!result)
		result = state_commit(state, error);
	if (result)
		state_rollback(state);
	return result;
}

static void count(struct deliver_result *result, enum delivery_state state)
{
	result->delivered += state == DELIVERY_DELIVERED;
	result->again += state == DELIVERY_WAITING;
	result->dead += state == DELIVERY_DEAD;
}

int attempt_log(struct flight *flight, struct error *error)
{
	const struct reply *reply = &flight->reply;
	int64_t now = clock_now_milliseconds();
	struct attempt attempt = {.delivery = delivery_of(flight)->number,
				  .number = delivery_of(flight)->attempts + 1,
				  .time = flight->parcel.time,
				  .status = reply->status,
				  .milliseconds = reply->milliseconds};
	enum retry_meaning meaning = judge(&attempt.error, flight, reply);
	enum delivery_state new_state;
	int64_t due;
	int result;

	if (reply->body.length)
		attempt.reply = reply->body; /* borrowed */
	new_state = next_state(&due, flight, meaning, reply, now);
	result = save(flight, &attempt, reply, new_state, due, error);
	if (!result)
		count(flight->delivering->result, new_state);
	free(attempt.error);
	flight_free(flight);
	return result;
}

int attempt_start(struct delivering *delivering, struct deliveries *deliveries, struct error *error)
{
	struct flight *flight = flight_new(delivering, deliveries);
	struct error reason = ERROR_INIT;

	if (flight->courier && !flight->courier->start(delivering->network, &flight->parcel, flight, &reason))
		return 0;
	flight->reply = (struct reply){.retry_after = -1, .error = reason.message};
	return attempt_log(flight, error);
}

struct flight *attempt_next(struct network *network)
{
	struct reply reply;
	void *owner = NULL;

	if (!network_next(network, &reply, &owner))
		return NULL;
	((struct flight *)owner)->reply = reply;
	return owner;
}

struct delivering *attempt_whose(const struct flight *flight)
{
	return flight->delivering;
}

void attempt_abandon_all(struct delivering *delivering)
{
	struct flight *flight = delivering->flights;

	delivering->flights = NULL;
	while (flight) {
		struct flight *next = flight->next;

		network_cancel(delivering->network, flight);
		flight_free(flight);
		flight = next;
	}
	strings_release(&delivering->busy);
}
