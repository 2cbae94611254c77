#include "flow/gate.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "flow/chain.h"
#include "flow/gate_judge.h"
#include "flow/gate_limits.h"
#include "flow/report.h"

/* Room for a million refs; Git itself sends one line for each. */
#define INPUT_MAXIMUM ((size_t)256 * 1024 * 1024)

enum { ACCEPT = 0, REFUSE = 1 };

/* Reads the ref updates, and gives them to the hook that was there before. */
static int read_push(struct ref_updates *out, int *status, const char *program, const char *name, struct error *error)
{
	char *const arguments[] = {NULL};
	struct buffer input = BUFFER_INIT;
	int result = file_read_all(&input, STDIN_FILENO, "standard input", INPUT_MAXIMUM, error);

	*status = ACCEPT;
	if (!result)
		result = chain_run(status, program, name, arguments, &input, error);
	if (!result && *status == ACCEPT)
		result = ref_updates_parse(out, buffer_text(&input), input.length, error);
	buffer_release(&input);
	return result;
}

static int refuse_with(const struct error *error)
{
	struct buffer text = BUFFER_INIT;

	buffer_addf(&text, "the server could not judge this push, so it is refused; this is not your fault: %s",
		    error_text(error));
	report_warning(buffer_text(&text));
	buffer_release(&text);
	return REFUSE;
}

static void warn_of_configuration(const struct gate_push *push)
{
	if (push->judgement.session->problems.count && push->stage == STAGE_PRE_RECEIVE)
		report_warning("the configuration of the hotfix hooks is broken: tell the administrator");
}

/* Judges what is governed, unless the push is too large to be looked at. */
static int judge_within_limits(struct gate_push *push, struct error *error)
{
	const struct verdict *verdict = &push->judgement.verdict;
	int result = 0;

	gate_limit_updates(push);
	if (verdict_accepts(verdict))
		result = gate_classify(push, error);
	if (!result && verdict_accepts(verdict))
		gate_limit_governed(push);
	if (!result && verdict_accepts(verdict) && push->governed.count)
		gate_judge(push);
	return result;
}

/* Judges UPDATES and tells the pusher. *ACCEPTED is the answer. */
static int judge_push(bool *accepted, const struct ref_updates *updates, enum gate_stage stage, struct error *error)
{
	int64_t begin = clock_monotonic();
	struct session session = {0};
	struct gate_push push = {.stage = stage, .updates = updates};
	struct buffer words = BUFFER_INIT;
	struct guard guard = {0};
	int result = session_init(&session, NULL, error);

	session.updates = updates;
	push.judgement.session = &session;
	push.judgement.updates = updates;
	push.judgement.quiet = stage == STAGE_UPDATE;
	*accepted = true;
	if (result || !updates->count || (session.policy.mode == MODE_OFF && !session.problems.count))
		goto done;
	result = gate_guard(&guard, &words, &push, error);
	if (!result)
		result = judge_within_limits(&push, error);
	guard_lift(&guard);
	if (result)
		goto done;
	*accepted = verdict_accepts(&push.judgement.verdict);
	if (!push.governed.count)
		warn_of_configuration(&push);
	if (!push.governed.count && !push.judgement.verdict.count)
		goto done;
	if (stage == STAGE_PRE_RECEIVE || !*accepted) {
		report_to_pusher(&push.judgement);
		report_to_log(&push.judgement, &push.governed, clock_monotonic() - begin);
	}
done:
	buffer_release(&words);
	gate_push_release(&push);
	session_release(&session);
	return result;
}

static int gate_run(const struct ref_updates *updates, enum gate_stage stage)
{
	struct error error = ERROR_INIT;
	bool accepted = false;
	int status;

	if (judge_push(&accepted, updates, stage, &error))
		status = refuse_with(&error);
	else
		status = accepted ? ACCEPT : REFUSE;
	error_release(&error);
	return status;
}

int gate_pre_receive(const char *program)
{
	struct ref_updates updates = {0};
	struct error error = ERROR_INIT;
	int status;

	if (read_push(&updates, &status, program, "pre-receive", &error))
		status = refuse_with(&error);
	else if (status == ACCEPT)
		status = gate_run(&updates, STAGE_PRE_RECEIVE);
	ref_updates_release(&updates);
	error_release(&error);
	return status;
}

int gate_update(const char *program, const char *ref, const char *old_id, const char *new_id)
{
	char *const arguments[] = {(char *)ref, (char *)old_id, (char *)new_id, NULL};
	struct ref_updates updates = {0};
	struct error error = ERROR_INIT;
	int status = ACCEPT;

	if (chain_run(&status, program, "update", arguments, NULL, &error) ||
	    (status == ACCEPT && ref_updates_add(&updates, ref, old_id, new_id, &error)))
		status = refuse_with(&error);
	else if (status == ACCEPT)
		status = gate_run(&updates, STAGE_UPDATE);
	ref_updates_release(&updates);
	error_release(&error);
	return status;
}
