/* What the pusher reads: plain ASCII and the UTF-8 of names, no colour, at most 72 columns of prose, since Git puts
 * "remote: " before each line (gitprotocol-capabilities(5), side-band). Commands are never broken. */
#ifndef HOTFIX_RULES_MESSAGE_H
#define HOTFIX_RULES_MESSAGE_H

#include "base/buffer.h"
#include "rules/policy.h"
#include "rules/verdict.h"

#define MESSAGE_COLUMNS 72

/* Adds TEXT with control bytes (C0, DEL, C1) and invalid UTF-8 as "\xNN", and direction overrides as "\u202e". */
void message_escape(struct buffer *out, const char *text);

/* The same for SIZE bytes, behind which a NUL stands; a NUL among them is a control byte. */
void message_escape_bytes(struct buffer *out, const char *text, size_t size);

/* Adds TEXT, escaped and broken between words, as a paragraph: its first line begins at COLUMN where the line already
 * stands, the others are indented to COLUMN. Ends with a newline. */
void message_wrap(struct buffer *out, const char *text, size_t column);

/* Adds a paragraph: TITLE and, in their order, what somebody types; nothing when COMMANDS is empty. */
void message_commands(struct buffer *out, const char *title, const struct strings *commands);

/* Adds the whole answer to a push with findings: the headline, each finding under its ref, the commands, and where to
 * ask. Adds nothing when there are no findings. */
void message_verdict(struct buffer *out, const struct policy *policy, const struct verdict *verdict);

#endif
