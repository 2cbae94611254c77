/* What landed, what it changed, and what was said of it. */
#include <stdlib.h>
#include <string.h>

#include "adapters/state_owed.h"
#include "base/memory.h"
#include "flow/gather.h"
#include "flow/story_parts.h"

static char *copy(const char *text)
{
	return text ? memory_copy(text) : NULL;
}

static void add_commit(struct story_change *change, const struct commit *commit)
{
	if (change->commits_in_all++ >= STORY_COMMITS)
		return;
	change->commits = memory_resize(change->commits, change->commit_count + 1, sizeof(*change->commits));
	change->commits[change->commit_count++] = (struct story_commit){.id = commit->id,
									.author = copy(commit->author_name),
									.subject = copy(commit->subject),
									.time = commit->author_time};
}

static int add_commits(struct story_change *change, struct session *session, const struct object_id *tip,
		       struct error *error)
{
	struct unreadable unreadable = {0};
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	struct graph graph = {0};
	int result;

	object_ids_add(&tips, tip);
	object_ids_add(&hidden, &change->from);
	result = gather_graph(&graph, &unreadable, session, &tips, &hidden, error);
	for (size_t i = 0; !result && i < graph.count; i++)
		if (!graph.nodes[i].outside && !graph.nodes[i].commit.is_signoff)
			add_commit(change, &graph.nodes[i].commit);
	graph_release(&graph);
	unreadable_release(&unreadable);
	object_ids_release(&tips);
	object_ids_release(&hidden);
	return result;
}

static int add_files(struct story_change *change, struct session *session, struct error *error)
{
	struct diffstat stat = {0};
	int result = repository_diffstat(session->repository, &stat, &change->from, &change->to, error);

	for (size_t i = 0; i < stat.count; i++) {
		const struct diffstat_file *file = &stat.items[i];
		struct story_file *out;

		change->files_in_all++;
		change->added += file->added > 0 ? file->added : 0;
		change->removed += file->removed > 0 ? file->removed : 0;
		if (change->file_count >= STORY_FILES)
			continue;
		out = story_add_file(change);
		*out = (struct story_file){memory_copy(file->path), file->added, file->removed};
	}
	diffstat_release(&stat);
	return result;
}

/* What Git does not have any more is no reason to tell nothing. */
static void fill_change(struct story_change *change, struct session *session, const struct object_id *tip)
{
	struct error lost = ERROR_INIT;

	if (add_commits(change, session, tip, &lost) && !change->landed)
		change->unknown = true;
	if (add_files(change, session, &lost))
		change->unknown = true;
	error_release(&lost);
}

static void find_subject(struct story *story, const struct story_change *change)
{
	if (!story->subject && change->commit_count)
		story->subject = copy(change->commits[change->commit_count - 1].subject);
}

static enum story_kind kind_of(const struct answer *answer)
{
	if (!strcmp(answer->said.name, SIGNOFF_DEPLOY))
		return answer->said.failed ? STORY_DEPLOY_FAILED : STORY_DEPLOYED;
	if (!strcmp(answer->said.name, SIGNOFF_MONITOR))
		return STORY_WATCHED;
	return !strcmp(answer->said.name, SIGNOFF_BACKMERGE) ? STORY_WAIVED : STORY_SETTLED;
}

static void add_owed(struct story *story, const struct policy *policy, const struct owed_branch *owed)
{
	static const char *const words[] = {[OWED_ARRIVED] = "arrived",
					    [OWED_WAIVED] = "waived",
					    [OWED_TAKEN_BACK] = "not needed: the fix was taken back",
					    [OWED_GONE] = "not needed: the branch is gone"};
	struct story_backmerge *backmerge = story_add_backmerge(story);

	*backmerge = (struct story_backmerge){
		.branch = copy(owed->branch), .due = owed->since + policy->backmerge.within, .arrived = owed->settled};
	if (owed->state > OWED_OPEN && owed->state <= OWED_GONE)
		backmerge->how = copy(words[owed->state]);
}

static int add_owed_branches(struct story *story, struct session *session, const struct life_landing *landing,
			     struct error *error)
{
	struct owed_branches owed = {0};
	int result = state_owed_branches(session->state, &owed, &landing->number, error);

	for (size_t i = 0; i < owed.count; i++)
		add_owed(story, &session->policy, &owed.items[i]);
	owed_branches_release(&owed);
	return result;
}

static void add_missing(struct strings *out, const struct record_override *override)
{
	for (size_t i = 0; i < override->missing_count; i++) {
		const struct record_missing *missing = &override->missing[i];

		if (missing->people)
			strings_addf(out, "%s by %d", missing->name, missing->people);
		else
			strings_addf(out, "%s %s", missing->rule, missing->name);
	}
}

