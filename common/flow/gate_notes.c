#include "adapters/state_landings.h"
#include "base/clock.h"
#include "flow/gate_judge.h"
#include "flow/unreached.h"
#include "rules/ref_class.h"

#define UNREACHED_NAMED 3

static void note_failed(struct judgement *judgement, const char *production, const struct failed_deploy *deploy)
{
	struct buffer note = BUFFER_INIT;

	buffer_addf(&note, "the last deploy of %s to %s failed: %s at %s, reported by %s at ", ref_short(production),
		    deploy->environment, ref_short(deploy->branch), object_id_short(&deploy->commit).digits,
		    deploy->person);
	clock_format(&note, deploy->time);
	buffer_add_string(&note, "; it is told until a success is reported");
	strings_take(&judgement->notes, buffer_detach(&note));
}

static int note_failed_deploys(struct judgement *judgement, const char *production, struct error *error)
{
	struct failed_deploys failed = {0};
	int result = state_failed_deploys(judgement->session->state, &failed, production, error);

	for (size_t i = 0; !result && i < failed.count; i++)
		note_failed(judgement, production, &failed.items[i]);
	failed_deploys_release(&failed);
	return result;
}

static int note_failed_landings(struct gate_push *push, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < push->governed.count; i++)
		if (push->classes[i].kind == REF_PRODUCTION)
			result = note_failed_deploys(&push->judgement, push->classes[i].canonical, error);
	return result;
}

/* Nobody would look into the outbox for it, and whoever lands now believes that it is deployed. */
static int note_unreached(struct judgement *judgement, struct error *error)
{
	struct unreached_endpoints unreached = {0};
	int result = unreached_gather(&unreached, judgement->session, error);

	for (size_t i = 0; !result && i < unreached.count && i < UNREACHED_NAMED; i++) {
		struct buffer note = BUFFER_INIT;
		struct buffer command = BUFFER_INIT;

		unreached_describe(&note, &unreached.items[i]);
		unreached_command(&command, &unreached.items[i]);
		strings_take(&judgement->notes, buffer_detach(&note));
		strings_take(&judgement->note_commands, buffer_detach(&command));
	}
	if (!result && unreached.count > UNREACHED_NAMED)
		strings_add(&judgement->note_commands, "hotfixctl status    # there are more that take nothing");
	unreached_endpoints_release(&unreached);
	return result;
}

void gate_add_notes(struct gate_push *push)
{
	struct judgement *judgement = &push->judgement;
	struct error error = ERROR_INIT;
	int result = 0;

	if (!judgement->session->state || push->stage == STAGE_UPDATE || !gate_touches(push, REF_PRODUCTION))
		return;
	if (policy_signoff(&judgement->session->policy, SIGNOFF_DEPLOY))
		result = note_failed_landings(push, &error);
	if (verdict_accepts(&judgement->verdict))
		overriding_note_debts(judgement);
	if (!result && verdict_accepts(&judgement->verdict))
		result = note_unreached(judgement, &error);
	if (result)
		strings_add(&judgement->notes, error_text(&error));
	error_release(&error);
}
