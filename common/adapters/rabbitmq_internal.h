/* The parts of rabbitmq.c, for it and rabbitmq_socket.c alone. */
#ifndef HOTFIX_ADAPTERS_RABBITMQ_INTERNAL_H
#define HOTFIX_ADAPTERS_RABBITMQ_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>

#include <amqp.h>

#include "adapters/rabbitmq.h"
#include "base/buffer.h"
#include "rules/amqp_address.h"

/* One connection, as long as it is used. */
struct broker {
	amqp_connection_state_t state;
	struct amqp_address address;
	const struct rabbitmq_message *message; /* whose settings it was opened with */
	int64_t end;                            /* when everything has to be over, clock_monotonic */
	struct buffer distrust;                 /* what either side does not like of TLS */
};

/* The time that is left, at most so many seconds and never nothing. */
struct timeval broker_left(const struct broker *broker, int seconds);

/* --- rabbitmq_socket.c --- */

/* Connects; adds to WORDS why that could not be done. */
bool broker_connect(struct broker *broker, struct buffer *words);

/* Returns what the library's STATUS means, or what TLS knows better. */
const char *broker_words(const struct broker *broker, int status);

#endif
