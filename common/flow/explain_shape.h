/* Says why a change of production is no landing at all, and what to do instead. */
#ifndef HOTFIX_FLOW_EXPLAIN_SHAPE_H
#define HOTFIX_FLOW_EXPLAIN_SHAPE_H

#include "flow/candidates.h"

/* Adds a finding when the new tip does not descend from the old one; *FORWARD says that it does. */
int explain_rewind(struct judgement *judgement, const struct ref_update *update, bool *forward, struct error *error);

/* The old tip can be reached, but not by first parents. */
void explain_foxtrot(struct judgement *judgement, const struct line *line);

/* The push brings more to production than is looked at; WHAT says of what. */
void explain_too_many(struct verdict *verdict, const struct ref_update *update, const char *what);

/* No landing of any shape begins at step FROM. */
int explain_shape(struct judgement *judgement, const struct line *line, size_t from, struct error *error);

#endif
