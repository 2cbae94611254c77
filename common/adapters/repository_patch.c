#include "adapters/repository_patch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "adapters/repository_internal.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"

#define ID_LINE (OBJECT_ID_DIGITS + 1)
#define PATCH_LINE (2 * ID_LINE) /* "<patch> <commit>\n" */

void patches_release(struct patches *patches)
{
	free(patches->items);
	*patches = (struct patches){0};
}

bool patches_contain(const struct patches *patches, const struct object_id *id)
{
	for (size_t i = 0; i < patches->count; i++)
		if (object_id_equal(&patches->items[i].id, id))
			return true;
	return false;
}

int repository_touching(struct repository *repository, struct object_ids *out, const struct object_id *tip,
			const struct object_id *hidden, const struct strings *paths, struct error *error)
{
	struct strings arguments = STRINGS_INIT;
	int status;

	strings_add(&arguments, "--literal-pathspecs");
	strings_add(&arguments, "rev-list");
	strings_add(&arguments, "--no-merges");
	strings_add(&arguments, "--reverse");
	strings_add(&arguments, "--topo-order");
	strings_addf(&arguments, "--max-count=%d", PATCH_COMMITS_MAXIMUM + 1);
	if (paths->count)
		strings_add(&arguments, "--full-history");
	strings_add(&arguments, object_id_full(tip).digits);
	strings_addf(&arguments, "^%s", object_id_full(hidden).digits);
	strings_add(&arguments, "--");
	for (size_t i = 0; i < paths->count; i++)
		strings_add(&arguments, paths->items[i]);
	status = repository_ask_git_for_ids(repository, out, PATCH_COMMITS_MAXIMUM, "rev-list", &arguments, error);
	strings_release(&arguments);
	return status ? repository_git_failed("rev-list", status, error) : 0;
}

static int read_patches(struct patches *out, const struct buffer *lines, struct error *error)
{
	for (size_t at = 0; at + PATCH_LINE <= lines->length; at += PATCH_LINE) {
		struct patch patch;

		if (!object_id_parse(&patch.id, lines->bytes + at) ||
		    !object_id_parse(&patch.commit, lines->bytes + at + ID_LINE))
			return error_set(error, "git patch-id: an answer that is no list of ids");
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		out->items[out->count++] = patch;
	}
	return 0;
}

/* Reads to the end, which must come before UNTIL. */
static int read_in_time(struct buffer *out, int descriptor, int64_t until, struct error *error)
{
	struct pollfd ready = {.fd = descriptor, .events = POLLIN};
	char bytes[4096];
	ssize_t length;

	for (;;) {
		int64_t left = until - clock_monotonic();

		if (left <= 0 || !poll(&ready, 1, (int)left))
			return error_set_code(error, ERROR_LIMIT, "git patch-id: not done after %d s", PATCH_SECONDS);
		length = read(descriptor, bytes, sizeof(bytes));
		if (length < 0 && errno != EINTR)
			return error_set_errno(error, errno, "git patch-id");
		if (!length)
			return 0;
		if (length > 0)
			buffer_add(out, bytes, (size_t)length);
	}
}

/* Two processes, the output of the first being the input of the second. */
struct pipeline {
	struct repository *repository;
	int input; /* of the first; -1: none */
	int middle[2];
	int end[2];
	pid_t diff;
	pid_t ids;
};

