/* Endpoints that fail: a failing endpoint is never left out silently, but told to whoever lands and whoever asks. */
#ifndef HOTFIX_FLOW_UNREACHED_H
#define HOTFIX_FLOW_UNREACHED_H

#include "adapters/state_tally.h"
#include "base/buffer.h"
#include "base/error.h"
#include "flow/session.h"

/* Those that are configured and whose last attempt failed. */
int unreached_gather(struct unreached_endpoints *out, struct session *session, struct error *error);

/* Adds a sentence: since when, the last answer (a status, no word of the other side), and how many deliveries wait. */
void unreached_describe(struct buffer *out, const struct unreached *unreached);

/* Adds the command that shows its deliveries; the name of a configured endpoint needs no quotes. */
void unreached_command(struct buffer *out, const struct unreached *unreached);

#endif
