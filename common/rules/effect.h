/* Which landings of a production branch are in effect, since a rollback takes back what came after the tip that it goes
 * back to, and can itself be taken back (hotfix-hooks(7), LANDINGS). */
#ifndef HOTFIX_RULES_EFFECT_H
#define HOTFIX_RULES_EFFECT_H

#include <stdbool.h>
#include <stddef.h>

/* One landing, in the order of production. */
struct effect_step {
	bool is_rollback;
	size_t base; /* of a rollback: how many landings the tip that it goes back to holds */
};

/* Sets HIDDEN_BY, COUNT of them, for each landing: 0 when it is in effect, else 1 and the index of the rollback because
 * of which it is not. */
void effect_of(size_t *hidden_by, const struct effect_step *steps, size_t count);

#endif
