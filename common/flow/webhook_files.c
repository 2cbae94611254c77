#include "flow/webhook_files.h"

#include <string.h>

#include "adapters/json.h"
#include "base/file.h"

#define CONTENT_TYPE_DEFAULT "application/json"

static int at_line(struct error *error, const char *path, int line, struct error *reason)
{
	error_set(error, "%s:%d: %s", path, line, error_text(reason));
	error_release(reason);
	return ERROR_FAILED;
}

const char *webhook_content_type(const struct webhook *webhook)
{
	return webhook->content_type ? webhook->content_type : CONTENT_TYPE_DEFAULT;
}

int webhook_load_template(struct buffer *out, enum template_form *form, const struct webhook *webhook, uid_t owner,
			  struct error *error)
{
	const char *path = webhook->template_file;
	struct error reason = ERROR_INIT;
	int line = 0;
	int result = template_form_of(form, webhook_content_type(webhook), error);

	if (!result)
		result = file_trusted(path, owner, error);
	if (!result)
		result = file_read(out, path, TEMPLATE_MAXIMUM, error);
	if (!result && !out->length)
		result = error_set(error, "%s: is empty", path);
	if (!result && template_check(&line, out->bytes, out->length, *form, &reason))
		result = at_line(error, path, line, &reason);
	return result;
}

/* CONTEXT is what a value holds. */
static const char *example(void *context, const char *name)
{
	return strcmp(name, TEMPLATE_BODY) == 0 ? "{}" : context;
}

static int try_with(const struct buffer *text, enum template_form form, const char *value, struct error *error)
{
	struct buffer whole = BUFFER_INIT;
	struct json *json = NULL;
	int result = template_expand(&whole, text->bytes, text->length, form, example, (void *)value, error);

	if (!result)
		result = json_read(&json, buffer_text(&whole), whole.length, error);
	json_free(json);
	buffer_release(&whole);
	return result;
}

int webhook_try_template(const struct webhook *webhook, uid_t owner, struct error *error)
{
	static const char *const values[] = {"", "\"\\\n</script>", "1"};
	struct error reason = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	enum template_form form;
	int result = webhook_load_template(&text, &form, webhook, owner, error);

	for (size_t i = 0; !result && form == TEMPLATE_JSON && i < sizeof(values) / sizeof(values[0]); i++)
		result = try_with(&text, form, values[i], &reason);
	if (reason.message)
		error_set(error, "%s: a placeholder stands outside of a text, or something else makes it no JSON: %s",
			  webhook->template_file, error_text(&reason));
	error_release(&reason);
	buffer_release(&text);
	return result;
}
