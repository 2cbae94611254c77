#include "rules/mail_text.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "rules/event.h"
#include "rules/message.h"

#define FACT_COLUMN 14

/* "{fix}" stands for the fix, by its incident. */
struct words {
	const char *type;
	const char *subject;
	const char *happened;
	const char *means;
	const char *next;     /* or NULL */
	const char *promised; /* an event that the letter says will be told, if it is */
	const char *promise;
};

static const struct words table[] = {
	{"hotfix.opened", "work on an urgent fix has begun", "Work on {fix} has begun.",
	 "A problem in production is being put right outside the normal release plan. Nothing has changed in "
	 "production yet.",
	 "The fix is developed, reviewed and tested before it may go to production.", "hotfix.merged",
	 "You will get a message when it is released."},
	{"hotfix.updated", "the urgent fix was changed", "There is a new version of {fix}.",
	 "Nothing has changed in production. Reviews and tests of the earlier version may have to be repeated.",
	 "The fix may go to production when every required check has been passed.", "hotfix.merged",
	 "You will get a message when it is released."},
	{"hotfix.signed_off", "a check was passed", "Somebody confirmed a check of {fix}.",
	 "It is one of the checks that the procedure asks for.", NULL, NULL, NULL},
	{"hotfix.revoked", "a check was withdrawn", "A check of {fix} was withdrawn.",
	 "It does not count any more. If the fix is not in production yet, it has to be checked again first.", NULL,
	 NULL, NULL},
	{"hotfix.ready", "the urgent fix may go to production", "Every required check of {fix} has been passed.",
	 "Nothing has changed in production yet, but the fix may go there now.", "Somebody releases it.",
	 "hotfix.merged", "You will get a message when that has been done."},
	{"hotfix.merged", "the urgent fix was released", "The checks of {fix} have been passed, and it was released.",
	 "It is part of the production version now. It takes effect once that version has been deployed, which follows "
	 "a release.",
	 "Please report it if the problem stays.", "production.rolled_back",
	 "You will get a message if the release has to be taken back."},
	{"hotfix.deployed", "the urgent fix is in operation", "The deployment of {fix} was reported as done.",
	 "The fix is in operation where it was deployed.", "Please report it if the problem stays.", "hotfix.closed",
	 "You will get a message when the incident is closed."},
	{"hotfix.deploy_failed", "the deployment of the urgent fix failed",
	 "The deployment of {fix} was reported as failed.",
	 "The fix was released, but it is not in operation everywhere. The problem may still be there.",
	 "Operations decide whether to repeat the deployment or to go back to the earlier version.", NULL, NULL},
	{"hotfix.closed", "the incident is closed", "The work on {fix} is finished.",
	 "The fix was released and watched, and nothing more is planned for it.", NULL, NULL, NULL},
	{"hotfix.abandoned", "the urgent fix was given up", "Work on {fix} was given up before it was released.",
	 "Nothing has changed in production.", NULL, NULL, NULL},
	{"hotfix.overridden", "the urgent fix was released without some checks",
	 "Somebody who may do so released {fix} before every required check had been passed.",
	 "The reason is given below. Checks by people that were left out must still be made.", NULL, NULL, NULL},
	{"hotfix.overdue", "the urgent fix is late", "The time that was set for {fix} is over.",
	 "The fix has not been released yet.", "Please ask how it stands.", NULL, NULL},
	{"hotfix.backmerge_due", "the urgent fix is not in the next version yet",
	 "{fix} is in production, but not in all the versions that are being prepared.",
	 "If one of these versions were released as it is, the problem would come back.",
	 "The developers carry the fix over.", NULL, NULL},
	{"production.released", "a new version was released", "A new version was released to production as planned.",
	 "It takes effect once it has been deployed, which follows a release.", NULL, "production.rolled_back",
	 "You will get a message if the release has to be taken back."},
	{"production.rolled_back", "production goes back to an earlier version",
	 "The production version was set back to an earlier one.",
	 "What was released since then is taken back, once the earlier version has been deployed. A problem that it had "
	 "solved may be there again.",
	 "Please ask what is planned.", NULL, NULL},
	{"production.unexpected", "production was changed outside the procedure",
	 "The production version was changed in a way that the procedure does not know.",
	 "Nobody has recorded that this change was reviewed and tested, and it was not announced for deployment.",
	 "Whoever is responsible for production should find out now what happened.", NULL, NULL},
	{"delivery.exhausted", "a message could not be delivered",
	 "A message about production or an urgent fix could not be delivered. It will not be tried again by itself.",
	 "Whoever should have had it, perhaps the deployment, does not know what happened.",
	 "An administrator finds the cause, and sends the message again with: hotfixctl redeliver", NULL, NULL},
	{"state.reset", "the records of the procedure were begun anew",
	 "The server's records of releases and checks were lost, and have been begun anew.",
	 "Checks and releases before this moment may not be known any more.",
	 "An administrator restores the records from a backup if there is one.", NULL, NULL},
	{"ping", "test", "This is a test. Nothing has happened.",
	 "Messages about urgent fixes and releases will reach you like this one.", NULL, NULL, NULL},
};

static const struct words general = {NULL, "news", "There is news of {fix}.", "The facts are below.", NULL, NULL, NULL};

static const struct words *words_for(const char *type)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].type, type))
			return &table[i];
	return &general;
}

