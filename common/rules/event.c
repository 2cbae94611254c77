#include "rules/event.h"

#include <string.h>

#include "rules/pattern.h"

static const char *const names[EVENT_TYPES] = {
	[EVENT_HOTFIX_MERGED] = "hotfix.merged",
	[EVENT_PRODUCTION_RELEASED] = "production.released",
	[EVENT_PRODUCTION_ROLLED_BACK] = "production.rolled_back",
	[EVENT_PRODUCTION_UNEXPECTED] = "production.unexpected",
	[EVENT_HOTFIX_OPENED] = "hotfix.opened",
	[EVENT_HOTFIX_UPDATED] = "hotfix.updated",
	[EVENT_HOTFIX_READY] = "hotfix.ready",
	[EVENT_HOTFIX_SIGNED_OFF] = "hotfix.signed_off",
	[EVENT_HOTFIX_REVOKED] = "hotfix.revoked",
	[EVENT_HOTFIX_OVERDUE] = "hotfix.overdue",
	[EVENT_HOTFIX_BACKMERGE_DUE] = "hotfix.backmerge_due",
	[EVENT_HOTFIX_DEPLOYED] = "hotfix.deployed",
	[EVENT_HOTFIX_DEPLOY_FAILED] = "hotfix.deploy_failed",
	[EVENT_HOTFIX_CLOSED] = "hotfix.closed",
	[EVENT_HOTFIX_ABANDONED] = "hotfix.abandoned",
	[EVENT_HOTFIX_OVERRIDDEN] = "hotfix.overridden",
	[EVENT_DELIVERY_EXHAUSTED] = "delivery.exhausted",
	[EVENT_STATE_RESET] = "state.reset",
	[EVENT_PING] = "ping",
};

const char *event_name(enum event_type type)
{
	return names[type];
}

enum event_type event_type_of(const char *name)
{
	int type = 0;

	while (type < EVENT_TYPES && strcmp(names[type], name) != 0)
		type++;
	return (enum event_type)type;
}

bool event_is_landing(enum event_type type)
{
	return type == EVENT_HOTFIX_MERGED || type == EVENT_PRODUCTION_RELEASED || type == EVENT_PRODUCTION_ROLLED_BACK;
}

bool event_wanted(const struct strings *patterns, const char *name)
{
	return patterns_match(patterns, name);
}
