/* When a delivery is tried again, and what a receiver's answer means (hotfix-hooks(7), DELIVERY).
 *
 * A schedule is a list of delays between attempts, separated by blanks: "5s 15s 1m 5m*140 1h*12". A delay is a number
 * and a unit (s, m, h, d), and "*N" behind it repeats it. When the list is at its end, the delivery is dead. */
#ifndef HOTFIX_RULES_RETRY_H
#define HOTFIX_RULES_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define RETRY_DEFAULT "5s 15s 30s 1m 2m 5m*140 1h*12"
#define RETRY_AFTER_MAXIMUM 3600    /* seconds that a receiver can ask us to wait */
#define RETRY_DELAY_MAXIMUM 604800  /* seconds of one delay: a week */
#define RETRY_ATTEMPTS_MAXIMUM 1000 /* that one schedule can ask for */

/* Fails, with the word that is wrong, unless SCHEDULE has the form above, with one delay at least, each from 1 second
 * to a week, and at most RETRY_ATTEMPTS_MAXIMUM in all. */
int retry_check(const char *schedule, struct error *error);

/* The seconds to wait after attempt ATTEMPT (from 1) failed; false when there is no further attempt. A
 * SCHEDULE that retry_check would not pass ends where it is wrong. */
bool retry_delay(int64_t *out, const char *schedule, int attempt);

/* Returns the milliseconds to wait for a delay of SECONDS: longer by up to a fifth, by the random number RANDOM, so
 * that what failed together does not come back together; never shorter. RETRY_AFTER (seconds, negative when the
 * receiver did not say) is a floor, up to RETRY_AFTER_MAXIMUM. */
int64_t retry_wait(int64_t seconds, int64_t retry_after, uint32_t random);

enum retry_meaning { RETRY_DELIVERED, RETRY_AGAIN, RETRY_DEAD };

/* What STATUS of HTTP (0: no answer) means. 2xx is delivered. 408, 425, 429, 5xx, and what is no answer of HTTP may
 * mend by itself: again. Every other 4xx says that the request is wrong, and a redirect that the address is; they
 * would only fail again: dead. */
enum retry_meaning retry_judge(int status);

#endif
