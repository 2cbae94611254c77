#include "adapters/smtp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "adapters/network_internal.h"
#include "base/memory.h"

#define WORDS_MAXIMUM 200 /* bytes of what a server says of one recipient */

#define WAIT_MILLISECONDS 1000

/* What was last said to the server. */
enum command { COMMAND_NONE, COMMAND_MAIL, COMMAND_RCPT, COMMAND_DATA, COMMAND_OTHER, COMMAND_QUIT };

/* libcurl tells what went wrong with a mail, but not with which recipients: the conversation does. */
struct conversation {
	struct transfer *transfer;
	const char *message;
	size_t length;
	size_t taken; /* bytes of the message that libcurl has */
	struct recipient *recipients;
	size_t count;
	size_t asked; /* recipients that the server was asked about */
	enum command command;
	bool began;          /* MAIL was said: what the server says from here on is kept */
	int status;          /* of the reply to the last command; 0: none yet */
	struct buffer words; /* the last line of it */
};

static void conversation_free(void *context)
{
	struct conversation *conversation = context;

	recipients_release(conversation->recipients, conversation->count);
	buffer_release(&conversation->words);
	free(conversation);
}

static struct conversation *conversation_new(struct transfer *transfer, const struct smtp_mail *mail)
{
	struct conversation *conversation = memory_alloc(sizeof(*conversation));

	conversation->transfer = transfer;
	conversation->message = mail->message;
	conversation->length = strlen(mail->message);
	conversation->recipients = memory_alloc(mail->to->count * sizeof(*conversation->recipients));
	conversation->count = mail->to->count;
	for (size_t i = 0; i < mail->to->count; i++)
		conversation->recipients[i].address = memory_copy(mail->to->items[i]);
	return conversation;
}

static size_t give_message(char *out, size_t size, size_t count, void *context)
{
	struct conversation *conversation = context;
	size_t left = conversation->length - conversation->taken;
	size_t length = size * count < left ? size * count : left;

	memcpy(out, conversation->message + conversation->taken, length);
	conversation->taken += length;
	return length;
}

static enum command command_of(const char *line, size_t size)
{
	static const struct {
		const char *word;
		enum command command;
	} commands[] = {{"MAIL FROM:", COMMAND_MAIL},
			{"RCPT TO:", COMMAND_RCPT},
			{"DATA", COMMAND_DATA},
			{"QUIT", COMMAND_QUIT}};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (size >= strlen(commands[i].word) && !strncmp(line, commands[i].word, strlen(commands[i].word)))
			return commands[i].command;
	return COMMAND_OTHER;
}

/* What matters was said: libcurl need not wait for the answer to QUIT. */
static void stop_listening(const struct transfer *transfer)
{
	for (size_t i = 0; i < transfer->socket_count; i++)
		shutdown(transfer->sockets[i], SHUT_RD);
}

static void hear_us(struct conversation *conversation, const char *line, size_t size)
{
	enum command command = command_of(line, size);

	conversation->command = command;
	if (command == COMMAND_QUIT) {
		stop_listening(conversation->transfer);
		return;
	}
	conversation->began = conversation->began || command == COMMAND_MAIL;
	conversation->asked += command == COMMAND_RCPT;
	conversation->status = 0;
	buffer_clear(&conversation->words);
}

/* "550-first", "550 last" (RFC 5321, section 4.2.1). */
static bool is_reply(const char *line, size_t size)
{
	return size >= 3 && line[0] >= '2' && line[0] <= '5' && isdigit((unsigned char)line[1]) &&
	       isdigit((unsigned char)line[2]) && (size == 3 || line[3] != '-');
}

static void hear_server_line(struct conversation *conversation, const char *line, size_t size)
{
	struct buffer *kept = &conversation->transfer->body;
	struct recipient *recipient;

	while (size && (line[size - 1] == '\n' || line[size - 1] == '\r'))
		size--;
	if (conversation->began && kept->length + size < SMTP_REPLY_MAXIMUM) {
		buffer_add(kept, line, size);
		buffer_add_char(kept, '\n');
	}
	if (!is_reply(line, size))
		return;
	conversation->status = atoi(line);
	buffer_clear(&conversation->words);
	buffer_add(&conversation->words, line, size < WORDS_MAXIMUM ? size : WORDS_MAXIMUM);
	if (conversation->command != COMMAND_RCPT || !conversation->asked || conversation->asked > conversation->count)
		return;
	recipient = &conversation->recipients[conversation->asked - 1];
	recipient->status = conversation->status;
	free(recipient->words);
	recipient->words = memory_copy(buffer_text(&conversation->words));
}

static int listen_in(CURL *easy, curl_infotype kind, char *bytes, size_t size, void *context)
{
	struct conversation *conversation = context;

	(void)easy;
	if (conversation->command == COMMAND_QUIT)
		return 0;
	if (kind == CURLINFO_HEADER_OUT)
		hear_us(conversation, bytes, size);
	while (kind == CURLINFO_HEADER_IN && size) {
		const char *end = memchr(bytes, '\n', size);
		size_t length = end ? (size_t)(end + 1 - bytes) : size;

		hear_server_line(conversation, bytes, length);
		bytes += length;
		size -= length;
	}
	return 0;
}

