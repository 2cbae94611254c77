#include "flow/announce_event.h"

#include <stdlib.h>

#include "adapters/state_clock.h"
#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce_answer.h"
#include "flow/announce_backmerge.h"

/* The same happening has the same id, whoever announces it and whenever. The same update pushed again has another one,
 * even where repository and state are those of a backup and the numbers begin again there. */
static int event_id(char **out, const struct announcer *announcer, const struct happening *happening, int64_t number,
		    struct error *error)
{
	struct buffer text = BUFFER_INIT;
	struct object_id id;
	int result;

	buffer_addf(&text, "%s\n%s\n%s\n%s\n%s\n%lld", announcer->environment->identity,
		    happening->ref ? happening->ref : "", object_id_full(&happening->old_id).digits,
		    object_id_full(&happening->new_id).digits, event_name(happening->type), (long long)number);
	if (happening->pushed)
		buffer_addf(&text, "\n%lld", (long long)happening->pushed);
	if (happening->exhausted)
		buffer_addf(&text, "\n%s", happening->exhausted->id);
	if (happening->owed)
		buffer_addf(&text, "\n%s\n%s", happening->owed->production, happening->owed->into);
	if (happening->endpoint)
		buffer_addf(&text, "\n%s", happening->endpoint);
	result = repository_hash(&id, text.bytes, text.length, error);
	if (!result)
		*out = memory_copy(object_id_full(&id).digits);
	buffer_release(&text);
	return result;
}

int announce_event(bool *added, const struct announcer *announcer, struct happening *happening, int64_t number,
		   const struct strings *endpoints, struct error *error)
{
	struct strings wanting = STRINGS_INIT;
	struct buffer body = BUFFER_INIT;
	struct event event;
	char *id = NULL;
	int result = event_id(&id, announcer, happening, number, error);

	*added = false;
	if (result)
		return result;
	happening->id = id;
	payload_write(&body, announcer->repository, announcer->policy, announcer->environment, happening);
	event = (struct event){.id = id,
			       .type = (char *)event_name(happening->type),
			       .ref = (char *)happening->ref,
			       .time = happening->time,
			       .body = body.bytes};
	if (!endpoints)
		policy_wanting(&wanting, announcer->policy, event.type);
	result = state_add_event(announcer->state, &event, endpoints ? endpoints : &wanting, clock_now(), added, error);
	happening->id = NULL;
	strings_release(&wanting);
	buffer_release(&body);
	free(id);
	return result;
}

static struct happening happening_of(const struct announced_move *move, int64_t now)
{
	return (struct happening){.time = move->record ? move->record->time : now,
				  .pushed = move->record ? move->record->time : 0,
				  .ref = move->ref,
				  .old_id = move->from,
				  .new_id = move->to,
				  .production = move->production,
				  .severity = move->record ? move->record->record.severity : NULL,
				  .opened = move->record ? move->record->record.opened : 0,
				  .reported = move->record ? move->record->record.reported : 0,
				  .pusher = move->record ? move->record->pusher : NULL};
}

static enum event_type type_of_landing(enum landing_kind kind)
{
	switch (kind) {
	case LANDING_MERGE:
	case LANDING_FAST_FORWARD:
	case LANDING_SQUASH:
		return EVENT_HOTFIX_MERGED;
	case LANDING_ROLLBACK:
		return EVENT_PRODUCTION_ROLLED_BACK;
	default:
		return EVENT_PRODUCTION_RELEASED;
	}
}

static int write_event(size_t *events, const struct announcer *announcer, const struct announced_move *move,
		       struct happening *happening, struct error *error)
{
	bool added = false;
	int result = announce_event(&added, announcer, happening, move->number, NULL, error);

	*events += added;
	return result;
}

/* The ledger counts the rollback as announced already. */
static int announce_rollback(size_t *events, const struct announcer *announcer, const struct announced_move *move,
			     struct happening *happening, struct error *error)
{
	struct rollback rollback = {0};
	int result = rollback_gather(&rollback, announcer->repository, announcer->state, move->ref, NULL, 0,
				     &happening->new_id, error);

	happening->rollback = &rollback;
	if (!result)
		result = write_event(events, announcer, move, happening, error);
	happening->rollback = NULL;
	if (!result)
		result = announce_backmerges_after(announcer, &rollback, happening->time, error);
	rollback_release(&rollback);
	return result;
}

