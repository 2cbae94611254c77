/* Whole files, and who may have written them. */
#ifndef HOTFIX_BASE_FILE_H
#define HOTFIX_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* Reads the file PATH whole. ERROR_NOT_FOUND when there is none, ERROR_LIMIT when it is longer than MAXIMUM bytes. */
int file_read(struct buffer *out, const char *path, size_t maximum, struct error *error);

/* Reads FD to its end; ERROR_LIMIT when more than MAXIMUM bytes come. NAME is for the error. */
int file_read_all(struct buffer *out, int fd, const char *name, size_t maximum, struct error *error);

/* Writes all LENGTH bytes to FD, whatever a signal or a pipe does to write(2). */
int file_write_all(int fd, const void *bytes, size_t length, struct error *error);

/* Makes PATH a file of these bytes with this MODE, by a rename: whoever reads it finds the old one or the new one, whole.
 * Until then the new one is beside it, with a dot and six characters more. */
int file_replace(const char *path, const void *bytes, size_t length, mode_t mode, struct error *error);

/* The same in place, for what a reader can tell to be whole or not: at once with another writer or a crash PATH can hold parts
 * of both. On ext4 (ext4(5), auto_da_alloc) replacing a file costs milliseconds, this does not. Follows no symbolic link at
 * PATH; where it fails there is no such file. */
int file_overwrite(const char *path, const void *bytes, size_t length, mode_t mode, struct error *error);

/* Fails unless PATH, the file that it stands for when it is a symbolic link, and every folder above both are owned
 * by root or OWNER and nobody else may write them. A folder with the sticky bit may be written by others. */
int file_trusted(const char *path, uid_t owner, struct error *error);

/* Fails unless PATH is a regular file that belongs to root or OWNER and that nobody else may read or write. */
int file_private(const char *path, uid_t owner, struct error *error);

#endif
