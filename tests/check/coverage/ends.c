/* For `make coverage`: what was counted is written before a process ends by _exit(2), or becomes another program. (gcc
 * does the second by itself, but not in ISO C.) While it is written, nothing is made to fail by tests/crash/preload.
 *
 * ld --wrap=NAME sends each call of NAME to __wrap_NAME. What a process counts as another user is lost: the files belong
 * to who built them. */
#include <dlfcn.h>
#include <unistd.h>

#define WRAP(name) __wrap_##name /* NOLINT(bugprone-reserved-identifier): ld(1), --wrap */
#define REAL(name) __real_##name /* NOLINT(bugprone-reserved-identifier) */

/* libgcov, of which gcc has no header that works alone (gcov.h of gcc 12). */
void __gcov_dump(void);  /* NOLINT(bugprone-reserved-identifier) */
void __gcov_reset(void); /* NOLINT(bugprone-reserved-identifier) */

void REAL(__gcov_exit)(void);
void WRAP(__gcov_exit)(void);
_Noreturn void REAL(_exit)(int status);
_Noreturn void WRAP(_exit)(int status);
int REAL(execve)(const char *program, char *const arguments[], char *const environment[]);
int WRAP(execve)(const char *program, char *const arguments[], char *const environment[]);

static void stop_faults(void)
{
	void (*stop)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "faulty_stop");

	if (stop)
		stop();
}

/* What an ordinary end calls, once for each file. */
void WRAP(__gcov_exit)(void)
{
	stop_faults();
	REAL(__gcov_exit)();
}

_Noreturn void WRAP(_exit)(int status)
{
	stop_faults();
	__gcov_dump();
	REAL(_exit)(status);
}

int WRAP(execve)(const char *program, char *const arguments[], char *const environment[])
{
	int result;

	stop_faults();
	__gcov_dump();
	result = REAL(execve)(program, arguments, environment);
	__gcov_reset();
	return result;
}
