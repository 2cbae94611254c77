/* What this process may take: time, by a timer (timer_create(2)) that ends it and the programs that it waits for; memory,
 * by setrlimit(2), RLIMIT_DATA: what is allocated, not what is mapped of packs and databases. The programs that it starts
 * inherit the latter, but those that outlive it (adapters/process.h) do not. */
#ifndef HOTFIX_ADAPTERS_GUARD_H
#define HOTFIX_ADAPTERS_GUARD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include "base/error.h"

/* Of a guard that is set it must not move. All zero is none. */
struct guard {
	int seconds;
	int64_t memory;    /* bytes; 0: as much as before */
	const char *words; /* written to standard error when time is up; at most GUARD_WORDS bytes of it */
	int status;        /* of the exit then */
	struct {
		timer_t timer;
		size_t length;
		struct rlimit before;
		int is_set;
		int is_limited;
	} internal;
};

#define GUARD_WORDS 4096 /* what a pipe takes at once, pipe(7) */

/* Sets SECONDS, MEMORY and the rest of GUARD, which the caller has filled in; a lower limit of memory stays. */
int guard_set(struct guard *guard, struct error *error);

/* Takes both back. Does nothing for one that is not set. */
void guard_lift(struct guard *guard);

#endif
