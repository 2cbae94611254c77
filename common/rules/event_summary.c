#include "rules/event.h"

#include <stddef.h>

static const char *const summaries[EVENT_TYPES] = {
	[EVENT_HOTFIX_MERGED] = "hotfix {hotfix.incident} landed on {branch}",
	[EVENT_PRODUCTION_RELEASED] = "{branch} was released",
	[EVENT_PRODUCTION_ROLLED_BACK] = "{branch} was rolled back",
	[EVENT_PRODUCTION_UNEXPECTED] = "{branch} moved, and no push that was judged fits: {reason}",
	[EVENT_HOTFIX_OPENED] = "hotfix {hotfix.incident} was opened: {branch}",
	[EVENT_HOTFIX_UPDATED] = "hotfix {hotfix.incident} was updated: {branch}",
	[EVENT_HOTFIX_READY] = "hotfix {hotfix.incident} can land: {branch}",
	[EVENT_HOTFIX_SIGNED_OFF] = "a sign-off was pushed: {ref}",
	[EVENT_HOTFIX_REVOKED] = "a sign-off was revoked: {ref}",
	[EVENT_HOTFIX_OVERDUE] = "hotfix {hotfix.incident} is overdue since {hotfix.deadline}: {branch}",
	[EVENT_HOTFIX_BACKMERGE_DUE] =
		"hotfix {hotfix.incident} was to be merged back to {hotfix.into} by {hotfix.deadline}",
	[EVENT_HOTFIX_DEPLOYED] = "hotfix {hotfix.incident} was deployed: {hotfix.environment}",
	[EVENT_HOTFIX_DEPLOY_FAILED] =
		"hotfix {hotfix.incident} was not deployed: {hotfix.environment} {hotfix.reason}",
	[EVENT_HOTFIX_CLOSED] = "hotfix {hotfix.incident} is closed",
	[EVENT_HOTFIX_OVERRIDDEN] =
		"{hotfix.branch} landed on {branch} by an override of {hotfix.override.person}: {hotfix.override.reason}",
	[EVENT_HOTFIX_ABANDONED] = "hotfix {hotfix.incident} was given up: {branch}",
	[EVENT_DELIVERY_EXHAUSTED] = "{delivery.endpoint} was not told of {delivery.type}: {delivery.error}",
	[EVENT_STATE_RESET] = "the state was lost; present tips count as announced",
	[EVENT_PING] = "a ping",
};

const char *event_summary(const char *name)
{
	enum event_type type = event_type_of(name);

	return type == EVENT_TYPES ? "{type} {hotfix.incident}" : summaries[type];
}
