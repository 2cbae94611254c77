#include "signoff_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command.h"
#include "flow/gather_tags.h"
#include "rules/message.h"
#include "rules/people.h"

#define COLUMN 14

static const char *const evidence_names[] = {
	[EVIDENCE_TRAILER] = "trailer", [EVIDENCE_SIGNATURE] = "signature", [EVIDENCE_PUSHER] = "pusher"};

static int verify_the_rest(struct session *session, struct landing *landing, struct error *error)
{
	struct evidence **open = memory_alloc(landing->evidence_count * sizeof(*open));
	size_t count = 0;
	int result;

	for (size_t i = 0; i < landing->evidence_count; i++) {
		struct evidence *evidence = &landing->evidence[i];

		if (evidence->ref && evidence->signoff->evidence == EVIDENCE_SIGNATURE && !evidence->key &&
		    !evidence->problem)
			open[count++] = evidence;
	}
	result = gather_verify(open, count, session, error);
	free(open);
	return result;
}

/* When REF, or else the commit CARRIER, came; a NULL PUSHER is not asked for. */
static int find_arrival(int64_t *time, char **pusher, struct session *session, const char *ref,
			const struct object_id *carrier, struct error *error)
{
	struct arrival arrival = {0};
	int result = ref ? state_ref_arrival(session->state, &arrival, ref, error)
			 : state_arrival(session->state, &arrival, carrier, error);

	if (!result) {
		*time = arrival.time;
		if (pusher)
			*pusher = memory_copy(arrival.pusher);
	} else if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result = 0;
	}
	arrival_release(&arrival);
	return result;
}

int signoff_facts_gather(struct signoff_facts *out, struct session *session, struct landing *landing,
			 struct error *error)
{
	int result = verify_the_rest(session, landing, error);

	out->count = landing->evidence_count;
	out->items = memory_alloc(out->count * sizeof(*out->items));
	for (size_t i = 0; !result && i < out->count; i++) {
		const struct evidence *evidence = &landing->evidence[i];
		struct signoff_fact *fact = &out->items[i];

		result = find_arrival(&fact->time, &fact->pusher, session, evidence->ref, &evidence->carrier, error);
		if (!result && evidence->revoked_by)
			result = find_arrival(&fact->revoked_time, NULL, session, evidence->revoked_by, NULL, error);
	}
	return result;
}

void signoff_facts_release(struct signoff_facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		free(facts->items[i].pusher);
	free(facts->items);
	*facts = (struct signoff_facts){0};
}

static const char *worth_of(enum evidence_fault fault)
{
	switch (fault) {
	case EVIDENCE_COUNTS:
		return "counts";
	case EVIDENCE_TAKEN:
	case EVIDENCE_NOT_NEEDED:
		return "spare";
	case EVIDENCE_OTHER_COMMIT:
	case EVIDENCE_OTHER_CHANGE:
		return "stale";
	case EVIDENCE_USED_UP:
		return "used up";
	case EVIDENCE_REVOKED:
		return "revoked";
	default:
		return "does not count";
	}
}

static void add_time(struct buffer *out, int64_t time)
{
	if (time)
		clock_format(out, time);
	else
		buffer_add_string(out, "a time that the server does not know");
}

/* One line of the paragraph, which is emptied. */
static void add_line(struct buffer *out, struct buffer *line)
{
	buffer_addf(out, "%*s", COLUMN, "");
	message_wrap(out, buffer_text(line), COLUMN);
	buffer_clear(line);
}

static void add_whole(struct buffer *out, const char *before, const char *text)
{
	buffer_addf(out, "%*s%s", COLUMN, "", before);
	message_escape(out, text);
	buffer_add_char(out, '\n');
}

static void add_proof(struct buffer *out, const struct evidence *evidence, const struct signoff_fact *fact)
{
	struct buffer line = BUFFER_INIT;

	if (evidence->key)
		add_whole(out, "by the key ", evidence->key);
	if (evidence->ref) {
		add_whole(out, "", evidence->ref);
	} else {
		buffer_addf(&line, "by a trailer on %s", object_id_short(&evidence->carrier).digits);
		add_line(out, &line);
	}
	if (fact->pusher) {
		buffer_addf(&line, "pushed by %s", fact->pusher);
		add_line(out, &line);
	}
	buffer_release(&line);
}

