/* What a sign-off on a recorded landing says (hotfix-hooks(7), AFTER THE LANDING). */
#ifndef HOTFIX_RULES_ANSWER_H
#define HOTFIX_RULES_ANSWER_H

#include "rules/policy.h"
#include "rules/record.h"
#include "rules/signoff_ref.h"
#include "rules/tag.h"

/* A sign-off that was given on a landing. */
struct answer {
	struct record_signoff said;
	char *ref;    /* the sign-off ref; NULL: by hotfixctl record */
	int64_t push; /* number of the push that brought it; later ones have higher numbers */
	int64_t time;
	char *pusher;
	bool revoked;
};

struct answers {
	struct answer *items; /* oldest first */
	size_t count;
	size_t capacity;
};

/* Adds an empty one and returns it; the pointer holds until the next call. */
struct answer *answers_add(struct answers *answers);
void answers_release(struct answers *answers);

/* Returns the last deploy to ENVIRONMENT, or NULL. */
const struct answer *answers_last_deploy(const struct answers *answers, const char *environment);

/* True when the last deploy to each environment of DEPLOY was a success; DEPLOY may be NULL: nothing is asked. */
bool answers_deployed(const struct answers *answers, const struct signoff *deploy);

/* Returns how many people gave the sign-off NAME, which they did not revoke. */
int answers_people(const struct answers *answers, const char *name);

/* Returns how many people are still missing for SIGNOFF, 0 when none. */
int answers_missing(const struct answers *answers, const struct signoff *signoff);

/* True when the sign-offs on a landing close the hotfix: it was deployed, and as many as are asked for have watched it. */
bool answers_close(const struct answers *answers, const struct policy *policy);

/* Bytes that Reason: may hold. */
#define ANSWER_REASON_MAXIMUM 1000

/* A sign-off ref that is on a landing. */
struct answer_question {
	const struct signoff *signoff;
	const char *ref;                /* full name */
	const struct signoff_ref *name; /* taken apart: of a deploy, the person is the environment */
	const struct tag *tag;          /* NULL: the ref is on the commit itself */
	const char *pusher;             /* key of who pushed it */
};

/* True when a signed tag is asked for; else who pushes the ref is the evidence. So it is for a sign-off that is given by a
 * trailer before the landing: a landing takes none any more. */
bool answer_is_signed(const struct signoff *signoff);

/* Fills in person, environment, failed and reason of OUT. Returns what is wrong, a sentence owned by the caller; NULL when
 * nothing is. The signature, the role and the landing are not looked at. */
char *answer_read(struct record_signoff *out, const struct policy *policy, const struct answer_question *question);

/* Adds the commands with which somebody gives SIGNOFF on LANDING, which PRODUCTION (full name) took in. */
void answer_add_signing(struct strings *out, const struct policy *policy, const struct signoff *signoff,
			const char *production, const struct record_landing *landing);

/* Returns why ENVIRONMENT cannot be deployed to, a sentence owned by the caller, or NULL. */
char *answer_environment_problem(const struct signoff *deploy, const char *environment);

#endif