/* For whom the server took the mail, what became of the mail holds. */
static void settle(struct conversation *conversation, int status)
{
	for (size_t i = 0; i < conversation->count; i++) {
		struct recipient *recipient = &conversation->recipients[i];

		if (recipient->status < 200 || recipient->status >= 300)
			continue;
		recipient->status = status;
		free(recipient->words);
		recipient->words = status ? memory_copy(buffer_text(&conversation->words)) : NULL;
	}
}

static void answer(struct reply *out, struct transfer *transfer, CURLcode code)
{
	struct conversation *conversation = transfer->more;
	bool refused = conversation->status >= 400;

	if (code == CURLE_OK || (refused && code != CURLE_OPERATION_TIMEDOUT)) {
		out->status = conversation->status;
		if (code != CURLE_OK)
			out->error = memory_copy(buffer_text(&conversation->words));
	} else {
		transfer_describe(out, transfer, code);
	}
	settle(conversation, out->status);
	out->recipients = conversation->recipients;
	out->recipient_count = conversation->count;
	conversation->recipients = NULL;
	conversation->count = 0;
}

static bool set_envelope(struct transfer *transfer, const struct smtp_mail *mail)
{
	CURL *easy = transfer->easy;
	bool ok = true;

	for (size_t i = 0; ok && i < mail->to->count; i++)
		ok = transfer_add(transfer, mail->to->items[i]);
	ok = ok && curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->from) == CURLE_OK;
	ok = ok && curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->list) == CURLE_OK;
	ok = ok && curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L) == CURLE_OK;
	if (mail->user) {
		ok = ok && curl_easy_setopt(easy, CURLOPT_USERNAME, mail->user) == CURLE_OK;
		ok = ok && curl_easy_setopt(easy, CURLOPT_PASSWORD, mail->password) == CURLE_OK;
	}
	return ok;
}

static bool set_message(struct transfer *transfer, const struct smtp_mail *mail)
{
	struct conversation *conversation = transfer->more;
	CURL *easy = transfer->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)conversation->length) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_message) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_READDATA, conversation) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(mail->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL)) ==
	      CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, listen_in) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_DEBUGDATA, conversation) == CURLE_OK;
	return ok;
}

static int begin(struct network *network, const struct smtp_mail *mail, struct error *error)
{
	const struct destination destination = {
		.url = mail->url, .protocols = "smtp,smtps", .ca_file = mail->ca_file, .timeout = mail->timeout};
	struct transfer *transfer = transfer_new(network, &destination, NULL);

	if (transfer) {
		transfer->length = strlen(mail->message);
		if (mail->plain && !mail->insecure)
			transfer->plain = "mail without TLS";
		transfer->more = conversation_new(transfer, mail);
		transfer->free_more = conversation_free;
		transfer->answer = answer;
		if (set_envelope(transfer, mail) && set_message(transfer, mail) && transfer_begin(network, transfer))
			return 0;
		transfer_free(network, transfer);
	}
	return error_set(error, "the mail cannot be made: an address with a line break, or an unknown option");
}

int smtp_send(struct reply *out, const struct smtp_mail *mail, struct error *error)
{
	struct network *network;
	void *owner;
	int result = network_new(&network, error);

	*out = (struct reply){.retry_after = -1};
	if (!result)
		result = begin(network, mail, error);
	while (!result && !network_next(network, out, &owner))
		result = network_run(network, WAIT_MILLISECONDS, error);
	network_free(network);
	return result;
}

struct json *smtp_request(const struct smtp_mail *mail)
{
	struct json *request = json_new_object();
	struct json *to = json_new_array();

	json_set_string(request, "url", mail->url);
	json_set_string(request, "from", mail->from);
	for (size_t i = 0; i < mail->to->count; i++)
		json_add_string(to, mail->to->items[i]);
	json_set(request, "to", to);
	json_set_string(request, "user", mail->user);
	json_set_string(request, "password", mail->password);
	json_set_string(request, "message", mail->message);
	json_set_integer(request, "timeout", mail->timeout);
	json_set_bool(request, "plain", mail->plain);
	json_set_bool(request, "insecure", mail->insecure);
	json_set_string(request, "ca_file", mail->ca_file);
	return request;
}

int smtp_perform(struct reply *out, const struct json *request, struct error *error)
{
	const struct json *all = json_get(request, "to");
	struct strings to = STRINGS_INIT;
	const struct smtp_mail mail = {.url = json_get_string(request, "url"),
				       .from = json_get_string(request, "from"),
				       .to = &to,
				       .user = json_get_string(request, "user"),
				       .password = json_get_string(request, "password"),
				       .message = json_get_string(request, "message"),
				       .timeout = (int)json_get_integer(request, "timeout"),
				       .plain = json_get_bool(request, "plain"),
				       .insecure = json_get_bool(request, "insecure"),
				       .ca_file = json_get_string(request, "ca_file")};
	int result;

	for (size_t i = 0; i < json_count(all); i++)
		if (json_item_string(all, i))
			strings_add(&to, json_item_string(all, i));
	if (mail.url && mail.from && to.count && mail.message)
		result = smtp_send(out, &mail, error);
	else
		result = error_set(error, "the request for a mail is not whole");
	strings_release(&to);
	return result;
}
