/* The hook that was there before ours: install.sh keeps it beside ours as NAME.chained. It runs first, with the same
 * arguments, standard input and environment, and its refusal counts. */
#ifndef HOTFIX_FLOW_CHAIN_H
#define HOTFIX_FLOW_CHAIN_H

#include "base/buffer.h"
#include "base/error.h"

/* Runs it if it is there and, as for Git, executable. PROGRAM is how Git started our hook (argv[0]), ARGUMENTS what it was given, ending with NULL,
 * INPUT the standard input that was read, or NULL. *STATUS is its exit status, 0 when there is none. */
int chain_run(int *status, const char *program, const char *name, char *const *arguments, const struct buffer *input,
	      struct error *error);

#endif
