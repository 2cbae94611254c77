#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "flow/chain.h"
#include "flow/deliver.h"
#include "flow/gate.h"
#include "flow/report.h"
#include "flow/session.h"
#include "rules/ref_update.h"

#define INPUT_MAXIMUM ((size_t)256 * 1024 * 1024)

/* Adds the names under which the moved production and hotfix refs are announced. */
static int find_touched(struct strings *out, struct session *session, const struct ref_updates *updates,
			struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < updates->count; i++) {
		struct ref_class class;

		result = session_classify(session, &class, updates->items[i].ref, error);
		if (!result && class.kind == REF_PRODUCTION)
			strings_add_once(out, class.canonical);
		else if (!result && (class.kind == REF_HOTFIX || class.kind == REF_SIGNOFF))
			strings_add_once(out, updates->items[i].ref);
		ref_class_release(&class);
	}
	return result;
}

static int announce_push(const struct ref_updates *updates, struct error *error)
{
	struct strings touched = STRINGS_INIT;
	struct session session = {0};
	int result = session_init(&session, NULL, error);

	if (!result && (session.problems.count || session.policy.mode == MODE_OFF))
		goto done;
	if (!result)
		result = find_touched(&touched, &session, updates, error);
	if (result || !touched.count)
		goto done;
	result = session_open(&session, true, error);
	if (!result)
		result = session_take_over(&session, error);
	if (!result)
		result = session_announce(&session, NULL, &touched, error);
	if (!result)
		result = session_announce_overdue(&session, error);
	if (!result)
		result = deliver_start(session.state, &session.environment, error);
done:
	strings_release(&touched);
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
