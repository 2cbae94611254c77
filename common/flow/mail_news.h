/* What a mail tells of an event (rules/mail.h), read from the event's body. */
#ifndef HOTFIX_FLOW_MAIL_NEWS_H
#define HOTFIX_FLOW_MAIL_NEWS_H

#include "adapters/json.h"
#include "adapters/state.h"
#include "base/error.h"
#include "rules/mail.h"

struct mail_news {
	struct json *body;
	struct strings checks;
	struct strings taken_back;
	struct news news; /* points into these, and into the event */
};

/* Reads the body of EVENT, which stays the caller's. OUT is owned by the caller either way. */
int mail_news_init(struct mail_news *out, const struct event *event, struct error *error);
void mail_news_release(struct mail_news *news);

#endif
