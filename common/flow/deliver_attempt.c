#include "flow/deliver_attempt.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce_event.h"
#include "flow/webhook.h"
#include "rules/retry.h"

/* A request that is under way, or was. */
struct flight {
	struct flight *next;
	struct deliveries one;
	const struct webhook *endpoint; /* NULL when it is not configured any more */
	int64_t started;                /* milliseconds since the epoch */
};

static struct delivery *delivery_of(const struct flight *flight)
{
	return &flight->one.items[0];
}

static void flight_free(struct delivering *delivering, struct flight *flight)
{
	struct strings *busy = &delivering->busy;

	for (struct flight **link = &delivering->flights; *link; link = &(*link)->next) {
		if (*link != flight)
			continue;
		*link = flight->next;
		break;
	}
	for (size_t i = 0; i < busy->count; i++) {
		if (strcmp(busy->items[i], delivery_of(flight)->endpoint) != 0)
			continue;
		free(busy->items[i]);
		busy->items[i] = busy->items[--busy->count];
		break;
	}
	deliveries_release(&flight->one);
	free(flight);
}

static struct flight *flight_new(struct delivering *delivering, struct deliveries *deliveries)
{
	struct flight *flight = memory_alloc(sizeof(*flight));

	flight->one = *deliveries;
	*deliveries = (struct deliveries){0};
	flight->endpoint = policy_webhook(delivering->announcer.policy, delivery_of(flight)->endpoint);
	flight->started = clock_now_milliseconds();
	flight->next = delivering->flights;
	delivering->flights = flight;
	strings_add(&delivering->busy, delivery_of(flight)->endpoint);
	return flight;
}

static bool matches(const struct webhook *endpoint, const struct buffer *reply)
{
	regex_t expression;
	bool found;

	if (!endpoint->expect)
		return true;
	if (regcomp(&expression, endpoint->expect, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	found = regexec(&expression, buffer_text(reply), 0, NULL, 0) == 0;
	regfree(&expression);
	return found;
}

static enum retry_meaning judge(char **words, const struct flight *flight, const struct http_reply *reply)
{
	enum retry_meaning meaning;

	if (!flight->endpoint) {
		*words = memory_copy("the configuration has no endpoint of this name");
		return RETRY_DEAD;
	}
	meaning = retry_judge(reply->status);
	if (reply->error)
		*words = memory_copy(reply->error);
	else if (reply->status >= 300 && reply->status < 400)
		*words = memory_copy("a redirect is not followed; configure the address that it leads to");
	if (meaning != RETRY_DELIVERED || matches(flight->endpoint, &reply->body))
		return meaning;
	*words = memory_copy("the reply does not match expect");
	return RETRY_AGAIN;
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
				      const struct http_reply *reply, int64_t now)
{
	int attempt = delivery_of(flight)->attempts + 1;
	int64_t seconds;

	*due = now;
	if (meaning == RETRY_DELIVERED)
		return DELIVERY_DELIVERED;
	if (meaning == RETRY_DEAD || !retry_delay(&seconds, flight->endpoint->retry, attempt))
		return DELIVERY_DEAD;
	*due = now + retry_wait(seconds, reply->retry_after, random_number());
	return DELIVERY_WAITING;
}

/* Nobody is told by an endpoint that its own delivery is dead, nor that the news of a dead delivery is. */
static int announce_exhausted(struct delivering *delivering, struct delivery *delivery, const struct attempt *attempt,
			      struct error *error)
{
	const struct policy *policy = delivering->announcer.policy;
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
	for (size_t i = 0; i < policy->webhook_count; i++)
		if (event_wanted(&policy->webhooks[i].events, name) &&
		    strcmp(policy->webhooks[i].name, delivery->endpoint) != 0)
			strings_add(&endpoints, policy->webhooks[i].name);
	free(delivery->last_error);
	delivery->last_error = attempt->error ? memory_copy(attempt->error) : NULL;
	delivery->last_status = attempt->status;
	delivery->attempts = attempt->number;
	result = announce_event(&added, &delivering->announcer, &happening, attempt->time, &endpoints, error);
	strings_release(&endpoints);
	return result;
}

static int save(struct delivering *delivering, struct flight *flight, const struct attempt *attempt,
		enum delivery_state new_state, int64_t due, struct error *error)
{
	struct state *state = delivering->announcer.state;
	int result = state_begin(state, false, error);

	if (result)
		return result;
	result = state_add_attempt(state, attempt, new_state, due, error);
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

static int finish(struct delivering *delivering, struct flight *flight, const struct http_reply *reply,
		  struct error *error)
{
	int64_t now = clock_now_milliseconds();
	struct attempt attempt = {.delivery = delivery_of(flight)->number,
				  .number = delivery_of(flight)->attempts + 1,
				  .time = flight->started,
				  .status = reply->status,
				  .milliseconds = reply->milliseconds};
	enum retry_meaning meaning = judge(&attempt.error, flight, reply);
	enum delivery_state new_state;
	int64_t due;
	int result;

	if (reply->body.length)
		attempt.reply = (char *)buffer_text(&reply->body);
	new_state = next_state(&due, flight, meaning, reply, now);
	result = save(delivering, flight, &attempt, new_state, due, error);
	if (!result)
		count(delivering->result, new_state);
	free(attempt.error);
	flight_free(delivering, flight);
	return result;
}

static int send_request(struct delivering *delivering, struct flight *flight, struct error *error)
{
	const struct webhook *endpoint = flight->endpoint;
	const struct delivery *delivery = delivery_of(flight);
	struct webhook_secrets secrets = {0};
	struct strings headers = STRINGS_INIT;
	struct http_request request;
	int result;

	if (!endpoint->url)
		return error_set(error, "%s: the address cannot be read",
				 endpoint->url_file ? endpoint->url_file : "url");
	request = (struct http_request){.url = endpoint->url,
					.headers = &headers,
					.body = delivery->event.body,
					.length = strlen(delivery->event.body),
					.timeout = endpoint->timeout,
					.insecure = endpoint->insecure,
					.ca_file = endpoint->ca_file};
	result = webhook_secrets_load(&secrets, endpoint, delivering->announcer.environment->owner, error);
	if (!result)
		result = webhook_compose(&headers, &secrets, delivery, delivering->source, flight->started / 1000,
					 error);
	if (!result)
		result = http_post(delivering->http, &request, flight, error);
	webhook_secrets_release(&secrets);
	strings_release(&headers);
	return result;
}

int attempt_start(struct delivering *delivering, struct deliveries *deliveries, struct error *error)
{
	struct flight *flight = flight_new(delivering, deliveries);
	struct http_reply reply = {.retry_after = -1};
	struct error reason = ERROR_INIT;
	int result = 0;

	if (flight->endpoint && !send_request(delivering, flight, &reason))
		return 0;
	reply.error = reason.message;
	result = finish(delivering, flight, &reply, error);
	error_release(&reason);
	return result;
}

int attempt_finish_all(struct delivering *delivering, size_t *finished, struct error *error)
{
	struct http_reply reply;
	void *flight = NULL;
	int result = 0;

	*finished = 0;
	while (!result && http_next(delivering->http, &reply, &flight)) {
		result = finish(delivering, flight, &reply, error);
		http_reply_release(&reply);
		(*finished)++;
	}
	return result;
}

void attempt_abandon_all(struct delivering *delivering)
{
	while (delivering->flights)
		flight_free(delivering, delivering->flights);
	strings_release(&delivering->busy);
}
