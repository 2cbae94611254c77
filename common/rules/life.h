/* What became of a hotfix once it had landed: its landings, the rollbacks, and what was said of them. Pure. */
#ifndef HOTFIX_RULES_LIFE_H
#define HOTFIX_RULES_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/answer.h"
#include "rules/policy.h"
#include "rules/record.h"

/* The rollback that took a landing back. */
struct taken_back {
	struct object_id commit; /* zero: none did */
	int64_t push;            /* number of its push */
	int64_t time;            /* seconds since the epoch */
	char *pusher;            /* key (rules/people.h) */
};

struct life_landing {
	struct landing_number number;
	struct record_landing what; /* with the sign-offs that it landed with */
	char *production;           /* full name */
	char *pusher;
	int64_t push;   /* number of the push that landed it; later ones have higher numbers */
	int64_t time;   /* seconds since the epoch */
	int64_t closed; /* when the hotfix was closed with it; 0: it was not */
	struct taken_back taken_back;
	struct answers answers; /* sign-offs on it: deploy, monitor */
	size_t work;            /* commits, sign-off commits aside; 0: they cannot be read any more */
};

/* Landings of hotfixes, oldest first. */
struct life_landings {
	struct life_landing *items;
	size_t count;
	size_t capacity;
};

/* Adds an empty one and returns it; the pointer holds until the next call. */
struct life_landing *life_landings_add(struct life_landings *landings);
void life_landings_release(struct life_landings *landings);

bool life_landing_is_in_effect(const struct life_landing *landing);

/* True when this one of LANDINGS is what its production branch holds of them: in effect, and none of the later ones is. */
bool life_landing_is_current(const struct life_landings *landings, size_t index);

/* What is asked for next about landings that have landed. */
enum life_stage {
	LIFE_DEPLOY,  /* a deploy is missing, or the last one to some environment failed */
	LIFE_MONITOR, /* somebody is to say that it was watched */
	LIFE_LANDED,  /* nothing more is asked for */
	LIFE_CLOSED,
};

/* A hotfix that landed and whose branch is gone counts as open for that long, seconds: nobody may ever have been asked to
 * close the older ones. */
#define LIFE_UNCLOSED_SHOWN (INT64_C(30) * 86400)

/* Returns the stage of one landing, and the earliest of all those of LANDINGS that are current; LIFE_LANDED when none is. */
enum life_stage life_stage_of(const struct policy *policy, const struct life_landing *landing);
enum life_stage life_stage_of_all(const struct policy *policy, const struct life_landings *landings);

/* Returns the oldest landing that is current and asks for something; NULL when none does. */
const struct life_landing *life_next(const struct policy *policy, const struct life_landings *landings);

#endif
