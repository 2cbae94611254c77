#include <string.h>

#include "commands.h"
#include "delivery_text.h"
#include "follow.h"

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
		call_answer_json(call, delivery_list_json(found));
	else if (found->count)
		delivery_list_text(&call->out, found);
	else
		buffer_add_string(&call->out, "no deliveries\n");
	return 0;
}

/* What happens from now on cannot be chosen by what it is already. */
static int follow(struct call *call, struct error *error)
{
	if (call->count || call_option(call, "number") || call_option(call, "state"))
		return call_misused(call, "--follow goes with --endpoint alone");
	return follow_deliveries(call, call_option(call, "endpoint"), error);
}

static int run_deliveries(struct call *call, struct error *error)
{
	struct delivery_filter filter = {.endpoint = call_option(call, "endpoint"),
					 .id = call->count ? call->arguments[0] : NULL};
	struct deliveries found = {0};
	struct session session = {0};
	size_t limit;
	int result;

	if (call_option(call, "follow"))
		return follow(call, error);
	if (!call_number(&limit, call, "number", DELIVERIES_SHOWN) || !read_state(&filter.state, call))
		return ANSWER_USAGE;
	result = call_session(&session, call, false, error);
	if (!result)
		result = state_list_deliveries(session.state, &found, &filter, limit, error);
	deliveries_prefer_exact(&found, filter.id);
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
		"  -e, --endpoint NAME  of one webhook or mail alone\n"
		"  -s, --state STATE    waiting, delivered or dead alone\n"
		"  -f, --follow         instead, a line for each delivery and attempt from now on, until a signal comes\n\n"
		"ID is a delivery's id, or an event's, or the first characters of one, at least four.\n",
	.options = {{"number", 'n', "N"}, {"endpoint", 'e', "NAME"}, {"state", 's', "STATE"}, {"follow", 'f', NULL}},
	.most = 1,
	.run = run_deliveries,
};
