#include "adapters/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

static const unsigned char metadata_4[][4] = {
	{100, 100, 100, 200}, /* Alibaba */
	{168, 63, 129, 16},   /* Azure */
	{192, 0, 0, 192},     /* Oracle */
};

static const unsigned char metadata_6[][16] = {
	{0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, /* AWS */
	{0xfd, 0x20, 0x00, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, /* Google */
};

static const unsigned char prefix_mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const unsigned char prefix_translated[12] = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

/* Copies the address out, since a sockaddr need not be aligned for what it is cast to; returns its bytes, 4 or 16. */
static size_t bytes_of(unsigned char out[16], const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		memcpy(out, (const char *)address + offsetof(struct sockaddr_in, sin_addr), 4);
		return 4;
	}
	if (address->sa_family != AF_INET6)
		return 0;
	memcpy(out, (const char *)address + offsetof(struct sockaddr_in6, sin6_addr), 16);
	if (memcmp(out, prefix_mapped, 12) != 0 && memcmp(out, prefix_translated, 12) != 0)
		return 16;
	memmove(out, out + 12, 4);
	return 4;
}

bool address_is_loopback(const struct sockaddr *address)
{
	unsigned char bytes[16];
	size_t length = bytes_of(bytes, address);

	return length == 4 ? bytes[0] == 127 : length == 16 && memcmp(bytes, &in6addr_loopback, 16) == 0;
}

static bool forbidden_4(const unsigned char bytes[4])
{
	for (size_t i = 0; i < sizeof(metadata_4) / sizeof(metadata_4[0]); i++)
		if (memcmp(bytes, metadata_4[i], 4) == 0)
			return true;
	return bytes[0] == 169 && bytes[1] == 254;
}

static bool forbidden_6(const unsigned char bytes[16])
{
	for (size_t i = 0; i < sizeof(metadata_6) / sizeof(metadata_6[0]); i++)
		if (memcmp(bytes, metadata_6[i], 16) == 0)
			return true;
	return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

bool address_is_forbidden(const struct sockaddr *address)
{
	unsigned char bytes[16];
	size_t length = bytes_of(bytes, address);

	if (length == 4)
		return forbidden_4(bytes);
	return length == 0 || forbidden_6(bytes);
}

void address_describe(struct buffer *out, const struct sockaddr *address)
{
	char text[INET6_ADDRSTRLEN] = "?";
	unsigned char bytes[16];
	size_t length = bytes_of(bytes, address);

	if (length)
		inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text));
	buffer_add_string(out, text);
}
