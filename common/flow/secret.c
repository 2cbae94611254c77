#include "flow/secret.h"

#include <string.h>

#include "base/file.h"

/* A second line is a mistake that would be hard to find. */
int secret_load(struct buffer *out, const char *path, uid_t owner, struct error *error)
{
	size_t length;

	if (file_private(path, owner, error) || file_read(out, path, SECRET_FILE_MAXIMUM, error))
		return ERROR_FAILED;
	length = out->length;
	if (length && out->bytes[length - 1] == '\n')
		length--;
	if (length && out->bytes[length - 1] == '\r')
		length--;
	if (length && (memchr(out->bytes, '\n', length) || memchr(out->bytes, '\0', length)))
		return error_set(error, "%s: a secret is one line of text", path);
	out->length = length;
	if (out->bytes)
		out->bytes[length] = '\0';
	return 0;
}
