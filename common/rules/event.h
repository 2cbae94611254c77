/* Events: what happened, told once to everyone who asked for it. Names and meaning: hotfix-hooks(7), EVENTS. */
#ifndef HOTFIX_RULES_EVENT_H
#define HOTFIX_RULES_EVENT_H

#include <stdbool.h>

#include "base/strings.h"
#include "rules/object_id.h"

enum event_type {
	EVENT_HOTFIX_MERGED,
	EVENT_PRODUCTION_RELEASED,
	EVENT_PRODUCTION_ROLLED_BACK,
	EVENT_PRODUCTION_UNEXPECTED,
	EVENT_HOTFIX_OPENED,
	EVENT_HOTFIX_UPDATED,
	EVENT_HOTFIX_READY,
	EVENT_HOTFIX_SIGNED_OFF,
	EVENT_HOTFIX_REVOKED,
	EVENT_HOTFIX_OVERDUE,
	EVENT_HOTFIX_BACKMERGE_DUE,
	EVENT_HOTFIX_DEPLOYED,
	EVENT_HOTFIX_DEPLOY_FAILED,
	EVENT_HOTFIX_CLOSED,
	EVENT_HOTFIX_ABANDONED,
	EVENT_HOTFIX_OVERRIDDEN,
	EVENT_DELIVERY_EXHAUSTED,
	EVENT_STATE_RESET,
	EVENT_PING,
	EVENT_TYPES /* how many there are */
};

/* Returns "hotfix.merged" ... */
const char *event_name(enum event_type type);

/* Returns the type of this name, or EVENT_TYPES. */
enum event_type event_type_of(const char *name);

/* Returns what the event of this name, known or not, says in one line to those who work on it, as a template
 * (rules/template.h). */
const char *event_summary(const char *name);

/* True for the three events that deploy: X-GitHub-Event is "push" for these alone. */
bool event_is_landing(enum event_type type);

/* True when one of the patterns ("hotfix.*") names an event. */
bool event_wanted(const struct strings *patterns, const char *name);

#endif
