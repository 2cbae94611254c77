/* The log of judged pushes: one line for each, to the system's log (syslog(3)) or to a file (hotfix.ini(5), [log]). */
#ifndef HOTFIX_ADAPTERS_JOURNAL_H
#define HOTFIX_ADAPTERS_JOURNAL_H

#include "base/error.h"

/* Appends LINE, without its line feed, to TO: "syslog" (facility daemon, name "hotfix"), or a file, which is made with
 * mode 0640 by the umask; NULL: nowhere. The line goes out in one write, so that lines of pushes at the same time do
 * not mix. Never waits for a reader: a named pipe that nobody reads is an error. Fails on a line that holds a line
 * feed, and with words that name the file. */
int journal_write(const char *to, const char *line, struct error *error);

#endif
