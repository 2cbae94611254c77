/* Gathers the story of an incident (rules/story.h) from Git, the ledger and the outbox. */
#ifndef HOTFIX_FLOW_STORY_H
#define HOTFIX_FLOW_STORY_H

#include "adapters/state_life.h"
#include "flow/life_landings.h"
#include "flow/session.h"
#include "rules/story.h"

/* What serves several stories of one session; all zero to begin with. */
struct story_source {
	struct session *session;
	struct effects effects;
	struct branch_tips branches; /* hotfix branches that there are */
	struct strings known;        /* names of those that there are or were, in the order of their first pushes */
	struct told_events events;   /* by incident */
};

/* Reads what is common; INCIDENT: of that one alone, NULL: of all. SESSION must outlive it. */
int story_source_init(struct story_source *out, struct session *session, const char *incident, struct error *error);
void story_source_release(struct story_source *source);

/* Adds the names of all incidents that there ever was a hotfix branch for, the first one first. */
void story_incidents(struct strings *out, const struct story_source *source);

/* Gathers the story of INCIDENT; ERROR_NOT_FOUND when there never was a hotfix branch for it. OUT is owned by the caller
 * either way. */
int story_gather(struct story *out, struct story_source *source, const char *incident, struct error *error);

#endif
