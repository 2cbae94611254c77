/* Gets events to those who asked for them (hotfix-hooks(7), Delivery). */
#ifndef HOTFIX_FLOW_DELIVER_H
#define HOTFIX_FLOW_DELIVER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "adapters/environment.h"
#include "adapters/state.h"
#include "base/error.h"
#include "base/strings.h"
#include "flow/announce.h"

/* Seconds that a detached deliverer stays without a success; what waits then is left to a service or the next push. */
#define DELIVER_LIFE_SECONDS 600

/* For hooks: when a delivery waits, or the state wants a checkpoint, wakes who delivers; when nobody does, starts "hotfixctl deliver --detached GIT_DIR" as a process of its
 * own, with nothing of our environment but, in a namespace, GIT_DIR and GIT_NAMESPACE, and does not wait for it. hotfixctl is looked for in ../../bin and
 * beside the running program, then where it was to be installed. */
int deliver_start(struct state *state, const struct environment *environment, struct error *error);

/* How long it goes on. */
enum deliver_mode {
	DELIVER_ONCE,     /* until nothing is due, or the repository is taken away */
	DELIVER_DETACHED, /* while anything waits, at most DELIVER_LIFE_SECONDS without a success */
	DELIVER_WATCH,    /* until *stop */
};

struct deliver_options {
	const char *git_dir; /* NULL, or DELIVER_DETACHED and the same there: from the environment, as for a hook */
	/* DELIVER_WATCH: instead, every repository below these (adapters/folders.h), as they come and go; NULL: of
	 * git_dir alone */
	const struct strings *folders;
	enum deliver_mode mode;
	/* May be NULL. When it is set nothing new is begun, and what is under way has a moment to end. */
	const volatile sig_atomic_t *stop;
	/* May be NULL. When it is set, everything is read again, and it is set to 0. */
	volatile sig_atomic_t *renew;
	/* Is told of what went wrong and is tried again, one line; NULL: nobody is. */
	void (*complain)(const char *words);
};

struct deliver_result {
	size_t delivered; /* attempts that were */
	size_t again;     /* attempts that failed, and will be made again */
	size_t dead;      /* deliveries that were given up */
	bool busy;        /* another process delivers; nothing was done */
};

/* Delivers what is due, one process at a time for each repository: a service that finds another one at work waits for its
 * end. Opens everything itself, again when a file changes, and only while there is something to do. Endpoints and
 * repositories do not wait for each other; each endpoint has one request under way. In between, announces what nobody
 * announced. A touch of the lock file (deliver_start) wakes it. OUT is filled in either way. */
int deliver_main_loop(struct deliver_result *out, const struct deliver_options *options, struct error *error);

/* Writes a ping for one endpoint; the next delivery sends it. OUT (may be NULL) receives the id of the delivery, owned by
 * the caller. Fails when no such endpoint is configured. */
int deliver_ping(char **out, const struct announcer *announcer, const char *endpoint, struct error *error);

/* Returns the name of the file that a deliverer locks, owned by the caller. */
char *deliver_lock_file(const struct environment *environment);

#endif
