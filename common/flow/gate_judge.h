/* Judges the governed part of one push, or of one ref update, and writes down what announce will need. */
#ifndef HOTFIX_FLOW_GATE_JUDGE_H
#define HOTFIX_FLOW_GATE_JUDGE_H

#include "flow/judge.h"

enum gate_stage {
	STAGE_PRE_RECEIVE, /* the whole push, objects in quarantine; writes the record */
	STAGE_UPDATE,      /* one ref, as the refs are now; voids the record of what it refuses */
	STAGE_EXPLAIN,     /* hotfixctl explain: writes nothing, believes the old value */
};

struct gate_push {
	enum gate_stage stage;
	const struct ref_updates *updates;
	struct judgement judgement;
	struct ref_updates governed;
	struct ref_class *classes; /* one for each governed update */
	size_t class_capacity;
};

/* Finds the governed updates. Opens neither repository nor state, unless the configuration is broken. */
int gate_classify(struct gate_push *push, struct error *error);

/* True when an update of a ref of this kind is among them. */
bool gate_touches(const struct gate_push *push, enum ref_kind kind);

/* Judges them, and records or voids. Whatever goes wrong becomes a finding that is the server's fault. */
void gate_judge(struct gate_push *push);

/* Judges the governed update INDEX for the update hook, which has a record of what pre-receive judged (gate_again.c). */
int gate_judge_again(struct gate_push *push, size_t index, struct error *error);

/* Adds what whoever pushes to production must hear (gate_notes.c): that a deploy failed, whatever comes of the push; of
 * one that is accepted, that an endpoint is not reached. */
void gate_add_notes(struct gate_push *push);
void gate_push_release(struct gate_push *push);

#endif
