/* UTF-8 (RFC 3629, section 4): what is well-formed and what is not. */
#ifndef HOTFIX_BASE_UTF8_H
#define HOTFIX_BASE_UTF8_H

#include <stddef.h>

/* Returns the bytes (1 to 4) of the well-formed character at TEXT, of which AVAILABLE bytes may be looked at; 0 when
 * there is none. */
size_t utf8_character(const char *text, size_t available);

#endif
