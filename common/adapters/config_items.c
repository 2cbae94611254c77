#include <ctype.h>
#include <string.h>

#include "adapters/config_parts.h"
#include "rules/event.h"
#include "rules/mail_encoding.h"
#include "rules/pattern.h"

#define HEADS "refs/heads/"

int config_check_ref(const char *text, struct error *error)
{
	size_t length = strlen(text);

	if (strpbrk(text, " \t"))
		return error_set(error, "a blank in it; the items of a list are separated by \",\"");
	if (strpbrk(text, "~^:[\\"))
		return error_set(error, "no ref name holds \"%c\"", *strpbrk(text, "~^:[\\"));
	if (strstr(text, "..") || strstr(text, "//") || strstr(text, "/.") || strstr(text, "@{") || !length ||
	    text[0] == '/' || text[length - 1] == '/' || text[length - 1] == '.' ||
	    (length > 5 && !strcmp(text + length - 5, ".lock")))
		return error_set(error, "not a ref name by git-check-ref-format(1)");
	return 0;
}

int item_rule(struct buffer *item, struct error *error)
{
	if (strspn(buffer_text(item), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-*?") !=
	    item->length)
		return error_set(error, "not the name of a rule");
	return 0;
}

int item_branch(struct buffer *item, struct error *error)
{
	struct buffer full = BUFFER_INIT;

	if (strncmp(buffer_text(item), HEADS, strlen(HEADS)) != 0) {
		buffer_addf(&full, HEADS "%s", buffer_text(item));
		error_set(error, "a branch is written in full, %s", buffer_text(&full));
		buffer_release(item);
		*item = full;
		return ERROR_FAILED;
	}
	return config_check_ref(buffer_text(item), error);
}

static void turn_lower(struct buffer *item)
{
	for (size_t i = 0; i < item->length; i++)
		item->bytes[i] = (char)tolower((unsigned char)item->bytes[i]);
}

static int check_address(const char *address, struct error *error)
{
	const char *at = strchr(address, '@');

	if (!at || at == address || !at[1] || strpbrk(address, " \t<>;"))
		return error_set(error, "not an address, as in alice@example.com");
	if (strchr(address, ':'))
		return error_set(error, "no address holds \":\"");
	return 0;
}

int item_address(struct buffer *item, struct error *error)
{
	turn_lower(item);
	if (pattern_is_glob(buffer_text(item)))
		return error_set(error, "a person has whole addresses");
	return check_address(buffer_text(item), error);
}

int item_member(struct buffer *item, struct error *error)
{
	const char *text = buffer_text(item);

	if (!strncmp(text, "group:", strlen("group:")))
		return text[strlen("group:")] ? 0 : error_set(error, "group: needs the name of a Unix group behind it");
	if (strpbrk(text, " \t<>;"))
		return error_set(error, "a person's name, an address, a pattern of addresses, or group:NAME");
	if (pattern_is_glob(text) || strchr(text, '@'))
		turn_lower(item);
	return 0;
}

int item_environment(struct buffer *item, struct error *error)
{
	const char *text = buffer_text(item);
	size_t length = strlen(text);

	if (!isalnum((unsigned char)text[0]) ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != length)
		return error_set(error, "letters, digits, \".\", \"_\" and \"-\", and a letter or digit first");
	return config_check_ref(text, error);
}

int item_event(struct buffer *item, struct error *error)
{
	struct strings pattern = STRINGS_INIT;
	bool known = false;

	strings_add(&pattern, buffer_text(item));
	for (int type = 0; type < EVENT_TYPES; type++)
		known = known || event_wanted(&pattern, event_name((enum event_type)type));
	strings_release(&pattern);
	return known ? 0 : error_set(error, "no event has this name");
}

int item_mailbox(struct buffer *item, struct error *error)
{
	return mail_address_is_good(buffer_text(item)) ? 0 : error_set(error, "not an address, as in ops@example.com");
}

int item_severity(struct buffer *item, struct error *error)
{
	const char *text = buffer_text(item);

	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return error_set(error, "a severity is a word of letters, digits, \".\", \"_\" and \"-\"");
	return 0;
}
