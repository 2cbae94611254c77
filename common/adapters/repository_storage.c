/* The object store, put together pack by pack: left to itself the library reads the whole multi-pack-index at every
 * opening (100 MB and 16 ms for four million objects). */
#include <dirent.h>
#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/repository_internal.h"
#include "base/file.h"
#include "base/memory.h"

#define PACK_PRIORITY 2
#define LOOSE_PRIORITY 1
#define ALTERNATES_MAXIMUM (64 * 1024) /* bytes of objects/info/alternates */
#define ALTERNATES_DEPTH 5             /* as for Git */
#define STORE_MODE 0                   /* the umask's; nothing is ever written */

/* The index of a pack is mapped whole, and each search in a large one brings in some 200 KB of it that stay. */
#define READS_UNNOTICED 16
#define RESIDENT_LIMIT (6 * 1024 * 1024)

#define ROOM_READS_UNNOTICED 1024
#define ROOM_RESIDENT (24 * 1024 * 1024)
#define ROOM_MAPPED (16 * 1024 * 1024)
#define ROOM_CACHED (1024 * 1024)

struct storage {
	git_odb *odb;
	struct strings folders; /* that were added */
	struct error *error;
};

static int add_backend(struct storage *storage, git_odb_backend *backend, int priority, const char *path)
{
	if (!git_odb_add_backend(storage->odb, backend, priority))
		return 0;
	backend->free(backend);
	return error_set(storage->error, "%s: the objects cannot be opened: %s", path, repository_library_words());
}

/* A pack that went away since the folder was listed was packed anew: a read that then fails opens all again. */
static int add_pack(struct storage *storage, const char *index)
{
	git_odb_backend *backend;

	if (git_odb_backend_one_pack(&backend, index))
		return 0;
	return add_backend(storage, backend, PACK_PRIORITY, index);
}

static int add_packs(struct storage *storage, const char *folder)
{
	struct buffer path = BUFFER_INIT;
	struct dirent *entry;
	size_t length;
	int result = 0;
	DIR *stream;

	buffer_addf(&path, "%s/pack", folder);
	length = path.length;
	stream = opendir(buffer_text(&path));
	while (stream && !result && (entry = readdir(stream)) != NULL) {
		const char *ending = strrchr(entry->d_name, '.');

		if (!ending || strcmp(ending, ".idx") || strncmp(entry->d_name, "pack-", strlen("pack-")))
			continue;
		path.length = length;
		buffer_addf(&path, "/%s", entry->d_name);
		result = add_pack(storage, buffer_text(&path));
	}
	if (stream)
		closedir(stream);
	buffer_release(&path);
	return result;
}

static int add_folder(struct storage *storage, const char *folder, int depth);

/* objects/info/alternates, gitrepository-layout(5): a folder per line, relative to objects. */
static int add_alternates(struct storage *storage, const char *folder, int depth)
{
	struct buffer path = BUFFER_INIT;
	struct buffer text = BUFFER_INIT;
	struct error missing = ERROR_INIT;
	char *rest = NULL;
	int result;

	buffer_addf(&path, "%s/info/alternates", folder);
	result = file_read(&text, buffer_text(&path), ALTERNATES_MAXIMUM, &missing);
	if (result == ERROR_NOT_FOUND)
		result = 0;
	else if (result)
		result = error_set(storage->error, "%s", error_text(&missing));
	for (char *line = text.length ? strtok_r(text.bytes, "\n", &rest) : NULL; !result && line;
	     line = strtok_r(NULL, "\n", &rest)) {
		struct buffer alternate = BUFFER_INIT;

		if (*line == '#')
			continue;
		buffer_addf(&alternate, "%s%s%s", *line == '/' ? "" : folder, *line == '/' ? "" : "/", line);
		result = add_folder(storage, buffer_text(&alternate), depth + 1);
		buffer_release(&alternate);
	}
	error_release(&missing);
	buffer_release(&path);
	buffer_release(&text);
	return result;
}

/* A folder that is not there adds nothing: Git too only warns of an alternate that went away. */
static int add_folder(struct storage *storage, const char *folder, int depth)
{
	char *real = realpath(folder, NULL);
	git_odb_backend *loose;
	int result;

	if (!real)
		return 0;
	if (depth > ALTERNATES_DEPTH || strings_contain(&storage->folders, real)) {
		free(real);
		return 0;
	}
	strings_take(&storage->folders, real);
	result = add_packs(storage, real);
	if (!result && git_odb_backend_loose(&loose, real, -1, 0, STORE_MODE, STORE_MODE))
		result = error_set(storage->error, "%s: the objects cannot be opened: %s", real,
				   repository_library_words());
	else if (!result)
		result = add_backend(storage, loose, LOOSE_PRIORITY, real);
	if (!result)
		result = add_alternates(storage, real, depth);
	return result;
}

int repository_open_objects(struct repository *repository, struct error *error)
{
	struct storage storage = {.error = error};
	struct buffer path = BUFFER_INIT;
	int result = 0;

	if (git_odb_new(&storage.odb) || git_odb_set_commit_graph(storage.odb, NULL))
		result = error_set(error, "libgit2 has no room for objects: %s", repository_library_words());
	buffer_addf(&path, "%s/objects", repository->common_dir);
	if (!result)
		result = add_folder(&storage, buffer_text(&path), 0);
	if (!result && repository->quarantine) {
		if (access(repository->quarantine, R_OK | X_OK))
			result = error_set(error, "%s: the objects of the push cannot be read", repository->quarantine);
		else
			result = add_folder(&storage, repository->quarantine, 0);
	}
	if (result)
		git_odb_free(storage.odb);
	else
		repository->odb = storage.odb;
	strings_release(&storage.folders);
	buffer_release(&path);
	return result;
}

void repository_close_objects(struct repository *repository)
{
	git_odb_free(repository->odb);
	repository->odb = NULL;
}

/* Bytes of files that are mapped and in memory: the third number of /proc/self/statm, proc(5). */
static bool holds_much(unsigned long limit)
{
	unsigned long shared = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	bool read = file && fscanf(file, "%*u %*u %lu", &shared) == 1;

	if (file)
		fclose(file);
	return !read || shared * (unsigned long)sysconf(_SC_PAGESIZE) > limit;
}

int repository_give_room(struct repository *repository, struct error *error)
{
	int result = git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)ROOM_MAPPED);

	if (!result)
		result = git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)ROOM_CACHED);
	if (result)
		return error_set(error, "libgit2 cannot be set up: %s", repository_library_words());
	repository->resident = ROOM_RESIDENT;
	return 0;
}

int repository_keep_small(struct repository *repository, struct error *error)
{
	unsigned long limit = repository->resident ? repository->resident : RESIDENT_LIMIT;
	unsigned long unnoticed = repository->resident ? ROOM_READS_UNNOTICED : READS_UNNOTICED;

	if (repository->odb && (++repository->reads % unnoticed || !holds_much(limit)))
		return 0;
	repository_close_objects(repository);
	return repository_open_objects(repository, error);
}
