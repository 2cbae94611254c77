#include <string.h>

#include "base/clock.h"
#include "commands.h"
#include "delivery_text.h"
#include "flow/deliver.h"

static bool has(const struct call *call, const char *option)
{
	return call_option(call, option) != NULL;
}

/* What several deliveries are named by. */
static bool names_several(const struct call *call)
{
	return has(call, "all-dead") || has(call, "endpoint") || has(call, "since") || has(call, "until");
}

/* Finds what is meant; words on standard error and false for a call that does not say. */
static bool read_filter(struct delivery_filter *out, const struct call *call)
{
	bool delivered = has(call, "delivered");

	*out = (struct delivery_filter){.endpoint = call_option(call, "endpoint"),
					.id = call->count ? call->arguments[0] : NULL,
					.state = call->count ? DELIVERY_ANY
						 : delivered ? DELIVERY_SETTLED
							     : DELIVERY_DEAD};
	if (call->count && (names_several(call) || delivered))
		call_misused(call, "an ID goes with no option");
	else if (!call->count && !names_several(call))
		call_misused(call,
			     "redeliver takes an ID, or --all-dead, --endpoint, --since, --until or several of them");
	else if (delivered && (has(call, "all-dead") || !has(call, "since")))
		call_misused(call, "--delivered goes with --since, and not with --all-dead");
	else
		return call_time(&out->since, call, "since") && call_time(&out->until, call, "until");
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
		call_answer_json(call, delivery_list_json(found));
		return;
	}
	for (size_t i = found->count; i > 0; i--)
		buffer_addf(&call->out, "%s: will be sent again\n", found->items[i - 1].id);
	if (call->count)
		return;
	if (!found->count)
		buffer_add_string(&call->out, has(call, "delivered") ? "no such deliveries\n" : "no dead deliveries\n");
	else if (found->count == COMMAND_LIST_MAXIMUM)
		buffer_addf(&call->out, "%d deliveries; there may be more: run it again\n", COMMAND_LIST_MAXIMUM);
	else
		buffer_addf(&call->out, "%zu %s\n", found->count, found->count == 1 ? "delivery" : "deliveries");
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
	deliveries_prefer_exact(&found, filter.id);
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
	.summary = "send deliveries again, with the same ids",
	.help = "  -a, --all-dead       every dead delivery\n"
		"  -e, --endpoint NAME  the dead ones to this endpoint\n"
		"  --since TIME         the dead ones of events from this time on\n"
		"  --until TIME         the dead ones of events before this time\n"
		"  --delivered          from a time on, those that were delivered too\n\n"
		"The options narrow each other. TIME is 2026-02-03T14:00:00Z, 2026-02-03 (in UTC) or 2h (ago). ID is a\n"
		"delivery's id, or the first characters of one, at least four; a delivered one is sent again too.\n",
	.options = {{"all-dead", 'a', NULL},
		    {"endpoint", 'e', "NAME"},
		    {"since", 0, "TIME"},
		    {"until", 0, "TIME"},
		    {"delivered", 0, NULL}},
	.most = 1,
	.run = run_redeliver,
};
