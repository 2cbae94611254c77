/* What the placeholders of a template stand for in one event (hotfix-hooks(7), TEMPLATES). */
#ifndef HOTFIX_FLOW_EVENT_VALUES_H
#define HOTFIX_FLOW_EVENT_VALUES_H

#include "adapters/json.h"
#include "adapters/state.h"
#include "base/buffer.h"
#include "base/error.h"

#define EVENT_SUMMARY_MAXIMUM 1000 /* bytes of a summary; behind them stands "..." */

struct event_values {
	const struct event *event; /* borrowed, like the source */
	const char *source;
	struct json *body;
	struct buffer summary;
	struct buffer value; /* the one that was found last */
};

/* Reads the body of EVENT; SOURCE is the address of the repository. OUT is owned by the caller either way. */
int event_values_init(struct event_values *out, const struct event *event, const char *source, struct error *error);
void event_values_release(struct event_values *values);

/* A template_value: CONTEXT is a struct event_values. */
const char *event_values_find(void *context, const char *name);

#endif
