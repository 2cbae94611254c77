#include "flow/courier_errand.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/errand.h"
#include "adapters/process.h"
#include "adapters/rabbitmq.h"
#include "adapters/smtp.h"

#define KIND "errand"

static const struct {
	const char *name;
	int (*perform)(struct reply *out, const struct json *request, struct error *error);
} kinds[ERRAND_KINDS] = {
	[ERRAND_MAIL] = {"mail", smtp_perform},
	[ERRAND_MESSAGE] = {"message", rabbitmq_perform},
};

int courier_send(struct network *network, enum courier_errand kind, struct json *request, const struct parcel *parcel,
		 void *owner, struct error *error)
{
	struct buffer program = BUFFER_INIT;
	char *folder = process_folder();
	int result;

	json_set_string(request, KIND, kinds[kind].name);
	buffer_addf(&program, "%s/hotfixctl", folder ? folder : "");
	result = errand_begin(network, buffer_text(&program), request, parcel->endpoint->timeout, owner, error);
	free(folder);
	buffer_release(&program);
	return result;
}

static int perform(struct reply *out, const struct json *request, struct error *error)
{
	const char *name = json_get_string(request, KIND);

	/* whoever sent us may be gone */
	alarm((unsigned int)json_get_integer(request, "timeout") + ERRAND_GRACE_SECONDS);
	for (int kind = 0; name && kind < ERRAND_KINDS; kind++)
		if (strcmp(kinds[kind].name, name) == 0)
			return kinds[kind].perform(out, request, error);
	return error_set(error, "no errand has this name");
}

int courier_perform(struct buffer *out, const char *request, size_t length, struct error *error)
{
	struct reply reply = {.retry_after = -1};
	struct json *object = NULL;
	int result = json_read(&object, request, length, error);

	if (!result)
		result = perform(&reply, object, error);
	if (!result)
		errand_write_reply(out, &reply);
	reply_release(&reply);
	json_free(object);
	return result;
}
