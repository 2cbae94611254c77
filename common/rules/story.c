#include "rules/story.h"

#include <stdlib.h>

#include "base/memory.h"
#include "rules/deadline.h"

static void release_entries(struct story_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		struct story_entry *entry = &entries->items[i];

		free(entry->person);
		free(entry->signoff);
		free(entry->environment);
		free(entry->production);
		free(entry->branch);
		free(entry->said);
		free(entry->proved_by);
		free(entry->why);
	}
	free(entries->items);
}

static void release_change(struct story_change *change)
{
	free(change->branch);
	free(change->production);
	for (size_t i = 0; i < change->commit_count; i++) {
		free(change->commits[i].author);
		free(change->commits[i].subject);
	}
	free(change->commits);
	for (size_t i = 0; i < change->file_count; i++)
		free(change->files[i].path);
	free(change->files);
}

static void release_delivery(struct story_delivery *delivery)
{
	free(delivery->id);
	free(delivery->event);
	free(delivery->endpoint);
	free(delivery->state);
	free(delivery->error);
}

static void release_debt(struct story_debt *debt)
{
	free(debt->person);
	free(debt->production);
	free(debt->reason);
	strings_release(&debt->missing);
}

static void release_lists(struct story *story)
{
	for (size_t i = 0; i < story->change_count; i++)
		release_change(&story->changes[i]);
	for (size_t i = 0; i < story->delivery_count; i++)
		release_delivery(&story->deliveries[i]);
	for (size_t i = 0; i < story->debt_count; i++)
		release_debt(&story->debts[i]);
	for (size_t i = 0; i < story->backmerge_count; i++) {
		free(story->backmerges[i].branch);
		free(story->backmerges[i].how);
	}
	free(story->changes);
	free(story->deliveries);
	free(story->debts);
	free(story->backmerges);
}

void story_release(struct story *story)
{
	free(story->incident);
	free(story->repository);
	free(story->severity);
	free(story->subject);
	for (int i = 0; i < STEP_COUNT; i++)
		strings_release(&story->roles[i]);
	strings_release(&story->branches);
	release_entries(&story->entries);
	release_lists(story);
	*story = (struct story){0};
}

struct story_entry *story_add_entry(struct story *story, enum story_kind kind, int64_t time)
{
	struct story_entries *entries = &story->entries;
	struct story_entry *entry;

	entries->items = memory_grow(entries->items, entries->count, &entries->capacity, sizeof(*entries->items));
	entry = &entries->items[entries->count++];
	*entry = (struct story_entry){.kind = kind, .time = time};
	return entry;
}

#define ADD(list, number, room) \
	(list) = memory_grow((list), (number), &(room), sizeof(*(list))); \
	(list)[(number)] = (__typeof__(*(list))){0}; \
	return &(list)[(number)++]

struct story_change *story_add_change(struct story *story)
{
	ADD(story->changes, story->change_count, story->change_capacity);
}

struct story_file *story_add_file(struct story_change *change)
{
	ADD(change->files, change->file_count, change->file_capacity);
}

struct story_delivery *story_add_delivery(struct story *story)
{
	ADD(story->deliveries, story->delivery_count, story->delivery_capacity);
}

struct story_debt *story_add_debt(struct story *story)
{
	ADD(story->debts, story->debt_count, story->debt_capacity);
}

struct story_backmerge *story_add_backmerge(struct story *story)
{
	ADD(story->backmerges, story->backmerge_count, story->backmerge_capacity);
}

static bool comes_before(const struct story_entry *a, const struct story_entry *b)
{
	if (a->time != b->time)
		return a->time < b->time;
	return a->order != b->order ? a->order < b->order : a->kind < b->kind;
}

/* By insertion: the entries come nearly sorted, and what is alike keeps its order. */
void story_sort(struct story *story)
{
	struct story_entry *items = story->entries.items;

	for (size_t i = 1; i < story->entries.count; i++) {
		struct story_entry entry = items[i];
		size_t place = i;

		for (; place > 0 && comes_before(&entry, &items[place - 1]); place--)
			items[place] = items[place - 1];
		items[place] = entry;
	}
}

int64_t story_start(const struct story *story)
{
	return deadline_since(story->times.opened, story->times.reported);
}
