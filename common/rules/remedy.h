/* The commands of a finding. Names of refs are chosen by whoever pushed them, and others copy what is printed. */
#ifndef HOTFIX_RULES_REMEDY_H
#define HOTFIX_RULES_REMEDY_H

#include "base/strings.h"

/* Adds a command. FORMAT has %s alone, and each of its texts is one word of a shell, or a part of one, whatever bytes
 * it holds (base/shell.h). */
void remedy_add(struct strings *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns TEXT as a shell reads it as one word; owned by the caller. */
char *remedy_word(const char *text);

#endif
