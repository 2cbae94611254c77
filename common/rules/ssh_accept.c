#include "rules/ssh_accept.h"

#include <string.h>
#include <strings.h>

#include "rules/pattern.h"

#define BLANKS " \t\r"

/* One line of LENGTH bytes: a keyword in any case, blanks or one '=', and words that may be in quotation marks. */
static void read_line(struct strings *patterns, struct strings *includes, const char *line, size_t length)
{
	const char *end = line + length;
	const char *keyword = line + strspn(line, BLANKS);
	size_t keyword_length = strcspn(keyword, BLANKS "=\n");
	struct strings *out = NULL;

	if (keyword_length == strlen("AcceptEnv") && !strncasecmp(keyword, "AcceptEnv", keyword_length))
		out = patterns;
	if (keyword_length == strlen("Include") && !strncasecmp(keyword, "Include", keyword_length))
		out = includes;
	line = keyword + keyword_length;
	while (out && line < end) {
		line += strspn(line, BLANKS "=\"");
		length = strcspn(line, BLANKS "\"\n");
		if (line >= end || *line == '#')
			return;
		strings_add_bytes(out, line, length);
		line += length;
	}
}

void ssh_accept_read(struct strings *patterns, struct strings *includes, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		read_line(patterns, includes, text, length);
		text += length + (text[length] == '\n');
	}
}

const char *ssh_accept_danger(const char *pattern, const char *pusher)
{
	static const char *const variables[] = {
		"GIT_CONFIG_COUNT",
		"GIT_CONFIG_PARAMETERS",
		"GIT_CONFIG_GLOBAL",
		"GIT_CONFIG_SYSTEM",
		"GIT_COMMON_DIR",
		"GIT_EXEC_PATH",
		"GIT_OBJECT_DIRECTORY",
		"GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"GIT_QUARANTINE_PATH",
		"GIT_NAMESPACE",
		"HOME",
		"XDG_CONFIG_HOME",
		"PATH",
		"LD_PRELOAD",
		"LD_LIBRARY_PATH",
		"LD_AUDIT",
		"BASH_ENV",
		"ENV",
	};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		if (pattern_matches(pattern, variables[i]))
			return variables[i];
	return pusher && pattern_matches(pattern, pusher) ? pusher : NULL;
}
