#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/config_parts.h"
#include "base/memory.h"
#include "rules/duration.h"
#include "rules/pattern.h"
#include "rules/retry.h"
#include "rules/trailer.h"

#define INCIDENT "{incident}"
#define SLUG "{slug}"
#define MOST_GROUPS 16 /* of one expression: what takes a branch's name apart has room for 40 */

int config_set_text(void *field, const char *value)
{
	char **text = field;

	free(*text);
	*text = memory_copy(value);
	return 0;
}

int read_text(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	(void)error;
	return config_set_text(field, value);
}

int read_word(void *field, const struct config_key *key, const char *value, struct error *error)
{
	struct buffer words = BUFFER_INIT;
	int result;

	for (int i = 0; key->words[i]; i++) {
		if (!strcmp(key->words[i], value)) {
			memcpy(field, &i, sizeof(i));
			return 0;
		}
	}
	for (int i = 0; key->words[i]; i++)
		buffer_addf(&words, "%s%s", i ? ", " : "", key->words[i]);
	result = error_set(error, "one of %s", buffer_text(&words));
	buffer_release(&words);
	return result;
}

int read_flag(void *field, const struct config_key *key, const char *value, struct error *error)
{
	bool *flag = field;
	int index = 0;

	if (read_word(&index, key, value, error))
		return ERROR_FAILED;
	*flag = index != 0;
	return 0;
}

int read_number(void *field, const struct config_key *key, const char *value, struct error *error)
{
	int *number = field;
	size_t length = strlen(value);

	if (length > 6 || strspn(value, "0123456789") != length || atoi(value) < key->least || atoi(value) > key->most)
		return error_set(error, "a number from %d to %d", key->least, key->most);
	*number = atoi(value);
	return 0;
}

int read_timeout(void *field, const struct config_key *key, const char *value, struct error *error)
{
	int *seconds = field;
	int64_t duration;

	if (!duration_parse(&duration, value) || duration < key->least || duration > key->most)
		return error_set(error, "a duration from %ds to %ds, as in 15s", key->least, key->most);
	*seconds = (int)duration;
	return 0;
}

/* "64K", "1M", "2G": a number of bytes, by 1024. */
int read_size(void *field, const struct config_key *key, const char *value, struct error *error)
{
	static const char units[] = "KMG";
	int64_t *bytes = field;
	size_t digits = strspn(value, "0123456789");
	const char *unit = value[digits] ? strchr(units, value[digits]) : NULL;
	int64_t kilobytes = digits && digits <= 7 ? atoi(value) : 0;

	for (const char *u = units; unit && u < unit; u++)
		kilobytes *= 1024;
	if (!unit || value[digits + 1] || kilobytes < key->least || kilobytes > key->most)
		return error_set(error, "a size from %dK to %dM, as in 64K, 1M or 2G", key->least, key->most / 1024);
	*bytes = kilobytes * 1024;
	return 0;
}

int read_deadline(void *field, const struct config_key *key, const char *value, struct error *error)
{
	int64_t *seconds = field;

	(void)key;
	if (!strcmp(value, "none")) {
		*seconds = 0;
		return 0;
	}
	if (!duration_parse(seconds, value) || !*seconds)
		return error_set(error, "none, or a number with s, m, h or d behind it, as in 24h");
	return 0;
}

int read_duration(void *field, const struct config_key *key, const char *value, struct error *error)
{
	int64_t *seconds = field;

	(void)key;
	if (!duration_parse(seconds, value) || !*seconds)
		return error_set(error, "a number with s, m, h or d behind it, as in 48h");
	return 0;
}

int read_login(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	if (strpbrk(value, " \t,"))
		return error_set(error, "a login is one word, and a person has one");
	return config_set_text(field, value);
}

int read_path(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	if (value[0] != '/')
		return error_set(error, "not an absolute path");
	return config_set_text(field, value);
}

int read_log(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	if (value[0] != '/' && strcmp(value, "syslog") != 0)
		return error_set(error, "syslog, or an absolute path");
	return config_set_text(field, value);
}

int read_template(void *field, const struct config_key *key, const char *value, struct error *error)
{
	const char *brace = value;

	(void)key;
	while ((brace = strchr(brace, '{'))) {
		if (strncmp(brace, "{path}", strlen("{path}")) != 0)
			return error_set(error, "only {path} is filled in");
		brace++;
	}
	return config_set_text(field, value);
}

int read_web(void *field, const struct config_key *key, const char *value, struct error *error)
{
	if (!config_is_http(value))
		return error_set(error, "an http or https address");
	return read_template(field, key, value, error);
}

