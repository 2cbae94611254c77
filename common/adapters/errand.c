#include "adapters/errand.h"

#include <poll.h>
#include <stdlib.h>

#include "adapters/hmac.h"
#include "adapters/jobs.h"
#include "adapters/network_internal.h"
#include "base/clock.h"
#include "base/memory.h"

struct errand {
	struct job job;
	int64_t started; /* clock_monotonic */
	int timeout;     /* seconds */
};

static void errand_free(void *context)
{
	struct errand *errand = context;

	job_kill(&errand->job);
	secret_release(&errand->job.input);
	job_release(&errand->job);
	free(errand);
}

int errand_begin(struct network *network, const char *program, const struct json *request, int timeout, void *owner,
		 struct error *error)
{
	struct errand *errand = memory_alloc(sizeof(*errand));
	struct transfer *transfer;
	int result;

	errand->started = clock_monotonic();
	errand->timeout = timeout;
	strings_add(&errand->job.arguments, program);
	strings_add(&errand->job.arguments, ERRAND_COMMAND);
	json_write(&errand->job.input, request, 0);
	result = job_start(&errand->job, error);
	if (result) {
		errand_free(errand);
		return result;
	}
	transfer = transfer_link(network, errand, owner);
	transfer->more = errand;
	transfer->free_more = errand_free;
	return 0;
}

void errand_write_reply(struct buffer *out, const struct reply *reply)
{
	struct json *object = json_new_object();
	struct json *recipients = json_new_array();

	json_set_integer(object, "status", reply->status);
	json_set_bool(object, "unknown", reply->unknown);
	json_set_integer(object, "milliseconds", reply->milliseconds);
	json_set_string(object, "error", reply->error);
	json_set_string(object, "body", buffer_text(&reply->body));
	for (size_t i = 0; i < reply->recipient_count; i++) {
		struct json *recipient = json_new_object();

		json_set_string(recipient, "address", reply->recipients[i].address);
		json_set_integer(recipient, "status", reply->recipients[i].status);
		json_set_string(recipient, "words", reply->recipients[i].words);
		json_add(recipients, recipient);
	}
	json_set(object, "recipients", recipients);
	json_write(out, object, 0);
	json_free(object);
}

static char *copy_of(const struct json *object, const char *key)
{
	const char *text = json_get_string(object, key);

	return text ? memory_copy(text) : NULL;
}

static void read_recipients(struct reply *out, const struct json *array)
{
	size_t count = json_count(array);

	out->recipients = count ? memory_alloc(count * sizeof(*out->recipients)) : NULL;
	out->recipient_count = count;
	for (size_t i = 0; i < count; i++) {
		const struct json *one = json_item(array, i);
		const char *address = json_get_string(one, "address");

		out->recipients[i] = (struct recipient){.address = memory_copy(address ? address : ""),
							.status = (int)json_get_integer(one, "status"),
							.words = copy_of(one, "words")};
	}
}

static void read_reply(struct reply *out, const struct json *object)
{
	const char *body = json_get_string(object, "body");

	out->status = (int)json_get_integer(object, "status");
	out->unknown = json_get_bool(object, "unknown");
	out->milliseconds = json_get_integer(object, "milliseconds");
	out->error = copy_of(object, "error");
	if (body)
		buffer_add_string(&out->body, body);
	read_recipients(out, json_get(object, "recipients"));
}

static void take_answer(struct reply *out, struct job *job)
{
	struct error error = ERROR_INIT;
	struct json *object = NULL;
	int result = job_collect(job, &error);

	if (!result && job->status)
		result = error_set(&error, "it ended with status %d", job->status);
	if (!result)
		result = json_read(&object, buffer_text(&job->output), job->output.length, &error);
	if (!result)
		read_reply(out, object);
	else
		out->error = memory_copy(error_text(&error));
	/* a process that fell over may have done its work before */
	out->unknown = out->unknown || result;
	json_free(object);
	error_release(&error);
}

int errand_descriptor(const struct errand *errand)
{
	return job_descriptor(&errand->job);
}

int64_t errand_left(const struct errand *errand)
{
	int64_t end = errand->started + (int64_t)(errand->timeout + ERRAND_GRACE_SECONDS) * 1000;

	return end - clock_monotonic();
}

bool errand_take(struct reply *out, struct errand *errand)
{
	struct pollfd ended = {.fd = job_descriptor(&errand->job), .events = POLLIN};
	struct buffer words = BUFFER_INIT;

	*out = (struct reply){.retry_after = -1};
	if (poll(&ended, 1, 0) == 1) {
		take_answer(out, &errand->job);
	} else if (errand_left(errand) <= 0) {
		buffer_addf(&words, "no answer within %d s: unknown whether it was acted on", errand->timeout);
		out->error = buffer_detach(&words);
		out->unknown = true;
	} else {
		return false;
	}
	if (!out->milliseconds)
		out->milliseconds = clock_monotonic() - errand->started;
	return true;
}
