#include "flow/gate_owed.h"

#include <stdlib.h>

#include "adapters/state_owed.h"

static int is_owed(bool *out, struct session *session, const char *branch, struct error *error)
{
	int result = session_open_state(session, false, error);

	*out = false;
	return result ? result : state_owes(session->state, out, branch, error);
}

static bool stays(struct gate_push *push, size_t index)
{
	struct error error = ERROR_INIT;
	bool owed = true;
	int result = 0;

	if (push->classes[index].kind == REF_BACKMERGE)
		result = is_owed(&owed, push->judgement.session, push->governed.items[index].ref, &error);
	error_release(&error);
	return owed || (result && result != ERROR_NOT_FOUND);
}

void gate_leave_unowed(struct gate_push *push)
{
	struct ref_updates *governed = &push->governed;
	size_t kept = 0;

	for (size_t i = 0; i < governed->count; i++) {
		if (stays(push, i)) {
			governed->items[kept] = governed->items[i];
			push->classes[kept++] = push->classes[i];
			continue;
		}
		ref_class_release(&push->classes[i]);
		free(governed->items[i].ref);
	}
	governed->count = kept;
}
