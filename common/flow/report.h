/* Tells the pusher, and the log, how a push was judged. */
#ifndef HOTFIX_FLOW_REPORT_H
#define HOTFIX_FLOW_REPORT_H

#include <stdint.h>

#include "flow/judge.h"

/* Writes the verdict, when it accepts the checklist, and the notes to standard error, which Git shows to the pusher. */
void report_to_pusher(const struct judgement *judgement);

/* Adds what the pusher must hear whatever the verdict. */
void report_notes(struct buffer *out, const struct judgement *judgement);

/* Adds a line for each of the updates to the configured log (hotfix.ini(5), [log] to); a log that cannot be written is
 * told to the pusher as a warning. MILLISECONDS is how long the judging took. */
void report_to_log(const struct judgement *judgement, const struct ref_updates *governed, int64_t milliseconds);

/* Writes "hotfix: warning: " and TEXT to standard error. */
void report_warning(const char *text);

#endif