static void close_one(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

static int pipeline_start(struct pipeline *pipeline, const struct strings *arguments, struct error *error)
{
	struct strings patch_id = STRINGS_INIT;
	int result;

	strings_add(&patch_id, "patch-id");
	strings_add(&patch_id, "--stable");
	if (pipe2(pipeline->middle, O_CLOEXEC) || pipe2(pipeline->end, O_CLOEXEC))
		result = error_set_errno(error, errno, "git patch-id: no pipe");
	else
		result = repository_start_git(pipeline->repository, &pipeline->diff, pipeline->input,
					      pipeline->middle[1], arguments, error);
	if (!result)
		result = repository_start_git(pipeline->repository, &pipeline->ids, pipeline->middle[0],
					      pipeline->end[1], &patch_id, error);
	close_one(&pipeline->middle[0]);
	close_one(&pipeline->middle[1]);
	close_one(&pipeline->end[1]);
	strings_release(&patch_id);
	return result;
}

/* What was started ends, or is ended when RESULT is a failure; a status that is not 0 is one too. */
static int pipeline_end(pid_t child, const char *what, int result, struct error *error)
{
	struct error ignored = ERROR_INIT;
	int status;

	if (child <= 0)
		return result;
	if (result)
		kill(child, SIGKILL);
	status = repository_wait_git(child, what, result ? &ignored : error);
	error_release(&ignored);
	if (result || status < 0)
		return result ? result : status;
	return status ? repository_git_failed(what, status, error) : 0;
}

static int run_pipeline(struct patches *out, struct repository *repository, int input, const struct strings *arguments,
			struct error *error)
{
	struct pipeline pipeline = {
		.repository = repository, .input = input, .middle = {-1, -1}, .end = {-1, -1}, .diff = 0};
	struct buffer lines = BUFFER_INIT;
	int64_t until = clock_monotonic() + (int64_t)PATCH_SECONDS * 1000;
	int result = pipeline_start(&pipeline, arguments, error);

	if (!result)
		result = read_in_time(&lines, pipeline.end[0], until, error);
	result = pipeline_end(pipeline.diff, "diff-tree", result, error);
	result = pipeline_end(pipeline.ids, "patch-id", result, error);
	close_one(&pipeline.end[0]);
	if (!result)
		result = read_patches(out, &lines, error);
	buffer_release(&lines);
	return result;
}

/* The same for both sides of a comparison, whatever the repository's own configuration says. */
static void add_diff(struct strings *arguments)
{
	static const char *const options[] = {"diff-tree",
					      "-r",
					      "-p",
					      "--root",
					      "--no-renames",
					      "--no-ext-diff",
					      "--no-textconv",
					      "--full-index",
					      "--src-prefix=a/",
					      "--unified=3",
					      "--no-color",
					      "--dst-prefix=b/",
					      "--diff-algorithm=myers"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		strings_add(arguments, options[i]);
}

static int in_memory(int *out, const struct object_ids *commits, struct error *error)
{
	struct buffer lines = BUFFER_INIT;
	int result = 0;

	for (size_t i = 0; i < commits->count; i++)
		buffer_addf(&lines, "%s\n", object_id_full(&commits->items[i]).digits);
	*out = memfd_create("commits", MFD_CLOEXEC);
	if (*out < 0)
		result = error_set_errno(error, errno, "git diff-tree");
	else
		result = file_write_all(*out, buffer_text(&lines), lines.length, error);
	if (!result && lseek(*out, 0, SEEK_SET) < 0)
		result = error_set_errno(error, errno, "git diff-tree");
	buffer_release(&lines);
	return result;
}

int repository_patches(struct repository *repository, struct patches *out, const struct object_ids *commits,
		       struct error *error)
{
	struct strings arguments = STRINGS_INIT;
	int input = -1;
	int result;

	if (!commits->count)
		return 0;
	add_diff(&arguments);
	strings_add(&arguments, "--stdin");
	result = in_memory(&input, commits, error);
	if (!result)
		result = run_pipeline(out, repository, input, &arguments, error);
	close_one(&input);
	strings_release(&arguments);
	return result;
}

int repository_patch_between(struct repository *repository, struct patches *out, const struct object_id *old_id,
			     const struct object_id *new_id, struct error *error)
{
	struct strings arguments = STRINGS_INIT;
	int result;

	add_diff(&arguments);
	strings_add(&arguments, object_id_full(old_id).digits);
	strings_add(&arguments, object_id_full(new_id).digits);
	result = run_pipeline(out, repository, -1, &arguments, error);
	strings_release(&arguments);
	return result;
}
