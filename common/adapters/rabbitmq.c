#include "adapters/rabbitmq.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/rabbitmq_internal.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/shell.h"

#define CHANNEL 1
#define HEARTBEAT_SECONDS 20
#define FRAME_BYTES (128 * 1024)
#define GOODBYE_SECONDS 1
#define GUEST "guest" /* whom a broker takes from its own machine alone, unless it is told otherwise */
#define APPLICATION "hotfix"

#define UNKNOWN "; unknown whether the broker has it"

struct timeval broker_left(const struct broker *broker, int seconds)
{
	int64_t left = broker->end - clock_monotonic();

	if (left > (int64_t)seconds * 1000)
		left = (int64_t)seconds * 1000;
	if (left < 1)
		left = 1;
	return (struct timeval){.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};
}

static void bound_calls(struct broker *broker)
{
	struct timeval left = broker_left(broker, broker->message->timeout);

	amqp_set_handshake_timeout(broker->state, &left);
	amqp_set_rpc_timeout(broker->state, &left);
}

static void set_status(struct reply *out, int status, amqp_bytes_t text)
{
	struct buffer words = BUFFER_INIT;

	buffer_add(&words, text.bytes, text.len);
	out->status = status;
	free(out->error);
	out->error = buffer_detach(&words);
	if (!out->error)
		out->error = memory_copy("");
}

static void take_exception(struct reply *out, const amqp_method_t *method)
{
	const amqp_connection_close_t *connection = method->decoded;
	const amqp_channel_close_t *channel = method->decoded;

	if (method->id == AMQP_CONNECTION_CLOSE_METHOD)
		set_status(out, connection->reply_code, connection->reply_text);
	else if (method->id == AMQP_CHANNEL_CLOSE_METHOD)
		set_status(out, channel->reply_code, channel->reply_text);
	else
		out->error = memory_copy("the broker said something that it should not");
}

/* True when the broker did what it was asked; else OUT says why not. */
static bool is_done(struct reply *out, const struct broker *broker, amqp_rpc_reply_t reply, const char *what)
{
	if (reply.reply_type == AMQP_RESPONSE_NORMAL)
		return true;
	if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION)
		take_exception(out, &reply.reply);
	else if (reply.library_error == AMQP_STATUS_TIMEOUT)
		out->error = buffer_format("%s: no answer within %d s", what, broker->message->timeout);
	else
		out->error = buffer_format("%s: %s", what, broker_words(broker, reply.library_error));
	return false;
}

static amqp_table_entry_t flag(const char *name)
{
	return (amqp_table_entry_t){.key = amqp_cstring_bytes(name),
				    .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value.boolean = 1}};
}

static amqp_table_entry_t text(amqp_bytes_t name, const char *value)
{
	return (amqp_table_entry_t){.key = name,
				    .value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes(value)}};
}

/* Who we are in the list of a broker's connections, and that we want to be told when it takes no messages. */
static bool log_in(struct reply *out, struct broker *broker)
{
	const struct amqp_address *address = &broker->address;
	const char *password = broker->message->password ? broker->message->password : address->password;
	const char *user = address->user ? address->user : GUEST;
	amqp_table_entry_t abilities[] = {flag("connection.blocked"), flag("publisher_confirms"), flag("basic.nack")};
	amqp_table_entry_t entries[] = {
		text(amqp_cstring_bytes("product"), APPLICATION),
		text(amqp_cstring_bytes("connection_name"), APPLICATION),
		{.key = amqp_cstring_bytes("capabilities"),
		 .value = {.kind = AMQP_FIELD_KIND_TABLE,
			   .value.table = {sizeof(abilities) / sizeof(abilities[0]), abilities}}},
	};
	const amqp_table_t properties = {sizeof(entries) / sizeof(entries[0]), entries};
	amqp_rpc_reply_t reply;

	/* the certificate says who we are, whatever the text, which the library wants not to be empty */
	if (!address->user && broker->message->client_cert)
		reply = amqp_login_with_properties(broker->state, address->vhost, 0, FRAME_BYTES, HEARTBEAT_SECONDS,
						   &properties, AMQP_SASL_METHOD_EXTERNAL, APPLICATION);
	else
		reply = amqp_login_with_properties(broker->state, address->vhost, 0, FRAME_BYTES, HEARTBEAT_SECONDS,
						   &properties, AMQP_SASL_METHOD_PLAIN, user,
						   password        ? password
						   : address->user ? ""
								   : GUEST);
	return is_done(out, broker, reply, "the login");
}

