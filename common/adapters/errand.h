/* What is done by a process of its own, because its library would keep everybody waiting: "hotfixctl errand" reads a
 * request from its standard input and writes the reply to its standard output. Both are JSON, and stay in memory. */
#ifndef HOTFIX_ADAPTERS_ERRAND_H
#define HOTFIX_ADAPTERS_ERRAND_H

#include "adapters/json.h"
#include "adapters/network.h"
#include "base/buffer.h"
#include "base/error.h"

#define ERRAND_COMMAND "errand"
#define ERRAND_GRACE_SECONDS 5 /* beyond the time that it has; it is killed then */

/* Sends PROGRAM on an errand that has so many seconds. OWNER comes back with the reply (network_next). Fails when it
 * cannot be started. */
int errand_begin(struct network *network, const char *program, const struct json *request, int timeout, void *owner,
		 struct error *error);

/* For that process: adds REPLY as JSON. */
void errand_write_reply(struct buffer *out, const struct reply *reply);

#endif
