#include "adapters/repository.h"

#include <git2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "adapters/repository_internal.h"
#include "base/memory.h"

#define MAPPED_WINDOW (1024 * 1024)
#define MAPPED_LIMIT (4 * 1024 * 1024)
#define CACHE_LIMIT (1024 * 1024)

/* Extensions of gitrepository-layout(5) and git-config(1) that change nothing of what is read here, or whose value is
 * looked at below. */
static const char *const known_extensions[] = {
	"noop", "objectformat", "partialclone", "preciousobjects", "refstorage", "worktreeconfig", "relativeworktrees",
};

#define KNOWN_EXTENSIONS (sizeof(known_extensions) / sizeof(known_extensions[0]))

const char *repository_library_words(void)
{
	const git_error *last = git_error_last();

	return last && last->message ? last->message : "no reason given";
}

/* The hook runs where Git has already decided to run it, so whose files these are and what anybody's configuration
 * says is not asked again. Little is mapped and little is cached: a hook is held to its memory. */
static int library_start(struct error *error)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
				     GIT_CONFIG_LEVEL_GLOBAL};
	const char *extensions[KNOWN_EXTENSIONS];
	int result = git_libgit2_init();

	if (result < 0)
		return error_set(error, "libgit2 does not start: %s", repository_library_words());
	result = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	for (size_t i = 0; !result && i < sizeof(levels) / sizeof(levels[0]); i++)
		result = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	for (size_t i = 0; i < KNOWN_EXTENSIONS; i++)
		extensions[i] = known_extensions[i];
	if (!result)
		result = git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, KNOWN_EXTENSIONS);
	if (!result)
		result = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)MAPPED_WINDOW);
	if (!result)
		result = git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)MAPPED_LIMIT);
	if (!result)
		result = git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_LIMIT);
	if (!result)
		result = git_libgit2_opts(GIT_OPT_DISABLE_PACK_KEEP_FILE_CHECKS, 1);
	if (!result)
		return 0;
	error_set(error, "libgit2 cannot be set up: %s", repository_library_words());
	git_libgit2_shutdown();
	return ERROR_FAILED;
}

static bool extension_known(const char *name)
{
	for (size_t i = 0; i < KNOWN_EXTENSIONS; i++)
		if (!strcmp(known_extensions[i], name))
			return true;
	return false;
}

static int check_extension(const git_config_entry *entry, int version, const char *git_dir, struct error *error)
{
	static const char section[] = "extensions.";
	const char *value = entry->value ? entry->value : "";
	const char *name = entry->name + strlen(section);

	if (strncmp(entry->name, section, strlen(section)) != 0)
		return 0;
	if (!strcmp(name, "objectformat") && strcasecmp(value, "sha1") != 0)
		return error_set(error, "%s: its objects are named by %s; only sha1 can be judged", git_dir, value);
	if (!strcmp(name, "refstorage") && strcasecmp(value, "files") != 0)
		return error_set(error, "%s: its refs are stored as %s; only files can be judged", git_dir, value);
	if (version > 0 && !extension_known(name))
		return error_set(error, "%s: its configuration asks for an unknown extension, extensions.%s", git_dir,
				 name);
	return 0;
}

/* Goes over all keys: the library's search by a regular expression leaks memory. */
static int check_format(git_config *config, const char *git_dir, struct error *error)
{
	git_config_iterator *entries = NULL;
	git_config_entry *entry;
	int32_t version = 0;
	int result = 0;
	int end = 0;

	if (git_config_get_int32(&version, config, "core.repositoryformatversion") < 0)
		version = 0;
	if (version < 0 || version > 1)
		return error_set(error, "%s: its format is version %d; only 0 and 1 can be judged", git_dir,
				 (int)version);
	if (git_config_iterator_new(&entries, config))
		return error_set(error, "%s: its configuration cannot be read: %s", git_dir,
				 repository_library_words());
	while (!result && (end = git_config_next(&entry, entries)) == 0)
		result = check_extension(entry, (int)version, git_dir, error);
	if (!result && end != GIT_ITEROVER)
		result = error_set(error, "%s: its configuration cannot be read: %s", git_dir,
				   repository_library_words());
	git_config_iterator_free(entries);
	return result;
}

