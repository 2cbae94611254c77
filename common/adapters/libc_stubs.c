/* What takes the place of the parts of the C library that a hook linked with a static one must not call: they would load
 * shared objects of exactly the version that was there at the build (ld warns of each).
 *
 * SQLite asks for the dynamic loader to load extensions, libgit2 for addresses of its network and for the home of an
 * account. A hook does none of it: SQLite loads no extension unless it is told to, the network is stubbed out
 * (libgit2_stubs.c), and repository.c empties libgit2's search paths. Accounts come from name_service.c. The C library,
 * linked without the loader, is 0.2 ms faster at each start of a hook, of which a push makes three (Debian 12).
 *
 * ld --wrap=NAME sends each call of NAME to __wrap_NAME. Compiled only where the C library is linked statically. */
#include <errno.h>
#include <netdb.h>
#include <pwd.h>
#include <stddef.h>

#define WRAP(name) __wrap_##name /* NOLINT(bugprone-reserved-identifier): ld(1), --wrap */

void *WRAP(dlopen)(const char *file, int mode);
void *WRAP(dlsym)(void *handle, const char *name);
int WRAP(dlclose)(void *handle);
char *WRAP(dlerror)(void);
int WRAP(getaddrinfo)(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out);
int WRAP(getpwuid_r)(uid_t user, struct passwd *entry, char *buffer, size_t length, struct passwd **out);

void *WRAP(dlopen)(const char *file, int mode)
{
	(void)file;
	(void)mode;
	return NULL;
}

void *WRAP(dlsym)(void *handle, const char *name)
{
	(void)handle;
	(void)name;
	return NULL;
}

int WRAP(dlclose)(void *handle)
{
	(void)handle;
	return 0;
}

char *WRAP(dlerror)(void)
{
	static char words[] = "this program loads no shared objects";

	return words;
}

int WRAP(getaddrinfo)(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	(void)host;
	(void)service;
	(void)hints;
	*out = NULL;
	return EAI_FAIL;
}

int WRAP(getpwuid_r)(uid_t user, struct passwd *entry, char *buffer, size_t length, struct passwd **out)
{
	(void)user;
	(void)entry;
	(void)buffer;
	(void)length;
	*out = NULL;
	return ENOENT;
}
