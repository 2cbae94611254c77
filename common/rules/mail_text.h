/* The words of a mail (rules/mail.h). */
#ifndef HOTFIX_RULES_MAIL_TEXT_H
#define HOTFIX_RULES_MAIL_TEXT_H

#include <stdbool.h>

#include "rules/mail.h"

/* True when there are words for events of this type; all others get general ones. */
bool mail_knows(const char *type);

/* Adds what the subject says, without the prefix: one line. */
void mail_subject(struct buffer *out, const struct news *news);

/* Adds the text: what happened, what it means, what comes next, the facts, whom to ask. Lines end with LF. */
void mail_text(struct buffer *out, const struct letter *letter);

#endif
