/* What the commands of hotfixctl(8) share: how they are called, what they answer, how they open a repository. */
#ifndef HOTFIX_TOOLS_COMMAND_H
#define HOTFIX_TOOLS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "adapters/json.h"
#include "base/buffer.h"
#include "base/error.h"
#include "flow/session.h"

/* The exit status: hotfixctl(8), EXIT STATUS. */
enum { ANSWER_YES = 0, ANSWER_NO = 1, ANSWER_USAGE = 2, ANSWER_FAILED = 3 };

#define COMMAND_OPTIONS 7           /* with the one that ends the list */
#define COMMAND_LIST_MAXIMUM 100000 /* of what -n can ask for */

struct command_option {
	const char *name;  /* without its dashes; NULL ends the list */
	char letter;       /* 0: none */
	const char *value; /* what stands for its value in the help; NULL: it takes none */
};

struct call;

/* Does what was asked, adds its answer to the call's OUT, and returns the exit status, or an error code with ERROR
 * filled in. */
typedef int command_run(struct call *call, struct error *error);

struct command {
	const char *name;
	const char *arguments; /* "REF OLD NEW" */
	const char *summary;   /* a short sentence, for the list of commands */
	const char *help;      /* what it does and its options; NULL: the summary says it all */
	struct command_option options[COMMAND_OPTIONS];
	int least, most; /* how many arguments it takes */
	command_run *run;
};

/* One call of a command, as it was typed. */
struct call {
	const struct command *command; /* NULL while none was named */
	const char *repository;
	bool json;
	bool help;
	bool version;
	const char *values[COMMAND_OPTIONS]; /* of the command's options; "" when one without a value was given */
	const char **arguments;
	int count;
	struct buffer out; /* the answer, written to standard output at the end */
};

/* Returns the value of a command's option, "" for one without a value, NULL when it was not given. */
const char *call_option(const struct call *call, const char *name);

/* Reads an option that is a number from 1 to COMMAND_LIST_MAXIMUM; OTHERWISE when it was not given. False, with words
 * on standard error, when it is no such number. */
bool call_number(size_t *out, const struct call *call, const char *name, size_t otherwise);

/* Reads an option that is a point in time: RFC 3339, a date in UTC, or how long ago ("2h"); seconds since the epoch, 0 when
 * it was not given. False, with words on standard error, when it is none. */
bool call_time(int64_t *out, const struct call *call, const char *name);

/* Says on standard error what is wrong with the call; returns ANSWER_USAGE. */
int call_misused(const struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds the JSON value, indented, and frees it. */
void call_answer_json(struct call *call, struct json *value);

/* Opens the repository, its configuration and its state, which must be there unless CREATE. Fails when the
 * configuration is broken. */
int call_session(struct session *out, const struct call *call, bool create, struct error *error);

/* The same without the repository itself and its state. */
int call_configuration(struct session *out, const struct call *call, struct error *error);

/* Returns the full name of a ref that a person named: "main" is refs/heads/main. Owned by the caller. */
char *call_full_ref(const char *name);

/* Returns the key (rules/people.h) of whom NAME means: a configured person, a configured login, an address, or
 * "login:NAME"; NULL when it is none of them. Owned by the caller. */
char *call_person(const struct policy *policy, const char *name);

/* Sets KEY to SECONDS since the epoch as a date (RFC 3339), null for 0. */
void json_set_time(struct json *object, const char *key, int64_t seconds);

#endif
