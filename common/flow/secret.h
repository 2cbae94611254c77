/* Secrets that are kept in files. */
#ifndef HOTFIX_FLOW_SECRET_H
#define HOTFIX_FLOW_SECRET_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

#define SECRET_FILE_MAXIMUM 4096 /* bytes */

/* Adds the one line of the file PATH, without its end, when the file belongs to root or OWNER and nobody else may read
 * it. Errors name the file and never hold the secret. OUT is owned by the caller either way (secret_release). */
int secret_load(struct buffer *out, const char *path, uid_t owner, struct error *error);

#endif
