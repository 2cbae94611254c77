#include "flow/announce_answer.h"

#include <string.h>

#include "adapters/state_landings.h"
#include "adapters/state_owed.h"
#include "flow/announce_event.h"
#include "rules/debt.h"

static enum event_type type_of(const struct record_landing *answer)
{
	if (answer->kind == LANDING_REVOCATION)
		return EVENT_HOTFIX_REVOKED;
	if (strcmp(answer->signoffs[0].name, SIGNOFF_DEPLOY) != 0)
		return EVENT_HOTFIX_SIGNED_OFF;
	return answer->signoffs[0].failed ? EVENT_HOTFIX_DEPLOY_FAILED : EVENT_HOTFIX_DEPLOYED;
}

static int write_event(size_t *events, const struct announcer *announcer, struct happening *happening, int64_t number,
		       struct error *error)
{
	bool added = false;
	int result = announce_event(&added, announcer, happening, number, NULL, error);

	*events += added;
	return result;
}

static int close_hotfix(bool *closed, const struct announcer *announcer, const struct happening *happening,
			struct error *error)
{
	const struct record_landing *answer = happening->landing;
	struct answers answers = {0};
	int result = state_answers(announcer->state, &answers, &answer->about, error);

	*closed = !result && answers_close(&answers, announcer->policy);
	if (*closed)
		result = state_close_landing(announcer->state, closed, &answer->about, happening->time, error);
	answers_release(&answers);
	return result;
}

/* Fills in the landing that the sign-off is on, where that was overridden, and notes whether it owes anything still. */
static int settle_debt(struct past_landing *owing, struct answers *given, const struct announcer *announcer,
		       struct happening *happening, struct error *error)
{
	const struct record_landing *answer = happening->landing;
	bool settled;
	int result;

	owing->number = answer->about;
	result = state_landing_override(announcer->state, owing, error);
	if (result || !owing->what.override || !record_override_owes(owing->what.override))
		return result;
	result = state_answers(announcer->state, given, &answer->about, error);
	happening->owing = owing;
	happening->given = given;
	settled = !result && debt_is_settled(announcer->policy, &owing->what, given);
	if (!result && settled != (owing->what.override->settled != 0))
		result = state_settle_debt(announcer->state, &answer->about, settled ? happening->time : 0, error);
	return result;
}

int announce_answer(size_t *events, const struct announcer *announcer, struct happening *happening, int64_t record,
		    int64_t number, struct error *error)
{
	const struct record_landing *answer = happening->landing;
	const struct record_signoff *said = &answer->signoffs[0];
	struct past_landing owing = {0};
	struct answers given = {0};
	bool closed = false;
	int result = settle_debt(&owing, &given, announcer, happening, error);

	happening->type = type_of(answer);
	if (!result && said->environment && answer->about_production)
		result = state_set_deployed(announcer->state, answer->about_production, said->environment, said->failed,
					    record, error);
	if (!result)
		result = write_event(events, announcer, happening, number, error);
	if (!result && !strcmp(said->name, SIGNOFF_BACKMERGE))
		result = state_weigh_waivers(announcer->state, &answer->about, happening->time, error);
	if (!result && happening->type == EVENT_HOTFIX_SIGNED_OFF && !strcmp(said->name, SIGNOFF_MONITOR))
		result = close_hotfix(&closed, announcer, happening, error);
	if (!result && closed) {
		happening->type = EVENT_HOTFIX_CLOSED;
		result = write_event(events, announcer, happening, number, error);
	}
	happening->owing = NULL;
	happening->given = NULL;
	record_landing_release(&owing.what);
	answers_release(&given);
	return result;
}