static int compile(regex_t *regex, const char *before, const char *expression, const char *behind, struct error *error)
{
	struct buffer whole = BUFFER_INIT;
	char reason[256];
	int failed;

	buffer_addf(&whole, "%s%s%s", before, expression, behind);
	failed = regcomp(regex, buffer_text(&whole), REG_EXTENDED);
	buffer_release(&whole);
	if (!failed)
		return 0;
	regerror(failed, regex, reason, sizeof(reason));
	reason[0] = (char)tolower((unsigned char)reason[0]);
	return error_set(error, "no POSIX extended regular expression: %s", reason);
}

static bool has_back_reference(const char *expression)
{
	for (const char *c = expression; *c; c++) {
		if (*c != '\\')
			continue;
		c++;
		if (*c >= '1' && *c <= '9')
			return true;
		if (!*c)
			break;
	}
	return false;
}

int read_expression(void *field, const struct config_key *key, const char *value, struct error *error)
{
	regex_t regex;

	(void)key;
	if (has_back_reference(value))
		return error_set(error, "back-references are not allowed");
	if (compile(&regex, "", value, "", error))
		return ERROR_FAILED;
	regfree(&regex);
	return config_set_text(field, value);
}

int read_name_expression(void *field, const struct config_key *key, const char *value, struct error *error)
{
	regex_t regex;
	size_t groups;
	bool takes_nothing;

	(void)key;
	if (has_back_reference(value))
		return error_set(error, "back-references are not allowed");
	if (compile(&regex, "", value, "", error))
		return ERROR_FAILED;
	groups = regex.re_nsub;
	regfree(&regex);
	if (groups > MOST_GROUPS)
		return error_set(error, "%zu groups, at most %d", groups, MOST_GROUPS);
	if (compile(&regex, "^(", value, ")$", error))
		return ERROR_FAILED;
	takes_nothing = !regexec(&regex, "", 0, NULL, 0);
	regfree(&regex);
	if (takes_nothing)
		return error_set(error, "matches the empty text");
	return config_set_text(field, value);
}

static size_t occurrences(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		count++;
	return count;
}

/* Returns the text with the two placeholders taken out, owned by the caller. */
static char *without_placeholders(const char *text)
{
	struct buffer rest = BUFFER_INIT;

	while (*text) {
		if (!strncmp(text, INCIDENT, strlen(INCIDENT)))
			text += strlen(INCIDENT);
		else if (!strncmp(text, SLUG, strlen(SLUG)))
			text += strlen(SLUG);
		else
			buffer_add_char(&rest, *text++);
	}
	return buffer_detach(&rest);
}

static int check_branch(const char *value, struct error *error)
{
	size_t prefix = strcspn(value, "{");
	char *literal = without_placeholders(value);
	bool braces = strpbrk(literal, "{}") != NULL;
	bool globs = pattern_is_glob(literal);

	free(literal);
	if (!strncmp(value, "refs/", strlen("refs/")))
		return error_set(error, "without refs/heads/");
	if (braces)
		return error_set(error, "only {incident} and {slug} are filled in");
	if (globs)
		return error_set(error, "a form, not a pattern");
	if (occurrences(value, INCIDENT) != 1 || occurrences(value, SLUG) > 1)
		return error_set(error, "needs {incident} once, and {slug} at most once");
	if (!prefix || value[prefix - 1] != '/')
		return error_set(error, "needs a folder before its first placeholder, as in hotfix/{incident}");
	if (strstr(value, INCIDENT SLUG) || strstr(value, SLUG INCIDENT))
		return error_set(error, "needs something between {incident} and {slug}");
	return config_check_ref(value, error);
}

int read_branch(void *field, const struct config_key *key, const char *value, struct error *error)
{
	size_t prefix = strcspn(value, "{");
	struct buffer form = BUFFER_INIT;

	(void)key;
	if (!check_branch(value, error))
		return config_set_text(field, value);
	if (prefix > 1 && value[prefix - 1] == '/' && strncmp(value, "refs/", strlen("refs/")) != 0) {
		/* the readable part still says what is governed */
		buffer_add(&form, value, prefix);
		buffer_add_string(&form, INCIDENT "-" SLUG);
		config_set_text(field, buffer_text(&form));
		buffer_release(&form);
	}
	return ERROR_FAILED;
}

int read_trailer(void *field, const struct config_key *key, const char *value, struct error *error)
{
	static const char *const reserved[] = {"Incident", "Production", "Co-authored-by", "Signed-off-by", "Revokes",
					       "Severity", "Reported",   "Environment",    "Status",        "Reason"};
	size_t length = strlen(value);

	(void)key;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (trailer_key_equal(reserved[i], value))
			return error_set(error, "this trailer means something else already");
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)value[i]) && value[i] != '-')
			return error_set(error, "the key of a trailer holds letters, digits and \"-\"");
	if (value[0] == '-')
		return error_set(error, "the key of a trailer does not begin with \"-\"");
	return config_set_text(field, value);
}

int read_retry(void *field, const struct config_key *key, const char *value, struct error *error)
{
	(void)key;
	if (retry_check(value, error))
		return ERROR_FAILED;
	return config_set_text(field, value);
}
