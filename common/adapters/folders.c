#include "adapters/folders.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

#define OUR_HOOK "/libexec/hotfix/post-receive"

/* One search. */
struct search {
	struct folders_found *out;
	size_t maximum;
	bool everybodys;
};

void folders_found_release(struct folders_found *found)
{
	strings_release(&found->repositories);
	free(found->foreigner);
	*found = (struct folders_found){0};
}

static mode_t kind_in(const char *folder, const char *name, bool follow)
{
	struct buffer path = BUFFER_INIT;
	struct stat status;
	int result;

	buffer_addf(&path, "%s/%s", folder, name);
	result = follow ? stat(buffer_text(&path), &status) : lstat(buffer_text(&path), &status);
	buffer_release(&path);
	return result ? 0 : status.st_mode & S_IFMT;
}

static bool is_repository(const char *folder)
{
	return kind_in(folder, "objects", true) == S_IFDIR && kind_in(folder, "refs", true) == S_IFDIR &&
	       kind_in(folder, "HEAD", false);
}

static bool is_our_hook(const char *git_dir, const char *name)
{
	struct buffer path = BUFFER_INIT;
	char target[PATH_MAX];
	ssize_t length;

	buffer_addf(&path, "%s/%s", git_dir, name);
	length = readlink(buffer_text(&path), target, sizeof(target));
	buffer_release(&path);
	return length >= (ssize_t)strlen(OUR_HOOK) &&
	       memcmp(target + length - strlen(OUR_HOOK), OUR_HOOK, strlen(OUR_HOOK)) == 0;
}

bool folders_uses_hooks(const char *git_dir)
{
	return kind_in(git_dir, "hotfix.ini", false) || is_our_hook(git_dir, "hooks/post-receive") ||
	       is_our_hook(git_dir, "hooks/post-receive.d/hotfix") ||
	       is_our_hook(git_dir, "custom_hooks/post-receive.d/hotfix");
}

static void take(struct search *search, const char *folder)
{
	struct folders_found *out = search->out;
	struct stat status;

	if (!folders_uses_hooks(folder) || stat(folder, &status) < 0 || out->repositories.count >= search->maximum)
		return;
	if (search->everybodys || status.st_uid == geteuid()) {
		strings_add(&out->repositories, folder);
		return;
	}
	out->foreign++;
	if (!out->foreigner)
		out->foreigner = memory_copy(folder);
}

/* Reads the names of FOLDER before it goes into any: one open file, however deep. */
static int list_folders(struct strings *out, const char *folder)
{
	DIR *stream = opendir(folder);
	const struct dirent *entry;

	if (!stream)
		return -1;
	while ((entry = readdir(stream)) != NULL) {
		const char *name = entry->d_name;

		if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, ".git"))
			continue;
		if (entry->d_type == DT_DIR || (entry->d_type == DT_UNKNOWN && kind_in(folder, name, false) == S_IFDIR))
			strings_addf(out, "%s/%s", folder, name);
	}
	closedir(stream);
	return 0;
}

static int search_below(struct search *search, const char *folder, int depth)
{
	struct strings below = STRINGS_INIT;
	int result;

	if (is_repository(folder)) {
		take(search, folder);
		return 0;
	}
	if (depth == 0)
		return 0;
	result = list_folders(&below, folder);
	for (size_t i = 0; i < below.count; i++)
		search_below(search, below.items[i], depth - 1);
	strings_release(&below);
	return result;
}

int folders_find(struct folders_found *out, const char *folder, bool everybodys, size_t maximum, struct error *error)
{
	struct search search = {.out = out, .maximum = maximum, .everybodys = everybodys};
	char *top = realpath(folder, NULL);
	int result = top ? search_below(&search, top, FOLDERS_DEPTH) : -1;

	if (result)
		error_set_errno(error, errno, "%s", folder);
	free(top);
	return result ? ERROR_FAILED : 0;
}
