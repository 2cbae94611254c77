#include "rules/merge_message.h"

#include <stddef.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

#define HEADS "refs/heads/"

static const char *behind(const char *text, const char *start)
{
	size_t length = strlen(start);

	return strncmp(text, start, length) ? NULL : text + length;
}

static char *full_name(const char *name, size_t length)
{
	struct buffer ref = BUFFER_INIT;

	if (!length)
		return NULL;
	buffer_add_string(&ref, HEADS);
	buffer_add(&ref, name, length);
	return buffer_detach(&ref);
}

/* "hotfix/INC-7-login' into main": a name holds no quotation mark of this kind where Git writes it so. */
static char *quoted(const char *name)
{
	const char *end = strchr(name, '\'');

	return end ? full_name(name, (size_t)(end - name)) : NULL;
}

/* "OWNER/BRANCH", to the end of the line. */
static char *of_pull_request(const char *number)
{
	const char *from = strstr(number, " from ");
	const char *slash = from ? strchr(from, '/') : NULL;

	return slash ? full_name(slash + 1, strcspn(slash + 1, " \n")) : NULL;
}

/* What was fetched as origin/x is x there. */
static char *of_remote(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash ? quoted(slash + 1) : NULL;
}

char *merge_message_branch(const char *subject)
{
	const char *rest = behind(subject, "Merge branch '");

	if (rest)
		return quoted(rest);
	rest = behind(subject, "Merge remote-tracking branch '");
	if (rest)
		return of_remote(rest);
	rest = behind(subject, "Merge pull request #");
	return rest ? of_pull_request(rest) : NULL;
}
