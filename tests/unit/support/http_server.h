/* A receiver for tests: listens on loopback, answers each request by the next step of its script (the last one stays),
 * and remembers what came. It is a thread of the test. */
#ifndef HOTFIX_TESTS_HTTP_SERVER_H
#define HOTFIX_TESTS_HTTP_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/strings.h"

#define SERVER_HANGS "hang"   /* takes the request, never answers */
#define SERVER_CLOSES "close" /* takes the request, closes */
#define SERVER_TALKS "talk"   /* answers 200, and goes on until the other side has enough */

struct http_server {
	const char *const *script; /* whole replies, or one of the above; ends with NULL */
	struct strings requests;   /* whole, in order */
	int64_t times[64];         /* when each came, clock_monotonic */
	int fd;
	int port;
	int stop[2];
	int held[64];
	size_t held_count;
	pthread_t thread;
	pthread_mutex_t lock;
};

static inline size_t server_body_length(const char *request)
{
	const char *header = strcasestr(request, "\r\nContent-Length:");

	return header ? strtoul(header + 17, NULL, 10) : 0;
}

static inline void server_read(int client, struct buffer *request)
{
	char bytes[65536];
	const char *body = NULL;
	ssize_t got;

	while (!body || request->length < (size_t)(body - request->bytes) + server_body_length(request->bytes)) {
		got = read(client, bytes, sizeof(bytes));
		if (got <= 0)
			return;
		buffer_add(request, bytes, (size_t)got);
		body = strstr(request->bytes, "\r\n\r\n");
		if (body)
			body += 4;
	}
}

static inline void server_talk(int client)
{
	static const char start[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	static const char chunk[] = "40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";
	ssize_t sent = send(client, start, sizeof(start) - 1, MSG_NOSIGNAL);

	while (sent > 0)
		sent = send(client, chunk, sizeof(chunk) - 1, MSG_NOSIGNAL);
	close(client);
}

static inline void server_answer(struct http_server *server, int client, const char *step)
{
	size_t left = strlen(step);

	if (strcmp(step, SERVER_HANGS) == 0 && server->held_count < 64) {
		server->held[server->held_count++] = client;
		return;
	}
	if (strcmp(step, SERVER_TALKS) == 0) {
		server_talk(client);
		return;
	}
	while (left && strcmp(step, SERVER_CLOSES) != 0) {
		ssize_t sent = send(client, step, left, MSG_NOSIGNAL);

		if (sent <= 0)
			break;
		step += sent;
		left -= (size_t)sent;
	}
	close(client);
}

static inline void *server_run(void *context)
{
	struct http_server *server = context;
	struct pollfd ready[2] = {{.fd = server->fd, .events = POLLIN}, {.fd = server->stop[0], .events = POLLIN}};
	size_t step = 0;

	while (poll(ready, 2, -1) > 0 && !ready[1].revents) {
		struct buffer request = BUFFER_INIT;
		int client = accept(server->fd, NULL, NULL);

		if (client < 0)
			continue;
		server_read(client, &request);
		pthread_mutex_lock(&server->lock);
		if (server->requests.count < 64)
			server->times[server->requests.count] = clock_monotonic();
		strings_add_bytes(&server->requests, buffer_text(&request), request.length);
		pthread_mutex_unlock(&server->lock);
		buffer_release(&request);
		server_answer(server, client, server->script[step]);
		if (server->script[step + 1])
			step++;
	}
	return NULL;
}

static inline bool server_start(struct http_server *server, const char *const *script)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	*server = (struct http_server){.script = script};
	pthread_mutex_init(&server->lock, NULL);
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->fd < 0 || bind(server->fd, (struct sockaddr *)&address, length) < 0 || listen(server->fd, 64) < 0 ||
	    getsockname(server->fd, (struct sockaddr *)&address, &length) < 0 || pipe(server->stop) < 0)
		return false;
	server->port = ntohs(address.sin_port);
	return pthread_create(&server->thread, NULL, server_run, server) == 0;
}

static inline size_t server_request_count(struct http_server *server)
{
	size_t count;

	pthread_mutex_lock(&server->lock);
	count = server->requests.count;
	pthread_mutex_unlock(&server->lock);
	return count;
}

/* Ends the thread; what came can be looked at until server_release. */
static inline void server_stop(struct http_server *server)
{
	if (write(server->stop[1], "", 1) == 1)
		pthread_join(server->thread, NULL);
	for (size_t i = 0; i < server->held_count; i++)
		close(server->held[i]);
	close(server->fd);
	close(server->stop[0]);
	close(server->stop[1]);
}

static inline void server_release(struct http_server *server)
{
	strings_release(&server->requests);
	pthread_mutex_destroy(&server->lock);
}

#endif
