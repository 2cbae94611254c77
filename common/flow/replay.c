#include "flow/replay.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/repository_line.h"
#include "adapters/state_hindsight.h"
#include "adapters/state_landings.h"
#include "base/memory.h"
#include "flow/judge.h"
#include "flow/replay_guess.h"

/* Commits that one landing brings to the first-parent line, at most. */
#define LANDING_MAXIMUM 10000

#define TIPS_MAXIMUM 100000

struct replay {
	struct session *session;
	const char *production;
	int64_t since;
	struct line_commits line;
	struct numbered_tips tips;  /* of production, as announced */
	struct branch_tips present; /* of hotfix and allow-from branches, by id */
	replay_taker *take;
	void *context;
};

/* What happened between two commits of the line. */
struct segment {
	size_t to; /* in the line */
	size_t from;
	struct past_landings landings;
	const struct past_landing *landing; /* one of them; NULL: the ledger has none */
	bool seen;                          /* production was at both, as the ledger says */
};

const char *replay_verdict_name(enum replay_verdict verdict)
{
	static const char *const names[] = {"passes", "refused", "unknown"};

	return names[verdict];
}

static int compare_tips(const void *a, const void *b)
{
	const struct branch_tip *first = a;
	const struct branch_tip *second = b;

	return object_id_compare(&first->tip, &second->tip);
}

static int open_replay(struct replay *replay, struct error *error)
{
	struct session *session = replay->session;
	struct object_id tip;
	int result = repository_give_room(session->repository, error);

	if (!result)
		result = repository_ref(session->repository, &tip, replay->production, error);
	if (!result)
		result = repository_line(session->repository, &replay->line, &tip, replay->since, error);
	if (!result)
		result = state_numbered_tips(session->state, &replay->tips, replay->production, error);
	if (!result)
		result = session_landable(session, &replay->present, TIPS_MAXIMUM, error);
	if (!result && replay->present.count)
		qsort(replay->present.items, replay->present.count, sizeof(*replay->present.items), compare_tips);
	return result;
}

/* The place of ID below TO in the line; 0 when it is not there. */
static size_t find_below(const struct replay *replay, size_t to, const struct object_id *id)
{
	for (size_t i = to + 1; i < replay->line.count && i - to <= LANDING_MAXIMUM; i++)
		if (object_id_equal(&replay->line.items[i].id, id))
			return i;
	return 0;
}

/* The next place below TO at which production was announced; 0 when there is none. */
static size_t find_seen(const struct replay *replay, size_t to)
{
	for (size_t i = to + 1; i < replay->line.count && i - to <= LANDING_MAXIMUM; i++)
		if (numbered_tips_find(&replay->tips, &replay->line.items[i].id))
			return i;
	return 0;
}

static int find_landing(struct segment *out, struct replay *replay, struct error *error)
{
	int result = 0;

	if (replay->tips.count)
		result = state_landings_at(replay->session->state, &out->landings, &replay->line.items[out->to].id,
					   error);
	for (size_t i = 0; i < out->landings.count; i++)
		if (!strcmp(out->landings.items[i].production, replay->production))
			out->landing = &out->landings.items[i];
	return result;
}

/* Without a landing in the ledger it is one commit, or what lies between two tips that production was seen at. */
static int find_segment(struct segment *out, struct replay *replay, size_t to, struct error *error)
{
	int result;

	*out = (struct segment){.to = to, .from = to + 1};
	result = find_landing(out, replay, error);
	if (result)
		return result;
	if (out->landing && out->landing->what.kind != LANDING_CREATION)
		out->from = find_below(replay, to, &out->landing->what.from);
	else if (!out->landing && numbered_tips_find(&replay->tips, &replay->line.items[to].id))
		out->from = find_seen(replay, to);
	out->seen = out->from != 0;
	if (!out->from)
		out->from = to + 1;
	out->seen = out->seen && numbered_tips_find(&replay->tips, &replay->line.items[to].id) != NULL &&
		    out->from < replay->line.count &&
		    numbered_tips_find(&replay->tips, &replay->line.items[out->from].id) != NULL;
	return 0;
}

/* Goes back to when the landing was pushed: the clock, who pushed, and what the ledger held. */
static void go_back(struct replay *replay, const struct segment *segment, const struct guess *guess)
{
	struct session *session = replay->session;
	const struct past_landing *landing = segment->landing;
	const struct numbered_tip *tip = NULL;

	for (size_t at = segment->from; !tip && landing && at < replay->line.count; at++)
		tip = numbered_tips_find(&replay->tips, &replay->line.items[at].id);
	free(session->pusher);
	session->pusher = memory_copy(landing ? landing->pusher : guess->committer);
	session->now = landing ? landing->time : replay->line.items[segment->to].time;
	session->hindsight = landing ? HINDSIGHT_LEDGER : HINDSIGHT_GIT;
	state_look_back(session->state, landing ? landing->push : 0, tip ? tip->number : 0);
}

