#include "adapters/network.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/network_internal.h"
#include "base/memory.h"

struct network {
	CURLM *multi;
	struct transfer *transfers;
	size_t count;
	size_t errands; /* of these */
	int listened;   /* -1: nothing */
};

void reply_release(struct reply *reply)
{
	buffer_release(&reply->body);
	free(reply->error);
	recipients_release(reply->recipients, reply->recipient_count);
	*reply = (struct reply){0};
}

void recipients_release(struct recipient *recipients, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(recipients[i].address);
		free(recipients[i].words);
	}
	free(recipients);
}

int network_new(struct network **out, struct error *error)
{
	struct network *network;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return error_set(error, "libcurl cannot be initialised");
	network = memory_alloc(sizeof(*network));
	network->multi = curl_multi_init();
	if (!network->multi) {
		free(network);
		curl_global_cleanup();
		return error_set(error, "libcurl cannot be initialised");
	}
	network->listened = -1;
	*out = network;
	return 0;
}

void transfer_free(struct network *network, struct transfer *transfer)
{
	for (struct transfer **link = &network->transfers; *link; link = &(*link)->next) {
		if (*link != transfer)
			continue;
		*link = transfer->next;
		network->count--;
		network->errands -= transfer->errand != NULL;
		break;
	}
	if (transfer->easy) {
		curl_multi_remove_handle(network->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->list);
	buffer_release(&transfer->body);
	buffer_release(&transfer->refused);
	if (transfer->free_more)
		transfer->free_more(transfer->more);
	free(transfer);
}

void network_free(struct network *network)
{
	if (!network)
		return;
	while (network->transfers)
		transfer_free(network, network->transfers);
	curl_multi_cleanup(network->multi);
	curl_global_cleanup();
	free(network);
}

struct transfer *transfer_link(struct network *network, struct errand *errand, void *owner)
{
	struct transfer *transfer = memory_alloc(sizeof(*transfer));

	transfer->next = network->transfers;
	network->transfers = transfer;
	network->count++;
	network->errands += errand != NULL;
	transfer->errand = errand;
	transfer->owner = owner;
	return transfer;
}

bool transfer_begin(struct network *network, struct transfer *transfer)
{
	return curl_multi_add_handle(network->multi, transfer->easy) == CURLM_OK;
}

size_t network_under_way(const struct network *network)
{
	return network->count;
}

size_t network_bytes_under_way(const struct network *network)
{
	size_t bytes = 0;

	for (const struct transfer *transfer = network->transfers; transfer; transfer = transfer->next)
		bytes += transfer->length;
	return bytes;
}

void network_listen(struct network *network, int fd)
{
	network->listened = fd;
}

/* Returns what else is waited for, owned by the caller, and how long at most. */
static struct curl_waitfd *others(const struct network *network, unsigned int *count, int *milliseconds)
{
	struct curl_waitfd *all = memory_alloc((network->errands + 1) * sizeof(*all));

	*count = 0;
	if (network->listened >= 0)
		all[(*count)++] = (struct curl_waitfd){.fd = network->listened, .events = CURL_WAIT_POLLIN};
	for (const struct transfer *transfer = network->transfers; transfer; transfer = transfer->next) {
		int64_t left;

		if (!transfer->errand)
			continue;
		all[(*count)++] =
			(struct curl_waitfd){.fd = errand_descriptor(transfer->errand), .events = CURL_WAIT_POLLIN};
		left = errand_left(transfer->errand);
		if (left < *milliseconds)
			*milliseconds = left > 0 ? (int)left : 0;
	}
	return all;
}

/* One wait, and the work that it was for: what is spurious costs the caller nothing. */
int network_run(struct network *network, int milliseconds, struct error *error)
{
	struct curl_waitfd *waited;
	CURLMcode code;
	unsigned int count;
	int running = 0;

	code = curl_multi_perform(network->multi, &running);
	if (code == CURLM_OK && (size_t)running == network->count - network->errands && milliseconds > 0) {
		waited = others(network, &count, &milliseconds);
		code = curl_multi_poll(network->multi, waited, count, milliseconds, NULL);
		free(waited);
		if (code == CURLM_OK)
			code = curl_multi_perform(network->multi, &running);
	}
	return code == CURLM_OK ? 0 : error_set(error, "libcurl: %s", curl_multi_strerror(code));
}

void network_cancel(struct network *network, const void *owner)
{
	struct transfer *transfer = network->transfers;

	while (transfer && transfer->owner != owner)
		transfer = transfer->next;
	if (transfer)
		transfer_free(network, transfer);
}

/* libcurl has no more memory than 100 KB for one header. */
static bool is_overlong(const struct transfer *transfer, CURLcode code)
{
	return transfer->head_length > NETWORK_HEADERS_MAXIMUM ||
	       (code == CURLE_OUT_OF_MEMORY && transfer->head_length && !transfer->head_complete);
}

static bool is_answer(const struct transfer *transfer, CURLcode code, long status)
{
	return status >= 200 && status < 1000 && !is_overlong(transfer, code) &&
	       (transfer->head_complete || !transfer->has_head);
}

void transfer_describe(struct reply *out, const struct transfer *transfer, CURLcode code)
{
	struct buffer words = BUFFER_INIT;
	curl_off_t sent = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	out->unknown = transfer->length && sent >= (curl_off_t)transfer->length;
	if (transfer->refused.length)
		buffer_add_string(&words, buffer_text(&transfer->refused));
	else if (is_overlong(transfer, code))
		buffer_addf(&words, "the headers of the reply are longer than %d KB", NETWORK_HEADERS_MAXIMUM / 1024);
	else if (code == CURLE_OPERATION_TIMEDOUT && out->unknown)
		buffer_addf(&words, "no answer within %d s", transfer->timeout);
	else
		buffer_add_string(&words, transfer->words[0] ? transfer->words : curl_easy_strerror(code));
	if (out->unknown)
		buffer_add_string(&words, "; the request was sent: unknown whether it was acted on");
	out->error = buffer_detach(&words);
}

static void take_reply(struct reply *out, struct transfer *transfer, CURLcode code)
{
	curl_off_t microseconds = 0;
	curl_off_t retry_after = 0;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
	*out = (struct reply){.retry_after = retry_after > 0 ? (int64_t)retry_after : -1,
			      .milliseconds = (int64_t)microseconds / 1000};
	if (transfer->answer)
		transfer->answer(out, transfer, code);
	else if (is_answer(transfer, code, status))
		out->status = (int)status;
	else
		transfer_describe(out, transfer, code);
	out->cut = out->status && code != CURLE_OK;
	out->body = transfer->body;
	transfer->body = (struct buffer)BUFFER_INIT;
}

static struct transfer *next_transfer(struct network *network, struct reply *out)
{
	struct transfer *transfer = NULL;
	CURLMsg *message;
	int left;

	do
		message = curl_multi_info_read(network->multi, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (!message)
		return NULL;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
	take_reply(out, transfer, message->data.result);
	return transfer;
}

static struct transfer *next_errand(struct network *network, struct reply *out)
{
	struct transfer *transfer = network->transfers;

	while (transfer && (!transfer->errand || !errand_take(out, transfer->errand)))
		transfer = transfer->next;
	return transfer;
}

bool network_next(struct network *network, struct reply *out, void **owner)
{
	struct transfer *transfer = next_transfer(network, out);

	if (!transfer && network->errands)
		transfer = next_errand(network, out);
	if (!transfer)
		return false;
	*owner = transfer->owner;
	transfer_free(network, transfer);
	return true;
}
