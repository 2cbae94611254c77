/* A file of headers that go with a request, such as a token: hotfix.ini(5), headers-file. */
#ifndef HOTFIX_FLOW_HEADERS_FILE_H
#define HOTFIX_FLOW_HEADERS_FILE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/strings.h"

/* Adds the headers of PATH, which is kept as a secret is (file_private). Errors are "file:line: what", and hold no
 * value. */
int headers_file_load(struct strings *out, const char *path, uid_t owner, struct error *error);

#endif