static void add_override(struct story *story, const struct life_landing *landing, const char *branch)
{
	const struct record_override *override = landing->what.override;
	struct story_entry *entry;
	struct story_debt *debt;

	if (!override)
		return;
	entry = story_add_entry(story, STORY_OVERRIDDEN, landing->time);
	entry->order = landing->push;
	entry->person = copy(override->person);
	entry->production = copy(landing->production);
	entry->branch = memory_copy(branch);
	entry->said = copy(override->reason);
	entry->commit = landing->what.to;
	entry->proof = PROOF_PUSHER;
	debt = story_add_debt(story);
	*debt = (struct story_debt){.time = landing->time,
				    .person = copy(override->person),
				    .production = copy(landing->production),
				    .reason = copy(override->reason),
				    .due = override->due,
				    .settled = override->settled,
				    .commit = landing->what.to};
	add_missing(&debt->missing, override);
}

static void add_answer(struct story *story, struct state *state, const struct life_landing *landing,
		       const struct answer *answer, const char *branch)
{
	struct story_entry *entry = story_add_entry(story, kind_of(answer), answer->time);
	struct error unknown = ERROR_INIT;
	char *key = NULL;

	state_key_of(state, &key, &answer->said.carrier, &unknown);
	error_release(&unknown);
	entry->order = answer->push;
	entry->person = copy(answer->said.person);
	entry->signoff = memory_copy(answer->said.name);
	entry->environment = copy(answer->said.environment);
	entry->production = copy(landing->production);
	entry->branch = memory_copy(branch);
	entry->said = copy(answer->said.reason);
	entry->commit = landing->what.to;
	entry->proof = !answer->ref ? PROOF_SERVER : key ? PROOF_SIGNATURE : PROOF_PUSHER;
	entry->proved_by = key ? key : copy(answer->ref);
	entry->idle = answer->revoked;
	if (answer->revoked)
		entry->why = memory_copy("withdrawn since");
}

static void add_landing(struct story *story, struct story_source *source, const struct life_landing *landing,
			const char *branch)
{
	struct story_entry *entry = story_add_entry(story, STORY_LANDED, landing->time);
	struct story_change *change = story_add_change(story);

	entry->order = landing->push;
	entry->person = copy(landing->pusher);
	entry->production = copy(landing->production);
	entry->branch = memory_copy(branch);
	entry->commit = landing->what.to;
	entry->proof = PROOF_PUSHER;
	entry->idle = !life_landing_is_in_effect(landing);
	if (entry->idle)
		entry->why = memory_copy("taken back since");
	*change = (struct story_change){.branch = memory_copy(branch),
					.production = copy(landing->production),
					.from = landing->what.from,
					.to = landing->what.to,
					.landed = true,
					.taken_back = entry->idle};
	fill_change(change, source->session, &landing->what.tip);
	find_subject(story, change);
	story->was_taken_back = story->was_taken_back || entry->idle;
}

int story_add_landings(struct story *story, struct story_source *source, const struct story_branch *branch,
		       struct error *error)
{
	const struct life_landings *landings = &branch->standing.landings;
	int result = 0;

	for (size_t i = 0; !result && i < landings->count; i++) {
		const struct life_landing *landing = &landings->items[i];

		add_landing(story, source, landing, branch->name);
		add_override(story, landing, branch->name);
		for (size_t k = 0; k < landing->answers.count; k++)
			add_answer(story, source->session->state, landing, &landing->answers.items[k], branch->name);
		if (landing->what.severity && !story->severity)
			story->severity = copy(landing->what.severity);
		result = add_owed_branches(story, source->session, landing, error);
	}
	return result;
}

/* The work alone, not what production has had since the branch was cut. */
int story_add_open_change(struct story *story, struct story_source *source, const struct story_branch *branch,
			  struct error *error)
{
	struct session *session = source->session;
	const struct landing *landing = &branch->standing.landing;
	struct story_change *change;
	struct object_ids bases = {0};
	int result = repository_merge_bases(session->repository, &bases, &landing->what.from, &branch->tip, error);

	if (!result && landing->work) {
		change = story_add_change(story);
		*change = (struct story_change){.branch = memory_copy(branch->name),
						.production = copy(landing->production),
						.to = branch->tip};
		change->from = bases.count ? bases.items[0] : landing->what.from;
		fill_change(change, session, &branch->tip);
		find_subject(story, change);
	}
	object_ids_release(&bases);
	return result;
}
