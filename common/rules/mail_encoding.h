/* How text is written in a mail: header fields of at most 78 columns (RFC 5322, sections 2.1.1 and 2.2.3), encoded words
 * where they are not ASCII (RFC 2047), quoted-printable bodies (RFC 2045, section 6.7). Lines end with CR LF. */
#ifndef HOTFIX_RULES_MAIL_ENCODING_H
#define HOTFIX_RULES_MAIL_ENCODING_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/strings.h"

/* True for an address that needs no quoting and no extension: "dot-atom@domain" (RFC 5322, section 3.4.1) in ASCII, at
 * most 64 bytes before the @ and 253 behind it. */
bool mail_address_is_good(const char *address);

/* Adds the field NAME with TEXT, which may hold anything: what message_escape escapes never gets into a header. Runs of
 * blanks become one. */
void mail_field_text(struct buffer *out, const char *name, const char *text);

/* Adds the field NAME with ITEMS, which are good addresses, SEPARATOR behind each but the last. */
void mail_field_list(struct buffer *out, const char *name, const struct strings *items, const char *separator);

/* True when TEXT, lines that end with LF, can be sent as it is (7bit). */
bool mail_is_plain(const char *text);

/* Adds TEXT, lines that end with LF, as it is, or as quoted-printable. */
void mail_plain(struct buffer *out, const char *text);
void mail_quoted_printable(struct buffer *out, const char *text);

#endif
