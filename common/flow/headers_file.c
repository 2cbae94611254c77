#include "flow/headers_file.h"

#include "adapters/hmac.h"
#include "base/file.h"
#include "rules/fixed_headers.h"

int headers_file_load(struct strings *out, const char *path, uid_t owner, struct error *error)
{
	struct error reason = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	int line = 0;
	int result = file_private(path, owner, error);

	if (!result)
		result = file_read(&text, path, FIXED_HEADERS_FILE, error);
	if (!result && fixed_headers_parse(out, &line, buffer_text(&text), text.length, &reason))
		result = error_set(error, "%s:%d: %s", path, line, error_text(&reason));
	error_release(&reason);
	secret_release(&text);
	return result;
}
