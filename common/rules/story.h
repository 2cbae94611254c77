/* The story of one incident, from its report to its end: what hotfixctl(8) report shows. Values only: gathered once
 * (flow/story.h), and rendered by rules/story_text.h and rules/story_html.h. */
#ifndef HOTFIX_RULES_STORY_H
#define HOTFIX_RULES_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/strings.h"
#include "rules/checklist.h"
#include "rules/object_id.h"

/* How it is known who did something. */
enum proof {
	PROOF_NONE,
	PROOF_TRAILER,   /* a line in a commit: a claim */
	PROOF_SIGNATURE, /* a key, whose fingerprint is kept */
	PROOF_PUSHER,    /* the transport authenticated who pushed */
	PROOF_SERVER     /* recorded on the server by an administrator */
};

enum story_kind {
	STORY_REPORTED, /* by the word of a trailer */
	STORY_OPENED,
	STORY_PUSHED,
	STORY_SIGNED,
	STORY_REVOKED,
	STORY_OVERDUE,
	STORY_OVERRIDDEN,
	STORY_LANDED,
	STORY_DEPLOYED,
	STORY_DEPLOY_FAILED,
	STORY_TAKEN_BACK,
	STORY_BROUGHT_BACK,
	STORY_WATCHED,
	STORY_SETTLED, /* what an override owed was given */
	STORY_BACKMERGE_DUE,
	STORY_WAIVED, /* it need not come back to development */
	STORY_CLOSED,
	STORY_ABANDONED,
	STORY_DELETED,
	STORY_KINDS
};

/* One thing that happened. What does not apply is NULL or zero. */
struct story_entry {
	enum story_kind kind;
	int64_t time;            /* seconds since the epoch; 0: the server does not know */
	int64_t order;           /* tells apart what happened in the same second: the higher came later */
	char *person;            /* key, rules/people.h */
	char *signoff;           /* "review" */
	char *environment;       /* of a deploy */
	char *production;        /* full name */
	char *branch;            /* full name of the hotfix branch */
	char *said;              /* the severity, a reason, or what was missing */
	struct object_id commit; /* that is meant */
	enum proof proof;
	char *proved_by; /* the fingerprint of a key, the ref, or the commit that carries the trailer */
	bool idle;       /* it does not count: stale, revoked, not needed, or taken back */
	char *why;       /* the same in words */
};

struct story_entries {
	struct story_entry *items;
	size_t count;
	size_t capacity;
};

/* One file of a change, by git-diff(1), --numstat. */
struct story_file {
	char *path;
	int64_t added; /* lines; -1: it is binary */
	int64_t removed;
};

struct story_commit {
	struct object_id id;
	char *author; /* as the commit says */
	char *subject;
	int64_t time;
};

/* What one landing changed, or what a branch that is open would. */
struct story_change {
	char *branch;     /* full name */
	char *production; /* full name */
	struct object_id from;
	struct object_id to;
	bool landed;
	bool taken_back;
	bool unknown;                 /* Git does not have it any more, or it is too much to be shown */
	struct story_commit *commits; /* newest first, at most STORY_COMMITS */
	size_t commit_count;
	size_t commits_in_all;
	struct story_file *files; /* at most STORY_FILES */
	size_t file_count;
	size_t file_capacity;
	size_t files_in_all;
	int64_t added; /* lines, in all */
	int64_t removed;
};

#define STORY_COMMITS 50
#define STORY_FILES 200

/* One delivery of one event to one endpoint. */
struct story_delivery {
	char *id;
	char *event; /* type */
	char *endpoint;
	char *state;       /* "waiting", "delivered", "dead" */
	int64_t attempts;  /* tries since it was last sent again */
	int64_t time;      /* of the event, seconds since the epoch */
	int64_t delivered; /* when it was first taken, seconds since the epoch; 0: never */
	int64_t status;    /* of the last answer; 0: none */
	char *error;       /* what went wrong last, or NULL */
};

/* A landing without what it should have had. */
struct story_debt {
	int64_t time;
	char *person;
	char *production;
	char *reason;
	struct strings missing;
	int64_t due;     /* seconds since the epoch; 0: nothing is owed */
	int64_t settled; /* 0: it stands */
	struct object_id commit;
};

/* Where a hotfix is to arrive, too. */
struct story_backmerge {
	char *branch; /* full name of the branch that is to have it */
	int64_t due;
	int64_t arrived; /* or was settled otherwise; 0: it has not, or nobody knows when */
	char *how;       /* in a word: "arrived", "waived" …; NULL while it is missing */
};

/* When things were reached, seconds since the epoch; 0: not yet, or not known. */
struct story_times {
	int64_t reported;
	int64_t opened;
	int64_t triaged;
	int64_t landed;   /* what is in effect */
	int64_t deployed; /* to every environment that is asked for */
	int64_t closed;
};

struct story {
	char *incident;
	char *repository; /* path, as receivers know it */
	char *severity;   /* or NULL */
	char *subject;    /* first line of the first commit of the work, or NULL */
	int64_t now;
	bool open; /* somebody is still to do something */
	bool in_production;
	bool was_taken_back; /* a rollback took some landing of it back */
	bool overdue;
	int64_t deadline;         /* 0: none, or it has landed */
	enum checklist_step step; /* of an open one: the first that is not done */
	enum step_state steps[STEP_COUNT];
	struct strings roles[STEP_COUNT]; /* who is asked for in a step that is missing */
	struct strings branches;          /* full names */
	struct story_times times;
	struct story_entries entries; /* by time; what has none first */
	struct story_change *changes;
	size_t change_count;
	size_t change_capacity;
	struct story_delivery *deliveries; /* oldest first */
	size_t delivery_count;
	size_t delivery_capacity;
	struct story_debt *debts;
	size_t debt_count;
	size_t debt_capacity;
	struct story_backmerge *backmerges;
	size_t backmerge_count;
	size_t backmerge_capacity;
};

void story_release(struct story *story);

/* Add an empty item and return it; the pointer holds until the next call for the same kind. */
struct story_entry *story_add_entry(struct story *story, enum story_kind kind, int64_t time);
struct story_change *story_add_change(struct story *story);
struct story_file *story_add_file(struct story_change *change);
struct story_delivery *story_add_delivery(struct story *story);
struct story_debt *story_add_debt(struct story *story);
struct story_backmerge *story_add_backmerge(struct story *story);

/* Puts the entries in the order in which they happened. */
void story_sort(struct story *story);

/* When the clock began: the report, or else the first push. */
int64_t story_start(const struct story *story);

/* Returns the step that an entry belongs to. */
enum checklist_step story_step_of(const struct story_entry *entry);

/* Returns "signed", "landed" …, for programs; and "trailer", "signature", "pusher", "server", NULL for PROOF_NONE. */
const char *story_kind_name(enum story_kind kind);
const char *story_proof_name(enum proof proof);

/* Add, for people: what happened, without who; how that is known; where the hotfix stands. Not escaped. */
void story_add_words(struct buffer *out, const struct story_entry *entry);
void story_add_proof(struct buffer *out, const struct story_entry *entry);
void story_add_standing(struct buffer *out, const struct story *story);

/* Returns what an event of this type (rules/event.h) says, in plain words; the type itself when it is none. */
const char *story_event_words(const char *type);

/* Adds how long FROM to TO took; "-" where either is not known. */
void story_add_span(struct buffer *out, int64_t from, int64_t to);

#endif
