/* What takes the place of libgit2's network in a program that links libgit2.a.
 *
 * A hook runs three times per push, so what its process costs before main is what the pusher waits for: linking
 * libgit2.so with the 17 libraries behind it takes 4.9 ms, and starting its TLS another 8 ms for the whole bundle of
 * certificates, against 0.85 ms for an empty process (measured on Debian 12). A gate reads one local repository: it
 * never needs TLS, SSH or HTTP, and a parser that is not linked cannot be attacked.
 *
 * The linker takes a member of an archive only for a symbol that nobody defined yet. This file comes before the
 * archive and defines what the rest of libgit2 1.5 wants of those members: what runs when the library starts says
 * "ready", everything else says "failed". Names and types are libgit2's, whose private headers are not installed;
 * none of the arguments is looked at. Compiled only where libgit2 is linked statically. */
#include <stdbool.h>
#include <stddef.h>

#define FAILED (-1)

extern bool git_http__expect_continue;
bool git_http__expect_continue = false;

int git_mbedtls_stream_global_init(void);
int git_transport_ssh_global_init(void);
int git_hash_sha256_global_init(void);

int git_mbedtls_stream_global_init(void)
{
	return 0;
}

int git_transport_ssh_global_init(void)
{
	return 0;
}

int git_hash_sha256_global_init(void)
{
	return 0;
}

int git_mbedtls_stream_new(void **out, const char *host, const char *port);
int git_mbedtls_stream_wrap(void **out, void *stream, const char *host);
int git_mbedtls__set_cert_location(const char *file, const char *path);

int git_mbedtls_stream_new(void **out, const char *host, const char *port)
{
	(void)out;
	(void)host;
	(void)port;
	return FAILED;
}

int git_mbedtls_stream_wrap(void **out, void *stream, const char *host)
{
	(void)out;
	(void)stream;
	(void)host;
	return FAILED;
}

int git_mbedtls__set_cert_location(const char *file, const char *path)
{
	(void)file;
	(void)path;
	return FAILED;
}

int git_smart_subtransport_http(void **out, void *owner, void *parameter);
int git_smart_subtransport_ssh(void **out, void *owner, void *parameter);
int git_transport_ssh_with_paths(void **out, void *owner, void *paths);
int http_parser_parse_url(const char *text, size_t length, int is_connect, void *out);

int git_smart_subtransport_http(void **out, void *owner, void *parameter)
{
	(void)out;
	(void)owner;
	(void)parameter;
	return FAILED;
}

int git_smart_subtransport_ssh(void **out, void *owner, void *parameter)
{
	(void)out;
	(void)owner;
	(void)parameter;
	return FAILED;
}

int git_transport_ssh_with_paths(void **out, void *owner, void *paths)
{
	(void)out;
	(void)owner;
	(void)paths;
	return FAILED;
}

int http_parser_parse_url(const char *text, size_t length, int is_connect, void *out)
{
	(void)text;
	(void)length;
	(void)is_connect;
	(void)out;
	return FAILED;
}

int git_hash_sha256_ctx_init(void *context);
int git_hash_sha256_init(void *context);
int git_hash_sha256_update(void *context, const void *bytes, size_t length);
int git_hash_sha256_final(void *out, void *context);
void git_hash_sha256_ctx_cleanup(void *context);

int git_hash_sha256_ctx_init(void *context)
{
	(void)context;
	return FAILED;
}

int git_hash_sha256_init(void *context)
{
	(void)context;
	return FAILED;
}

int git_hash_sha256_update(void *context, const void *bytes, size_t length)
{
	(void)context;
	(void)bytes;
	(void)length;
	return FAILED;
}

int git_hash_sha256_final(void *out, void *context)
{
	(void)out;
	(void)context;
	return FAILED;
}

void git_hash_sha256_ctx_cleanup(void *context)
{
	(void)context;
}