static int announce_landing(size_t *events, const struct announcer *announcer, const struct announced_move *move,
			    const struct record_landing *landing, int64_t now, struct error *error)
{
	struct happening happening = happening_of(move, now);

	happening.type = type_of_landing(landing->kind);
	happening.old_id = landing->from;
	happening.new_id = landing->to;
	happening.landing = landing;
	if (happening.type == EVENT_HOTFIX_MERGED && landing->branch &&
	    state_stop_clock(announcer->state, landing->branch, error))
		return ERROR_FAILED;
	if (landing->kind == LANDING_ROLLBACK)
		return announce_rollback(events, announcer, move, &happening, error);
	if (write_event(events, announcer, move, &happening, error))
		return ERROR_FAILED;
	happening.type = EVENT_HOTFIX_OVERRIDDEN;
	return landing->override ? write_event(events, announcer, move, &happening, error) : 0;
}

static int announce_unexpected(size_t *events, const struct announcer *announcer, const struct announced_move *move,
			       const struct object_id *from, int64_t now, struct error *error)
{
	struct happening happening = happening_of(move, now);

	happening.type = EVENT_PRODUCTION_UNEXPECTED;
	happening.old_id = *from;
	if (object_id_is_zero(&move->to))
		happening.reason = "production was deleted";
	else if (move->record)
		happening.reason = "production was moved by a push that no rule allows as a landing";
	else
		happening.reason = "production moved without a push that was judged";
	return write_event(events, announcer, move, &happening, error);
}

/* What the landings of the record do not account for is an alarm. */
static int announce_production(size_t *events, const struct announcer *announcer, const struct announced_move *move,
			       int64_t now, struct error *error)
{
	const struct record *record = move->record ? &move->record->record : NULL;
	struct object_id at = move->from;
	int result = 0;

	for (size_t i = 0; !result && record && i < record->landing_count; i++) {
		result = announce_landing(events, announcer, move, &record->landings[i], now, error);
		at = record->landings[i].to;
	}
	if (!result && !object_id_equal(&at, &move->to))
		result = announce_unexpected(events, announcer, move, &at, now, error);
	return result;
}

/* A sign-off ref: its record holds who signed what, in the form of a landing. */
static int announce_signoff(size_t *events, const struct announcer *announcer, const struct announced_move *move,
			    int64_t now, struct error *error)
{
	const struct record_landing *signoff = &move->record->record.landings[0];
	struct happening happening = happening_of(move, now);
	int result;

	happening.landing = signoff;
	if (signoff->about.record)
		return announce_answer(events, announcer, &happening, move->record->id, move->number, error);
	happening.type = signoff->kind == LANDING_REVOCATION ? EVENT_HOTFIX_REVOKED : EVENT_HOTFIX_SIGNED_OFF;
	result = write_event(events, announcer, move, &happening, error);
	if (!result && signoff->severity && signoff->branch)
		result = state_set_clock_severity(announcer->state, signoff->branch, signoff->severity, error);
	if (result || !move->record->record.ready)
		return result;
	happening.type = EVENT_HOTFIX_READY;
	return write_event(events, announcer, move, &happening, error);
}

static int start_clock(const struct announcer *announcer, const struct announced_move *move, struct error *error)
{
	const struct hotfix_clock clock = {.ref = (char *)move->ref,
					   .opened = move->record->record.opened,
					   .reported = move->record->record.reported,
					   .severity = move->record->record.severity};

	return clock.opened ? state_start_clock(announcer->state, &clock, error) : 0;
}

/* A hotfix branch, or a ref that never is deleted by a push, is gone. */
static int announce_end(size_t *events, const struct announcer *announcer, const struct announced_move *move,
			struct happening *happening, struct error *error)
{
	int result = state_stop_clock(announcer->state, move->ref, error);

	if (result || !move->record || !move->record->record.landing_count)
		return result;
	happening->type = EVENT_HOTFIX_ABANDONED;
	happening->landing = &move->record->record.landings[0];
	return write_event(events, announcer, move, happening, error);
}

static int announce_hotfix(size_t *events, const struct announcer *announcer, const struct announced_move *move,
			   int64_t now, struct error *error)
{
	struct happening happening = happening_of(move, now);
	int result;

	if (object_id_is_zero(&move->to))
		return announce_end(events, announcer, move, &happening, error);
	if (move->record && move->record->record.landing_count)
		return announce_signoff(events, announcer, move, now, error);
	happening.type = object_id_is_zero(&move->from) ? EVENT_HOTFIX_OPENED : EVENT_HOTFIX_UPDATED;
	result = write_event(events, announcer, move, &happening, error);
	if (!result && move->record)
		result = start_clock(announcer, move, error);
	if (result || !move->record || !move->record->record.ready)
		return result;
	happening.type = EVENT_HOTFIX_READY;
	return write_event(events, announcer, move, &happening, error);
}

int announce_move(size_t *events, const struct announcer *announcer, const struct announced_move *move, int64_t now,
		  struct error *error)
{
	if (announcer->policy->mode == MODE_OFF)
		return 0;
	return move->production ? announce_production(events, announcer, move, now, error)
				: announce_hotfix(events, announcer, move, now, error);
}
