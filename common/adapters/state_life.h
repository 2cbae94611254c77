/* The lives of hotfixes in the state: what is left of a branch when it is gone. */
#ifndef HOTFIX_ADAPTERS_STATE_LIFE_H
#define HOTFIX_ADAPTERS_STATE_LIFE_H

#include <stdint.h>

#include "adapters/state.h"

/* Adds the full name of every ref that begins with PREFIX, there or gone, oldest first; at most 100,000. */
int state_known_refs(struct state *state, struct strings *out, const char *prefix, struct error *error);

/* Adds the branches whose hotfixes landed at SINCE (seconds since the epoch) or later and are not closed, oldest first. */
int state_unclosed_branches(struct state *state, struct strings *out, int64_t since, struct error *error);

#endif
