#include <stdlib.h>
#include <unistd.h>

#include "adapters/state_owed.h"
#include "base/file.h"
#include "flow/behind.h"
#include "flow/chain.h"
#include "flow/deliver.h"
#include "flow/gate.h"
#include "flow/report.h"
#include "flow/session.h"
#include "rules/pattern.h"
#include "rules/ref_update.h"

#define INPUT_MAXIMUM ((size_t)256 * 1024 * 1024)

/* What a push moved. */
struct moved {
	struct strings governed; /* the names under which they are announced */
	struct strings into;     /* those that hotfixes are merged back to */
	bool production;
};

static int find_moved(struct moved *out, struct session *session, const struct ref_updates *updates,
		      struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < updates->count; i++) {
		struct ref_class class;

		result = session_classify(session, &class, updates->items[i].ref, error);
		if (!result && class.kind == REF_PRODUCTION) {
			strings_add_once(&out->governed, class.canonical);
			out->production = true;
		} else if (!result && (class.kind == REF_HOTFIX || class.kind == REF_SIGNOFF)) {
			strings_add_once(&out->governed, updates->items[i].ref);
		}
		if (!result && patterns_match(&session->policy.backmerge.into, updates->items[i].ref))
			strings_add_once(&out->into, updates->items[i].ref);
		ref_class_release(&class);
	}
	return result;
}

/* *OUT: something is owed to one of BRANCHES. A state that is not there owes nothing. */
static int find_owed(bool *out, struct session *session, const struct strings *branches, struct error *error)
{
	struct error none = ERROR_INIT;
	int result = 0;

	*out = false;
	for (size_t i = 0; !result && !*out && i < branches->count; i++) {
		result = session_open_state(session, false, &none);
		if (!result)
			result = state_owes(session->state, out, branches->items[i], &none);
	}
	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&none));
	error_release(&none);
	return result == ERROR_NOT_FOUND ? 0 : result;
}

static int announce_moved(struct session *session, const struct moved *moved, struct error *error)
{
	bool owed = false;
	int result = moved->governed.count ? 0 : find_owed(&owed, session, &moved->into, error);

	if (result || (!moved->governed.count && !owed))
		return result;
	result = session_open(session, true, error);
	if (!result)
		result = session_take_over(session, error);
	if (!result)
		result = session_announce(session, NULL, &moved->governed, error);
	if (!result)
		result = session_announce_overdue(session, error);
	return result ? result : deliver_start(session->state, &session->environment, error);
}

/* Who moves production waits, and hears of what goes wrong. */
static int announce_push(const struct ref_updates *updates, struct error *error)
{
	struct moved moved = {.governed = STRINGS_INIT, .into = STRINGS_INIT};
	struct session session = {0};
	int result = session_init(&session, NULL, error);

	if (!result && (session.problems.count || session.policy.mode == MODE_OFF))
		goto done;
	if (!result)
		result = find_moved(&moved, &session, updates, error);
	if (result || (!moved.governed.count && !moved.into.count))
		goto done;
	if (moved.production || !behind_leave(&session.environment))
		result = announce_moved(&session, &moved, error);
done:
	strings_release(&moved.governed);
	strings_release(&moved.into);
	session_release(&session);
	return result;
}

int gate_post_receive(const char *program)
{
	char *const arguments[] = {NULL};
	struct ref_updates updates = {0};
	struct buffer input = BUFFER_INIT;
	struct error error = ERROR_INIT;
	int status = 0;
	int result = file_read_all(&input, STDIN_FILENO, "standard input", INPUT_MAXIMUM, &error);

	if (!result)
		result = chain_run(&status, program, "post-receive", arguments, &input, &error);
	if (!result)
		result = ref_updates_parse(&updates, buffer_text(&input), input.length, &error);
	if (!result)
		result = announce_push(&updates, &error);
	if (result) {
		report_warning(error_text(&error));
		report_warning(
			"your push is accepted; what it changed is announced by the next push, or by hotfixctl deliver");
	}
	ref_updates_release(&updates);
	buffer_release(&input);
	error_release(&error);
	return status;
}
