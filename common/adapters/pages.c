#include "adapters/pages.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

#define TEMPORARY ".hotfix-report.new"
#define PAGE_MAXIMUM ((size_t)64 * 1024 * 1024)

struct pages {
	char *folder;
	int descriptor;
};

int pages_open(struct pages **out, const char *folder, struct error *error)
{
	int descriptor;

	*out = NULL;
	if (mkdir(folder, 0755) && errno != EEXIST)
		return error_set_errno(error, errno, "%s: cannot be made", folder);
	descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return error_set_errno(error, errno, "%s", folder);
	while (flock(descriptor, LOCK_EX))
		if (errno != EINTR) {
			close(descriptor);
			return error_set_errno(error, errno, "%s: cannot be locked", folder);
		}
	*out = memory_alloc(sizeof(**out));
	**out = (struct pages){memory_copy(folder), descriptor};
	return 0;
}

void pages_free(struct pages *pages)
{
	if (!pages)
		return;
	close(pages->descriptor);
	free(pages->folder);
	free(pages);
}

static bool is_the_same(const struct pages *pages, const char *name, const struct buffer *content)
{
	struct error unread = ERROR_INIT;
	struct buffer old = BUFFER_INIT;
	int descriptor = openat(pages->descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool same = descriptor >= 0 && !file_read_all(&old, descriptor, name, PAGE_MAXIMUM, &unread) &&
		    old.length == content->length && !memcmp(buffer_text(&old), buffer_text(content), old.length);

	if (descriptor >= 0)
		close(descriptor);
	buffer_release(&old);
	error_release(&unread);
	return same;
}

static int write_new(const struct pages *pages, const struct buffer *content, struct error *error)
{
	int descriptor;
	int result;

	if (unlinkat(pages->descriptor, TEMPORARY, 0) && errno != ENOENT)
		return error_set_errno(error, errno, "%s/%s", pages->folder, TEMPORARY);
	descriptor = openat(pages->descriptor, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (descriptor < 0)
		return error_set_errno(error, errno, "%s/%s", pages->folder, TEMPORARY);
	result = file_write_all(descriptor, buffer_text(content), content->length, error);
	if (close(descriptor) && !result)
		result = error_set_errno(error, errno, "%s/%s", pages->folder, TEMPORARY);
	return result;
}

int pages_write(struct pages *pages, const char *name, const struct buffer *content, struct error *error)
{
	int result;

	if (is_the_same(pages, name, content))
		return 0;
	result = write_new(pages, content, error);
	if (!result && renameat(pages->descriptor, TEMPORARY, pages->descriptor, name))
		result = error_set_errno(error, errno, "%s/%s", pages->folder, name);
	if (result)
		unlinkat(pages->descriptor, TEMPORARY, 0);
	return result;
}

static bool is_stale(const char *name, const char *prefix, const char *suffix, const struct strings *keep)
{
	size_t length = strlen(name);

	if (!strcmp(name, TEMPORARY))
		return true;
	return length > strlen(prefix) + strlen(suffix) && !strncmp(name, prefix, strlen(prefix)) &&
	       !strcmp(name + length - strlen(suffix), suffix) && !strings_contain(keep, name);
}

int pages_sweep(struct pages *pages, const char *prefix, const char *suffix, const struct strings *keep,
		size_t *removed, struct error *error)
{
	int descriptor = openat(pages->descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
	const struct dirent *entry;
	int result = 0;

	*removed = 0;
	if (!folder) {
		result = error_set_errno(error, errno, "%s", pages->folder);
		if (descriptor >= 0)
			close(descriptor);
		return result;
	}
	while (!result && (entry = readdir(folder))) {
		if (!is_stale(entry->d_name, prefix, suffix, keep))
			continue;
		if (unlinkat(pages->descriptor, entry->d_name, 0) && errno != ENOENT)
			result = error_set_errno(error, errno, "%s/%s", pages->folder, entry->d_name);
		else
			++*removed;
	}
	closedir(folder);
	return result;
}
