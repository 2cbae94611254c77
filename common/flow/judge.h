/* Judges one governed ref update: gathers what the rules ask for, and lets them answer. */
#ifndef HOTFIX_FLOW_JUDGE_H
#define HOTFIX_FLOW_JUDGE_H

#include "base/buffer.h"
#include "flow/overriding.h"
#include "flow/session.h"
#include "rules/record.h"
#include "rules/ref_update.h"
#include "rules/verdict.h"

/* Bytes of checklists, some sixty, after which the branches of a push are only counted. */
#define CHECKLIST_MAXIMUM ((size_t)64 * 1024)

struct judgement {
	struct session *session;           /* opened and identified */
	const struct ref_updates *updates; /* the whole push; only the one update for the update hook */
	struct verdict verdict;            /* what is not met, weighed */
	struct records records;            /* what is to be written down before the refs move */
	struct buffer checklist;           /* for the pusher when the push is accepted */
	size_t unshown;                    /* hotfix branches that are not in it, since there are so many */
	struct strings notes;              /* sentences for the pusher, whatever the verdict */
	struct strings note_commands;      /* what is run on the server about them */
	struct strings settling;           /* the commands that settle what is owed on production */
	struct overriding overriding;
	bool quiet;                     /* nobody reads what is told of an accepted push: the update hook, replay */
	const struct branch_tips *tips; /* of hotfix and allow-from branches, as they were; NULL: as they are */
};

void judgement_release(struct judgement *judgement);

/* Judge one update. An error means that it could not be judged. */
int judge_production(struct judgement *judgement, const struct ref_update *update, const char *production,
		     struct error *error);
/* The part of it behind the question whether the old value is right: a move from one commit to another. */
int judge_move(struct judgement *judgement, const struct ref_update *update, const char *production,
	       struct error *error);
int judge_hotfix(struct judgement *judgement, const struct ref_update *update, struct error *error);

/* A hotfix branch goes, judge_hotfix calls it. */
int judge_deletion(struct judgement *judgement, const struct ref_update *update, struct error *error);

/* A sign-off ref is made (or, which is refused, moved or deleted). */
int judge_signoff(struct judgement *judgement, const struct ref_update *update, struct error *error);

/* Production comes into being (OLD is zero), judge_production calls it. */
int judge_creation(struct judgement *judgement, const struct ref_update *update, const char *production,
		   struct error *error);

/* Adds a finding unless NEW is a commit; *IS_COMMIT says which. */
int judge_is_commit(struct judgement *judgement, const struct ref_update *update, bool *is_commit, struct error *error);

/* Adds a finding unless the claimed old value is the ref as it is now; *FRESH says which. */
int judge_old_value(struct judgement *judgement, const struct ref_update *update, bool *fresh, struct error *error);

#endif
