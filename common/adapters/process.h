/* Processes that outlive the hook that started them. */
#ifndef HOTFIX_ADAPTERS_PROCESS_H
#define HOTFIX_ADAPTERS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Starts ARGUMENTS[0], an absolute path, with ARGUMENTS and ENVIRONMENT (both end with NULL) as a process of its own:
 * in its own session, in "/", standard files on /dev/null, no other file open, default signals, and no child of ours.
 * Nothing of our own environment goes with it. A client that hangs up cannot end it, and it holds no pipe of the push
 * (git-receive-pack(1) waits until the hooks' pipes are closed). Fails when ARGUMENTS[0] cannot be run. */
int process_detach(char *const arguments[], char *const environment[], struct error *error);

/* Goes on twice: *BEHIND is true in a new process, which the one that git waits for leaves behind; it is in a session of
 * its own, with its standard files on /dev/null and no other file open than KEEP (-1: none). Fails when there can be no new
 * process. */
int process_split(bool *behind, int keep, struct error *error);

/* Lets this process have as many files open as the system allows it to. */
void process_open_many_files(void);

/* How many files this process may have open. */
size_t process_file_limit(void);

/* True when PROCESS was called with ARGUMENT; false also when that cannot be seen. */
bool process_was_given(pid_t process, const char *argument);

/* Returns the folder of the running program, symbolic links resolved, owned by the caller; NULL when /proc does not
 * say. */
char *process_folder(void);

#endif
