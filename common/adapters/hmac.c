#include "adapters/hmac.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/memory.h"

int hmac_sha256(struct hmac *out, const void *key, size_t key_length, const void *data, size_t length,
		struct error *error)
{
	unsigned int written = 0;

	if (key_length > INT_MAX)
		return error_set(error, "a key of %zu bytes is too long", key_length);
	if (!HMAC(EVP_sha256(), key, (int)key_length, data, length, out->bytes, &written) || written != HMAC_BYTES)
		return error_set(error, "libcrypto cannot compute HMAC-SHA256");
	return 0;
}

void hmac_hex(struct buffer *out, const struct hmac *hmac)
{
	for (size_t i = 0; i < HMAC_BYTES; i++)
		buffer_addf(out, "%02x", hmac->bytes[i]);
}

void base64_encode(struct buffer *out, const void *data, size_t length)
{
	const unsigned char *bytes = data;
	unsigned char block[64 + 1];

	for (size_t at = 0; at < length; at += 48) {
		size_t part = length - at < 48 ? length - at : 48;

		buffer_add(out, block, (size_t)EVP_EncodeBlock(block, bytes + at, (int)part));
	}
}

/* libcrypto forgives blanks around the text and takes padding in the middle of it for zeroes. */
static size_t padding_of(const char *text, size_t length)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t padding = 0;

	while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < length - padding; i++)
		if (!text[i] || !strchr(alphabet, text[i]))
			return 3;
	return padding;
}

int base64_decode(struct buffer *out, const char *text, size_t length, struct error *error)
{
	size_t padding = padding_of(text, length);
	unsigned char *bytes;
	int decoded;

	if (length % 4 || padding > 2 || length > INT_MAX)
		return error_set(error, "no base64");
	bytes = memory_alloc(length / 4 * 3 + 1);
	decoded = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
	if (decoded >= (int)padding)
		buffer_add(out, bytes, (size_t)decoded - padding);
	OPENSSL_cleanse(bytes, length / 4 * 3 + 1);
	free(bytes);
	return decoded < (int)padding ? error_set(error, "no base64") : 0;
}

void secret_release(struct buffer *secret)
{
	if (secret->bytes)
		OPENSSL_cleanse(secret->bytes, secret->capacity);
	buffer_release(secret);
}
