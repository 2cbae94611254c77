/* Git itself, for the questions that are cheaper with its commit-graph. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/repository_internal.h"
#include "base/file.h"
#include "base/memory.h"

#define ID_LINE (OBJECT_ID_DIGITS + 1)
#define ANSWER_MAXIMUM ((size_t)64 * 1024) /* bytes of one that is kept */

static const char *const programs[] = {"/usr/local/bin/git", "/usr/bin/git", "/bin/git"};

static const char *find_program(struct error *error)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (!access(programs[i], X_OK))
			return programs[i];
	error_set(error, "git is not installed: there is no %s", programs[1]);
	return NULL;
}

/* A path in a list that `:` separates, quoted where git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES, asks for it. */
static void add_quoted(struct buffer *out, const char *path)
{
	if (!strchr(path, ':') && path[0] != '"') {
		buffer_add_string(out, path);
		return;
	}
	buffer_add_char(out, '"');
	for (; *path; path++) {
		if (*path == '"' || *path == '\\')
			buffer_addf(out, "\\%c", *path);
		else if ((unsigned char)*path < ' ')
			buffer_addf(out, "\\%03o", (unsigned int)(unsigned char)*path);
		else
			buffer_add_char(out, *path);
	}
	buffer_add_char(out, '"');
}

static void make_environment(struct strings *out, const struct repository *repository)
{
	struct buffer alternates = BUFFER_INIT;
	struct buffer objects = BUFFER_INIT;

	strings_add(out, "PATH=/usr/local/bin:/usr/bin:/bin");
	strings_add(out, "HOME=/nonexistent");
	strings_add(out, "LC_ALL=C");
	strings_add(out, "GIT_CONFIG_NOSYSTEM=1");
	strings_add(out, "GIT_CONFIG_GLOBAL=/dev/null");
	strings_add(out, "GIT_NO_REPLACE_OBJECTS=1");
	strings_add(out, "GIT_NO_LAZY_FETCH=1");
	strings_add(out, "GIT_GRAFT_FILE=/dev/null");
	strings_addf(out, "GIT_DIR=%s", repository->git_dir);
	if (repository->quarantine) {
		buffer_addf(&objects, "%s/objects", repository->common_dir);
		add_quoted(&alternates, buffer_text(&objects));
		strings_addf(out, "GIT_OBJECT_DIRECTORY=%s", repository->quarantine);
		strings_addf(out, "GIT_QUARANTINE_PATH=%s", repository->quarantine);
		strings_addf(out, "GIT_ALTERNATE_OBJECT_DIRECTORIES=%s", buffer_text(&alternates));
	}
	buffer_release(&alternates);
	buffer_release(&objects);
}

/* A copy of the pointers of LIST, ended by NULL, for exec. */
static char **ended(const struct strings *list)
{
	char **out = memory_resize(NULL, list->count + 1, sizeof(*out));

	for (size_t i = 0; i < list->count; i++)
		out[i] = list->items[i];
	out[list->count] = NULL;
	return out;
}

/* INPUT -1 is nothing. */
static int start(pid_t *out, int input, int output, const char *program, const struct strings *arguments,
		 const struct strings *environment, struct error *error)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char **argument_items = ended(arguments);
	char **environment_items = ended(environment);
	sigset_t none;
	int failed;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	failed = input < 0 ? posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
			   : posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (!failed)
		failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!failed)
		failed = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!failed)
		failed = posix_spawn(out, program, &actions, &attributes, argument_items, environment_items);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(argument_items);
	free(environment_items);
	return failed ? error_set_errno(error, failed, "%s cannot be run", program) : 0;
}

static int wait_for(pid_t child, const char *program, const char *what, struct error *error)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_set_errno(error, errno, "%s %s", program, what);
	if (!WIFEXITED(status))
		return error_set(error, "%s %s was ended by signal %d", program, what, WTERMSIG(status));
	return WEXITSTATUS(status);
}

static int run(struct buffer *out, size_t maximum, const char *program, const struct strings *arguments,
	       const struct strings *environment, struct error *error)
{
	const char *what = arguments->items[1];
	int ends[2];
	pid_t child;
	int status;
	int result;

	if (pipe2(ends, O_CLOEXEC))
		return error_set_errno(error, errno, "%s %s: no pipe", program, what);
	result = start(&child, -1, ends[1], program, arguments, environment, error);
	close(ends[1]);
	if (result) {
		close(ends[0]);
		return result;
	}
	result = file_read_all(out, ends[0], program, maximum, error);
	close(ends[0]);
	if (result)
		kill(child, SIGKILL);
	status = wait_for(child, program, what, error);
	return result ? result : status;
}

