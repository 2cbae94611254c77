#include <unistd.h>

#include "adapters/errand.h"
#include "adapters/hmac.h"
#include "base/file.h"
#include "commands.h"
#include "flow/courier_errand.h"

#define REQUEST_MAXIMUM ((size_t)16 * 1024 * 1024)

/* What goes wrong is part of the reply: nobody reads standard error. */
static int run_errand(struct call *call, struct error *error)
{
	struct buffer request = BUFFER_INIT;
	struct error reason = ERROR_INIT;
	struct reply reply = {.retry_after = -1};
	int result = file_read_all(&request, STDIN_FILENO, "the request", REQUEST_MAXIMUM, &reason);

	(void)error;
	if (!result)
		result = courier_perform(&call->out, buffer_text(&request), request.length, &reason);
	if (result) {
		reply.error = reason.message;
		errand_write_reply(&call->out, &reply);
	}
	error_release(&reason);
	secret_release(&request);
	return ANSWER_YES;
}

const struct command command_errand = {
	.name = ERRAND_COMMAND,
	.arguments = "",
	.summary = "send one mail or message for a deliverer, which hands it over; not for people",
	.help = "Reads a request from standard input, and writes the reply to standard output.\n",
	.run = run_errand,
};
