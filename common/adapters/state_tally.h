/* How the endpoints fare (hotfixctl(8), metrics). What is counted is kept apart from the log of attempts: asking costs
 * little, and the log may be cut. */
#ifndef HOTFIX_ADAPTERS_STATE_TALLY_H
#define HOTFIX_ADAPTERS_STATE_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "adapters/state.h"
#include "base/error.h"

#define DELIVERY_STATES 3
#define TALLY_BOUNDS 10

/* Seconds from a landing to its delivery, the bounds between which deliveries are counted. */
extern const int tally_bounds[TALLY_BOUNDS];

/* One endpoint. */
struct tally {
	char *endpoint;
	int64_t waiting; /* deliveries at present */
	int64_t dead;    /* the same */
	int64_t oldest;  /* when what waits longest was made, seconds since the epoch; 0: nothing waits */
	int64_t success; /* when the last attempt that was one ended, milliseconds since the epoch; 0: there was none */
	int64_t attempts[DELIVERY_STATES];  /* ever, by what became of the delivery */
	int64_t landings[TALLY_BOUNDS + 1]; /* ever, the first time that each was delivered: up to each bound, beyond */
	int64_t landing_milliseconds;       /* all of these together */
};

struct tallies {
	struct tally *items;
	size_t count;
	size_t capacity;
};

void tallies_release(struct tallies *tallies);

/* Returns the one of ENDPOINT, added when it is not there; the pointer holds until the next call. */
struct tally *tallies_find(struct tallies *tallies, const char *endpoint);

/* Adds those of this repository that anything was ever sent to, or waits for, in the order of their names. */
int state_tallies(struct state *state, struct tallies *out, struct error *error);

/* An endpoint whose last attempt failed. */
struct unreached {
	char *endpoint;
	int64_t since; /* the first failure since the last success, milliseconds since the epoch */
	int64_t failures;
	int status; /* of the last attempt, as in struct attempt */
	char *error;
	int64_t waiting; /* deliveries, at most UNREACHED_WAITING */
};

#define UNREACHED_WAITING 10000

struct unreached_endpoints {
	struct unreached *items;
	size_t count;
	size_t capacity;
};

void unreached_endpoints_release(struct unreached_endpoints *endpoints);

/* Those of this repository, in the order of their names, whether they are configured or not. One look-up where there is
 * none. */
int state_unreached(struct state *state, struct unreached_endpoints *out, struct error *error);

#endif
