#include "rules/webhook_headers.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "rules/event.h"

static const char *github_event(const char *type)
{
	enum event_type known = event_type_of(type);

	if (known == EVENT_PING)
		return "ping";
	return known != EVENT_TYPES && event_is_landing(known) ? "push" : "hotfix";
}

/* HTTP protocol binding for CloudEvents 1.0.2, section 3.1.3.2: printable ASCII but space, double quote and percent
 * stays, everything else is percent-encoded by its bytes in UTF-8. A byte that is not UTF-8 stands for U+FFFD. */
static void add_attribute(struct strings *out, const char *name, const char *value)
{
	struct buffer header = BUFFER_INIT;
	size_t left = strlen(value);

	buffer_addf(&header, "ce-%s: ", name);
	while (left) {
		size_t length = utf8_character(value, left);

		if (!length)
			buffer_add_string(&header, "%EF%BF%BD");
		else if (length == 1 && *value > ' ' && *value < 0x7f && *value != '"' && *value != '%')
			buffer_add_char(&header, *value);
		else
			for (size_t i = 0; i < length; i++)
				buffer_addf(&header, "%%%02X", (unsigned char)value[i]);
		value += length ? length : 1;
		left -= length ? length : 1;
	}
	strings_take(out, buffer_detach(&header));
}

static void add_github(struct strings *out, const struct webhook_message *message)
{
	strings_addf(out, "X-GitHub-Event: %s", github_event(message->type));
	strings_addf(out, "X-GitHub-Delivery: %s", message->id);
	if (message->hub_digest)
		strings_addf(out, "X-Hub-Signature-256: sha256=%s", message->hub_digest);
}

static void add_standard(struct strings *out, const struct webhook_message *message)
{
	strings_addf(out, "webhook-id: %s", message->id);
	strings_addf(out, "webhook-timestamp: %lld", (long long)message->time);
	if (message->signatures)
		strings_addf(out, "webhook-signature: %s", message->signatures);
}

static void add_cloudevents(struct strings *out, const struct webhook_message *message)
{
	struct buffer time = BUFFER_INIT;

	clock_format(&time, message->event_time);
	add_attribute(out, "specversion", "1.0");
	add_attribute(out, "id", message->event_id);
	add_attribute(out, "type", message->type);
	add_attribute(out, "source", message->source);
	if (message->subject)
		add_attribute(out, "subject", message->subject);
	add_attribute(out, "time", buffer_text(&time));
	buffer_release(&time);
}

void webhook_headers(struct strings *out, const struct webhook_message *message)
{
	strings_addf(out, "Content-Type: %s", message->content_type ? message->content_type : "application/json");
	strings_add(out, "User-Agent: hotfix-webhook");
	strings_addf(out, "Idempotency-Key: %s", message->id);
	add_github(out, message);
	add_standard(out, message);
	add_cloudevents(out, message);
}

void webhook_signed_content(struct buffer *out, const struct webhook_message *message, const char *body, size_t length)
{
	buffer_addf(out, "%s.%lld.", message->id, (long long)message->time);
	buffer_add(out, body, length);
}