/* The command that makes the exchange, wherever rabbitmqctl is. */
static void add_remedy(struct reply *out, const struct broker *broker)
{
	struct json *all = json_new_object();
	struct json *exchanges = json_new_array();
	struct json *exchange = json_new_object();
	struct buffer definition = BUFFER_INIT;
	struct buffer words = BUFFER_INIT;

	json_set_string(exchange, "vhost", broker->address.vhost);
	json_set_string(exchange, "name", broker->message->exchange);
	json_set_string(exchange, "type", "topic");
	json_set_bool(exchange, "durable", true);
	json_set_bool(exchange, "auto_delete", false);
	json_set_bool(exchange, "internal", false);
	json_set(exchange, "arguments", json_new_object());
	json_add(exchanges, exchange);
	json_set(all, "exchanges", exchanges);
	json_write(&definition, all, 0);
	buffer_addf(&words, "%s; to make it: printf %%s ", out->error);
	shell_quote(&words, buffer_text(&definition));
	buffer_add_string(&words, " | rabbitmqctl import_definitions");
	free(out->error);
	out->error = buffer_detach(&words);
	buffer_release(&definition);
	json_free(all);
}

static bool open_channel(struct reply *out, struct broker *broker)
{
	amqp_channel_open(broker->state, CHANNEL);
	if (!is_done(out, broker, amqp_get_rpc_reply(broker->state), "channel.open"))
		return false;
	amqp_confirm_select(broker->state, CHANNEL);
	if (!is_done(out, broker, amqp_get_rpc_reply(broker->state), "confirm.select"))
		return false;
	amqp_exchange_declare(broker->state, CHANNEL, amqp_cstring_bytes(broker->message->exchange),
			      amqp_cstring_bytes("topic"), 1, 1, 0, 0, amqp_empty_table);
	if (is_done(out, broker, amqp_get_rpc_reply(broker->state), "exchange.declare"))
		return true;
	if (out->status == RABBITMQ_NOT_FOUND)
		add_remedy(out, broker);
	return false;
}

/* Returns the headers, owned by the caller (free its entries); they point into those of MESSAGE. */
static amqp_table_t make_headers(const struct rabbitmq_message *message)
{
	size_t count = message->headers->count;
	amqp_table_t table = {.num_entries = 0, .entries = memory_alloc((count + 1) * sizeof(amqp_table_entry_t))};

	for (size_t i = 0; i < count; i++) {
		const char *header = message->headers->items[i];
		const char *colon = strstr(header, ": ");

		if (colon)
			table.entries[table.num_entries++] =
				text((amqp_bytes_t){(size_t)(colon - header), (void *)header}, colon + 2);
	}
	return table;
}

static int send(struct broker *broker)
{
	const struct rabbitmq_message *message = broker->message;
	amqp_basic_properties_t properties = {
		._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
			  AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_TYPE_FLAG |
			  AMQP_BASIC_APP_ID_FLAG,
		.content_type = amqp_cstring_bytes(message->content_type),
		.headers = make_headers(message),
		.delivery_mode = AMQP_DELIVERY_PERSISTENT,
		.message_id = amqp_cstring_bytes(message->id),
		.timestamp = (uint64_t)message->time,
		.type = amqp_cstring_bytes(message->type),
		.app_id = amqp_cstring_bytes(APPLICATION),
	};
	int status = amqp_basic_publish(broker->state, CHANNEL, amqp_cstring_bytes(message->exchange),
					amqp_cstring_bytes(message->routing_key), 1, 0, &properties,
					(amqp_bytes_t){message->length, (void *)message->body});

	free(properties.headers.entries);
	return status;
}

/* What was heard between the message and its confirm. */
struct hearing {
	bool returned;
	bool blocked;
	struct buffer reason; /* of the block */
};

static void hear_return(struct reply *out, struct hearing *hearing, const struct broker *broker,
			const amqp_basic_return_t *method)
{
	struct buffer words = BUFFER_INIT;

	set_status(out, method->reply_code, method->reply_text);
	buffer_addf(&words, "%s: no queue is bound to the exchange \"%s\" for \"%s\"", out->error,
		    broker->message->exchange, broker->message->routing_key);
	free(out->error);
	out->error = buffer_detach(&words);
	hearing->returned = true;
}

static void hear_block(struct hearing *hearing, const amqp_connection_blocked_t *method)
{
	hearing->blocked = true;
	buffer_clear(&hearing->reason);
	buffer_add(&hearing->reason, method->reason.bytes, method->reason.len);
}