static void add_worth(struct buffer *out, const struct policy *policy, const struct landing *landing,
		      const struct evidence *evidence, const struct signoff_fact *fact, enum evidence_fault fault)
{
	struct buffer line = BUFFER_INIT;

	buffer_add_string(&line, worth_of(fault));
	if (fault == EVIDENCE_REVOKED) {
		buffer_add_string(&line, " at ");
		add_time(&line, fact->revoked_time);
		add_line(out, &line);
		if (evidence->revoked_by)
			add_whole(out, "by ", evidence->revoked_by);
	} else {
		if (fault != EVIDENCE_COUNTS) {
			buffer_add_string(&line, ": ");
			evidence_explain(&line, policy, landing, evidence, fault);
		}
		add_line(out, &line);
	}
	buffer_release(&line);
}

static void add_evidence(struct buffer *out, const struct policy *policy, const struct landing *landing,
			 const struct evidence *evidence, const struct signoff_fact *fact, enum evidence_fault fault)
{
	struct buffer line = BUFFER_INIT;

	buffer_addf(out, "\n    %-*s", COLUMN - 4, evidence->signoff->name);
	if (strlen(evidence->signoff->name) >= COLUMN - 4)
		buffer_addf(out, "\n%*s", COLUMN, "");
	if (evidence->person)
		people_describe(&line, policy, evidence->person);
	else
		buffer_add_string(&line, evidence->text);
	message_wrap(out, buffer_text(&line), COLUMN);
	buffer_clear(&line);
	buffer_addf(&line, "signed %s at ", object_id_short(&evidence->target).digits);
	add_time(&line, fact->time);
	add_line(out, &line);
	add_proof(out, evidence, fact);
	add_worth(out, policy, landing, evidence, fact, fault);
	buffer_release(&line);
}

void signoff_facts_text(struct buffer *out, const struct signoff_facts *facts, const struct policy *policy,
			const struct landing *landing, const struct signoff_states *states)
{
	if (facts->count)
		buffer_add_string(out, "\n  who signed:\n");
	for (size_t s = 0; s < states->count; s++)
		for (size_t i = 0; i < facts->count; i++)
			if (landing->evidence[i].signoff == states->items[s].signoff)
				add_evidence(out, policy, landing, &landing->evidence[i], &facts->items[i],
					     states->items[s].faults[i]);
}

static struct json *evidence_json(const struct policy *policy, const struct landing *landing,
				  const struct evidence *evidence, const struct signoff_fact *fact,
				  enum evidence_fault fault)
{
	struct json *object = json_new_object();
	struct buffer why = BUFFER_INIT;

	if (fault != EVIDENCE_COUNTS)
		evidence_explain(&why, policy, landing, evidence, fault);
	json_set_string(object, "person", evidence->person);
	json_set_string(object, "evidence", evidence_names[evidence->signoff->evidence]);
	json_set_string(object, "commit", object_id_full(&evidence->target).digits);
	json_set_time(object, "time", fact->time);
	json_set_string(object, "key", evidence->key);
	json_set_string(object, "ref", evidence->ref);
	json_set_string(object, "carrier", object_id_full(&evidence->carrier).digits);
	json_set_string(object, "pusher", fact->pusher);
	json_set_string(object, "worth", worth_of(fault));
	json_set_string(object, "why", fault == EVIDENCE_COUNTS ? NULL : buffer_text(&why));
	json_set_string(object, "revoked_by", evidence->revoked_by);
	json_set_time(object, "revoked", fact->revoked_time);
	buffer_release(&why);
	return object;
}

struct json *signoff_facts_json(const struct signoff_facts *facts, const struct policy *policy,
				const struct landing *landing, const struct signoff_state *state)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < facts->count; i++)
		if (landing->evidence[i].signoff == state->signoff)
			json_add(array, evidence_json(policy, landing, &landing->evidence[i], &facts->items[i],
						      state->faults[i]));
	return array;
}
