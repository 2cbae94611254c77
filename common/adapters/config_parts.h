/* The parts of config.c, for config*.c alone: a file as it is written, what its sections and keys may be, and the
 * problems that were found. */
#ifndef HOTFIX_ADAPTERS_CONFIG_PARTS_H
#define HOTFIX_ADAPTERS_CONFIG_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"
#include "rules/policy.h"

#define CONFIG_LONGEST_LINE 198 /* bytes, LF aside: inih reads into 200 */
#define CONFIG_LONGEST_SECTION 49
#define CONFIG_LONGEST_FILE (1024 * 1024)

enum section_kind {
	SECTION_PROCEDURE,
	SECTION_REPOSITORY,
	SECTION_PUSHER,
	SECTION_PRODUCTION,
	SECTION_HOTFIX,
	SECTION_ROLLBACK,
	SECTION_BACKMERGE,
	SECTION_OVERRIDE,
	SECTION_SIGNATURE,
	SECTION_STATE,
	SECTION_LOG,
	SECTION_LIMITS,
	SECTION_PERSON,
	SECTION_ROLE,
	SECTION_SIGNOFF,
	SECTION_WEBHOOK,
	SECTION_FREEZE,
	SECTION_GATE,
	SECTION_MAIL,
	SECTION_KINDS
};

/* One value as inih gives it; the lines that continue it are values of the same key. */
struct config_entry {
	char *key;
	char *value;
	int line;
	bool continues; /* an indented line: goes on where the one above ended */
};

struct config_section {
	enum section_kind kind;
	char *name; /* NULL: this kind has no names */
	int line;
	struct config_entry *entries;
	size_t entry_count;
	size_t entry_capacity;
};

struct config_file {
	const char *path;
	bool trusted; /* nobody else could have written it */
	struct config_section *sections;
	size_t section_count;
	size_t section_capacity;
};

struct config_problem {
	const struct config_file *file;
	int line;
	char *words;
};

enum { SYSTEM_FILE, REPOSITORY_FILE, CONFIG_FILES };

/* Everything that one config_load works on. */
struct config {
	struct policy *policy;
	uid_t owner;
	struct config_file files[CONFIG_FILES];
	struct config_problem *problems;
	size_t problem_count;
	size_t problem_capacity;
};

