#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/config_parts.h"
#include "base/file.h"
#include "base/memory.h"

#define LONGEST_MEMBER_FILE (1024 * 1024)
#define LONGEST_URL_FILE 4096

/* Says whether the section was written by somebody whose word to read a file may be followed. */
static bool section_is_trusted(const struct config *config, enum section_kind kind, const char *name)
{
	const struct config_file *file = NULL;

	return config_section(config, kind, name, &file) && file->trusted;
}

static bool has_control_byte(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f)
			return true;
	return false;
}

static void add_member(struct config *config, struct role *role, int number, const char *text, size_t length)
{
	const struct config_place place = {SECTION_ROLE, role->name, "member-file", NULL};
	struct error error = ERROR_INIT;
	struct buffer item = BUFFER_INIT;

	buffer_add(&item, text, length);
	if (has_control_byte(text, length))
		config_problem_at(config, &place, "%s:%d: a control byte", role->member_file, number);
	else if (item_member(&item, &error) || config_check_member(config->policy, buffer_text(&item), &error))
		config_problem_at(config, &place, "%s:%d: %s: %s", role->member_file, number, buffer_text(&item),
				  error_text(&error));
	else
		strings_add(&role->members, buffer_text(&item));
	error_release(&error);
	buffer_release(&item);
}

static void add_members(struct config *config, struct role *role, const char *text, size_t length)
{
	const char *end = text + length;
	int number = 1;

	for (const char *line = text; line < end; number++) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end;
		const char *start = line;

		while (start < stop && (*start == ' ' || *start == '\t'))
			start++;
		line = stop + 1;
		while (stop > start && strchr(" \t\r", stop[-1]) && stop[-1])
			stop--;
		if (start < stop && *start != '#')
			add_member(config, role, number, start, (size_t)(stop - start));
	}
}

static void read_member_file(struct config *config, struct role *role)
{
	const struct config_place place = {SECTION_ROLE, role->name, "member-file", NULL};
	struct error error = ERROR_INIT;
	struct buffer text = BUFFER_INIT;

	if (file_trusted(role->member_file, config->owner, &error) ||
	    file_read(&text, role->member_file, LONGEST_MEMBER_FILE, &error))
		config_problem_at(config, &place, "member-file: %s", error_text(&error));
	else
		add_members(config, role, buffer_text(&text), text.length);
	error_release(&error);
	buffer_release(&text);
}

/* Reads the one line of TEXT. */
static int take_url(struct webhook *webhook, const struct buffer *text, struct error *error)
{
	size_t length = text->length;
	char *url;

	while (length && strchr(" \t\r\n", text->bytes[length - 1]) && text->bytes[length - 1])
		length--;
	if (!length || memchr(text->bytes, '\0', length) || memchr(text->bytes, '\n', length))
		return error_set(error, "%s: not one line with an address", webhook->url_file);
	url = memory_copy_bytes(text->bytes, length);
	if (config_check_receiver(url, error)) {
		free(url);
		return ERROR_FAILED;
	}
	webhook->url = url;
	return 0;
}

static void read_url_file(struct config *config, struct webhook *webhook)
{
	const struct config_place place = {SECTION_WEBHOOK, webhook->endpoint.name, "url-file", NULL};
	struct error error = ERROR_INIT;
	struct buffer text = BUFFER_INIT;

	/* a pusher who runs the hooks under an account of their own need not know the address: the deliverer does */
	if (access(webhook->url_file, R_OK) && errno == EACCES)
		return;
	if (file_trusted(webhook->url_file, config->owner, &error) ||
	    file_read(&text, webhook->url_file, LONGEST_URL_FILE, &error) || take_url(webhook, &text, &error))
		config_problem_at(config, &place, "url-file: %s", error_text(&error));
	error_release(&error);
	buffer_release(&text);
}

static void check_keys(struct config *config, const char *key, const char *path)
{
	const struct config_place place = {SECTION_SIGNATURE, NULL, key, NULL};
	struct error error = ERROR_INIT;

	if (path && section_is_trusted(config, SECTION_SIGNATURE, NULL) && file_trusted(path, config->owner, &error))
		config_problem_at(config, &place, "%s: %s", key, error_text(&error));
	error_release(&error);
}

void config_read_files(struct config *config)
{
	struct policy *policy = config->policy;

	check_keys(config, "allowed-signers", policy->allowed_signers);
	check_keys(config, "gpg-home", policy->gpg_home);

	for (size_t i = 0; i < policy->role_count; i++) {
		struct role *role = &policy->roles[i];

		if (role->member_file && section_is_trusted(config, SECTION_ROLE, role->name))
			read_member_file(config, role);
	}
	for (size_t i = 0; i < policy->webhook_count; i++) {
		struct webhook *webhook = &policy->webhooks[i];

		if (webhook->url_file && !webhook->url &&
		    section_is_trusted(config, SECTION_WEBHOOK, webhook->endpoint.name))
			read_url_file(config, webhook);
	}
}
