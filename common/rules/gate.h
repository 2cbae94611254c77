/* Gates: services that are asked while somebody pushes (hotfix.ini(5), [gate]). Pure. */
#ifndef HOTFIX_RULES_GATE_H
#define HOTFIX_RULES_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/strings.h"

#define GATE_TIMEOUT 5          /* seconds */
#define GATE_TIMEOUT_MAXIMUM 30 /* seconds */

#define GATE_WHEN_LANDING "landing"
#define GATE_WHEN_OPENED "opened"
#define GATE_FOR_HOTFIX "hotfix"
#define GATE_FOR_ORDINARY "ordinary"

/* [gate "name"] */
struct gate {
	char *origin; /* "file:line" of the section; NULL when it came from no file */
	char *name;
	char *url;             /* with placeholders */
	char *method;          /* GET, POST or PUT */
	char *body;            /* file with a template, or NULL */
	char *headers_file;    /* lines "Name: value", readable by the owner alone; or NULL */
	int timeout;           /* seconds */
	int expect_status;     /* of HTTP */
	struct strings expect; /* "POINTER EXPRESSION": RFC 6901, POSIX ERE; all must hold */
	struct strings when;   /* GATE_WHEN_*; none: landing */
	struct strings lands;  /* GATE_FOR_*; none: hotfix */
	bool only_warns;       /* when nobody answers */
	bool insecure;         /* plain http to a host that is not loopback */
	char *ca_file;         /* NULL: the system's */
};

void gate_init(struct gate *gate, const char *name);
void gate_release(struct gate *gate);

/* True when it is asked WHEN (GATE_WHEN_*) and about that (GATE_FOR_*); only a hotfix is opened. */
bool gate_is_asked(const struct gate *gate, const char *when, const char *what);

/* True when it sends a body. */
bool gate_has_body(const struct gate *gate);

/* What can stand in a template; the texts are borrowed, NULL is written as nothing. */
struct gate_facts {
	const char *incident;
	const char *branch; /* short */
	const char *commit;
	const char *production; /* short */
	const char *severity;
};

/* Adds TEMPLATE with {incident}, {branch}, {commit}, {production} and {severity} filled in, each by ESCAPE; other braces
 * stay. */
void gate_fill(struct buffer *out, const char *template, const struct gate_facts *facts,
	       void (*escape)(struct buffer *out, const char *text));

/* Takes an item of expect apart; *EXPRESSION is what follows the blanks behind the pointer. False when it has not both,
 * or the pointer does not begin with "/". POINTER is added to. */
bool gate_take_expectation(struct buffer *pointer, const char **expression, const char *item);

/* Adds an address as it may be shown: without what follows a "?", where secrets can be. */
void gate_show_url(struct buffer *out, const char *url);

#endif
