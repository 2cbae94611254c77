/* A quick receiver of webhooks, for tests that need many: receiver FOLDER
 *
 * Listens on a free port of loopback and writes its number to FOLDER/port. Answers every request with 200 once it has
 * all of it, after a line in FOLDER/log: microseconds since the epoch, the delivery (webhook-id), the type of the event
 * (ce-type), the event (ce-id). Connections may be kept. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 128
#define REQUEST_MAXIMUM (2 * 1024 * 1024)
#define VALUE_MAXIMUM 200

struct connection {
	char *bytes; /* NUL behind them */
	size_t length;
};

struct receiver {
	int log;
	struct pollfd sockets[CONNECTIONS + 1]; /* the first one listens */
	struct connection connections[CONNECTIONS + 1];
	nfds_t count;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "receiver: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void find_header(char *out, const char *head, const char *name)
{
	size_t length = strlen(name);

	snprintf(out, VALUE_MAXIMUM, "-");
	for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, length) != 0 || line[2 + length] != ':')
			continue;
		sscanf(line + 2 + length + 1, " %199[^\r]", out);
		return;
	}
}

static void keep(const struct receiver *receiver, const char *head)
{
	char id[VALUE_MAXIMUM];
	char type[VALUE_MAXIMUM];
	char event[VALUE_MAXIMUM];
	char line[4 * VALUE_MAXIMUM];
	struct timespec now;
	int length;

	find_header(id, head, "webhook-id");
	find_header(type, head, "ce-type");
	find_header(event, head, "ce-id");
	clock_gettime(CLOCK_REALTIME, &now);
	length = snprintf(line, sizeof(line), "%lld %s %s %s\n", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000,
			  id, type, event);
	if (write(receiver->log, line, (size_t)length) != length)
		die("log");
}

/* The length of the first request; 0 while it is not all there. */
static size_t first_request(struct connection *connection)
{
	char *end = connection->bytes ? strstr(connection->bytes, "\r\n\r\n") : NULL;
	char value[VALUE_MAXIMUM];
	size_t whole;

	if (!end)
		return 0;
	end[2] = '\0';
	find_header(value, connection->bytes, "content-length");
	end[2] = '\r';
	whole = (size_t)(end + 4 - connection->bytes) + strtoul(value, NULL, 10);
	return whole <= connection->length ? whole : 0;
}

static bool answer(const struct receiver *receiver, int socket, struct connection *connection)
{
	static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ndeployed";
	size_t whole;

	while ((whole = first_request(connection))) {
		keep(receiver, connection->bytes);
		if (send(socket, reply, sizeof(reply) - 1, MSG_NOSIGNAL) < 0)
			return false;
		connection->length -= whole;
		memmove(connection->bytes, connection->bytes + whole, connection->length + 1);
	}
	return true;
}

static bool serve(const struct receiver *receiver, int socket, struct connection *connection)
{
	char bytes[65536];
	ssize_t got = recv(socket, bytes, sizeof(bytes), 0);

	if (got <= 0 || connection->length + (size_t)got > REQUEST_MAXIMUM)
		return false;
	connection->bytes = realloc(connection->bytes, connection->length + (size_t)got + 1);
	if (!connection->bytes)
		die("memory");
	memcpy(connection->bytes + connection->length, bytes, (size_t)got);
	connection->length += (size_t)got;
	connection->bytes[connection->length] = '\0';
	return answer(receiver, socket, connection);
}

static void accept_one(struct receiver *receiver)
{
	int socket = accept4(receiver->sockets[0].fd, NULL, NULL, SOCK_CLOEXEC);

	if (socket < 0)
		return;
	receiver->connections[receiver->count] = (struct connection){0};
	receiver->sockets[receiver->count++] = (struct pollfd){.fd = socket, .events = POLLIN};
}

static void close_one(struct receiver *receiver, nfds_t index)
{
	close(receiver->sockets[index].fd);
	free(receiver->connections[index].bytes);
	receiver->count--;
	receiver->sockets[index] = receiver->sockets[receiver->count];
	receiver->connections[index] = receiver->connections[receiver->count];
}

static int listen_on_loopback(const char *folder)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *port;

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 512) ||
	    getsockname(listener, (struct sockaddr *)&address, &length))
		die("loopback");
	port = chdir(folder) ? NULL : fopen("port.new", "we");
	if (!port)
		die(folder);
	fprintf(port, "%d\n", ntohs(address.sin_port));
	if (fclose(port) || rename("port.new", "port"))
		die(folder);
	return listener;
}

int main(int argc, char **argv)
{
	static struct receiver receiver = {.count = 1};

	if (argc != 2) {
		fprintf(stderr, "usage: receiver FOLDER\n");
		return EXIT_FAILURE;
	}
	receiver.sockets[0] = (struct pollfd){.fd = listen_on_loopback(argv[1])};
	receiver.log = open("log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (receiver.log < 0)
		die("log");
	for (;;) {
		receiver.sockets[0].events = receiver.count <= CONNECTIONS ? POLLIN : 0;
		if (poll(receiver.sockets, receiver.count, -1) < 0 && errno != EINTR)
			die("poll");
		for (nfds_t i = receiver.count - 1; i > 0; i--)
			if (receiver.sockets[i].revents &&
			    !serve(&receiver, receiver.sockets[i].fd, &receiver.connections[i]))
				close_one(&receiver, i);
		if (receiver.sockets[0].revents)
			accept_one(&receiver);
	}
}
