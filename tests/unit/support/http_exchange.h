/* One request to a receiver for tests, and its reply. */
#ifndef HOTFIX_TESTS_HTTP_EXCHANGE_H
#define HOTFIX_TESTS_HTTP_EXCHANGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "adapters/http.h"
#include "support/http_server.h"

struct exchange {
	struct http_request request;
	struct reply reply;
	char url[256];
};

static inline void init(struct exchange *exchange, const struct http_server *server, const char *host)
{
	*exchange = (struct exchange){.request = {.method = "POST", .body = "{\"a\":1}", .length = 7, .timeout = 5}};
	snprintf(exchange->url, sizeof(exchange->url), "http://%s:%d/hook", host, server->port);
	exchange->request.url = exchange->url;
}

static inline void perform(struct exchange *exchange)
{
	struct error error = ERROR_INIT;
	struct network *network = NULL;
	void *owner = NULL;

	assert_int_equal(network_new(&network, &error), 0);
	assert_int_equal(http_send(network, &exchange->request, exchange, &error), 0);
	assert_int_equal(network_under_way(network), 1);
	while (!network_next(network, &exchange->reply, &owner))
		assert_int_equal(network_run(network, 1000, &error), 0);
	assert_ptr_equal(owner, exchange);
	assert_int_equal(network_under_way(network), 0);
	network_free(network);
}

#endif
