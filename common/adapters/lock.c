#include "adapters/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

#define LOOK_NANOSECONDS 1000000

static int give_to_owner_of_folder(int fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? memory_copy_bytes(path, (size_t)(slash - path) + 1) : memory_copy(".");
	struct stat status;
	struct stat ours;
	int result = stat(folder, &status) < 0 ? -1 : fstat(fd, &ours);

	/* a change of the same to the same would wake whoever watches the file */
	if (!result && (ours.st_uid != status.st_uid || ours.st_gid != status.st_gid))
		result = fchown(fd, status.st_uid, status.st_gid);
	free(folder);
	return result;
}

static int take(struct lock *out, const char *path, int how, struct error *error)
{
	int result = 0;

	*out = (struct lock)LOCK_INIT;
	out->fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0660);
	if (out->fd < 0)
		return error_set_errno(error, errno, "%s", path);
	if (geteuid() == 0 && give_to_owner_of_folder(out->fd, path) < 0)
		result = error_set_errno(error, errno, "%s", path);
	else if (flock(out->fd, how | LOCK_NB) == 0)
		out->held = true;
	else if (errno != EWOULDBLOCK)
		result = error_set_errno(error, errno, "%s", path);
	if (!out->held)
		close(out->fd);
	return result;
}

int lock_try(struct lock *out, const char *path, struct error *error)
{
	return take(out, path, LOCK_EX, error);
}

int lock_share(struct lock *out, const char *path, struct error *error)
{
	return take(out, path, LOCK_SH, error);
}

void lock_await(const char *path, int64_t milliseconds)
{
	int64_t end = clock_monotonic() + milliseconds;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);

	if (fd < 0)
		return;
	while (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK && clock_monotonic() < end)
		nanosleep(&(struct timespec){.tv_nsec = LOOK_NANOSECONDS}, NULL);
	close(fd);
}

bool lock_holds(const struct lock *lock, const char *path)
{
	struct stat ours;
	struct stat there;

	return lock->held && fstat(lock->fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

/* proc_locks(5): "1: FLOCK  ADVISORY  WRITE 4242 fd:00:131073 0 EOF"; behind "->" one that waits. */
static pid_t holder_in_line(const char *line, const struct stat *file)
{
	unsigned int device[2];
	unsigned long long inode;
	char *end;
	long process;
	int begin = 0;

	if (sscanf(line, "%*d: FLOCK %*s WRITE %n", &begin) < 0 || !begin)
		return 0;
	process = strtol(line + begin, &end, 10);
	if (sscanf(end, " %x:%x:%llu", &device[0], &device[1], &inode) != 3)
		return 0;
	return device[0] == major(file->st_dev) && device[1] == minor(file->st_dev) && inode == file->st_ino &&
			       process > 0
		       ? (pid_t)process
		       : 0;
}

pid_t lock_holder(const char *path)
{
	FILE *locks = fopen("/proc/locks", "re");
	struct stat file;
	char line[256];
	pid_t holder = 0;

	if (locks && !lstat(path, &file))
		while (!holder && fgets(line, sizeof(line), locks))
			holder = holder_in_line(line, &file);
	if (locks)
		fclose(locks);
	return holder;
}

void lock_release(struct lock *lock)
{
	if (lock->held)
		close(lock->fd);
	lock->held = false;
}

void lock_touch(const char *path)
{
	utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW);
}
