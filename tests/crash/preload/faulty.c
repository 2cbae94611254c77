/* Preloaded (LD_PRELOAD) into a program of the suite that is linked dynamically: one allocation fails, or one read or
 * write is cut short.
 *
 * FAULTY_CLASS says what is counted: "own", allocations of the program itself, in its own code or in a function of the C
 * library that it called; "library", those of all other libraries; "cut", read, write, pread and pwrite of more than one
 * byte. FAULTY_AT is the number of the one that fails (from 1; a cut one does half). With FAULTY_AT=0 none fails.
 * FAULTY_FILE gets lines: of each one that was counted, with FAULTY_AT=0, its class and a hash of the six innermost calls
 * that led to it; else "failed" and the place, when that one came; and "died", the signal, "own" or "library", and the
 * place, when the program dies of a signal. What the program starts is left alone. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DEPTH = 96, PLACE_DEPTH = 6, FILE_DESCRIPTOR = 700, LINE_MAXIMUM = 1024, MODULES_MAXIMUM = 128 };

enum owner { OWNER_PROGRAM, OWNER_C_LIBRARY, OWNER_SELF, OWNER_LIBRARY };

struct module {
	uintptr_t start;
	uintptr_t end;
	enum owner owner;
};

struct faults {
	bool ready;
	char class;       /* the first letter */
	unsigned long at; /* 0: none fails */
	atomic_ulong count;
	int file;
	struct module modules[MODULES_MAXIMUM]; /* what was there when the program started */
	size_t module_count;
};

static struct faults faults;
static _Thread_local bool inside; /* what we do ourselves is not counted */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void faulty_stop(void);

static const char *name_of(enum owner owner)
{
	return owner == OWNER_PROGRAM ? "own" : "library";
}

static const struct module *find_module(const void *address)
{
	for (size_t i = 0; i < faults.module_count; i++)
		if ((uintptr_t)address >= faults.modules[i].start && (uintptr_t)address < faults.modules[i].end)
			return &faults.modules[i];
	return NULL;
}

static enum owner owner_of(const void *address)
{
	const struct module *module = find_module(address);

	return module ? module->owner : OWNER_LIBRARY;
}

static int add_module(struct dl_phdr_info *info, size_t size, void *data)
{
	struct module module = {.start = UINTPTR_MAX, .owner = OWNER_LIBRARY};
	uintptr_t self = (uintptr_t)&add_module;

	(void)size;
	(void)data;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type != PT_LOAD)
			continue;
		module.start = start < module.start ? start : module.start;
		module.end = start + info->dlpi_phdr[i].p_memsz;
	}
	if (faults.module_count == 0)
		module.owner = OWNER_PROGRAM;
	else if (self >= module.start && self < module.end)
		module.owner = OWNER_SELF;
	else if (strstr(info->dlpi_name, "/libc.so") || strstr(info->dlpi_name, "/ld-linux"))
		module.owner = OWNER_C_LIBRARY;
	faults.modules[faults.module_count++] = module;
	return faults.module_count == MODULES_MAXIMUM;
}

/* Index of the first frame that is neither ours nor the C library's; the last one when there is none. */
static int culprit(void **frames, int depth)
{
	for (int i = 0; i < depth; i++) {
		enum owner owner = owner_of(frames[i]);

		if (owner == OWNER_PROGRAM || owner == OWNER_LIBRARY)
			return i;
	}
	return depth - 1;
}

static void say(const char *what, enum owner owner, const void *place)
{
	char line[LINE_MAXIMUM];
	Dl_info info = {0};
	int length;

	dladdr(place, &info);
	length = snprintf(line, sizeof(line), "%s %s %s(%s+%#tx)\n", what, name_of(owner),
			  info.dli_fname ? info.dli_fname : "?", info.dli_sname ? info.dli_sname : "",
			  (const char *)place - (const char *)(info.dli_sname ? info.dli_saddr : info.dli_fbase));
	if (write(faults.file, line, (size_t)length) < 0)
		_exit(EXIT_FAILURE);
}

static void on_death(int signal)
{
	void *frames[DEPTH];
	char what[LINE_MAXIMUM];
	int depth;
	int at;

	inside = true;
	depth = backtrace(frames, DEPTH);
	at = culprit(frames, depth);
	snprintf(what, sizeof(what), "died SIG%s", sigabbrev_np(signal));
	say(what, owner_of(frames[at]), frames[at]);
	raise(signal);
}

