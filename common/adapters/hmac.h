/* Keyed hashes and base64, through libcrypto. */
#ifndef HOTFIX_ADAPTERS_HMAC_H
#define HOTFIX_ADAPTERS_HMAC_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define HMAC_BYTES 32

struct hmac {
	unsigned char bytes[HMAC_BYTES];
};

/* Computes HMAC-SHA256 (RFC 2104, FIPS 180-4) of DATA under KEY. */
int hmac_sha256(struct hmac *out, const void *key, size_t key_length, const void *data, size_t length,
		struct error *error);

/* Adds the bytes as hexadecimal digits in lower case. */
void hmac_hex(struct buffer *out, const struct hmac *hmac);

/* Adds base64 (RFC 4648, section 4) of DATA, padded, on one line. */
void base64_encode(struct buffer *out, const void *data, size_t length);

/* Adds what TEXT stands for; fails on anything that is not base64 with its padding. The error does not repeat TEXT,
 * which may be a secret. */
int base64_decode(struct buffer *out, const char *text, size_t length, struct error *error);

/* Overwrites the contents before they are released, so that a secret does not stay in memory. */
void secret_release(struct buffer *secret);

#endif
