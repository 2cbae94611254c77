/* What a past landing was, for flow/replay.c: from the ledger, or as far as Git alone says it. */
#ifndef HOTFIX_FLOW_REPLAY_GUESS_H
#define HOTFIX_FLOW_REPLAY_GUESS_H

#include "adapters/repository_line.h"
#include "flow/session.h"
#include "rules/record.h"
#include "rules/verdict.h"

/* Why a landing cannot be judged. */
#define GUESS_NO_BRANCH "the branch that was merged is not known"
#define GUESS_NO_TIP "a squash, and the tip that it took in is not known"
#define GUESS_DIRECT "a commit on production, or a fast-forward to a branch that is not known"
#define GUESS_NO_PUSHER "who pushed it is not known"

struct guess {
	struct branch_tips tips; /* the branches that may have landed, as they were */
	char *committer;         /* key of who stands for the pusher; NULL from the ledger */
	enum landing_kind kind;  /* what it seems to be; LANDING_KINDS: no idea */
	const char *why;         /* it cannot be judged; else NULL */
};

void guess_release(struct guess *guess);

void guess_from_ledger(struct guess *out, const struct record_landing *landing);

/* LINE's commit TO landed. PRESENT are the branches that are there now, sorted by their tips. SEEN: the ledger saw the move, and
 * has no landing for it, so that no branch of the server fitted. */
int guess_from_git(struct guess *out, struct session *session, const struct branch_tips *present,
		   const struct line_commits *line, size_t to, bool seen, struct error *error);

/* True when nothing is refused but what depends on who pushed. */
bool guess_depends_on_pusher(const struct verdict *verdict, const struct policy *policy);

#endif
