#include "rules/allowed_signers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

#define BLANKS " \t\r"
#define TIME_DIGITS 14

static const char *const key_types[] = {"ssh-", "ecdsa-sha2-", "sk-"};

/* Returns the next word, owned by the caller, and moves *AT behind it and the blanks after it; quotes hold a word with
 * blanks together, and stay. NULL at the end. */
static char *take_word(const char **at)
{
	const char *end = *at;
	bool quoted = false;
	char *word;

	while (*end && (quoted || !strchr(BLANKS, *end))) {
		quoted ^= *end == '"';
		end++;
	}
	if (end == *at)
		return NULL;
	word = memory_copy_bytes(*at, (size_t)(end - *at));
	*at = end + strspn(end, BLANKS);
	return word;
}

/* Takes the quotes off, in place. */
static char *unquote(char *text)
{
	size_t length = strlen(text);

	if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
		memmove(text, text + 1, length - 2);
		text[length - 2] = '\0';
	}
	return text;
}

static void add_principals(struct strings *out, char *word)
{
	char *rest = unquote(word);
	char *one;

	while ((one = strsep(&rest, ",")))
		if (*one)
			strings_add(out, one);
}

static bool has_namespace(char *list, const char *name)
{
	bool has = false;
	char *one;

	while ((one = strsep(&list, ",")))
		has = has || !strcmp(one, name) || !strcmp(one, "*") || !strcmp(one, "git*");
	return has;
}

static const char *take_option(struct allowed_signer *signer, char *option)
{
	char *value = strchr(option, '=');

	if (value) {
		*value = '\0';
		value = unquote(value + 1);
	}
	if (!strcasecmp(option, "cert-authority") && !value)
		signer->authority = true;
	else if (!strcasecmp(option, "namespaces") && value)
		signer->for_git = has_namespace(value, "git");
	else if (!strcasecmp(option, "valid-before") && value && !signer->valid_before)
		signer->valid_before = memory_copy(value);
	else if (strcasecmp(option, "valid-after") != 0 || !value)
		return "an option that ssh-keygen does not know";
	return NULL;
}

/* Options are separated by commas outside quotes. */
static const char *take_options(struct allowed_signer *signer, char *text)
{
	const char *problem = NULL;
	char *start = text;
	bool quoted = false;

	for (char *at = text;; at++) {
		bool end = !*at;

		quoted ^= *at == '"';
		if (!end && (*at != ',' || quoted))
			continue;
		*at = '\0';
		problem = take_option(signer, start);
		if (end || problem)
			return problem;
		start = at + 1;
	}
}

static bool is_key_type(const char *word)
{
	for (size_t i = 0; i < sizeof(key_types) / sizeof(key_types[0]); i++)
		if (!strncmp(word, key_types[i], strlen(key_types[i])))
			return true;
	return false;
}

/* Decodes the first SIZE bytes of base64 TEXT (RFC 4648, section 4); false when it holds fewer, or something else. */
static bool decode(unsigned char *out, size_t size, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0;
	int count = 0;

	while (size) {
		const char *digit = *text ? strchr(digits, *text++) : NULL;

		if (!digit)
			return false;
		bits = (bits << 6 | (unsigned int)(digit - digits)) & 0xffff;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		*out++ = (unsigned char)(bits >> count & 0xff);
		size--;
	}
	return true;
}

/* A key begins with the length of its type's name, four bytes, and that name (RFC 4253, section 6.6). */
static bool is_key(const char *type, const char *text)
{
	size_t length = strlen(type);
	unsigned char *bytes = memory_alloc(length + 4);
	bool is = length < 256 && decode(bytes, length + 4, text) && !bytes[0] && !bytes[1] && !bytes[2] &&
		  bytes[3] == length && !memcmp(bytes + 4, type, length);

	free(bytes);
	return is;
}

static const char *read_key(struct allowed_signer *signer, const char *at)
{
	const char *problem = NULL;
	char *type = take_word(&at);
	char *key = NULL;

	if (type && !is_key_type(type)) {
		problem = take_options(signer, type);
		free(type);
		type = take_word(&at);
	}
	key = take_word(&at);
	if (!problem && (!type || !is_key_type(type)))
		problem = "there is no kind of key behind the addresses";
	if (!problem && (!key || !is_key(type, key)))
		problem = "its key is not one";
	if (!problem)
		signer->key = memory_copy(key);
	free(type);
	free(key);
	return problem;
}

static void read_line(struct allowed_signers *out, int number, const char *line)
{
	const char *at = line + strspn(line, BLANKS);
	struct allowed_signer *signer;
	char *word;

	word = *at == '#' ? NULL : take_word(&at);
	if (!word)
		return;
	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*signer));
	signer = &out->items[out->count++];
	*signer = (struct allowed_signer){.line = number, .for_git = true};
	add_principals(&signer->principals, word);
	signer->problem = read_key(signer, at);
	free(word);
}

void allowed_signers_read(struct allowed_signers *out, const char *text)
{
	char *copy = memory_copy(text);
	char *rest = copy;
	char *line;

	for (int number = 1; (line = strsep(&rest, "\n")); number++)
		read_line(out, number, line);
	free(copy);
}

void allowed_signers_release(struct allowed_signers *signers)
{
	for (size_t i = 0; i < signers->count; i++) {
		strings_release(&signers->items[i].principals);
		free(signers->items[i].valid_before);
		free(signers->items[i].key);
	}
	free(signers->items);
	*signers = (struct allowed_signers){0};
}

/* A time is YYYYMMDD, or with HHMM, or with HHMMSS behind it, and a Z for UTC, which is what ssh-keygen takes it for
 * here. */
bool allowed_signer_is_over(const struct allowed_signer *signer, const char *now)
{
	char time[TIME_DIGITS + 1] = "00000000000000";
	size_t digits;

	if (!signer->valid_before)
		return false;
	digits = strspn(signer->valid_before, "0123456789");
	memcpy(time, signer->valid_before, digits < TIME_DIGITS ? digits : TIME_DIGITS);
	return strcmp(time, now) <= 0;
}
