#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "adapters/hmac.h"
#include "adapters/smtp.h"
#include "base/memory.h"
#include "flow/courier.h"
#include "flow/courier_errand.h"
#include "flow/mail_news.h"
#include "flow/secret.h"
#include "rules/mail.h"
#include "rules/url.h"

#define RECIPIENTS_NAMED 10 /* in the words of an attempt */

static int write_letter(struct buffer *out, const struct parcel *parcel, struct error *error)
{
	const struct policy *policy = parcel->announcer->policy;
	struct mail_news news;
	struct letter letter = {.mail = endpoint_mail(parcel->endpoint),
				.delivery = parcel->delivery->id,
				.repository = parcel->delivery->repository,
				.date = parcel->delivery->created,
				.guide = policy->guide,
				.contact = policy->contact};
	int result = mail_news_init(&news, &parcel->delivery->event, error);

	letter.news = news.news;
	if (!result)
		mail_write(out, &letter);
	mail_news_release(&news);
	return result;
}

/* Whom no earlier attempt has reached, or found to be refused for good. */
static int find_recipients(struct strings *out, const struct parcel *parcel, struct error *error)
{
	const struct strings *to = &endpoint_mail(parcel->endpoint)->to;
	struct state *state = parcel->announcer->state;
	struct strings settled = STRINGS_INIT;
	int result = state_recipients(state, &settled, parcel->delivery->number, true, error);

	if (!result)
		result = state_recipients(state, &settled, parcel->delivery->number, false, error);
	for (size_t i = 0; !result && i < to->count; i++)
		if (!strings_contain(&settled, to->items[i]))
			strings_add_once(out, to->items[i]);
	if (!result && !out->count)
		result = error_set(error, "everybody in \"to\" was reached or refused before");
	strings_release(&settled);
	return result;
}

static int begin(struct network *network, const struct parcel *parcel, const struct smtp_mail *out, void *owner,
		 struct error *error)
{
	struct json *request = smtp_request(out);
	int result = courier_send(network, ERRAND_MAIL, request, parcel, owner, error);

	json_free(request);
	return result;
}

static int start(struct network *network, const struct parcel *parcel, void *owner, struct error *error)
{
	const struct mail *mail = endpoint_mail(parcel->endpoint);
	struct strings to = STRINGS_INIT;
	struct buffer password = BUFFER_INIT;
	struct buffer message = BUFFER_INIT;
	struct smtp_mail out = {.url = mail->smtp,
				.from = mail->from,
				.to = &to,
				.user = mail->user,
				.timeout = mail->endpoint.timeout,
				.plain = url_has_scheme(mail->smtp, "smtp") &&
					 (mail->endpoint.insecure || url_is_local(mail->smtp)),
				.insecure = mail->endpoint.insecure,
				.ca_file = mail->endpoint.ca_file};
	int result = find_recipients(&to, parcel, error);

	if (!result && mail->password_file)
		result = secret_load(&password, mail->password_file, parcel->announcer->environment->owner, error);
	if (!result)
		result = write_letter(&message, parcel, error);
	out.password = buffer_text(&password);
	out.message = buffer_text(&message);
	if (!result)
		result = begin(network, parcel, &out, owner, error);
	secret_release(&password);
	buffer_release(&message);
	strings_release(&to);
	return result;
}

static bool was_reached_before(const struct parcel *parcel)
{
	struct strings reached = STRINGS_INIT;
	struct error ignored = ERROR_INIT;
	bool found = !state_recipients(parcel->announcer->state, &reached, parcel->delivery->number, true, &ignored) &&
		     reached.count;

	error_release(&ignored);
	strings_release(&reached);
	return found;
}

static size_t count(const struct reply *reply, int hundreds)
{
	size_t number = 0;

	for (size_t i = 0; i < reply->recipient_count; i++)
		number += reply->recipients[i].status / 100 == hundreds;
	return number;
}

/* Adds who was refused, and how. */
static void name_refused(struct buffer *out, const struct reply *reply)
{
	size_t refused = count(reply, 4) + count(reply, 5);
	size_t named = 0;

	for (size_t i = 0; i < reply->recipient_count && named < RECIPIENTS_NAMED; i++) {
		const struct recipient *recipient = &reply->recipients[i];

		if (recipient->status < 400)
			continue;
		buffer_addf(out, "%s%s: %s", named++ ? "; " : "", recipient->address,
			    recipient->words ? recipient->words : "refused");
	}
	if (refused > named)
		buffer_addf(out, "; and %zu more", refused - named);
}

/* One who was put off, or never heard of, must be tried again, whatever became of the others. */
static enum retry_meaning meaning_of(const struct parcel *parcel, const struct reply *reply)
{
	bool refused = reply->status >= 500;

	if (count(reply, 4))
		return RETRY_AGAIN;
	if (count(reply, 2) && !count(reply, 0))
		return RETRY_DELIVERED;
	if (count(reply, 5) && !count(reply, 0) && was_reached_before(parcel))
		return RETRY_DELIVERED;
	return refused ? RETRY_DEAD : RETRY_AGAIN;
}

static enum retry_meaning judge(char **words, const struct parcel *parcel, const struct reply *reply)
{
	struct buffer text = BUFFER_INIT;

	name_refused(&text, reply);
	if (!text.length && reply->error)
		buffer_add_string(&text, reply->error);
	if (text.length)
		*words = buffer_detach(&text);
	return meaning_of(parcel, reply);
}

const struct courier courier_smtp = {start, judge};
