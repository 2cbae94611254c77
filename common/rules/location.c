#include "rules/location.h"

#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

#define PLACEHOLDER "{path}"

const char *location_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A working tree's repository is called as its folder. */
static size_t length_without_suffix(const char *git_dir)
{
	size_t length = strlen(git_dir);

	if (length > 5 && strcmp(git_dir + length - 5, "/.git") == 0)
		return length - 5;
	if (length > 4 && strcmp(git_dir + length - 4, ".git") == 0 && git_dir[length - 5] != '/')
		return length - 4;
	return length;
}

static const char *below(const char *path, const char *root)
{
	size_t length = strlen(root);

	while (length && root[length - 1] == '/')
		length--;
	if (strncmp(path, root, length) != 0 || path[length] != '/')
		return NULL;
	return path + length + 1;
}

char *location_path(const char *git_dir, const char *root)
{
	char *whole = memory_copy_bytes(git_dir, length_without_suffix(git_dir));
	const char *part = root ? below(whole, root) : NULL;

	part = part ? part : location_name(whole);
	memmove(whole, part, strlen(part) + 1);
	return whole;
}

static bool stays(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/", c);
}

static void add_encoded(struct buffer *out, const char *path)
{
	for (; *path; path++)
		if (stays((unsigned char)*path))
			buffer_add_char(out, *path);
		else
			buffer_addf(out, "%%%02X", (unsigned char)*path);
}

char *location_url(const char *form, const char *path)
{
	struct buffer url = BUFFER_INIT;
	const char *place;

	if (!form)
		return NULL;
	while ((place = strstr(form, PLACEHOLDER))) {
		buffer_add(&url, form, (size_t)(place - form));
		add_encoded(&url, path);
		form = place + strlen(PLACEHOLDER);
	}
	buffer_add_string(&url, form);
	return buffer_detach(&url);
}