/* What one call of git is made of. */
struct invocation {
	const char *program;
	struct strings command;
	struct strings environment;
};

static int invocation_make(struct invocation *out, const struct repository *repository, const struct strings *arguments,
			   struct error *error)
{
	*out = (struct invocation){.program = find_program(error)};
	if (!out->program)
		return ERROR_FAILED;
	strings_add(&out->command, "git");
	for (size_t i = 0; i < arguments->count; i++)
		strings_add(&out->command, arguments->items[i]);
	make_environment(&out->environment, repository);
	return 0;
}

static void invocation_release(struct invocation *invocation)
{
	strings_release(&invocation->command);
	strings_release(&invocation->environment);
}

int repository_start_git(const struct repository *repository, pid_t *out, int input, int output,
			 const struct strings *arguments, struct error *error)
{
	struct invocation git;
	int result = invocation_make(&git, repository, arguments, error);

	if (!result)
		result = start(out, input, output, git.program, &git.command, &git.environment, error);
	invocation_release(&git);
	return result;
}

int repository_wait_git(pid_t child, const char *what, struct error *error)
{
	return wait_for(child, "git", what, error);
}

static int ask(struct repository *repository, struct buffer *out, size_t maximum, const struct strings *arguments,
	       struct error *error)
{
	struct invocation git;
	int result = invocation_make(&git, repository, arguments, error);

	if (!result)
		result = run(out, maximum, git.program, &git.command, &git.environment, error);
	invocation_release(&git);
	return result;
}

static char *question_of(const struct strings *arguments)
{
	struct buffer question = BUFFER_INIT;

	for (size_t i = 0; i < arguments->count; i++)
		buffer_addf(&question, "%s\n", arguments->items[i]);
	return buffer_detach(&question);
}

static const struct answer *find_answer(const struct repository *repository, const char *question)
{
	for (size_t i = 0; i < repository->answer_count; i++)
		if (!strcmp(repository->answers[i].question, question))
			return &repository->answers[i];
	return NULL;
}

/* Keeps a yes, a no or a list that is short, but no failure, which may pass; takes QUESTION. */
static void keep_answer(struct repository *repository, char *question, const char *text, size_t length, int status)
{
	struct answer *answer;

	if (status < 0 || status > 1 || length > ANSWER_MAXIMUM || repository->answer_count == ANSWERS_KEPT) {
		free(question);
		return;
	}
	answer = &repository->answers[repository->answer_count++];
	*answer = (struct answer){.question = question, .text = BUFFER_INIT, .status = status};
	buffer_add(&answer->text, text, length);
}

void repository_forget_answers(struct repository *repository)
{
	for (size_t i = 0; i < repository->answer_count; i++) {
		free(repository->answers[i].question);
		buffer_release(&repository->answers[i].text);
	}
	repository->answer_count = 0;
}

int repository_ask_git(struct repository *repository, struct buffer *out, size_t maximum,
		       const struct strings *arguments, struct error *error)
{
	char *question = question_of(arguments);
	const struct answer *answer = find_answer(repository, question);
	size_t before = out->length;
	int status;

	if (answer) {
		free(question);
		buffer_add(out, buffer_text(&answer->text), answer->text.length);
		return answer->status;
	}
	status = ask(repository, out, maximum, arguments, error);
	keep_answer(repository, question, buffer_text(out) + before, out->length - before, status);
	return status;
}

int repository_git_failed(const char *what, int status, struct error *error)
{
	return status < 0 ? status : error_set(error, "git %s failed with status %d", what, status);
}

static int read_ids(struct object_ids *out, const struct buffer *answer, const char *what, struct error *error)
{
	for (size_t at = 0; at < answer->length; at += ID_LINE) {
		struct object_id id;

		if (answer->length - at < ID_LINE || !object_id_parse(&id, answer->bytes + at) ||
		    answer->bytes[at + OBJECT_ID_DIGITS] != '\n')
			return error_set(error, "git %s: an answer that is no list of ids", what);
		object_ids_add(out, &id);
	}
	return 0;
}

int repository_ask_git_for_ids(struct repository *repository, struct object_ids *out, size_t limit, const char *what,
			       const struct strings *arguments, struct error *error)
{
	struct object_ids found = {0};
	struct buffer answer = BUFFER_INIT;
	int status = repository_ask_git(repository, &answer, (limit + 1) * ID_LINE, arguments, error);

	if (!status)
		status = read_ids(&found, &answer, what, error);
	if (!status && found.count > limit)
		status = error_set_code(error, ERROR_LIMIT, "more than %zu commits", limit);
	for (size_t i = 0; !status && i < found.count; i++)
		object_ids_add(out, &found.items[i]);
	object_ids_release(&found);
	buffer_release(&answer);
	return status;
}