/* Adds a problem at a line of a file (config.c). */
void config_problem(struct config *config, const struct config_file *file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* --- config_scan.c: the text, line by line, before inih sees it --- */

/* What inih may see of one line, and the section that it stands in. */
struct config_line {
	const char *text; /* without its LF */
	size_t length;
	bool hidden;    /* given to inih as an empty line */
	bool continues; /* continues the value above it */
	size_t section; /* index among the file's sections, or CONFIG_NO_SECTION */
};

#define CONFIG_NO_SECTION ((size_t)-1)

struct config_lines {
	struct config_line *items;
	size_t count;
	size_t capacity;
};

/* Takes TEXT apart into LINES, adds FILE's sections, reports and hides what inih would read otherwise than a person
 * does. LINES points into TEXT and is owned by the caller (free its items). */
void config_scan(struct config_lines *lines, struct config *config, struct config_file *file, const char *text,
		 size_t length);

/* --- config_keys.c: what may be set --- */

/* Returns "production"; SECTION_KINDS for an unknown name. */
const char *section_kind_name(enum section_kind kind);
enum section_kind section_kind_of(const char *name);
bool section_kind_has_names(enum section_kind kind);

/* Adds `[production]` or `[role "qa"]`. */
void section_title(struct buffer *out, enum section_kind kind, const char *name);

/* Returns the keys of sections of this kind; one without a name ends them. */
struct config_key;
const struct config_key *section_keys(enum section_kind kind);

/* Returns the key of this name in sections of this kind, or NULL. */
const struct config_key *section_key(enum section_kind kind, const char *name);

/* Add "; did you mean X?" when a kind of section, or a key of it, is spelt nearly like NAME. */
void section_kind_suggest(struct buffer *out, const char *name);
void section_key_suggest(struct buffer *out, enum section_kind kind, const char *name);

/* --- config_apply.c: from sections to the policy --- */

/* Reads SECTION of FILE into POLICY, and reports unknown keys, duplicates and bad values. */
void config_apply(struct config *config, const struct config_file *file, const struct config_section *section,
		  struct policy *policy);

/* --- config_values.c: how one value is read --- */

/* Reads VALUE into FIELD; fails with the reason, without key and value. */
typedef int config_reader(void *field, const struct config_key *key, const char *value, struct error *error);

/* Puts one item of a list into its final form; fails with the reason. What is left in ITEM is added either way, so
 * that a broken configuration still names what it governs. */
typedef int config_item_reader(struct buffer *item, struct error *error);

struct config_key {
	const char *name;
	config_reader *read;
	size_t offset;            /* of the field, in struct policy or in the section's struct */
	config_item_reader *item; /* not NULL: a list; the field is a struct strings */
	bool whole;               /* of a list: each value is one item, commas and all */
	const char *const *words; /* read_word: the words, in the order of the enumeration, NULL at the end */
	int least, most;          /* read_number, read_timeout; read_size: kilobytes */
};

config_reader read_text;            /* char * */
config_reader read_word;            /* an enumeration */
config_reader read_flag;            /* bool: the second of two words is true */
config_reader read_number;          /* int */
config_reader read_timeout;         /* int, seconds */
config_reader read_size;            /* int64_t, bytes */
config_reader read_begin;           /* struct moment: a date-time, or the first second of a date */
config_reader read_end;             /* the same, or the second after a date */
config_reader read_week;            /* struct week_window */
config_reader read_deadline;        /* int64_t, seconds; "none" is 0 */
config_reader read_duration;        /* int64_t, seconds */
config_reader read_login;           /* char * */
config_reader read_path;            /* char *, absolute */
config_reader read_log;             /* char *, "syslog" or absolute */
config_reader read_template;        /* char *, with {path} at most */
config_reader read_web;             /* the same, an http or https address */
config_reader read_branch;          /* char *, with {incident} and {slug} */
config_reader read_name_expression; /* char *, POSIX ERE for a part of a branch's name */
config_reader read_expression;      /* char *, POSIX ERE */
config_reader read_trailer;         /* char *, key of a trailer */
config_reader read_retry;           /* char *, a schedule */

config_item_reader item_rule;    /* a rule's name, globs allowed */
config_item_reader item_branch;  /* a pattern below refs/heads/ */
config_item_reader item_address; /* in lower case */
config_item_reader item_member;
config_item_reader item_event;
config_reader read_gate_url; /* char *, http or https, with placeholders (rules/gate.h) */
config_reader read_method;   /* char *, of HTTP */

config_item_reader item_when;        /* GATE_WHEN_* */
config_item_reader item_lands;       /* GATE_FOR_* */
config_item_reader item_expectation; /* a JSON pointer, and an expression behind it */
config_item_reader item_severity;    /* a word */
config_item_reader item_environment; /* a word that can stand in a ref's name */
config_item_reader item_mailbox;     /* a plain address of mail */

/* Fails on what git-check-ref-format(1) refuses, `*` and `?` aside. */
int config_check_ref(const char *text, struct error *error);

/* Replaces the text in FIELD, a char *; returns 0. */
int config_set_text(void *field, const char *value);

/* --- config_webhook.c: what a webhook has --- */

config_reader read_url;          /* char *, http or https (rules/template.h), amqp or amqps */
config_reader read_content_type; /* char *, of a template */
config_reader read_proxy;        /* char *, http, https or socks5h, without a password */

/* Fails unless URL is an http or https address with a host. */
int config_check_url(const char *url, struct error *error);
bool config_is_http(const char *url);

/* The same, but one of a broker is fine too. */
int config_check_receiver(const char *url, struct error *error);

/* Checks the keys of a webhook against each other. */
void config_check_webhook(struct config *config, const struct webhook *webhook);

/* --- config_rabbitmq.c: what a webhook has that publishes to a broker --- */

config_reader read_exchange;    /* char * */
config_reader read_routing_key; /* char *, a template */

/* Fail unless URL is an amqp or amqps address. */
int config_check_broker(const char *url, struct error *error);
int config_check_broker_without_password(const char *url, struct error *error);

/* Checks the keys of a webhook that are for brokers alone, or not for them. */
void config_check_rabbitmq(struct config *config, const struct webhook *webhook);

/* --- config_mail.c: what a mail has --- */

config_reader read_mailbox; /* char *, a plain address of mail */
config_reader read_smtp;    /* char *, smtp or smtps */

/* Checks the keys of a mail against each other, and its name against those of the webhooks. */
void config_check_mail(struct config *config, const struct mail *mail);

/* --- config_place.c: where something was said --- */

/* A section, a key of it, and one item of the key's list; key and item may be NULL. */
struct config_place {
	enum section_kind kind;
	const char *name;
	const char *key;
	const char *item;
};

/* The section that holds: the repository's file before the system's, but one that is trusted before one that is not;
 * NULL when neither has it. FILE (may be NULL) is told which file. */
const struct config_section *config_section(const struct config *config, enum section_kind kind, const char *name,
					    const struct config_file **file);

/* True when the key was set. */
bool config_is_set(const struct config *config, const struct config_place *place);

/* Adds a problem at the line of the item, else of the key, else of the section. */
void config_problem_at(struct config *config, const struct config_place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* --- config_check.c: what only the whole can say --- */

/* Reads the files that the sections name, and checks the sections against each other. */
void config_check(struct config *config);

/* Reports a section without KEY, and without OTHER_KEY (may be NULL), one of which it needs. */
void config_require(struct config *config, enum section_kind kind, const char *name, const char *key,
		    const char *other_key);

/* Fails unless MEMBER of a role is a configured person, or needs none. */
int config_check_member(const struct policy *policy, const char *member, struct error *error);

/* --- config_freeze.c: [freeze] --- */

/* Checks the times and branches of every freeze, and tells which are weekly. */
void config_check_freezes(struct config *config);

/* --- config_gate.c: [gate] --- */

void config_check_gates(struct config *config);

/* --- config_files.c: the files that the sections name --- */

/* Reads member-file of every role and url-file of every webhook. */
void config_read_files(struct config *config);

#endif
