#include "flow/chain.h"

#include <string.h>
#include <unistd.h>

#include "adapters/child.h"
#include "base/strings.h"

int chain_run(int *status, const char *program, const char *name, char *const *arguments, const struct buffer *input,
	      struct error *error)
{
	const char *slash = strrchr(program, '/');
	struct strings all = STRINGS_INIT;
	struct buffer path = BUFFER_INIT;
	int result = 0;

	*status = 0;
	if (slash)
		buffer_add(&path, program, (size_t)(slash - program) + 1);
	buffer_addf(&path, "%s.chained", name);
	if (access(buffer_text(&path), X_OK))
		goto done;
	strings_add(&all, buffer_text(&path));
	for (; *arguments; arguments++)
		strings_add(&all, *arguments);
	strings_take(&all, NULL);
	result = child_run(status, buffer_text(&path), all.items, input, error);
done:
	strings_release(&all);
	buffer_release(&path);
	return result;
}
