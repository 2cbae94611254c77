#include "flow/mail_news.h"

#include <string.h>

#include "rules/ref_class.h"

static const char *text_of(const struct mail_news *news, const char *object, const char *key)
{
	return json_get_string(json_get(news->body, object), key);
}

static void add_checks(struct mail_news *news)
{
	const struct json *signoffs = json_get(json_get(news->body, "hotfix"), "signoffs");

	for (size_t i = 0; i < json_count(signoffs); i++) {
		const char *name = json_get_string(json_item(signoffs, i), "name");
		const char *person = json_get_string(json_item(signoffs, i), "person");

		if (name && person)
			strings_addf(&news->checks, "%s by %s", name, person);
	}
}

static void add_taken_back(struct mail_news *news)
{
	const struct json *landings = json_get(json_get(news->body, "hotfix"), "taken_back");

	for (size_t i = 0; i < json_count(landings); i++) {
		const char *incident = json_get_string(json_item(landings, i), "incident");

		if (incident)
			strings_add_once(&news->taken_back, incident);
	}
}

/* A rollback of one fix belongs to its incident. */
static const char *incident_of(const struct mail_news *news)
{
	const char *incident = text_of(news, "hotfix", "incident");

	return !incident && news->taken_back.count == 1 ? news->taken_back.items[0] : incident;
}

static const struct json *override_of(const struct mail_news *news)
{
	return json_get(json_get(news->body, "hotfix"), "override");
}

static const char *reason_of(const struct mail_news *news)
{
	const char *reason = json_get_string(news->body, "reason");

	if (!reason)
		reason = text_of(news, "hotfix", "reason");
	return reason || !override_of(news) ? reason : json_get_string(override_of(news), "reason");
}

/* A landing that was overridden has not passed its checks, and is not told as if it had. */
static const char *type_of(const struct mail_news *news, const struct event *event)
{
	return override_of(news) && !strcmp(event->type, "hotfix.merged") ? "hotfix.overridden" : event->type;
}

static const char *link_of(const struct mail_news *news)
{
	const char *compare = json_get_string(news->body, "compare");

	return compare ? compare : text_of(news, "repository", "html_url");
}

/* Of a ping the receiver is this one, of a delivery the one that did not take it. */
static const char *receiver_of(const struct mail_news *news)
{
	const char *dead = text_of(news, "delivery", "endpoint");

	return dead ? dead : text_of(news, "hook", "name");
}

int mail_news_init(struct mail_news *out, const struct event *event, struct error *error)
{
	*out = (struct mail_news){0};
	if (json_read(&out->body, event->body, strlen(event->body), error))
		return ERROR_FAILED;
	add_checks(out);
	add_taken_back(out);
	out->news = (struct news){.type = type_of(out, event),
				  .time = event->time,
				  .repository = text_of(out, "repository", "full_name"),
				  .incident = incident_of(out),
				  .severity = text_of(out, "hotfix", "severity"),
				  .person = text_of(out, "pusher", "name"),
				  .change = text_of(out, "head_commit", "message"),
				  .branch = text_of(out, "hotfix", "branch"),
				  .ref = event->ref ? ref_short(event->ref) : NULL,
				  .commit = json_get_string(out->body, "after"),
				  .checks = &out->checks,
				  .environment = text_of(out, "hotfix", "environment"),
				  .taken_back = &out->taken_back,
				  .reason = reason_of(out),
				  .link = link_of(out),
				  .endpoint = receiver_of(out),
				  .failure = text_of(out, "delivery", "error"),
				  .delivery = text_of(out, "delivery", "id")};
	return 0;
}

void mail_news_release(struct mail_news *news)
{
	json_free(news->body);
	strings_release(&news->checks);
	strings_release(&news->taken_back);
	*news = (struct mail_news){0};
}
