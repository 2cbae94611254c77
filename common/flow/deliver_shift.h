/* The outbox of one repository, opened: what one reading of its configuration is good for. */
#ifndef HOTFIX_FLOW_DELIVER_SHIFT_H
#define HOTFIX_FLOW_DELIVER_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/network.h"
#include "base/error.h"
#include "flow/deliver.h"

#define SHIFT_REQUESTS 32 /* under way for one repository */

struct shift;

/* Reads the configuration of GIT_DIR (NULL: the environment says it, as for a hook), which fails when it is broken. What
 * is sent goes over NETWORK and is counted in RESULT; OWNER is the caller's. OUT is owned by the caller. */
int shift_new(struct shift **out, const char *git_dir, struct network *network, struct deliver_result *result,
	      void *owner, struct error *error);

/* Ends what is under way, without a trace. */
void shift_free(struct shift *shift);

/* Opens the repository and the state, which is made when CREATE (else ERROR_NOT_FOUND without one). Does nothing when
 * they are open. */
int shift_open(struct shift *shift, bool create, struct error *error);

/* Closes them; what is under way goes on, and shift_open opens them again. */
void shift_close(struct shift *shift);

/* When they were used last, clock_monotonic; INT64_MAX while they are closed. */
int64_t shift_used(const struct shift *shift);

/* True when a file that it was read from is another one now, or when it is old. */
bool shift_is_stale(const struct shift *shift);

/* True when the state is not where it was opened: moved away, lost, or replaced. */
bool shift_lost_state(const struct shift *shift);

/* Announces what nobody announced, and tidies up. */
int shift_care(struct shift *shift, struct error *error);

/* Begins what is due, at most SHIFT_REQUESTS at a time, and as long as MAY_BEGIN says so; *CROWDED: not all of it. */
int shift_begin(struct shift *shift, bool (*may_begin)(const struct network *), bool *crowded, struct error *error);

/* When the next delivery is due that is not under way, milliseconds since the epoch; INT64_MAX when none waits. */
int shift_next_due(struct shift *shift, int64_t *out, struct error *error);

size_t shift_under_way(const struct shift *shift);

#endif
