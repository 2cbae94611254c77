/* A program that is run and waited for. */
#ifndef HOTFIX_ADAPTERS_CHILD_H
#define HOTFIX_ADAPTERS_CHILD_H

#include "base/buffer.h"
#include "base/error.h"

/* Runs PATH with ARGUMENTS (ends with NULL) in our environment; INPUT (may be NULL) is its standard input, and it may
 * stop reading it at any time. *STATUS is its exit status; 128 and the signal's number when one ended it. */
int child_run(int *status, const char *path, char *const arguments[], const struct buffer *input, struct error *error);

#endif
