#include "story_json.h"

#include "command.h"

static void set_id(struct json *object, const char *key, const struct object_id *id)
{
	json_set_string(object, key, object_id_is_zero(id) ? NULL : object_id_full(id).digits);
}

static struct json *texts_json(const struct strings *texts)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < texts->count; i++)
		json_add_string(array, texts->items[i]);
	return array;
}

static struct json *steps_json(const struct story *story)
{
	struct json *array = json_new_array();

	for (int i = 0; i < STEP_COUNT; i++) {
		struct json *object = json_new_object();

		json_set_integer(object, "number", i + 1);
		json_set_string(object, "name", checklist_step_name((enum checklist_step)i));
		json_set_string(object, "state", checklist_state_name(story->steps[i]));
		json_set(object, "roles", texts_json(&story->roles[i]));
		json_add(array, object);
	}
	return array;
}

static struct json *entry_json(const struct story_entry *entry)
{
	enum checklist_step step = story_step_of(entry);
	struct json *object = json_new_object();
	struct buffer words = BUFFER_INIT;

	story_add_words(&words, entry);
	json_set_time(object, "time", entry->time);
	json_set_integer(object, "step", (int)step + 1);
	json_set_string(object, "kind", story_kind_name(entry->kind));
	json_set_string(object, "words", buffer_text(&words));
	json_set_string(object, "person", entry->person);
	json_set_string(object, "proof", story_proof_name(entry->proof));
	json_set_string(object, "proved_by", entry->proved_by);
	json_set_string(object, "signoff", entry->signoff);
	json_set_string(object, "environment", entry->environment);
	json_set_string(object, "production", entry->production);
	json_set_string(object, "branch", entry->branch);
	set_id(object, "commit", &entry->commit);
	json_set_bool(object, "counts", !entry->idle);
	json_set_string(object, "why", entry->why);
	buffer_release(&words);
	return object;
}

static struct json *times_json(const struct story *story)
{
	struct json *object = json_new_object();

	json_set_time(object, "reported", story->times.reported);
	json_set_time(object, "opened", story->times.opened);
	json_set_time(object, "triaged", story->times.triaged);
	json_set_time(object, "landed", story->times.landed);
	json_set_time(object, "deployed", story->times.deployed);
	json_set_time(object, "closed", story->times.closed);
	json_set_time(object, "deadline", story->deadline);
	return object;
}

static struct json *commit_json(const struct story_commit *commit)
{
	struct json *object = json_new_object();

	set_id(object, "id", &commit->id);
	json_set_string(object, "author", commit->author);
	json_set_string(object, "subject", commit->subject);
	json_set_time(object, "time", commit->time);
	return object;
}

static struct json *file_json(const struct story_file *file)
{
	struct json *object = json_new_object();

	json_set_string(object, "path", file->path);
	json_set_bool(object, "binary", file->added < 0);
	json_set_integer(object, "added", file->added < 0 ? 0 : file->added);
	json_set_integer(object, "removed", file->removed < 0 ? 0 : file->removed);
	return object;
}

static struct json *change_json(const struct story_change *change)
{
	struct json *object = json_new_object();
	struct json *commits = json_new_array();
	struct json *files = json_new_array();

	for (size_t i = 0; i < change->commit_count; i++)
		json_add(commits, commit_json(&change->commits[i]));
	for (size_t i = 0; i < change->file_count; i++)
		json_add(files, file_json(&change->files[i]));
	json_set_string(object, "branch", change->branch);
	json_set_string(object, "production", change->production);
	set_id(object, "from", &change->from);
	set_id(object, "to", &change->to);
	json_set_bool(object, "landed", change->landed);
	json_set_bool(object, "taken_back", change->taken_back);
	json_set_bool(object, "complete",
		      !change->unknown && change->commits_in_all == change->commit_count &&
			      change->files_in_all == change->file_count);
	json_set_integer(object, "added", change->added);
	json_set_integer(object, "removed", change->removed);
	json_set(object, "commits", commits);
	json_set(object, "files", files);
	return object;
}

static struct json *delivery_json(const struct story_delivery *delivery)
{
	struct json *object = json_new_object();

	json_set_string(object, "id", delivery->id);
	json_set_string(object, "event", delivery->event);
	json_set_string(object, "endpoint", delivery->endpoint);
	json_set_string(object, "state", delivery->state);
	json_set_integer(object, "attempts", delivery->attempts);
	json_set_time(object, "time", delivery->time);
	json_set_time(object, "delivered", delivery->delivered);
	json_set_integer(object, "last_status", delivery->status);
	json_set_string(object, "last_error", delivery->error);
	return object;
}

static struct json *debt_json(const struct story_debt *debt)
{
	struct json *object = json_new_object();

	json_set_time(object, "time", debt->time);
	json_set_string(object, "person", debt->person);
	json_set_string(object, "production", debt->production);
	set_id(object, "commit", &debt->commit);
	json_set_string(object, "reason", debt->reason);
	json_set(object, "missing", texts_json(&debt->missing));
	json_set_time(object, "due", debt->due);
	json_set_time(object, "settled", debt->settled);
	return object;
}

static struct json *backmerge_json(const struct story_backmerge *backmerge)
{
	struct json *object = json_new_object();

	json_set_string(object, "branch", backmerge->branch);
	json_set_time(object, "due", backmerge->due);
	json_set_time(object, "arrived", backmerge->arrived);
	json_set_string(object, "how", backmerge->how);
	return object;
}

static void set_lists(struct json *object, const struct story *story)
{
	struct json *entries = json_new_array();
	struct json *changes = json_new_array();
	struct json *deliveries = json_new_array();
	struct json *debts = json_new_array();
	struct json *backmerges = json_new_array();

	for (size_t i = 0; i < story->entries.count; i++)
		json_add(entries, entry_json(&story->entries.items[i]));
	for (size_t i = 0; i < story->change_count; i++)
		json_add(changes, change_json(&story->changes[i]));
	for (size_t i = 0; i < story->delivery_count; i++)
		json_add(deliveries, delivery_json(&story->deliveries[i]));
	for (size_t i = 0; i < story->debt_count; i++)
		json_add(debts, debt_json(&story->debts[i]));
	for (size_t i = 0; i < story->backmerge_count; i++)
		json_add(backmerges, backmerge_json(&story->backmerges[i]));
	json_set(object, "entries", entries);
	json_set(object, "changes", changes);
	json_set(object, "deliveries", deliveries);
	json_set(object, "debts", debts);
	json_set(object, "backmerges", backmerges);
}

struct json *story_json(const struct story *story)
{
	struct json *object = json_new_object();
	struct buffer standing = BUFFER_INIT;

	story_add_standing(&standing, story);
	json_set_string(object, "incident", story->incident);
	json_set_string(object, "repository", story->repository);
	json_set_time(object, "made", story->now);
	json_set_string(object, "severity", story->severity);
	json_set_string(object, "subject", story->subject);
	json_set_string(object, "standing", buffer_text(&standing));
	json_set_bool(object, "open", story->open);
	json_set_bool(object, "in_production", story->in_production);
	json_set_bool(object, "was_taken_back", story->was_taken_back);
	json_set_bool(object, "overdue", story->overdue);
	json_set(object, "branches", texts_json(&story->branches));
	json_set(object, "steps", steps_json(story));
	json_set(object, "times", times_json(story));
	set_lists(object, story);
	buffer_release(&standing);
	return object;
}
