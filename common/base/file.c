#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAXIMUM 40 /* path_resolution(7): as many as Linux follows */
#define TARGET_MAXIMUM 4096

static int read_up_to(struct buffer *out, int fd, size_t maximum, const char *name, struct error *error)
{
	size_t total = 0;
	char chunk[8192];

	for (;;) {
		ssize_t count = read(fd, chunk, sizeof(chunk));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_set_errno(error, errno, "%s", name);
		if (!count)
			return 0;
		if ((size_t)count > maximum - total)
			return error_set_code(error, ERROR_LIMIT, "%s: longer than %zu bytes", name, maximum);
		buffer_add(out, chunk, (size_t)count);
		total += (size_t)count;
	}
}

int file_read_all(struct buffer *out, int fd, const char *name, size_t maximum, struct error *error)
{
	return read_up_to(out, fd, maximum, name, error);
}

static int path_error(struct error *error, const char *path)
{
	bool absent = errno == ENOENT || errno == ENOTDIR;

	error_set_errno(error, errno, "%s", path);
	return absent ? ERROR_NOT_FOUND : ERROR_FAILED;
}

int file_read(struct buffer *out, const char *path, size_t maximum, struct error *error)
{
	/* A FIFO must not make a hook wait for somebody to write to it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	int result;

	if (fd < 0)
		return path_error(error, path);
	if (fstat(fd, &status))
		result = error_set_errno(error, errno, "%s", path);
	else if (!S_ISREG(status.st_mode))
		result = error_set(error, "%s: not a regular file", path);
	else
		result = read_up_to(out, fd, maximum, path, error);
	close(fd);
	return result;
}

int file_write_all(int fd, const void *bytes, size_t length, struct error *error)
{
	const char *rest = bytes;

	while (length) {
		ssize_t count = write(fd, rest, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_set_errno(error, errno, "cannot write");
		rest += count;
		length -= (size_t)count;
	}
	return 0;
}

/* PATH ends with the six X of mkstemp(3). */
static int write_new(char *path, const void *bytes, size_t length, mode_t mode, struct error *error)
{
	int fd = mkostemp(path, O_CLOEXEC);
	int result;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", path);
	result = file_write_all(fd, bytes, length, error);
	if (!result && fchmod(fd, mode))
		result = error_set_errno(error, errno, "%s", path);
	if (close(fd) && !result)
		result = error_set_errno(error, errno, "%s", path);
	return result;
}

int file_replace(const char *path, const void *bytes, size_t length, mode_t mode, struct error *error)
{
	char *next = buffer_format("%s.XXXXXX", path);
	int result = write_new(next, bytes, length, mode, error);

	if (!result && rename(next, path))
		result = error_set_errno(error, errno, "%s", path);
	if (result)
		unlink(next);
	free(next);
	return result;
}

int file_overwrite(const char *path, const void *bytes, size_t length, mode_t mode, struct error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, mode);
	int result;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", path);
	result = file_write_all(fd, bytes, length, error);
	if (!result && ftruncate(fd, (off_t)length))
		result = error_set_errno(error, errno, "%s", path);
	if (close(fd) && !result)
		result = error_set_errno(error, errno, "%s", path);
	if (result)
		unlink(path);
	return result;
}

/* A path on the way to what it stands for: the part that was looked at, which holds no link, and the part that was
 * not. */
struct walk {
	struct buffer done;
	char *rest;
	const char *next;
	unsigned links;
	uid_t owner;
};

static int check_owner(const struct walk *walk, const struct stat *status, struct error *error)
{
	if (status->st_uid && status->st_uid != walk->owner)
		return error_set(error, "%s: belongs to user %u, who is neither root nor the owner (user %u)",
				 buffer_text(&walk->done), (unsigned)status->st_uid, (unsigned)walk->owner);
	return 0;
}

static int check_entry(const struct walk *walk, const struct stat *status, struct error *error)
{
	bool shared = S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX);

	if (check_owner(walk, status, error))
		return ERROR_FAILED;
	if ((status->st_mode & (S_IWGRP | S_IWOTH)) && !shared)
		return error_set(error, "%s: others than its owner may write it; run: chmod go-w '%s'",
				 buffer_text(&walk->done), buffer_text(&walk->done));
	return 0;
}

