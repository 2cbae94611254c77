/* What the people hear who wait for a fix: a mail in plain text, for somebody who does not know Git
 * (hotfix-hooks(7), MAIL; RFC 5322, RFC 2045 to 2047). */
#ifndef HOTFIX_RULES_MAIL_H
#define HOTFIX_RULES_MAIL_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/strings.h"
#include "rules/endpoint.h"

#define MAIL_TEXT_BYTES 300 /* of one value from a push; the rest is left out */
#define MAIL_LIST 20        /* sign-offs, and incidents, that are named */

/* What happened. Everything is borrowed, may hold any bytes, and is NULL or zero where it does not apply. */
struct news {
	const char *type; /* of the event, "hotfix.merged" */
	int64_t time;     /* seconds since the epoch */
	const char *repository;
	const char *incident;
	const char *severity;
	const char *person;               /* who did it */
	const char *change;               /* message of the commit; its first line is told */
	const char *branch;               /* of the hotfix, short */
	const char *ref;                  /* that moved, short */
	const char *commit;               /* full id */
	const struct strings *checks;     /* sign-offs: "review by rita" */
	const char *environment;          /* that it was deployed to */
	const struct strings *taken_back; /* incidents whose fixes a rollback takes back */
	const char *reason;
	const char *link;     /* where a browser shows it */
	const char *endpoint; /* that did not take a message, or that is tried */
	const char *failure;  /* why it did not */
	const char *delivery; /* id of what it did not take */
};

struct letter {
	const struct mail *mail;
	const char *delivery;   /* id; the same at every attempt */
	const char *repository; /* what tells it from all others, for the thread */
	int64_t date;           /* seconds since the epoch; the same at every attempt */
	const char *guide;      /* of [procedure], or NULL */
	const char *contact;
	struct news news;
};

/* Adds the whole message, lines that end with CR LF: for the same letter always the same. Nothing in a value can end a
 * header or add one. Message-ID is the delivery's id at the domain of "from"; all letters of one incident in one
 * repository refer to one Message-ID that no letter has, so that they stand together. A contact that is an address gets
 * the replies. */
void mail_write(struct buffer *out, const struct letter *letter);

#endif
