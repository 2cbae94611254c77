#include "adapters/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

static const unsigned char metadata_4[][4] = {
	{100, 100, 100, 200}, /* Alibaba */
	{168, 63, 129, 16},   /* Azure */
	{192, 0, 0, 192},     /* Oracle */
};

static const char *const metadata_names[] = {
	"metadata",      "metadata.google.internal",   "metadata.goog",
	"instance-data", "instance-data.ec2.internal", "metadata.tencentyun.com",
};

struct prefix {
	unsigned char bytes[16];
	size_t length; /* in bytes */
};

static const struct prefix forbidden_prefixes[] = {
	{{0xfd, 0x00, 0x0e, 0xc2}, 4},                                            /* AWS: its services of a machine */
	{{0xfd, 0x20, 0x00, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, 16}, /* Google */
	{{0xfd, 0x00, 0x00, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x42}, 16}, /* Scaleway */
};

/* Where an IPv4 address stands in an IPv6 one: the place of its first byte, as RFC 6052, section 2.2 counts it. */
struct embedding {
	struct prefix prefix;
	size_t at;
	unsigned char mask; /* what each byte is disguised with */
};

static const struct embedding embeddings[] = {
	{{{[10] = 0xff, 0xff}, 12}, 12, 0},          /* mapped: RFC 4291, section 2.5.5.2 */
	{{{0}, 12}, 12, 0},                          /* compatible: RFC 4291, section 2.5.5.1 */
	{{{[8] = 0xff, 0xff}, 12}, 12, 0},           /* translated: RFC 2765, section 2.1 */
	{{{0x00, 0x64, 0xff, 0x9b}, 12}, 12, 0},     /* NAT64: RFC 6052, section 2.1 */
	{{{0x00, 0x64, 0xff, 0x9b, 0, 1}, 6}, 6, 0}, /* a site's own NAT64: RFC 8215, whatever the prefix's length */
	{{{0x00, 0x64, 0xff, 0x9b, 0, 1}, 6}, 7, 0},
	{{{0x00, 0x64, 0xff, 0x9b, 0, 1}, 6}, 8, 0},
	{{{0x00, 0x64, 0xff, 0x9b, 0, 1}, 6}, 12, 0},
	{{{0x20, 0x02}, 2}, 2, 0},                 /* 6to4: RFC 3056, section 2 */
	{{{0x20, 0x01, 0x00, 0x00}, 4}, 12, 0xff}, /* Teredo: RFC 4380, section 4 */
};

static bool begins_with(const unsigned char bytes[16], const struct prefix *prefix)
{
	return memcmp(bytes, prefix->bytes, prefix->length) == 0;
}

/* Copies the address out, since a sockaddr need not be aligned for what it is cast to; returns its bytes, 4 or 16. A
 * mapped address is the IPv4 address: the kernel treats it so. */
static size_t bytes_of(unsigned char out[16], const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		memcpy(out, (const char *)address + offsetof(struct sockaddr_in, sin_addr), 4);
		return 4;
	}
	if (address->sa_family != AF_INET6)
		return 0;
	memcpy(out, (const char *)address + offsetof(struct sockaddr_in6, sin6_addr), 16);
	if (!begins_with(out, &embeddings[0].prefix))
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

/* The ninth of the sixteen bytes is never one of the four: RFC 6052, section 2.2. */
static bool embeds_forbidden_4(const unsigned char bytes[16], const struct embedding *embedding)
{
	unsigned char four[4];
	size_t from = embedding->at;

	for (size_t i = 0; i < 4; i++, from++) {
		from += from == 8;
		four[i] = bytes[from] ^ embedding->mask;
	}
	return begins_with(bytes, &embedding->prefix) && forbidden_4(four);
}

static bool forbidden_6(const unsigned char bytes[16])
{
	for (size_t i = 0; i < sizeof(forbidden_prefixes) / sizeof(forbidden_prefixes[0]); i++)
		if (begins_with(bytes, &forbidden_prefixes[i]))
			return true;
	for (size_t i = 0; i < sizeof(embeddings) / sizeof(embeddings[0]); i++)
		if (embeds_forbidden_4(bytes, &embeddings[i]))
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

static bool literal_is_forbidden(const char *text)
{
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return address_is_forbidden((const struct sockaddr *)&four);
	return inet_pton(AF_INET6, text, &six.sin6_addr) == 1 && address_is_forbidden((const struct sockaddr *)&six);
}

bool address_host_is_forbidden(const char *host)
{
	size_t length = strlen(host);
	bool bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';
	char *text = bracketed ? memory_copy_bytes(host + 1, length - 2) : memory_copy(host);
	bool forbidden;

	for (size_t i = strlen(text); i && text[i - 1] == '.'; i--)
		text[i - 1] = '\0';
	text[strcspn(text, "%")] = '\0'; /* the zone of a link-local address: RFC 6874 */
	forbidden = literal_is_forbidden(text);
	for (size_t i = 0; i < sizeof(metadata_names) / sizeof(metadata_names[0]); i++)
		forbidden |= strcasecmp(text, metadata_names[i]) == 0;
	free(text);
	return forbidden;
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
