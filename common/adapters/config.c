#include "adapters/config.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "adapters/config_parts.h"
#include "base/file.h"
#include "base/memory.h"

void config_problem(struct config *config, const struct config_file *file, int line, const char *format, ...)
{
	struct buffer words = BUFFER_INIT;
	va_list arguments;

	va_start(arguments, format);
	buffer_vaddf(&words, format, arguments);
	va_end(arguments);
	config->problems = memory_grow(config->problems, config->problem_count, &config->problem_capacity,
				       sizeof(*config->problems));
	config->problems[config->problem_count++] =
		(struct config_problem){.file = file, .line = line, .words = buffer_detach(&words)};
}

/* What the two callbacks of inih share: it does not say which line it reads, so the lines are counted as it asks. */
struct feed {
	struct config *config;
	struct config_file *file;
	const struct config_lines *lines;
	size_t next;
};

static char *feed_line(char *out, int size, void *stream)
{
	struct feed *feed = stream;
	const struct config_line *line;
	size_t length;

	if (feed->next == feed->lines->count)
		return NULL;
	line = &feed->lines->items[feed->next++];
	length = line->hidden ? 0 : line->length;
	if (length + 2 > (size_t)size) {
		config_problem(feed->config, feed->file, (int)feed->next,
			       "line of %zu bytes, at most %d by the inih that is installed", length, size - 2);
		length = 0;
	}
	memcpy(out, line->text, length);
	memcpy(out + length, "\n", 2);
	return out;
}

static int take_value(void *user, const char *section_name, const char *key, const char *value)
{
	struct feed *feed = user;
	const struct config_line *line = &feed->lines->items[feed->next - 1];
	struct config_section *section;
	const char *whole = key;

	(void)section_name; /* the scan has read it, without inih's bound */
	if (line->section == CONFIG_NO_SECTION)
		return 1;
	section = &feed->file->sections[line->section];
	if (line->continues) {
		if (!section->entry_count)
			return 1;
		whole = section->entries[section->entry_count - 1].key; /* inih cuts the key of such a line */
	}
	section->entries = memory_grow(section->entries, section->entry_count, &section->entry_capacity,
				       sizeof(*section->entries));
	section->entries[section->entry_count++] = (struct config_entry){
		.key = memory_copy(whole),
		.value = memory_copy(value),
		.line = (int)feed->next,
		.continues = line->continues,
	};
	return 1;
}

static void parse(struct config *config, struct config_file *file, const char *text, size_t length)
{
	struct config_lines lines = {0};
	struct feed feed = {.config = config, .file = file, .lines = &lines};
	int failed;

	config_scan(&lines, config, file, text, length);
	failed = ini_parse_stream(feed_line, &feed, take_value, &feed);
	if (failed)
		config_problem(config, file, failed > 0 ? failed : 1, "the ini reader cannot read this line");
	free(lines.items);
}

/* Reads FILE, when its path is there; a link to nothing is there. Returns false when it is not. */
static bool read_file(struct config *config, struct config_file *file)
{
	struct error error = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	struct stat status;

	if (!file->path || (lstat(file->path, &status) && (errno == ENOENT || errno == ENOTDIR)))
		return false;
	file->trusted = !file_trusted(file->path, config->owner, &error);
	if (!file->trusted)
		config_problem(config, file, 1, "not trusted: %s", error_text(&error));
	error_release(&error);
	if (!file_read(&text, file->path, CONFIG_LONGEST_FILE, &error))
		parse(config, file, buffer_text(&text), text.length);
	else if (file->trusted)
		config_problem(config, file, 1, "cannot be read: %s", error_text(&error));
	error_release(&error);
	buffer_release(&text);
	return true;
}

static void add_all(struct strings *out, const struct strings *more)
{
	for (size_t i = 0; i < more->count; i++)
		strings_add_once(out, more->items[i]);
}

/* Somebody else may have written a file: it can only add to what is refused, not switch the rules off. */
static void distrust(struct config *config, const struct policy *replaced)
{
	struct policy *policy = config->policy;

	for (size_t i = 0; i < CONFIG_FILES; i++) {
		if (config->files[i].trusted || !config->files[i].section_count)
			continue;
		policy->mode = MODE_ENFORCE;
		strings_release(&policy->warn);
		add_all(&policy->production, &replaced->production);
		add_all(&policy->allow_from, &replaced->allow_from);
	}
}

static void apply(struct config *config)
{
	struct policy replaced;

	policy_init(&replaced);
	for (size_t i = 0; i < CONFIG_FILES; i++) {
		const struct config_file *file = &config->files[i];

		for (size_t j = 0; j < file->section_count; j++) {
			const struct config_section *section = &file->sections[j];
			bool holds = config_section(config, section->kind, section->name, NULL) == section;

			config_apply(config, file, section, holds ? config->policy : &replaced);
		}
	}
	distrust(config, &replaced);
	policy_release(&replaced);
}

static int compare_problems(const void *a, const void *b)
{
	const struct config_problem *first = a;
	const struct config_problem *second = b;

	if (first->file != second->file)
		return first->file < second->file ? -1 : 1;
	if (first->line != second->line)
		return first->line < second->line ? -1 : 1;
	return strcmp(first->words, second->words);
}

static void hand_over(struct strings *out, const struct config *config)
{
	if (config->problem_count)
		qsort(config->problems, config->problem_count, sizeof(*config->problems), compare_problems);
	for (size_t i = 0; i < config->problem_count; i++) {
		const struct config_problem *problem = &config->problems[i];

		strings_addf(out, "%s:%d: %s", problem->file->path, problem->line, problem->words);
	}
}

static void section_release(struct config_section *section)
{
	for (size_t i = 0; i < section->entry_count; i++) {
		free(section->entries[i].key);
		free(section->entries[i].value);
	}
	free(section->entries);
	free(section->name);
}

static void release(struct config *config)
{
	for (size_t i = 0; i < CONFIG_FILES; i++) {
		for (size_t j = 0; j < config->files[i].section_count; j++)
			section_release(&config->files[i].sections[j]);
		free(config->files[i].sections);
	}
	for (size_t i = 0; i < config->problem_count; i++)
		free(config->problems[i].words);
	free(config->problems);
}

int config_load(struct policy *out, struct strings *problems, const char *system_file, const char *repository_file,
		uid_t owner)
{
	struct config config = {.policy = out, .owner = owner};
	bool has_system, has_repository;
	int result;

	policy_init(out);
	config.files[SYSTEM_FILE].path = system_file;
	config.files[REPOSITORY_FILE].path = repository_file;
	has_system = read_file(&config, &config.files[SYSTEM_FILE]);
	has_repository = read_file(&config, &config.files[REPOSITORY_FILE]);
	if (!has_system && !has_repository)
		return ERROR_NOT_FOUND;
	out->origin = memory_copy(has_repository ? repository_file : system_file);
	apply(&config);
	config_check(&config);
	hand_over(problems, &config);
	result = config.problem_count ? ERROR_FAILED : 0;
	release(&config);
	return result;
}