/* Why the library would not open it, in our words where we know them. */
static int explain_open(const char *git_dir, struct error *error)
{
	char *words = memory_copy(repository_library_words());
	struct buffer path = BUFFER_INIT;
	git_config *config = NULL;

	buffer_addf(&path, "%s/config", git_dir);
	if (!git_config_open_ondisk(&config, buffer_text(&path)))
		check_format(config, git_dir, error);
	error_set(error, "%s: cannot be opened as a repository: %s", git_dir, words);
	git_config_free(config);
	buffer_release(&path);
	free(words);
	return ERROR_FAILED;
}

static int check_shallow(const struct repository *repository, struct error *error)
{
	struct buffer path = BUFFER_INIT;
	struct stat about;
	int result = 0;

	buffer_addf(&path, "%s/shallow", repository->common_dir);
	if (!stat(buffer_text(&path), &about) && about.st_size > 0)
		result = error_set(error, "%s: it is shallow; a cut history cannot be judged", repository->git_dir);
	buffer_release(&path);
	return result;
}

static char *namespace_prefix(const char *git_namespace)
{
	struct buffer prefix = BUFFER_INIT;
	const char *part = git_namespace ? git_namespace : "";

	while (*part) {
		size_t length = strcspn(part, "/");

		if (length)
			buffer_addf(&prefix, "refs/namespaces/%.*s/", (int)length, part);
		part += length;
		part += *part == '/';
	}
	return buffer_detach(&prefix);
}

static char *without_slash(const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return memory_copy_bytes(path, length);
}

int repository_open(struct repository **out, const char *git_dir, const char *quarantine, const char *git_namespace,
		    struct error *error)
{
	struct repository *repository;
	git_repository *handle = NULL;
	git_config *config = NULL;
	int result;

	*out = NULL;
	result = library_start(error);
	if (result)
		return result;
	repository = memory_alloc(sizeof(*repository));
	repository->library = true;
	repository_limit(repository, LONGEST_MESSAGE, SIZE_MAX);
	repository->git_dir = without_slash(git_dir);
	repository->quarantine = quarantine ? memory_copy(quarantine) : NULL;
	repository->ref_prefix = namespace_prefix(git_namespace);
	if (git_repository_open_ext(&handle, git_dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL)) {
		result = explain_open(repository->git_dir, error);
		goto done;
	}
	repository->common_dir = without_slash(git_repository_commondir(handle));
	result = git_repository_config(&config, handle);
	if (result)
		result = error_set(error, "%s: its configuration cannot be read: %s", git_dir,
				   repository_library_words());
	if (!result)
		result = check_format(config, repository->git_dir, error);
	if (!result)
		result = check_shallow(repository, error);
	if (!result)
		result = repository_open_objects(repository, error);
done:
	git_config_free(config);
	git_repository_free(handle);
	if (result)
		repository_free(repository);
	else
		*out = repository;
	return result;
}

struct repository *repository_of_refs(const char *git_dir, const char *git_namespace)
{
	struct repository *repository = memory_alloc(sizeof(*repository));

	repository->git_dir = without_slash(git_dir);
	repository->common_dir = memory_copy(repository->git_dir);
	repository->ref_prefix = namespace_prefix(git_namespace);
	return repository;
}

void repository_limit(struct repository *repository, size_t bytes, size_t trailers)
{
	repository->message_maximum = bytes;
	repository->trailer_maximum = trailers;
}

void repository_free(struct repository *repository)
{
	if (!repository)
		return;
	repository_close_objects(repository);
	repository_forget_answers(repository);
	object_ids_release(&repository->range.inside);
	free(repository->git_dir);
	free(repository->common_dir);
	free(repository->quarantine);
	free(repository->ref_prefix);
	if (repository->library)
		git_libgit2_shutdown();
	free(repository);
}
