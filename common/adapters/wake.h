/* What wakes a process that waits for others: touches of files (inotify(7)), one watch for each file. */
#ifndef HOTFIX_ADAPTERS_WAKE_H
#define HOTFIX_ADAPTERS_WAKE_H

#include <stdbool.h>

struct wake;

#define WAKE_NONE (-1)

/* Never fails: where the system watches no more, wake_watch says so for each file. Owned by the caller. */
struct wake *wake_new(void);
void wake_free(struct wake *wake);

/* Can be read when a file was touched; -1 when nothing can be watched. */
int wake_descriptor(const struct wake *wake);

/* Watches the file at PATH for touches, and for its end; a symbolic link is no file. Returns the number of the watch, or
 * WAKE_NONE: the file must be looked at now and then. */
int wake_watch(struct wake *wake, const char *path);
void wake_unwatch(struct wake *wake, int watch);

/* Watches the files in the folder at PATH: for writes, and for those that come and go. Returns as wake_watch. */
int wake_watch_folder(struct wake *wake, const char *path);

/* What wake_wait saw; several at once. */
enum { WAKE_TOUCHED = 1, WAKE_WRITABLE = 2, WAKE_CLOSED = 4 };

/* Waits for a touch, and on the descriptor OUTPUT for its other end to close and, WRITING, for room; at most so many
 * MILLISECONDS. Returns what it saw, 0 when there was nothing or a signal came. */
int wake_wait(const struct wake *wake, int output, bool writing, int milliseconds);

/* Fetches the next watch whose file was touched, the same one maybe several times; false when there is none. *WATCH is
 * WAKE_NONE when touches were lost: any file may have been touched. */
bool wake_next(struct wake *wake, int *watch);

#endif
