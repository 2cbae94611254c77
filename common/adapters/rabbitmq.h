/* Messages to a RabbitMQ broker (AMQP 0-9-1), through librabbitmq where the build has it: each is persistent, mandatory,
 * and waits for the publisher confirm. TLS verified (1.2 or later), and network.h's guards of addresses. */
#ifndef HOTFIX_ADAPTERS_RABBITMQ_H
#define HOTFIX_ADAPTERS_RABBITMQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/json.h"
#include "adapters/network.h"
#include "base/error.h"
#include "base/strings.h"

/* What a build without the library says. */
#define RABBITMQ_ABSENT "this build has no RabbitMQ: install librabbitmq-dev, then build and install the suite again"

/* Numbers of AMQP that stand in a reply's status. */
#define RABBITMQ_CONFIRMED 200 /* reply-success: confirmed, and some queue has it */
#define RABBITMQ_NO_ROUTE 312  /* returned: no queue is bound for it */
#define RABBITMQ_NOT_FOUND 404 /* not-found: no such exchange */
#define RABBITMQ_NOT_TAKEN 506 /* resource-error: basic.nack, which has no number of its own */

struct rabbitmq_message {
	const char *url;      /* rules/amqp_address.h; without a user "guest" logs in, or the client certificate */
	const char *password; /* NULL: that of the address, or none */
	const char *exchange; /* must be there */
	const char *routing_key;
	const char *id;
	const char *type;
	const char *content_type;
	int64_t time;                  /* when it happened, seconds since the epoch */
	const struct strings *headers; /* "Name: value" */
	const char *body;
	size_t length;
	int timeout;         /* seconds for all of it */
	bool insecure;       /* amqp to a host that is not loopback */
	const char *ca_file; /* NULL: the system's */
	const char *client_cert;
	const char *client_key; /* PEM file without a passphrase, when there is a certificate */
};

bool rabbitmq_is_built(void);

/* Sends, and waits for the confirm. Fails when MESSAGE is not possible: nothing was sent. OUT is owned by the caller. */
int rabbitmq_publish(struct reply *out, const struct rabbitmq_message *message, struct error *error);

/* The library waits: publishing is an errand (adapters/errand.h). Makes the request for one, owned by the caller; does
 * what a request asks. */
struct json *rabbitmq_request(const struct rabbitmq_message *message);
int rabbitmq_perform(struct reply *out, const struct json *request, struct error *error);

#endif
