/* Lets a landing pass that was overridden, and refuses where something is owed too long (hotfix-hooks(7), OVERRIDES). */
#ifndef HOTFIX_FLOW_OVERRIDING_H
#define HOTFIX_FLOW_OVERRIDING_H

#include <stdbool.h>

#include "base/strings.h"
#include "flow/debts.h"
#include "rules/landing.h"
#include "rules/override.h"
#include "rules/ref_update.h"

struct judgement;

/* What a push brings to the question, filled in only where hotfix.ini has a role in [override]. */
struct overriding {
	bool configured;
	struct override_request request; /* MADE by the options of the push; never for the update hook */
	char *forbidden;                 /* why the pusher may not, or NULL */
	const struct record *recorded;   /* the update hook: what pre-receive has recorded; borrowed, or NULL */
	struct debts *debts;             /* one for each of the production branches that are pushed to */
	struct strings productions;      /* their full names */
};

/* Reads the request, when the pusher was ASKED for options, and what is owed on PRODUCTIONS. Opens nothing. */
int overriding_prepare(struct judgement *judgement, const struct strings *productions, bool asked, struct error *error);
void overriding_release(struct overriding *overriding);

/* Adds to VERDICT what an ordinary landing on PRODUCTION must wait for. */
void overriding_judge_debts(struct verdict *verdict, const struct judgement *judgement, const struct landing *landing,
			    const char *ref);

/* Lets the override of the push pass what it can of VERDICT, which is weighed, about WHAT on PRODUCTION. */
void overriding_pass(struct verdict *verdict, const struct judgement *judgement, const struct record_landing *what,
		     const char *production);

/* Writes down in WHAT, which has just been taken from LANDING, what was overridden of it. */
void overriding_keep(struct record_landing *what, const struct judgement *judgement, const struct landing *landing,
		     const struct verdict *verdict);

/* The same for one finding about WHAT: the answer of a gate. */
void overriding_pass_finding(struct finding *finding, const struct judgement *judgement, struct record_landing *what,
			     const char *production);

/* Adds a finding about REF, of a production branch, where the request cannot be granted, whatever was to be overridden. */
void overriding_check_request(struct judgement *judgement, const char *ref);

/* Once everything is judged and weighed, of UPDATE of PRODUCTION: adds why it was not overridden, or to a finding that it
 * could be; notes that there was nothing to override. */
void overriding_conclude(struct judgement *judgement, const struct ref_update *update, const char *production);

/* Notes what is owed, and adds the commands that settle it. */
void overriding_note_debts(struct judgement *judgement);

#endif
