/* Times, spans, freezes and the file of allowed signers. */
#include "fuzz.h"

#include <string.h>

#include "base/buffer.h"
#include "rules/allowed_signers.h"
#include "rules/duration.h"
#include "rules/freeze.h"
#include "rules/moment.h"

#define WEEK_SECONDS (7 * 24 * 3600)

static int64_t no_offset(const char *zone, int64_t moment)
{
	(void)zone;
	(void)moment;
	return 0;
}

static void check_moment(const char *text)
{
	struct moment moment;
	struct moment again;
	struct buffer out = {0};

	if (moment_parse(&moment, text)) {
		MUST(moment.seconds >= 0);
		moment_format(&out, &moment);
		MUST(moment_parse(&again, buffer_text(&out)));
		MUST(again.seconds == moment.seconds && again.offset == moment.offset);
	}
	if (moment_parse_date(&moment, text))
		MUST((moment.seconds + moment.offset) % 86400 == 0);
	buffer_release(&out);
}

static void check_duration(const char *text)
{
	int64_t seconds;
	struct buffer out = {0};

	if (duration_parse(&seconds, text))
		MUST(seconds >= 0 && seconds <= (int64_t)3650 * 86400);
	else
		seconds = (int64_t)strlen(text);
	duration_format(&out, seconds);
	duration_format(&out, -seconds);
	MUST(out.length);
	buffer_release(&out);
}

static void check_window(const char *text)
{
	struct freeze freeze;
	struct moment until;
	struct error error = ERROR_INIT;

	freeze_init(&freeze, "weekly");
	if (!week_window_parse(&freeze.week, text, &error)) {
		freeze.is_weekly = true;
		MUST(freeze.week.begin >= 0 && freeze.week.begin < WEEK_SECONDS);
		for (int64_t now = 1900000000; now < 1900000000 + WEEK_SECONDS; now += 7 * 3600 + 11)
			if (freeze_holds(&until, &freeze, now, no_offset))
				MUST(until.seconds > now && until.seconds <= now + WEEK_SECONDS);
	}
	freeze_release(&freeze);
	error_release(&error);
}

static void check_signers(const char *text)
{
	struct allowed_signers signers = {0};

	allowed_signers_read(&signers, text);
	for (size_t i = 0; i < signers.count; i++) {
		MUST(signers.items[i].problem || signers.items[i].key);
		allowed_signer_is_over(&signers.items[i], "20260203040506");
	}
	allowed_signers_release(&signers);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = fuzz_field(&bytes, &length);

	check_moment(text);
	check_duration(text);
	check_window(text);
	check_signers(text);
	free(text);
	return 0;
}
