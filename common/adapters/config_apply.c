#include <stdlib.h>
#include <string.h>

#include "adapters/config_parts.h"
#include "base/memory.h"
#include "rules/url.h"

/* One section on its way into the policy. */
struct target {
	struct config *config;
	const struct config_file *file;
	const struct config_section *section;
	char *base; /* struct policy, or the section's own struct */
};

static struct strings *list_of(const struct target *target, const struct config_key *key)
{
	return (struct strings *)(void *)(target->base + key->offset);
}

/* Adds the struct of a section that has a name, and tells where its origin is to be kept. */
static void *add_struct(struct policy *policy, enum section_kind kind, const char *name, char ***origin)
{
	struct webhook *webhook;
	struct mail *mail;
	struct signoff *signoff;
	struct freeze *freeze;
	struct person *person;
	struct gate *gate;
	struct role *role;

	switch (kind) {
	case SECTION_PERSON:
		person = policy_add_person(policy, name);
		*origin = &person->origin;
		return person;
	case SECTION_ROLE:
		role = policy_add_role(policy, name);
		*origin = &role->origin;
		return role;
	case SECTION_SIGNOFF:
		signoff = policy_add_signoff(policy, name);
		*origin = &signoff->origin;
		return signoff;
	case SECTION_WEBHOOK:
		webhook = policy_add_webhook(policy, name);
		*origin = &webhook->endpoint.origin;
		return webhook;
	case SECTION_FREEZE:
		freeze = policy_add_freeze(policy, name);
		*origin = &freeze->origin;
		return freeze;
	case SECTION_GATE:
		gate = policy_add_gate(policy, name);
		*origin = &gate->origin;
		return gate;
	case SECTION_MAIL:
		mail = policy_add_mail(policy, name);
		*origin = &mail->endpoint.origin;
		return mail;
	default:
		return policy;
	}
}

static void report_value(const struct target *target, const struct config_entry *entry, const char *value,
			 const char *words)
{
	struct buffer shown = BUFFER_INIT;

	url_redact(&shown, value);
	config_problem(target->config, target->file, entry->line, "%s = %s: %s", entry->key, buffer_text(&shown),
		       words);
	buffer_release(&shown);
}

/* Returns the value as a person meant it, owned by the caller, and reports what inih leaves in it. */
static char *clean_value(const struct target *target, const struct config_entry *entry)
{
	size_t length = strlen(entry->value);
	const char *comment = entry->value[0] == '#' ? entry->value : strstr(entry->value, " #");

	if (length >= 2 && entry->value[0] == '"' && entry->value[length - 1] == '"') {
		report_value(target, entry, entry->value, "without the quotation marks");
		return memory_copy_bytes(entry->value + 1, length - 2);
	}
	if (!comment)
		return memory_copy(entry->value);
	report_value(target, entry, entry->value, "a comment behind a value begins with \" ;\"");
	return memory_copy_bytes(entry->value, (size_t)(comment - entry->value));
}

static void add_item(const struct target *target, const struct config_entry *entry, const struct config_key *key,
		     struct buffer *item)
{
	struct error error = ERROR_INIT;
	char *written = memory_copy(buffer_text(item));

	if (key->item(item, &error))
		report_value(target, entry, written, error_text(&error));
	strings_add(list_of(target, key), buffer_text(item));
	free(written);
	error_release(&error);
}

static void apply_list(const struct target *target, const struct config_entry *entry, const struct config_key *key,
		       const char *value)
{
	struct buffer item = BUFFER_INIT;

	while (*value) {
		size_t length = strcspn(value, key->whole ? "" : ",");
		size_t skip = strspn(value, " \t");
		size_t end = length;

		while (end > skip && strchr(" \t", value[end - 1]))
			end--;
		buffer_clear(&item);
		if (skip < end)
			buffer_add(&item, value + skip, end - skip);
		if (item.length)
			add_item(target, entry, key, &item);
		value += length + (value[length] == ',');
	}
	buffer_release(&item);
}

static void apply_single(const struct target *target, const struct config_entry *entry, const struct config_key *key,
			 const char *value)
{
	struct error error = ERROR_INIT;

	if (!*value)
		config_problem(target->config, target->file, entry->line, "%s: no value", entry->key);
	else if (key->read(target->base + key->offset, key, value, &error))
		report_value(target, entry, value, error_text(&error));
	error_release(&error);
}

static void report_key(const struct target *target, const struct config_entry *entry)
{
	const struct config_section *section = target->section;
	struct buffer words = BUFFER_INIT;

	buffer_addf(&words, "unknown key \"%s\" in ", entry->key);
	section_title(&words, section->kind, section->name);
	section_key_suggest(&words, section->kind, entry->key);
	config_problem(target->config, target->file, entry->line, "%s", buffer_text(&words));
	buffer_release(&words);
}

static const struct config_entry *first_of(const struct config_section *section, const char *key)
{
	const struct config_entry *entry = section->entries;

	while (strcmp(entry->key, key) != 0)
		entry++;
	return entry;
}

static void apply_entry(const struct target *target, const struct config_entry *entry)
{
	const struct config_key *key = section_key(target->section->kind, entry->key);
	const struct config_entry *first = first_of(target->section, entry->key);
	char *value;

	if (!key) {
		if (!entry->continues)
			report_key(target, entry);
		return;
	}
	if (!key->item && first != entry) {
		config_problem(target->config, target->file, entry->line,
			       entry->continues ? "\"%s\" takes one value, and this line continues it (line %d)"
						: "\"%s\" is set twice, first on line %d",
			       entry->key, first->line);
		return;
	}
	if (key->item && first == entry)
		strings_release(list_of(target, key));
	value = clean_value(target, entry);
	if (key->item)
		apply_list(target, entry, key, value);
	else
		apply_single(target, entry, key, value);
	free(value);
}

static void report_empty_lists(const struct target *target)
{
	const struct config_section *section = target->section;

	for (size_t i = 0; i < section->entry_count; i++) {
		const struct config_entry *entry = &section->entries[i];
		const struct config_key *key = section_key(section->kind, entry->key);

		if (!key || !key->item || first_of(section, entry->key) != entry)
			continue;
		if (!list_of(target, key)->count)
			config_problem(target->config, target->file, entry->line, "%s: no value", entry->key);
	}
}

void config_apply(struct config *config, const struct config_file *file, const struct config_section *section,
		  struct policy *policy)
{
	struct target target = {.config = config, .file = file, .section = section};
	struct buffer place = BUFFER_INIT;
	char **origin = NULL;

	target.base = add_struct(policy, section->kind, section->name, &origin);
	if (origin) {
		buffer_addf(&place, "%s:%d", file->path, section->line);
		*origin = buffer_detach(&place);
	}
	for (size_t i = 0; i < section->entry_count; i++)
		apply_entry(&target, &section->entries[i]);
	report_empty_lists(&target);
}
