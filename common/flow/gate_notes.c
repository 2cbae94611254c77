#include "adapters/state_landings.h"
#include "base/clock.h"
#include "flow/gate_judge.h"
#include "rules/ref_class.h"

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

void gate_add_notes(struct gate_push *push)
{
	struct judgement *judgement = &push->judgement;
	const struct policy *policy = &judgement->session->policy;
	struct error error = ERROR_INIT;
	int result = 0;

	if (!judgement->session->state || push->stage == STAGE_UPDATE || !policy_signoff(policy, SIGNOFF_DEPLOY))
		return;
	for (size_t i = 0; !result && i < push->governed.count; i++)
		if (push->classes[i].kind == REF_PRODUCTION)
			result = note_failed_deploys(judgement, push->classes[i].canonical, &error);
	if (result)
		strings_add(&judgement->notes, error_text(&error));
	error_release(&error);
}
