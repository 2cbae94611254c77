#include "flow/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/story_parts.h"
#include "rules/hotfix_name.h"
#include "rules/location.h"

#define BRANCHES_MAXIMUM 10000

static int find_branches(struct story_source *out, struct error *error)
{
	char *prefix = policy_hotfix_prefix(&out->session->policy);
	int result = session_hotfixes(out->session, &out->branches, BRANCHES_MAXIMUM, error);

	if (!result)
		result = state_known_refs(out->session->state, &out->known, prefix, error);
	for (size_t i = 0; !result && i < out->branches.count; i++)
		strings_add_once(&out->known, out->branches.items[i].ref);
	free(prefix);
	return result;
}

int story_source_init(struct story_source *out, struct session *session, const char *incident, struct error *error)
{
	int result;

	*out = (struct story_source){.session = session};
	result = find_branches(out, error);
	if (!result)
		result = state_told_events(session->state, &out->events, incident, error);
	return result;
}

void story_source_release(struct story_source *source)
{
	effects_release(&source->effects);
	branch_tips_release(&source->branches);
	strings_release(&source->known);
	told_events_release(&source->events);
}

void story_incidents(struct strings *out, const struct story_source *source)
{
	for (size_t i = 0; i < source->known.count; i++) {
		char *incident = hotfix_name_incident(&source->session->policy, source->known.items[i]);

		if (incident)
			strings_add_once(out, incident);
		free(incident);
	}
}

static const struct branch_tip *find_tip(const struct story_source *source, const char *branch)
{
	for (size_t i = 0; i < source->branches.count; i++)
		if (!strcmp(source->branches.items[i].ref, branch))
			return &source->branches.items[i];
	return NULL;
}

/* A branch that cannot be judged now, for want of production perhaps, still has a past. */
static int gather_standing(struct story_branch *branch, struct story_source *source, const char *incident,
			   struct error *error)
{
	struct session *session = source->session;
	struct error unjudged = ERROR_INIT;
	int result;

	branch->judged = branch->there &&
			 !standing_gather(&branch->standing, session, branch->name, &branch->tip, NULL, &unjudged);
	error_release(&unjudged);
	if (branch->judged)
		result = standing_gather_landings(&branch->standing, &source->effects, session, error);
	else
		result = life_landings_gather(&branch->standing.landings, &source->effects, session, incident,
					      branch->name, error);
	branch->checklist = branch->judged ? standing_checklist(&branch->standing, session->now)
					   : (struct checklist){.branch = branch->name,
								.incident = incident,
								.tip = branch->tip,
								.landed = true,
								.landings = &branch->standing.landings,
								.now = session->now};
	return result;
}

static int gather_branch(struct story *story, struct story_branch *branch, struct story_source *source,
			 struct error *error)
{
	const struct branch_tip *tip = find_tip(source, branch->name);
	int result;

	branch->there = tip != NULL;
	if (tip)
		branch->tip = tip->tip;
	result = gather_standing(branch, source, story->incident, error);
	if (!result)
		result = story_add_pushes(story, source, branch, error);
	if (!result)
		result = story_add_signoffs(story, source, branch, error);
	if (!result)
		result = story_add_landings(story, source, branch, error);
	story_place_events(story, &branch->standing.landings);
	if (!result && branch->judged && !branch->standing.landed)
		result = story_add_open_change(story, source, branch, error);
	return result;
}

/* One that is open speaks for the incident, else the one that landed last. */
static bool speaks_before(const struct story_branch *a, const struct story_branch *b)
{
	const struct life_landings *landings = &a->standing.landings;
	const struct life_landings *others = &b->standing.landings;
	bool open = a->judged && !a->standing.landed;

	if (open != (b->judged && !b->standing.landed))
		return open;
	if (!landings->count || !others->count)
		return landings->count > 0;
	return landings->items[landings->count - 1].time > others->items[others->count - 1].time;
}

static int gather_branches(struct story *story, struct story_source *source, struct error *error)
{
	size_t count = story->branches.count;
	struct story_branch *branches = memory_alloc(count * sizeof(*branches));
	size_t first = 0;
	int result = 0;

	for (size_t i = 0; !result && i < count; i++) {
		branches[i].name = story->branches.items[i];
		result = gather_branch(story, &branches[i], source, error);
		if (!result && i && !speaks_before(&branches[first], &branches[i]))
			first = i;
	}
	if (!result)
		story_conclude(story, &source->session->policy, &branches[first]);
	for (size_t i = 0; i < count; i++)
		standing_release(&branches[i].standing);
	free(branches);
	return result;
}

static void find_names(struct story *story, const struct story_source *source)
{
	for (size_t i = 0; i < source->known.count; i++) {
		char *incident = hotfix_name_incident(&source->session->policy, source->known.items[i]);

		if (incident && !strcmp(incident, story->incident))
			strings_add(&story->branches, source->known.items[i]);
		free(incident);
	}
}

int story_gather(struct story *out, struct story_source *source, const char *incident, struct error *error)
{
	const struct session *session = source->session;
	int result;

	*out = (struct story){.incident = memory_copy(incident),
			      .repository = location_path(session->environment.git_dir, session->policy.root),
			      .now = session->now};
	find_names(out, source);
	if (!out->branches.count)
		return error_set_code(error, ERROR_NOT_FOUND, "%s: no hotfix branch of this name or incident",
				      incident);
	result = story_add_events(out, source, error);
	if (!result)
		result = gather_branches(out, source, error);
	story_sort(out);
	return result;
}
