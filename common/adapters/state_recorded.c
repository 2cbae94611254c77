/* Whether pre-receive has just judged the very update that the update hook is asked about. */
#include <stdlib.h>
#include <string.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"

static int find_push(struct state *state, int64_t *out, const char *ref, const struct object_id *old_id,
		     const struct object_id *new_id, struct error *error)
{
	struct statement row;

	*out = 0;
	statement_begin(&row, state,
			"SELECT push FROM record WHERE repository = ?1 AND state < 2 AND state = 0 AND old = ?3"
			" AND new = ?4 AND ref = (SELECT id FROM ref WHERE repository = ?1 AND name = ?2)"
			" ORDER BY id DESC LIMIT 1");
	statement_bind_update(&row, ref, old_id, new_id);
	if (statement_next(&row, error))
		*out = statement_integer(&row, 0);
	return statement_end(&row);
}

static bool is_among(const char *ref, const struct object_id *id, const struct production_tip *tips, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(tips[i].ref, ref))
			return object_id_equal(&tips[i].tip, id);
	return false;
}

static int found_tips(struct state *state, bool *out, int64_t push, const struct production_tip *tips, size_t tip_count,
		      struct error *error)
{
	struct statement row;
	size_t same = 0;
	size_t count = 0;

	statement_begin(&row, state,
			"SELECT n.name, t.tip FROM production t JOIN ref n ON n.id = t.ref WHERE t.push = ?");
	statement_bind_integer(&row, push);
	for (; statement_next(&row, error); count++) {
		char *ref = statement_text(&row, 0);
		struct object_id id;

		statement_id(&row, &id, 1, error);
		same += ref && is_among(ref, &id, tips, tip_count);
		free(ref);
	}
	*out = same == count && count == tip_count;
	return statement_end(&row);
}

int state_has_record(struct state *state, bool *out, const char *ref, const struct object_id *old_id,
		     const struct object_id *new_id, const struct production_tip *tips, size_t tip_count,
		     struct error *error)
{
	int64_t push;

	*out = false;
	if (find_push(state, &push, ref, old_id, new_id, error))
		return ERROR_FAILED;
	return push ? found_tips(state, out, push, tips, tip_count, error) : 0;
}
