/* The landings that one step, or several, of production's first-parent line could be. */
#ifndef HOTFIX_FLOW_CANDIDATES_H
#define HOTFIX_FLOW_CANDIDATES_H

#include "flow/gather.h"
#include "flow/judge.h"

/* Production's way from the old tip to the new one: its first-parent line. */
struct line {
	const char *production; /* full name */
	const struct ref_update *update;
	struct object_ids steps; /* steps.items[0] is the old tip, the last one the new tip */
	struct graph graph;      /* every commit that the push brings to production */
	struct branch_tips tips; /* of hotfix and allow-from branches on the server */
	size_t landings;         /* that the push has made before the step that is asked about */
};

void line_release(struct line *line);

/* A landing from step FROM to step TO that has the right shape; PROBLEM says what is wrong with it all the same
 * before any rule is asked ("the branch moves in the same push"), or is NULL. */
struct candidate {
	struct landing_question question; /* its texts belong to the candidate and the line */
	char *incident;
	const char *rule; /* name of the rule that PROBLEM breaks */
	char *problem;
	char *remedy; /* one command, or NULL */
};

struct candidates {
	struct candidate *items;
	size_t count;
	size_t capacity;
};

/* Adds every candidate for the landing from step FROM to step TO of LINE. */
int candidates_find(struct candidates *out, struct judgement *judgement, const struct line *line, size_t from,
		    size_t to, struct error *error);
void candidates_release(struct candidates *candidates);

#endif
