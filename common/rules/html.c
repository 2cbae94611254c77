#include "rules/html.h"

#include <string.h>

#include "rules/message.h"
#include "rules/moment.h"

/* No page loads, runs, sends or embeds anything (CSP Level 3). */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

#define DATE_LENGTH 10
#define MINUTES_AT 11
#define MINUTES_LENGTH 5

static const char *reference_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_add(struct buffer *out, const char *text)
{
	struct buffer plain = BUFFER_INIT;

	if (text)
		message_escape(&plain, text);
	for (const char *at = buffer_text(&plain); *at; at++) {
		const char *reference = reference_of(*at);

		if (reference)
			buffer_add_string(out, reference);
		else
			buffer_add_char(out, *at);
	}
	buffer_release(&plain);
}

/* LENGTH characters of "2026-02-03T04:05:06Z", from AT on. */
static void add_part(struct buffer *out, int64_t seconds, size_t at, size_t length)
{
	struct buffer text = BUFFER_INIT;

	moment_format(&text, &(struct moment){.seconds = seconds});
	buffer_add(out, text.bytes + at, length);
	buffer_release(&text);
}

void html_add_clock(struct buffer *out, int64_t seconds)
{
	add_part(out, seconds, 0, DATE_LENGTH);
	buffer_add_char(out, ' ');
	add_part(out, seconds, MINUTES_AT, MINUTES_LENGTH);
}

void html_add_time(struct buffer *out, int64_t seconds)
{
	if (!seconds) {
		buffer_add_string(out, "not known");
		return;
	}
	buffer_add_string(out, "<time datetime=\"");
	moment_format(out, &(struct moment){.seconds = seconds});
	buffer_add_string(out, "\">");
	buffer_add_string(out, "<span class=\"date\">");
	add_part(out, seconds, 0, DATE_LENGTH);
	buffer_add_string(out, "</span> ");
	add_part(out, seconds, MINUTES_AT, MINUTES_LENGTH);
	buffer_add_string(out, "</time>");
}

void html_begin(struct buffer *out, const char *title, const char *home)
{
	buffer_add_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			       "<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\">\n"
			       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
			       "<meta name=\"color-scheme\" content=\"light dark\">\n"
			       "<meta name=\"referrer\" content=\"no-referrer\">\n"
			       "<meta name=\"robots\" content=\"noindex\">\n<title>");
	html_add(out, title);
	buffer_add_string(out, "</title>\n<style>\n");
	buffer_add_string(out, html_style);
	buffer_add_string(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
	if (home) {
		buffer_add_string(out, "<nav aria-label=\"Site\"><a href=\"");
		html_add(out, home);
		buffer_add_string(out, "\">All hotfixes</a></nav>\n");
	}
}

void html_end(struct buffer *out, int64_t now)
{
	buffer_add_string(out, "<footer><p>Made ");
	html_add_time(out, now);
	buffer_add_string(out, " by hotfixctl report. All times are UTC.</p></footer>\n</body>\n</html>\n");
}
