#include "flow/announce_answer.h"

#include <string.h>

#include "adapters/state_landings.h"
#include "adapters/state_owed.h"
#include "flow/announce_event.h"
#include "rules/answer.h"

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

int announce_answer(size_t *events, const struct announcer *announcer, struct happening *happening, int64_t record,
		    int64_t number, struct error *error)
{
	const struct record_landing *answer = happening->landing;
	const struct record_signoff *said = &answer->signoffs[0];
	bool closed = false;
	int result = 0;

	happening->type = type_of(answer);
	if (said->environment && answer->about_production)
		result = state_set_deployed(announcer->state, answer->about_production, said->environment, said->failed,
					    record, error);
	if (!result)
		result = write_event(events, announcer, happening, number, error);
	if (!result && !strcmp(said->name, SIGNOFF_BACKMERGE))
		result = state_weigh_waivers(announcer->state, &answer->about, happening->time, error);
	if (!result && happening->type == EVENT_HOTFIX_SIGNED_OFF && !strcmp(said->name, SIGNOFF_MONITOR))
		result = close_hotfix(&closed, announcer, happening, error);
	if (result || !closed)
		return result;
	happening->type = EVENT_HOTFIX_CLOSED;
	return write_event(events, announcer, happening, number, error);
}
