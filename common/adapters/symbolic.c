#include "adapters/symbolic.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "rules/pattern.h"

#define CHAIN_MAXIMUM 5
#define FILES_MAXIMUM 1000000 /* anybody can make many */
#define DEPTH_MAXIMUM 64
#define REF_FILE_MAXIMUM 8192
#define SYMBOLIC "ref:"

/* Adds GIT_DIR and the folders of the namespace; "a/b" is one namespace in another (gitnamespaces(7)). */
static void add_root(struct buffer *out, const char *git_dir, const char *git_namespace)
{
	buffer_addf(out, "%s/", git_dir);
	while (git_namespace && *git_namespace) {
		size_t length = strcspn(git_namespace, "/");

		if (length)
			buffer_addf(out, "refs/namespaces/%.*s/", (int)length, git_namespace);
		git_namespace += length + (git_namespace[length] == '/');
	}
}

static bool is_plain_name(const char *ref)
{
	return !strncmp(ref, "refs/", 5) && !strstr(ref, "//") && !strstr(ref, "/.") && ref[strlen(ref) - 1] != '/';
}

/* Returns what the file stands for, without a namespace's folders; NULL when it is no symbolic ref. */
static char *read_target(const char *path)
{
	struct buffer text = BUFFER_INIT;
	struct error ignored = ERROR_INIT;
	char *target = NULL;
	const char *at;

	if (!file_read(&text, path, REF_FILE_MAXIMUM, &ignored) &&
	    !strncmp(buffer_text(&text), SYMBOLIC, strlen(SYMBOLIC))) {
		at = buffer_text(&text) + strlen(SYMBOLIC);
		at += strspn(at, " \t");
		target = memory_copy_bytes(at, strcspn(at, "\r\n"));
	}
	error_release(&ignored);
	buffer_release(&text);
	return target;
}

/* Takes the namespace's own folders off TARGET, a full name. */
static const char *within_namespace(const char *target, const char *git_namespace)
{
	struct buffer root = BUFFER_INIT;
	size_t length;

	add_root(&root, "", git_namespace);
	length = root.length - 1;
	if (!strncmp(target, buffer_text(&root) + 1, length))
		target += length;
	buffer_release(&root);
	return target;
}

int symbolic_ref_add(struct symbolic_refs *out, const char *git_dir, const char *git_namespace, const char *ref,
		     struct error *error)
{
	char *name = memory_copy(ref);
	int result = 0;

	for (int links = 0; is_plain_name(name); links++) {
		struct buffer path = BUFFER_INIT;
		char *target;

		add_root(&path, git_dir, git_namespace);
		buffer_add_string(&path, name);
		target = read_target(buffer_text(&path));
		buffer_release(&path);
		if (!target) {
			if (links)
				symbolic_refs_add(out, ref, name);
			break;
		}
		if (links == CHAIN_MAXIMUM) {
			free(target);
			result = error_set(error, "%s: more than %d symbolic refs in a row", ref, CHAIN_MAXIMUM);
			break;
		}
		free(name);
		name = memory_copy(within_namespace(target, git_namespace));
		free(target);
	}
	free(name);
	return result;
}

struct search {
	struct symbolic_refs *out;
	const char *git_dir;
	const char *git_namespace;
	const char *pattern;
	size_t files;
};

static int search_folder(struct search *search, struct buffer *ref, int depth, struct error *error);

static int search_entry(struct search *search, struct buffer *ref, int depth, struct error *error)
{
	struct buffer path = BUFFER_INIT;
	struct stat status;
	int result = 0;

	if (++search->files > FILES_MAXIMUM)
		return error_set_code(error, ERROR_LIMIT, "%s: more than %d refs to look at", search->pattern,
				      FILES_MAXIMUM);
	add_root(&path, search->git_dir, search->git_namespace);
	buffer_add_string(&path, buffer_text(ref));
	if (lstat(buffer_text(&path), &status))
		status.st_mode = 0;
	buffer_release(&path);
	if (S_ISDIR(status.st_mode)) {
		buffer_add_char(ref, '/');
		result = search_folder(search, ref, depth + 1, error);
	} else if (pattern_matches(search->pattern, buffer_text(ref))) {
		result = symbolic_ref_add(search->out, search->git_dir, search->git_namespace, buffer_text(ref), error);
	}
	return result;
}

static int search_folder(struct search *search, struct buffer *ref, int depth, struct error *error)
{
	struct buffer path = BUFFER_INIT;
	size_t length = ref->length;
	struct dirent *entry;
	int result = 0;
	DIR *folder;

	add_root(&path, search->git_dir, search->git_namespace);
	buffer_add_string(&path, buffer_text(ref));
	folder = depth < DEPTH_MAXIMUM ? opendir(buffer_text(&path)) : NULL;
	buffer_release(&path);
	while (folder && !result && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		buffer_add_string(ref, entry->d_name);
		result = search_entry(search, ref, depth, error);
		ref->length = length;
		ref->bytes[length] = '\0';
	}
	if (folder)
		closedir(folder);
	return result;
}

int symbolic_refs_of_pattern(struct symbolic_refs *out, const char *git_dir, const char *git_namespace,
			     const char *pattern, struct error *error)
{
	struct search search = {.out = out, .git_dir = git_dir, .git_namespace = git_namespace, .pattern = pattern};
	struct buffer folder = BUFFER_INIT;
	size_t literal = strcspn(pattern, "*?");
	int result;

	if (!pattern_is_glob(pattern))
		return symbolic_ref_add(out, git_dir, git_namespace, pattern, error);
	while (literal && pattern[literal - 1] != '/')
		literal--;
	buffer_add(&folder, pattern, literal);
	result = search_folder(&search, &folder, 0, error);
	buffer_release(&folder);
	return result;
}

char *symbolic_head(const char *git_dir)
{
	struct buffer path = BUFFER_INIT;
	char *target;

	buffer_addf(&path, "%s/HEAD", git_dir);
	target = read_target(buffer_text(&path));
	buffer_release(&path);
	return target;
}