bool mail_knows(const char *type)
{
	return words_for(type) != &general;
}

/* Adds the first line of TEXT, at most MAIL_TEXT_BYTES of it, whole characters. */
static void add_line(struct buffer *out, const char *text)
{
	size_t left = strcspn(text, "\r\n");
	size_t taken = 0;

	while (taken < left) {
		size_t length = utf8_character(text + taken, left - taken);

		length = length ? length : 1;
		if (taken + length > MAIL_TEXT_BYTES) {
			buffer_add_string(out, " ...");
			return;
		}
		buffer_add(out, text + taken, length);
		taken += length;
	}
}

static void add_words(struct buffer *out, const char *text, const struct news *news)
{
	static const char fix[] = "{fix}";

	for (; *text; text++) {
		if (strncmp(text, fix, strlen(fix)) != 0) {
			buffer_add_char(out, *text);
			continue;
		}
		buffer_add_string(out, out->length ? "the urgent fix" : "The urgent fix");
		if (news->incident) {
			buffer_add_string(out, " for ");
			add_line(out, news->incident);
		}
		text += strlen(fix) - 1;
	}
}

void mail_subject(struct buffer *out, const struct news *news)
{
	if (news->incident) {
		add_line(out, news->incident);
		buffer_add_string(out, ": ");
	}
	buffer_add_string(out, words_for(news->type)->subject);
	if (news->repository) {
		buffer_add_string(out, " (");
		add_line(out, news->repository);
		buffer_add_char(out, ')');
	}
}

static void add_paragraph(struct buffer *out, const char *title, const char *text, const struct news *news)
{
	struct buffer words = BUFFER_INIT;

	if (title)
		buffer_addf(out, "\n%s\n", title);
	add_words(&words, text, news);
	message_wrap(out, buffer_text(&words), 0);
	buffer_release(&words);
}

static void add_next(struct buffer *out, const struct words *words, const struct letter *letter)
{
	bool promises = words->promised && event_wanted(&letter->mail->endpoint.events, words->promised);
	struct buffer text = BUFFER_INIT;

	if (words->next)
		buffer_add_string(&text, words->next);
	if (promises)
		buffer_addf(&text, "%s%s", text.length ? " " : "", words->promise);
	if (text.length)
		add_paragraph(out, "What comes next", buffer_text(&text), &letter->news);
	buffer_release(&text);
}

static void add_fact(struct buffer *out, const char *name, const char *value)
{
	struct buffer line = BUFFER_INIT;

	if (!value || !*value)
		return;
	add_line(&line, value);
	buffer_addf(out, "%-*s", FACT_COLUMN, name);
	message_wrap(out, buffer_text(&line), FACT_COLUMN);
	buffer_release(&line);
}

static void add_time(struct buffer *out, int64_t seconds)
{
	struct buffer text = BUFFER_INIT;

	clock_format(&text, seconds); /* 2026-02-03T04:05:06Z */
	text.bytes[strlen("2026-02-03")] = ' ';
	text.bytes[strlen("2026-02-03T04:05")] = '\0';
	buffer_addf(out, "%-*s%s UTC\n", FACT_COLUMN, "When:", text.bytes);
	buffer_release(&text);
}

static void add_list(struct buffer *out, const char *name, const struct strings *list)
{
	for (size_t i = 0; list && i < list->count && i < MAIL_LIST; i++)
		add_fact(out, i ? "" : name, list->items[i]);
	if (list && list->count > MAIL_LIST)
		buffer_addf(out, "%-*sand %zu more\n", FACT_COLUMN, "", list->count - MAIL_LIST);
}

static void add_facts(struct buffer *out, const struct news *news)
{
	buffer_add_char(out, '\n');
	add_fact(out, "Incident:", news->incident);
	add_fact(out, "Severity:", news->severity);
	add_fact(out, "System:", news->repository);
	add_time(out, news->time);
	add_fact(out, "Environment:", news->environment);
	add_fact(out, "By:", news->person);
	add_fact(out, "Change:", news->change);
	add_list(out, "Checks:", news->checks);
	add_list(out, "Taken back:", news->taken_back);
	add_fact(out, "Reason:", news->reason);
	add_fact(out, "Receiver:", news->endpoint);
	add_fact(out, "Failure:", news->failure);
	add_fact(out, "Message:", news->delivery);
	add_fact(out, "Details:", news->link);
	add_fact(out, "Branch:", news->branch ? news->branch : news->ref);
	add_fact(out, "Version:", news->commit);
}

static void add_where_to_ask(struct buffer *out, const struct letter *letter)
{
	if (!letter->contact && !letter->guide)
		return;
	buffer_add_char(out, '\n');
	add_fact(out, "Questions:", letter->contact);
	add_fact(out, "Procedure:", letter->guide);
}

void mail_text(struct buffer *out, const struct letter *letter)
{
	const struct words *words = words_for(letter->news.type);

	add_paragraph(out, NULL, words->happened, &letter->news);
	add_paragraph(out, "What it means", words->means, &letter->news);
	add_next(out, words, letter);
	add_facts(out, &letter->news);
	add_where_to_ask(out, letter);
	buffer_addf(out, "\nThis message was written by a program, for the list \"%s\".\n",
		    letter->mail->endpoint.name);
}
