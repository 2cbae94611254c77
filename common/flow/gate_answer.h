/* What a gate is told and what it answered, as hooks and hotfixctl hand it to each other: one JSON value each way. */
#ifndef HOTFIX_FLOW_GATE_ANSWER_H
#define HOTFIX_FLOW_GATE_ANSWER_H

#include "adapters/json.h"
#include "base/buffer.h"
#include "flow/session.h"
#include "rules/record.h"

enum gate_verdict {
	GATE_OPEN,   /* yes */
	GATE_SHUT,   /* no */
	GATE_SILENT, /* nobody knows */
};

struct gate_answer {
	enum gate_verdict verdict;
	char *asked;    /* "GET https://tracker.example.com/issue/INC-7" */
	char *answered; /* "answered 404, not 200" */
};

void gate_answer_release(struct gate_answer *answer);

/* Returns what an Open Policy Agent is asked, {"input": {...}}: WHEN (GATE_WHEN_*), and LANDING on PRODUCTION (full name,
 * NULL where nothing lands yet). Owned by the caller. */
struct json *gate_question(const struct session *session, const char *when, const char *production,
			   const struct record_landing *landing);

/* Returns it as JSON, owned by the caller. */
struct json *gate_answer_json(const struct gate_answer *answer);

/* Reads it back from LENGTH bytes of TEXT. OUT is owned by the caller either way. */
int gate_answer_read(struct gate_answer *out, const char *text, size_t length, struct error *error);

#endif
