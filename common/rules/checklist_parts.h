/* What the files of the checklist share. */
#ifndef HOTFIX_RULES_CHECKLIST_PARTS_H
#define HOTFIX_RULES_CHECKLIST_PARTS_H

#include "base/buffer.h"
#include "rules/checklist.h"
#include "rules/policy.h"

#define CHECKLIST_COLUMN 14

/* Returns the landings, never NULL. */
const struct life_landings *checklist_landings(const struct checklist *checklist);

/* Begins a step: its number (" ": it goes on) and its name. */
void checklist_add_label(struct buffer *out, const char *number, const char *label);

/* Adds a line of a step; all but the *FIRST are indented. */
void checklist_add_item(struct buffer *out, const char *text, bool *first);

bool checklist_is_triage(const struct signoff *signoff);

/* Adds the steps 1 to 4 of a hotfix that has landed, by what is recorded. */
void checklist_add_landed(struct buffer *out, const struct policy *policy, const struct checklist *checklist);

/* Adds the steps 5 and 6. */
void checklist_add_after(struct buffer *out, const struct policy *policy, const struct checklist *checklist);

/* Adds the commands with which the next thing is said about a landing, where anything is asked for. */
void checklist_add_after_next(struct buffer *out, const struct policy *policy, const struct checklist *checklist);

#endif