static void drop_last(struct buffer *path)
{
	size_t length = path->length;

	while (length > 1 && path->bytes[length - 1] != '/')
		length--;
	if (length > 1)
		length--;
	path->length = length;
	path->bytes[length] = '\0';
}

static void restart(struct walk *walk, const char *target)
{
	struct buffer rest = BUFFER_INIT;

	buffer_addf(&rest, "%s/%s", target, walk->next);
	free(walk->rest);
	walk->rest = buffer_detach(&rest);
	walk->next = walk->rest;
	drop_last(&walk->done);
	if (*target == '/') {
		buffer_clear(&walk->done);
		buffer_add_char(&walk->done, '/');
	}
}

static int follow_link(struct walk *walk, const struct stat *status, struct error *error)
{
	char target[TARGET_MAXIMUM + 1];
	ssize_t length;

	if (check_owner(walk, status, error))
		return ERROR_FAILED;
	if (++walk->links > LINKS_MAXIMUM)
		return error_set_errno(error, ELOOP, "%s", buffer_text(&walk->done));
	length = readlink(buffer_text(&walk->done), target, sizeof(target));
	if (length < 0)
		return error_set_errno(error, errno, "%s", buffer_text(&walk->done));
	if ((size_t)length == sizeof(target))
		return error_set_errno(error, ENAMETOOLONG, "%s", buffer_text(&walk->done));
	target[length] = '\0';
	restart(walk, target);
	return 0;
}

static int step(struct walk *walk, struct error *error)
{
	size_t length = strcspn(walk->next, "/");
	const char *name = walk->next;
	struct stat status;

	walk->next += length + (name[length] == '/');
	if (!length || (length == 1 && *name == '.'))
		return 0;
	if (length == 2 && !memcmp(name, "..", 2)) {
		drop_last(&walk->done);
		return 0;
	}
	if (walk->done.length > 1)
		buffer_add_char(&walk->done, '/');
	buffer_add(&walk->done, name, length);
	if (lstat(buffer_text(&walk->done), &status))
		return path_error(error, buffer_text(&walk->done));
	if (S_ISLNK(status.st_mode))
		return follow_link(walk, &status, error);
	return check_entry(walk, &status, error);
}

static int absolute(struct buffer *out, const char *path, struct error *error)
{
	if (*path != '/') {
		char *here = getcwd(NULL, 0);

		if (!here)
			return error_set_errno(error, errno, "the current folder");
		buffer_addf(out, "%s/", here);
		free(here);
	}
	buffer_add_string(out, path);
	return 0;
}

int file_trusted(const char *path, uid_t owner, struct error *error)
{
	struct walk walk = {.owner = owner};
	struct buffer whole = BUFFER_INIT;
	struct stat root;
	int result;

	result = absolute(&whole, path, error);
	if (result)
		goto done;
	walk.rest = buffer_detach(&whole);
	walk.next = walk.rest;
	buffer_add_char(&walk.done, '/');
	result = lstat("/", &root) ? path_error(error, "/") : check_entry(&walk, &root, error);
	while (!result && *walk.next)
		result = step(&walk, error);
done:
	buffer_release(&whole);
	buffer_release(&walk.done);
	free(walk.rest);
	return result;
}

int file_private(const char *path, uid_t owner, struct error *error)
{
	struct stat status;

	if (stat(path, &status))
		return path_error(error, path);
	if (!S_ISREG(status.st_mode))
		return error_set(error, "%s: not a regular file", path);
	if (status.st_uid && status.st_uid != owner)
		return error_set(error, "%s: belongs to user %u, who is neither root nor the owner (user %u)", path,
				 (unsigned)status.st_uid, (unsigned)owner);
	if (status.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH))
		return error_set(error, "%s: others than its owner may read or write it; run: chmod go-rw '%s'", path,
				 path);
	return 0;
}
