#include "adapters/wake.h"

#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/memory.h"

struct wake {
	int fd;
	size_t length; /* of what was read */
	size_t next;   /* where the next event in it begins */
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
};

struct wake *wake_new(void)
{
	struct wake *wake = memory_alloc(sizeof(*wake));

	wake->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return wake;
}

void wake_free(struct wake *wake)
{
	if (wake && wake->fd >= 0)
		close(wake->fd);
	free(wake);
}

int wake_descriptor(const struct wake *wake)
{
	return wake->fd;
}

static int add_watch(struct wake *wake, const char *path, uint32_t events)
{
	int watch = wake->fd < 0 ? -1 : inotify_add_watch(wake->fd, path, events);

	return watch < 0 ? WAKE_NONE : watch;
}

int wake_watch(struct wake *wake, const char *path)
{
	return add_watch(wake, path, IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_DONT_FOLLOW);
}

int wake_watch_folder(struct wake *wake, const char *path)
{
	return add_watch(wake, path, IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR);
}

int wake_wait(const struct wake *wake, int output, bool writing, int milliseconds)
{
	struct pollfd polled[] = {{.fd = wake->fd, .events = POLLIN}, {.fd = output, .events = writing ? POLLOUT : 0}};

	if (poll(polled, 2, milliseconds) <= 0)
		return 0;
	return (polled[0].revents & POLLIN ? WAKE_TOUCHED : 0) | (polled[1].revents & POLLOUT ? WAKE_WRITABLE : 0) |
	       (polled[1].revents & (POLLERR | POLLHUP | POLLNVAL) ? WAKE_CLOSED : 0);
}

void wake_unwatch(struct wake *wake, int watch)
{
	if (watch != WAKE_NONE)
		inotify_rm_watch(wake->fd, watch);
}

static bool read_more(struct wake *wake)
{
	ssize_t length = wake->fd < 0 ? 0 : read(wake->fd, wake->events, sizeof(wake->events));

	wake->length = length > 0 ? (size_t)length : 0;
	wake->next = 0;
	return wake->length > 0;
}

bool wake_next(struct wake *wake, int *watch)
{
	struct inotify_event event;

	do {
		if (wake->next >= wake->length && !read_more(wake))
			return false;
		memcpy(&event, wake->events + wake->next, sizeof(event));
		wake->next += sizeof(event) + event.len;
	} while (event.mask & IN_IGNORED);
	*watch = event.mask & IN_Q_OVERFLOW ? WAKE_NONE : event.wd;
	return true;
}
