/* The story of INC-7 for tests of what is shown of it: it went well, with one of everything. A header alone: the tests of
 * the rules link nothing else. */
#ifndef HOTFIX_TESTS_SUPPORT_STORY_H
#define HOTFIX_TESTS_SUPPORT_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/story.h"

#define STORY_BEGAN INT64_C(1770091506) /* 2026-02-03T04:05:06Z */
#define GOOD "\xe2\x9c\x93"             /* a check mark */
#define BAD "\xe2\x9c\x95"              /* a cross */
#define OPEN "\xe2\x80\xa6"             /* three dots */
#define QUIET "\xe2\x80\x93"            /* a dash */
#define TIME(date, clock) \
	"<time datetime=\"" date "T" clock ":06Z\"><span class=\"date\">" date "</span> " clock "</time>"
#define AT(clock) TIME("2026-02-03", clock)
#define MINUTES(number) ((number)*INT64_C(60))

static inline struct story_entry *story_tell(struct story *story, enum story_kind kind, int64_t after,
					     const char *person)
{
	struct story_entry *entry = story_add_entry(story, kind, STORY_BEGAN + after);

	entry->person = person ? memory_copy(person) : NULL;
	return entry;
}

static inline void story_sign(struct story *story, int64_t after, const char *signoff, const char *person,
			      const char *fingerprint)
{
	struct story_entry *entry = story_tell(story, STORY_SIGNED, after, person);

	entry->signoff = memory_copy(signoff);
	entry->proof = PROOF_SIGNATURE;
	entry->proved_by = memory_copy(fingerprint);
}

static inline void story_fill_entries(struct story *story)
{
	struct story_entry *entry = story_tell(story, STORY_OPENED, 0, "dave");

	entry->proof = PROOF_PUSHER;
	story_sign(story, MINUTES(10), "review", "rita", "SHA256:ritas");
	entry = story_tell(story, STORY_LANDED, MINUTES(30), "olga");
	entry->production = memory_copy("refs/heads/main");
	entry->proof = PROOF_PUSHER;
	story_tell(story, STORY_CLOSED, MINUTES(60), "paul")->proof = PROOF_SERVER;
}

static inline void story_fill_change(struct story_change *change)
{
	struct story_file *file = story_add_file(change);

	change->branch = memory_copy("refs/heads/hotfix/INC-7-login");
	change->production = memory_copy("refs/heads/main");
	object_id_parse(&change->from, "ffffffffffffffffffffffffffffffffffffffff");
	object_id_parse(&change->to, "1111111111111111111111111111111111111111");
	change->landed = true;
	change->commits = memory_alloc(2 * sizeof(*change->commits));
	change->commit_count = change->commits_in_all = 1;
	object_id_parse(&change->commits[0].id, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	change->commits[0].author = memory_copy("Dave");
	change->commits[0].subject = memory_copy("login: no gap on Sundays");
	change->files_in_all = 1;
	file->path = memory_copy("src/login.c");
	file->added = change->added = 1;
	file->removed = change->removed = 2;
}

static inline void story_fill_lists(struct story *story)
{
	struct story_delivery *delivery = story_add_delivery(story);
	struct story_debt *debt = story_add_debt(story);
	struct story_backmerge *backmerge = story_add_backmerge(story);

	delivery->event = memory_copy("hotfix.merged");
	delivery->endpoint = memory_copy("deploy");
	delivery->state = memory_copy("delivered");
	delivery->attempts = 1;
	delivery->status = 200;
	delivery->time = STORY_BEGAN + MINUTES(30);
	debt->time = STORY_BEGAN + MINUTES(30);
	debt->person = memory_copy("olga");
	debt->reason = memory_copy("the shop is down");
	strings_add(&debt->missing, "qa");
	debt->due = STORY_BEGAN + MINUTES(120);
	debt->settled = STORY_BEGAN + MINUTES(45);
	backmerge->branch = memory_copy("refs/heads/develop");
	backmerge->due = STORY_BEGAN + MINUTES(120);
	backmerge->arrived = STORY_BEGAN + MINUTES(50);
	backmerge->how = memory_copy("arrived");
}

/* For cmocka: tell it, and forget it. */
static inline int story_open(void **state)
{
	struct story *story = memory_alloc(sizeof(*story));

	story->incident = memory_copy("INC-7");
	story->repository = memory_copy("team/shop");
	story->severity = memory_copy("critical");
	story->subject = memory_copy("login: no gap on Sundays");
	story->now = STORY_BEGAN + MINUTES(90);
	story->in_production = true;
	strings_add(&story->branches, "refs/heads/hotfix/INC-7-login");
	story->times = (struct story_times){.reported = STORY_BEGAN - MINUTES(5),
					    .opened = STORY_BEGAN,
					    .triaged = STORY_BEGAN + MINUTES(1),
					    .landed = STORY_BEGAN + MINUTES(30),
					    .deployed = STORY_BEGAN + MINUTES(35),
					    .closed = STORY_BEGAN + MINUTES(60)};
	story_fill_entries(story);
	story_fill_change(story_add_change(story));
	story_fill_lists(story);
	*state = story;
	return 0;
}

static inline int story_close(void **state)
{
	struct story *story = *state;

	story_release(story);
	assert_null(story->entries.items);
	free(story);
	return 0;
}

/* Makes it one that somebody still works on, at STEP; what comes behind it is missing. */
static inline void story_reopen(struct story *story, enum checklist_step step)
{
	story->open = true;
	story->step = step;
	story->in_production = step > STEP_DEPLOY;
	story->times.closed = 0;
	for (int i = (int)step; i < STEP_COUNT; i++)
		story->steps[i] = STEP_MISSING;
}

/* Asserts that PART is in WHOLE; says both when it is not. */
static inline void assert_holds(const char *whole, const char *part)
{
	if (!strstr(whole, part))
		fail_msg("\"%s\" is not in:\n%s", part, whole);
}

static inline void assert_lacks(const char *whole, const char *part)
{
	if (strstr(whole, part))
		fail_msg("\"%s\" is in:\n%s", part, whole);
}

/* The same of what a function adds about a story. */
typedef void part_of(struct buffer *out, const struct story *story);

static inline void assert_part_holds(part_of *add, const struct story *story, const char *part)
{
	struct buffer text = BUFFER_INIT;

	add(&text, story);
	assert_holds(buffer_text(&text), part);
	buffer_release(&text);
}

static inline void assert_part_lacks(part_of *add, const struct story *story, const char *part)
{
	struct buffer text = BUFFER_INIT;

	add(&text, story);
	assert_lacks(buffer_text(&text), part);
	buffer_release(&text);
}

#endif
