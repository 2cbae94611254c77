/* A short number for a text of any length: to tell texts apart, not to protect them. */
#ifndef HOTFIX_BASE_HASH_H
#define HOTFIX_BASE_HASH_H

#include <stdint.h>

/* FNV-1a, 64 bits. */
uint64_t hash_text(const char *text);

#endif