static void describe(struct replayed *out, const struct replay *replay, const struct segment *segment)
{
	const struct past_landing *landing = segment->landing;

	*out = (struct replayed){.from = replay->line.items[segment->from].id,
				 .to = replay->line.items[segment->to].id,
				 .time = replay->line.items[segment->to].time,
				 .kind = LANDING_KINDS,
				 .recorded = landing != NULL};
	if (!landing)
		return;
	out->kind = landing->what.kind;
	out->branch = landing->what.branch;
	out->incident = landing->what.incident;
	out->pusher = landing->pusher;
}

static int judge(struct replayed *out, struct judgement *judgement, struct replay *replay, const struct guess *guess,
		 struct error *error)
{
	struct ref_update update = {out->from, out->to, (char *)replay->production};
	const struct ref_updates updates = {.items = &update, .count = 1};
	int result;

	judgement->updates = &updates;
	judgement->tips = &guess->tips;
	result = judge_move(judgement, &update, replay->production, error);
	judgement->updates = NULL;
	if (result == ERROR_TOO_LONG || result == ERROR_MALFORMED) {
		strings_add(&verdict_add(&judgement->verdict, "commit", NULL, replay->production)->found,
			    error_text(error));
		error_release(error);
		result = 0;
	}
	verdict_weigh(&judgement->verdict, &replay->session->policy);
	out->verdict = verdict_accepts(&judgement->verdict) ? REPLAY_PASSES : REPLAY_REFUSED;
	if (!out->recorded && guess_depends_on_pusher(&judgement->verdict, &replay->session->policy)) {
		out->verdict = REPLAY_UNKNOWN;
		out->why = GUESS_NO_PUSHER;
	}
	return result;
}

/* What was judged knows best what it was. */
static void take_landing(struct replayed *out, const struct judgement *judgement)
{
	const struct record *record = judgement->records.count ? &judgement->records.items[0] : NULL;

	if (!record || record->landing_count != 1)
		return;
	out->kind = record->landings[0].kind;
	out->branch = record->landings[0].branch;
	out->incident = record->landings[0].incident;
}

/* One that cannot be judged is told, and does not keep the others from being judged. */
static void give_up(struct replayed *out, struct error *error)
{
	out->verdict = REPLAY_UNKNOWN;
	out->why = error_text(error);
}

static int replay_segment(struct replay *replay, const struct segment *segment, struct error *error)
{
	struct judgement judgement = {.session = replay->session, .quiet = true};
	struct error unread = ERROR_INIT;
	struct guess guess = {0};
	struct replayed replayed;
	int result = 0;

	describe(&replayed, replay, segment);
	if (segment->landing)
		guess_from_ledger(&guess, &segment->landing->what);
	else
		result = guess_from_git(&guess, replay->session, &replay->present, &replay->line, segment->to,
					segment->seen, &unread);
	if (!result && !segment->landing) {
		replayed.kind = guess.kind;
		replayed.branch = guess.tips.count ? guess.tips.items[0].ref : NULL;
		replayed.why = guess.why;
		replayed.verdict = guess.why ? REPLAY_UNKNOWN : REPLAY_PASSES;
	}
	if (!result && !replayed.why) {
		go_back(replay, segment, &guess);
		result = judge(&replayed, &judgement, replay, &guess, &unread);
	}
	if (result)
		give_up(&replayed, &unread);
	else
		take_landing(&replayed, &judgement);
	replayed.verdict_of = &judgement.verdict;
	result = replay->take(replay->context, &replayed, error);
	error_release(&unread);
	guess_release(&guess);
	judgement_release(&judgement);
	return result;
}

/* Below where production came into being there are commits, but no landings; below a commit without parents nothing. */
static bool is_end(const struct replay *replay, const struct segment *segment)
{
	return (segment->landing && segment->landing->what.kind == LANDING_CREATION) ||
	       segment->from >= replay->line.count;
}

static int replay_line(struct replay *replay, struct error *error)
{
	int result = 0;

	for (size_t to = 0; !result && to < replay->line.count;) {
		struct segment segment;
		bool end;

		state_look_back(replay->session->state, INT64_MAX, INT64_MAX);
		result = find_segment(&segment, replay, to, error);
		end = !result && is_end(replay, &segment);
		if (!result && !end && replay->line.items[to].time >= replay->since)
			result = replay_segment(replay, &segment, error);
		past_landings_release(&segment.landings);
		to = end ? replay->line.count : segment.from;
	}
	return result;
}

int replay_run(struct session *session, const char *production, int64_t since, replay_taker *take, void *context,
	       struct error *error)
{
	struct replay replay = {
		.session = session, .production = production, .since = since, .take = take, .context = context};
	int result;

	session->policy.mode = MODE_ENFORCE;
	result = open_replay(&replay, error);
	if (!result)
		result = replay_line(&replay, error);
	state_look_back(session->state, INT64_MAX, INT64_MAX);
	session->hindsight = HINDSIGHT_NONE;
	line_commits_release(&replay.line);
	numbered_tips_release(&replay.tips);
	branch_tips_release(&replay.present);
	return result;
}
