#include "rules/mail.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "rules/mail_encoding.h"
#include "rules/mail_text.h"

#define DAY_SECONDS 86400

static const char *domain_of(const struct letter *letter)
{
	return strchr(letter->mail->from, '@') + 1;
}

/* "Tue, 03 Feb 2026 04:05:06 +0000" (RFC 5322, section 3.3). */
static void add_date(struct buffer *out, int64_t seconds)
{
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct buffer text = BUFFER_INIT;
	int month;

	clock_format(&text, seconds); /* 2026-02-03T04:05:06Z */
	month = atoi(text.bytes + strlen("2026-"));
	buffer_addf(out, "Date: %s, %.2s %s %.4s %.8s +0000\r\n", days[seconds / DAY_SECONDS % 7],
		    text.bytes + strlen("2026-02-"), months[(month + 11) % 12], text.bytes,
		    text.bytes + strlen("2026-02-03T"));
	buffer_release(&text);
}

/* What may stand on the left side of a Message-ID (RFC 5322, section 3.6.4) as it is, all else as its bytes. */
static void add_token(struct buffer *out, const char *text)
{
	size_t taken = 0;

	for (; *text && taken < MAIL_TEXT_BYTES / 3; text++, taken++) {
		if (isalnum((unsigned char)*text) || *text == '-' || *text == '_')
			buffer_add_char(out, *text);
		else
			buffer_addf(out, "%%%02x", (unsigned char)*text);
	}
}

/* The repository's name may be known to nobody outside: only its hash goes there. */
static void add_thread(struct buffer *out, const struct letter *letter)
{
	struct buffer root = BUFFER_INIT;

	if (!letter->news.incident)
		return;
	buffer_add_string(&root, "<hotfix.");
	add_token(&root, letter->news.incident);
	buffer_addf(&root, ".%016llx@%s>", (unsigned long long)hash_text(letter->repository), domain_of(letter));
	buffer_addf(out, "In-Reply-To: %s\r\nReferences: %s\r\n", buffer_text(&root), buffer_text(&root));
	buffer_release(&root);
}

static void add_subject(struct buffer *out, const struct letter *letter)
{
	struct buffer subject = BUFFER_INIT;

	if (letter->mail->subject_prefix)
		buffer_addf(&subject, "%s ", letter->mail->subject_prefix);
	mail_subject(&subject, &letter->news);
	mail_field_text(out, "Subject", buffer_text(&subject));
	buffer_release(&subject);
}

static void add_fields(struct buffer *out, const struct letter *letter)
{
	const struct mail *mail = letter->mail;

	add_date(out, letter->date);
	buffer_addf(out, "From: %s\r\n", mail->from);
	if (letter->contact && mail_address_is_good(letter->contact))
		buffer_addf(out, "Reply-To: %s\r\n", letter->contact);
	mail_field_list(out, "To", &mail->to, ",");
	add_subject(out, letter);
	buffer_addf(out, "Message-ID: <%s@%s>\r\n", letter->delivery, domain_of(letter));
	add_thread(out, letter);
	buffer_addf(out, "List-Id: <%s.hotfix.%s>\r\n", mail->endpoint.name, domain_of(letter));
	buffer_add_string(out, "Auto-Submitted: auto-generated\r\n");
	buffer_addf(out, "X-Hotfix-Event: %s\r\n", letter->news.type);
}

void mail_write(struct buffer *out, const struct letter *letter)
{
	struct buffer text = BUFFER_INIT;
	bool plain;

	mail_text(&text, letter);
	plain = mail_is_plain(buffer_text(&text));
	add_fields(out, letter);
	buffer_addf(out,
		    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: %s\r\n\r\n",
		    plain ? "7bit" : "quoted-printable");
	if (plain)
		mail_plain(out, buffer_text(&text));
	else
		mail_quoted_printable(out, buffer_text(&text));
	buffer_release(&text);
}
