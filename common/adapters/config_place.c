#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "adapters/config_parts.h"

static const struct config_section *section_in(const struct config_file *file, enum section_kind kind, const char *name)
{
	for (size_t i = 0; i < file->section_count; i++) {
		const struct config_section *section = &file->sections[i];

		if (section->kind == kind && (!name || !strcmp(section->name, name)))
			return section;
	}
	return NULL;
}

const struct config_section *config_section(const struct config *config, enum section_kind kind, const char *name,
					    const struct config_file **file)
{
	const struct config_section *found = NULL;

	for (size_t i = CONFIG_FILES; i-- > 0;) {
		const struct config_section *section = section_in(&config->files[i], kind, name);

		if (!section || (found && !config->files[i].trusted))
			continue;
		found = section;
		if (file)
			*file = &config->files[i];
		if (config->files[i].trusted)
			break;
	}
	return found;
}

static bool has_item(const char *value, const char *item)
{
	size_t wanted = strlen(item);

	while (*value) {
		size_t length = strcspn(value, ",");
		size_t skip = strspn(value, " \t");
		size_t end = length;

		while (end > skip && strchr(" \t", value[end - 1]))
			end--;
		if (skip < end && end - skip == wanted && !strncasecmp(value + skip, item, wanted))
			return true;
		value += length + (value[length] == ',');
	}
	return false;
}

static const struct config_entry *find_entry(const struct config_section *section, const char *key, const char *item)
{
	for (size_t i = 0; i < section->entry_count; i++) {
		const struct config_entry *entry = &section->entries[i];

		if (!strcmp(entry->key, key) && (!item || has_item(entry->value, item)))
			return entry;
	}
	return NULL;
}

bool config_is_set(const struct config *config, const struct config_place *place)
{
	const struct config_section *section = config_section(config, place->kind, place->name, NULL);

	return section && place->key && find_entry(section, place->key, NULL);
}

static void locate(const struct config *config, const struct config_place *place, const struct config_file **file,
		   int *line)
{
	const struct config_section *section = config_section(config, place->kind, place->name, file);
	const struct config_entry *entry = NULL;

	*line = 1;
	if (!section) {
		*file = &config->files[config->files[REPOSITORY_FILE].path ? REPOSITORY_FILE : SYSTEM_FILE];
		return;
	}
	if (place->key && place->item)
		entry = find_entry(section, place->key, place->item);
	if (place->key && !entry)
		entry = find_entry(section, place->key, NULL);
	*line = entry ? entry->line : section->line;
}

void config_problem_at(struct config *config, const struct config_place *place, const char *format, ...)
{
	const struct config_file *file;
	struct buffer words = BUFFER_INIT;
	va_list arguments;
	int line;

	va_start(arguments, format);
	buffer_vaddf(&words, format, arguments);
	va_end(arguments);
	locate(config, place, &file, &line);
	config_problem(config, file, line, "%s", buffer_text(&words));
	buffer_release(&words);
}