static void record(const char *class, void **frames, int depth)
{
	uint64_t hash = 14695981039346656037U;
	char line[LINE_MAXIMUM];
	int length;
	int used = 0;

	for (int i = 0; i < depth && used < PLACE_DEPTH; i++) {
		const struct module *module = find_module(frames[i]);
		uint64_t place = (uintptr_t)frames[i] - (module ? module->start : 0);

		if (module && module->owner == OWNER_SELF)
			continue;
		hash = (hash ^ place) * 1099511628211U;
		used++;
	}
	length = snprintf(line, sizeof(line), "%s %016llx\n", class, (unsigned long long)hash);
	if (write(faults.file, line, (size_t)length) < 0)
		_exit(EXIT_FAILURE);
}

/* Counts one more of the class; true: it is the one. */
static bool is_due(const char *class, const void *caller)
{
	unsigned long number = atomic_fetch_add(&faults.count, 1) + 1;

	if (!faults.at) {
		void *frames[DEPTH];

		record(class, frames, backtrace(frames, DEPTH));
	} else if (number == faults.at) {
		say("failed", owner_of(caller), caller);
	}
	return number == faults.at;
}

/* Whether an allocation for CALLER fails. */
static bool allocation_fails(const void *caller)
{
	void *frames[DEPTH];
	enum owner owner;
	bool fails = false;

	if (!faults.ready || inside || faults.class == 'c')
		return false;
	inside = true;
	owner = owner_of(caller);
	if (owner == OWNER_C_LIBRARY) {
		int depth = backtrace(frames, DEPTH);

		caller = frames[culprit(frames, depth)];
		owner = owner_of(caller);
	}
	if (*name_of(owner) == faults.class)
		fails = is_due(name_of(owner), caller);
	inside = false;
	if (fails)
		errno = ENOMEM;
	return fails;
}

/* How much of a transfer of SIZE bytes is done. */
static size_t cut(size_t size, const void *caller)
{
	bool due;

	if (!faults.ready || inside || faults.class != 'c' || size < 2)
		return size;
	inside = true;
	due = is_due("cut", caller);
	inside = false;
	return due ? size / 2 : size;
}

/* Nothing fails from here on: the program's own work is done (tests/check/coverage/ends.c). */
void faulty_stop(void)
{
	faults.ready = false;
}

__attribute__((constructor)) static void prepare(void)
{
	static const int deaths[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	static const char *const variables[] = {"LD_PRELOAD", "FAULTY_CLASS", "FAULTY_AT", "FAULTY_FILE"};
	const char *class = getenv("FAULTY_CLASS");
	const char *at = getenv("FAULTY_AT");
	const char *path = getenv("FAULTY_FILE");
	struct sigaction action = {.sa_handler = on_death, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
	void *frames[DEPTH];
	int file;

	if (!class || !at || !path)
		return;
	faults.class = *class;
	faults.at = strtoul(at, NULL, 10);
	file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	faults.file = fcntl(file, F_DUPFD_CLOEXEC, FILE_DESCRIPTOR);
	if (faults.file < 0)
		_exit(EXIT_FAILURE);
	close(file);
	dl_iterate_phdr(add_module, NULL);
	backtrace(frames, DEPTH); /* the first one allocates */
	for (size_t i = 0; i < sizeof(deaths) / sizeof(*deaths); i++)
		sigaction(deaths[i], &action, NULL);
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	faults.ready = true;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's have no readable ones */
void *malloc(size_t size)
{
	return allocation_fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return allocation_fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return allocation_fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return allocation_fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, bytes);
}

ssize_t read(int file, void *bytes, size_t size)
{
	return syscall(SYS_read, file, bytes, cut(size, __builtin_return_address(0)));
}

ssize_t write(int file, const void *bytes, size_t size)
{
	return syscall(SYS_write, file, bytes, cut(size, __builtin_return_address(0)));
}

ssize_t pread64(int file, void *bytes, size_t size, off64_t offset)
{
	return syscall(SYS_pread64, file, bytes, cut(size, __builtin_return_address(0)), offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset)
{
	return syscall(SYS_pwrite64, file, bytes, cut(size, __builtin_return_address(0)), offset);
}

ssize_t pread(int file, void *bytes, size_t size, off_t offset)
{
	return syscall(SYS_pread64, file, bytes, cut(size, __builtin_return_address(0)), offset);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset)
{
	return syscall(SYS_pwrite64, file, bytes, cut(size, __builtin_return_address(0)), offset);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
