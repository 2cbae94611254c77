/* A fuzz target: reads one input, and ends the process when something does not hold that must hold for every input.
 *
 * Each fuzz_*.c defines LLVMFuzzerTestOneInput (LLVM's libFuzzer, "Fuzz Target"). An input is a run of fields with a NUL
 * behind each but the last. */
#ifndef HOTFIX_TESTS_FUZZ_H
#define HOTFIX_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "rules/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define MUST(condition) \
	((condition) ? (void)0 \
		     : (fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition), abort()))

/* Returns the next field, owned by the caller; an empty one when there is none left. */
char *fuzz_field(const uint8_t **bytes, size_t *length);

/* Fills in a configuration with two production branches, an allow-from pattern, people, roles and sign-offs, as the
 * targets that need one share it. Owned by the caller (policy_release). */
void fuzz_policy(struct policy *out);

int fuzz_is_utf8(const char *text);

/* True when TEXT has nothing that a terminal obeys, and is UTF-8. */
int fuzz_is_printable(const char *text);

#endif
