/* Why something could not be done, in words for the person who reads it.
 *
 * A function that can fail returns 0 or a negative code and fills the error that its caller owns. The words are
 * lower case, without a full stop, and name the thing: "/srv/git/x.git/hotfix.ini: permission denied". */
#ifndef HOTFIX_BASE_ERROR_H
#define HOTFIX_BASE_ERROR_H

struct error {
	char *message; /* NULL while nothing failed */
};

#define ERROR_INIT \
	{ \
		0 \
	}

enum error_code {
	ERROR_FAILED = -1,
	ERROR_NOT_FOUND = -2, /* what was asked for is not there */
	ERROR_LIMIT = -3,     /* a bound of ours was met */
	ERROR_TOO_LONG = -4,  /* one of several things that were looked at is longer than what is read */
	ERROR_MALFORMED = -5, /* one of them is whole, but not of the form that every reader takes in the same way */
};

void error_release(struct error *error);

/* Sets the message (the first one stays: it is the nearest to the cause); returns ERROR_FAILED. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, with ": " and the words for ERRNO_VALUE behind it. */
int error_set_errno(struct error *error, int errno_value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets the message and returns CODE. */
int error_set_code(struct error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Returns the message, or "unknown error". */
const char *error_text(const struct error *error);

#endif
