#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "commands.h"
#include "delivery_text.h"
#include "flow/deliver.h"

#define DELIVERIES_SHOWN 20

static bool read_state(int *out, const struct call *call)
{
	const char *name = call_option(call, "state");

	*out = -1;
	if (!name)
		return true;
	for (int state = DELIVERY_WAITING; state <= DELIVERY_DEAD; state++)
		if (!strcmp(delivery_state_name((enum delivery_state)state), name))
			*out = state;
	if (*out < 0)
		call_misused(call, "--state takes waiting, delivered or dead, not \"%s\"", name);
	return *out >= 0;
}

/* The id of one delivery may be how another one begins. */
static void prefer_exact(struct deliveries *found, const char *id)
{
	struct deliveries one = {0};

	for (size_t i = 0; id && found->count > 1 && i < found->count; i++) {
		if (strcmp(found->items[i].id, id) != 0)
			continue;
		one.items = memory_grow(NULL, 0, &one.capacity, sizeof(*one.items));
		one.items[one.count++] = found->items[i];
		found->items[i] = found->items[--found->count];
		deliveries_release(found);
		*found = one;
	}
}

static int show_one(struct call *call, struct session *session, const struct delivery *delivery, struct error *error)
{
	struct attempts attempts = {0};
	int result = state_list_attempts(session->state, &attempts, delivery->number, error);

	if (!result && call->json)
		call_answer_json(call, delivery_whole_json(delivery, &attempts));
	else if (!result)
		delivery_text(&call->out, delivery, &attempts);
	attempts_release(&attempts);
	return result;
}

static struct json *as_json(const struct deliveries *deliveries)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < deliveries->count; i++)
		json_add(array, delivery_json(&deliveries->items[i]));
	return array;
}

/* An id that means one delivery shows it; one that means several, as an event's id may, lists them. */
static int show(struct call *call, struct session *session, const struct deliveries *found, struct error *error)
{
	if (call->count && !found->count) {
		error_set(error, "%s: no delivery or event of this id", call->arguments[0]);
		return ERROR_NOT_FOUND;
	}
	if (call->count && found->count == 1)
		return show_one(call, session, &found->items[0], error);
	if (call->json)
		call_answer_json(call, as_json(found));
	else if (found->count)
		delivery_list_text(&call->out, found);
	else
		buffer_add_string(&call->out, "no deliveries\n");
	return 0;
}

static int run_deliveries(struct call *call, struct error *error)
{
	struct delivery_filter filter = {.endpoint = call_option(call, "endpoint"),
					 .id = call->count ? call->arguments[0] : NULL};
	struct deliveries found = {0};
	struct session session = {0};
	size_t limit;
	int result;

	if (!call_number(&limit, call, "number", DELIVERIES_SHOWN) || !read_state(&filter.state, call))
		return ANSWER_USAGE;
	result = call_session(&session, call, false, error);
	if (!result)
		result = state_list_deliveries(session.state, &found, &filter, limit, error);
	prefer_exact(&found, filter.id);
	if (!result)
		result = show(call, &session, &found, error);
	deliveries_release(&found);
	session_release(&session);
	return result;
}

const struct command command_deliveries = {
	.name = "deliveries",
	.arguments = "[ID]",
	.summary = "what was sent to whom, or waits; with ID, every attempt",
	.help = "  -n, --number N       how many; default: 20\n"
		"  -e, --endpoint NAME  of one [webhook \"NAME\"] alone\n"
		"  -s, --state STATE    waiting, delivered or dead alone\n\n"
		"ID is a delivery's id, or an event's, or the first characters of one, at least four.\n",
	.options = {{"number", 'n', "N"}, {"endpoint", 'e', "NAME"}, {"state", 's', "STATE"}},
	.most = 1,
	.run = run_deliveries,
};

/* Finds what is meant; words on standard error and false for a call that does not say. */
static bool read_filter(struct delivery_filter *out, const struct call *call)
{
	bool all = call_option(call, "all-dead") != NULL;

	*out = (struct delivery_filter){.endpoint = call_option(call, "endpoint"),
					.id = call->count ? call->arguments[0] : NULL,
					.state = call->count ? -1 : DELIVERY_DEAD};
	if (call->count == 1 && !all && !out->endpoint)
		return true;
	if (!call->count && (all || out->endpoint))
		return true;
	call_misused(call, "redeliver takes an ID, or --all-dead, or --endpoint NAME");
	return false;
}

static int redeliver_all(struct session *session, const struct deliveries *found, struct error *error)
{
	int64_t now = clock_now_milliseconds();
	int result = state_begin(session->state, false, error);

	/* oldest first: the list is newest first */
	for (size_t i = found->count; !result && i > 0; i--)
		if (found->items[i - 1].state != DELIVERY_WAITING)
			result = state_redeliver(session->state, found->items[i - 1].number, now, error);
	if (!result)
		result = state_commit(session->state, error);
	if (result)
		state_rollback(session->state);
	return result;
}

static int check_found(const struct call *call, const struct deliveries *found, struct error *error)
{
	if (!call->count)
		return 0;
	if (!found->count) {
		error_set(error, "%s: no delivery of this id", call->arguments[0]);
		return ERROR_NOT_FOUND;
	}
	if (found->count > 1)
		return error_set(error, "%s: %zu deliveries begin like this; see: hotfixctl deliveries %s",
				 call->arguments[0], found->count, call->arguments[0]);
	if (found->items[0].state == DELIVERY_WAITING)
		return error_set(error, "%s: still waits, and will be sent", found->items[0].id);
	return 0;
}

static void answer_redelivered(struct call *call, const struct deliveries *found)
{
	if (call->json) {
		call_answer_json(call, as_json(found));
	} else {
		for (size_t i = 0; i < found->count; i++)
			buffer_addf(&call->out, "%s: will be sent again\n", found->items[i].id);
		if (!found->count)
			buffer_add_string(&call->out, "no dead deliveries\n");
	}
}

static int run_redeliver(struct call *call, struct error *error)
{
	struct delivery_filter filter;
	struct deliveries found = {0};
	struct session session = {0};
	int result;

	if (!read_filter(&filter, call))
		return ANSWER_USAGE;
	result = call_session(&session, call, false, error);
	if (!result)
		result = state_list_deliveries(session.state, &found, &filter, COMMAND_LIST_MAXIMUM, error);
	prefer_exact(&found, filter.id);
	if (!result)
		result = check_found(call, &found, error);
	if (!result)
		result = redeliver_all(&session, &found, error);
	if (!result)
		answer_redelivered(call, &found);
	if (!result && found.count)
		result = deliver_start(session.state, &session.environment, error);
	deliveries_release(&found);
	session_release(&session);
	return result;
}

const struct command command_redeliver = {
	.name = "redeliver",
	.arguments = "[ID]",
	.summary = "send a delivery again, with the same id",
	.help = "  -a, --all-dead       every dead delivery\n"
		"  -e, --endpoint NAME  every dead delivery to [webhook \"NAME\"]\n\n"
		"ID is a delivery's id, or the first characters of one, at least four; a delivered one is sent again too.\n",
	.options = {{"all-dead", 'a', NULL}, {"endpoint", 'e', "NAME"}},
	.most = 1,
	.run = run_redeliver,
};
