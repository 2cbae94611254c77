/* The body of a webhook: what happened, as GitHub's push payload, with our own members beside it (hotfix-hooks(7),
 * BODY). What is not known is left out. */
#ifndef HOTFIX_FLOW_PAYLOAD_H
#define HOTFIX_FLOW_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/environment.h"
#include "adapters/repository.h"
#include "adapters/state.h"
#include "base/buffer.h"
#include "flow/effect.h"
#include "rules/answer.h"
#include "rules/backmerge.h"
#include "rules/event.h"
#include "rules/policy.h"
#include "rules/record.h"

#define PAYLOAD_MAXIMUM (1024 * 1024) /* bytes of a body */
#define PAYLOAD_PATHS 1000            /* over these, or over PAYLOAD_PATH_BYTES as written, the lists are empty */
#define PAYLOAD_PATH_BYTES (256 * 1024)
#define PAYLOAD_MESSAGE_BYTES (64 * 1024) /* of a commit's message, as written; the rest is left out */

/* What happened. Everything is borrowed; what does not apply is NULL or zero. */
struct happening {
	enum event_type type;
	const char *id; /* of the event */
	int64_t time;   /* seconds since the epoch */
	int64_t pushed; /* when the push arrived that did it, seconds since the epoch; 0: no push is known */
	const char *ref;
	struct object_id old_id;
	struct object_id new_id;
	bool production;
	const char *pusher; /* key of a person, rules/people.h */
	const struct record_landing *landing;
	const char *severity;             /* of a hotfix branch, as the next two */
	int64_t opened;                   /* when its work began; 0: not known */
	int64_t reported;                 /* by its own word; 0: not said */
	const struct past_landing *owing; /* of a sign-off on a landing that was overridden: that landing */
	const struct answers *given;      /* the sign-offs on it, this one among them */
	const char *reason;               /* why it is unexpected */
	const struct delivery *exhausted; /* the delivery that is dead */
	const struct rollback *rollback;  /* what a rollback did to hotfixes */
	const struct owed *owed;          /* what is overdue; its landing is the landing */
	const char *endpoint;             /* that a ping is for */
};

/* Adds the body: ASCII, one line, at most PAYLOAD_MAXIMUM bytes. An object that cannot be read is left out of it, since
 * the event happened all the same. REPOSITORY may be NULL for a happening without objects. */
void payload_write(struct buffer *out, struct repository *repository, const struct policy *policy,
		   const struct environment *environment, const struct happening *happening);

/* Returns the address of the repository on the web, or NULL where it is not configured; owned by the caller. */
char *payload_web_address(const struct policy *policy, const struct environment *environment);

#endif
