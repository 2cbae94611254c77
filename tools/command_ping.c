#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "commands.h"
#include "delivery_text.h"
#include "flow/deliver.h"

#define POLL_MILLISECONDS 200
#define GRACE_SECONDS 5 /* beyond the endpoint's own timeout */

static int write_ping(char **out, struct session *session, const char *endpoint, struct error *error)
{
	struct announcer announcer = {.repository = session->repository,
				      .state = session->state,
				      .policy = &session->policy,
				      .environment = &session->environment};

	return deliver_ping(out, &announcer, endpoint, error);
}

static int find(struct deliveries *out, struct session *session, const char *id, struct error *error)
{
	struct delivery_filter filter = {.id = id, .state = -1};

	deliveries_release(out);
	if (state_list_deliveries(session->state, out, &filter, 1, error))
		return ERROR_FAILED;
	return out->count ? 0 : error_set(error, "%s: the ping is not in the state any more", id);
}

/* Another process delivers: it will see the ping too. */
static int wait_for_attempt(struct deliveries *out, struct session *session, const char *id, int seconds,
			    struct error *error)
{
	const struct timespec pause = {.tv_nsec = POLL_MILLISECONDS * 1000000L};
	int64_t end = clock_monotonic() + (int64_t)seconds * 1000;
	int result = find(out, session, id, error);

	while (!result && !out->items[0].attempts && clock_monotonic() < end) {
		nanosleep(&pause, NULL);
		result = find(out, session, id, error);
	}
	return result;
}

static int send_ping(struct deliveries *out, struct call *call, struct session *session, const char *id,
		     struct error *error)
{
	const struct endpoint *endpoint = policy_endpoint(&session->policy, call->arguments[0]);
	struct deliver_options options = {.git_dir = call->repository, .mode = DELIVER_ONCE};
	struct deliver_result done = {0};
	int result = deliver_main_loop(&done, &options, error);

	if (result)
		return result;
	return wait_for_attempt(out, session, id, done.busy ? endpoint->timeout + GRACE_SECONDS : 0, error);
}

static int answer(struct call *call, struct session *session, const struct delivery *delivery, struct error *error)
{
	struct attempts attempts = {0};
	int result = state_list_attempts(session->state, &attempts, delivery->number, error);

	if (!result && call->json)
		call_answer_json(call, delivery_whole_json(delivery, &attempts));
	else if (!result)
		delivery_text(&call->out, delivery, &attempts);
	attempts_release(&attempts);
	if (result)
		return result;
	return delivery->state == DELIVERY_DELIVERED ? ANSWER_YES : ANSWER_NO;
}

static int run_ping(struct call *call, struct error *error)
{
	struct deliveries found = {0};
	struct session session = {0};
	char *id = NULL;
	int result = call_session(&session, call, true, error);

	if (!result)
		result = write_ping(&id, &session, call->arguments[0], error);
	if (!result)
		result = send_ping(&found, call, &session, id, error);
	if (!result)
		result = answer(call, &session, &found.items[0], error);
	free(id);
	deliveries_release(&found);
	session_release(&session);
	return result;
}

const struct command command_ping = {
	.name = "ping",
	.arguments = "ENDPOINT",
	.summary = "send a ping to a webhook or mail now, and show the answer",
	.help = "ENDPOINT is the name of a [webhook \"NAME\"] or [mail \"NAME\"]. What else is due is sent too. The exit status is\n"
		"0 when the receiver took the ping, 1 when it did not.\n",
	.least = 1,
	.most = 1,
	.run = run_ping,
};