/* True when it was the last word on the message. */
static bool hear(struct reply *out, struct hearing *hearing, const struct broker *broker, const amqp_frame_t *frame)
{
	static const char nack[] = "basic.nack: the broker could not take it; is a queue behind the exchange full?";
	const amqp_method_t *method = &frame->payload.method;

	/* what is returned comes back whole */
	if (frame->frame_type != AMQP_FRAME_METHOD)
		return false;
	switch (method->id) {
	case AMQP_BASIC_RETURN_METHOD:
		hear_return(out, hearing, broker, method->decoded);
		return false;
	case AMQP_BASIC_ACK_METHOD:
		if (!hearing->returned)
			out->status = RABBITMQ_CONFIRMED;
		return true;
	case AMQP_BASIC_NACK_METHOD:
		if (!hearing->returned)
			set_status(out, RABBITMQ_NOT_TAKEN, amqp_cstring_bytes(nack));
		return true;
	case AMQP_CONNECTION_BLOCKED_METHOD:
		hear_block(hearing, method->decoded);
		return false;
	case AMQP_CONNECTION_UNBLOCKED_METHOD:
		hearing->blocked = false;
		return false;
	default:
		take_exception(out, method);
		return true;
	}
}

static void give_up(struct reply *out, const struct hearing *hearing, const struct broker *broker, int status)
{
	struct buffer words = BUFFER_INIT;

	if (hearing->returned)
		return;
	if (status != AMQP_STATUS_TIMEOUT)
		buffer_addf(&words, "no confirm: %s", broker_words(broker, status));
	else
		buffer_addf(&words, "no confirm within %d s", broker->message->timeout);
	if (hearing->blocked)
		buffer_addf(&words, ": the broker takes no messages now (connection.blocked: %s)",
			    buffer_text(&hearing->reason));
	buffer_add_string(&words, UNKNOWN);
	out->unknown = true;
	out->error = buffer_detach(&words);
}

static void await_confirm(struct reply *out, struct broker *broker)
{
	struct hearing hearing = {0};
	bool last = false;

	while (!last) {
		struct timeval left = broker_left(broker, broker->message->timeout);
		amqp_frame_t frame;
		int status;

		amqp_maybe_release_buffers(broker->state);
		status = amqp_simple_wait_frame_noblock(broker->state, &frame, &left);
		if (status == AMQP_STATUS_OK)
			last = hear(out, &hearing, broker, &frame);
		else
			give_up(out, &hearing, broker, status);
		last = last || status != AMQP_STATUS_OK;
	}
	buffer_release(&hearing.reason);
}

static bool open_broker(struct reply *out, struct broker *broker)
{
	struct buffer words = BUFFER_INIT;

	if (!broker_connect(broker, &words)) {
		out->error = buffer_detach(&words);
		return false;
	}
	buffer_release(&words);
	bound_calls(broker);
	return log_in(out, broker) && open_channel(out, broker);
}

static void publish(struct reply *out, struct broker *broker)
{
	int status;

	if (!open_broker(out, broker))
		return;
	status = send(broker);
	if (status == AMQP_STATUS_OK)
		await_confirm(out, broker);
	else
		out->error = buffer_format("the message was not sent whole: %s" UNKNOWN, broker_words(broker, status));
	out->unknown = out->unknown || status != AMQP_STATUS_OK;
}

/* What came of the message is known: nobody waits long for a broker that does not say goodbye. */
static void close_broker(struct broker *broker)
{
	struct timeval left = broker_left(broker, GOODBYE_SECONDS);

	amqp_set_rpc_timeout(broker->state, &left);
	if (amqp_get_sockfd(broker->state) >= 0)
		amqp_connection_close(broker->state, AMQP_REPLY_SUCCESS);
	amqp_destroy_connection(broker->state);
	amqp_address_release(&broker->address);
	buffer_release(&broker->distrust);
}

int rabbitmq_publish(struct reply *out, const struct rabbitmq_message *message, struct error *error)
{
	int64_t start = clock_monotonic();
	struct broker broker = {.message = message, .end = start + (int64_t)message->timeout * 1000};
	int result;

	*out = (struct reply){.retry_after = -1};
	if (strlen(message->routing_key) > AMQP_SHORT_MAXIMUM)
		return error_set(error, "the routing key is longer than %d bytes", AMQP_SHORT_MAXIMUM);
	result = amqp_address_read(&broker.address, message->url, error);
	if (result) {
		amqp_address_release(&broker.address);
		return result;
	}
	broker.state = amqp_new_connection();
	if (!broker.state) {
		amqp_address_release(&broker.address);
		return error_set(error, "librabbitmq cannot be initialised");
	}
	publish(out, &broker);
	out->milliseconds = clock_monotonic() - start;
	close_broker(&broker);
	return 0;
}
