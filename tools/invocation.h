/* The command line of hotfixctl(8): options before and after the command, and the help. */
#ifndef HOTFIX_TOOLS_INVOCATION_H
#define HOTFIX_TOOLS_INVOCATION_H

#include "command.h"

/* Reads the ARGUMENTS behind the program's name. OUT points into them, and is owned by the caller (invocation_release).
 * Returns ANSWER_YES, or ANSWER_USAGE with words on standard error. */
int invocation_parse(struct call *out, const struct command *commands, size_t count, char **arguments);
void invocation_release(struct call *call);

/* Add the screen for hotfixctl without a command, and for one command. */
void invocation_help(struct buffer *out, const struct command *commands, size_t count);
void invocation_command_help(struct buffer *out, const struct command *command);

#endif
