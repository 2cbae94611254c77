/* Words of commands that people copy into a shell. */
#ifndef HOTFIX_BASE_SHELL_H
#define HOTFIX_BASE_SHELL_H

#include "base/buffer.h"

/* Adds TEXT, in single quotes where a shell (POSIX, Shell Command Language, section 2.2) would read more into it than
 * its own bytes. */
void shell_quote(struct buffer *out, const char *text);

#endif
