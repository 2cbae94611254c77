/* What the administrator configured: the values of hotfix.ini(5), checked, with every default filled in. */
#ifndef HOTFIX_RULES_POLICY_H
#define HOTFIX_RULES_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "rules/endpoint.h"
#include "rules/freeze.h"
#include "rules/gate.h"

struct hotfix_form;

enum policy_mode { MODE_ENFORCE, MODE_WARN, MODE_OFF };
enum pusher_source { PUSHER_UNIX, PUSHER_GITOLITE, PUSHER_GITEA, PUSHER_GITLAB, PUSHER_HTTP };
enum evidence_kind { EVIDENCE_TRAILER, EVIDENCE_SIGNATURE, EVIDENCE_PUSHER };
enum binding { BINDS_INCIDENT, BINDS_CHANGE, BINDS_COMMIT };

/* Every section keeps its origin, "file:line", for messages to the administrator; NULL when it came from no file. */

/* [person "name"] */
struct person {
	char *origin;
	char *name;
	struct strings emails; /* lower case */
	char *login;           /* the name that the transport authenticated; NULL when none */
};

/* [role "name"] */
struct role {
	char *origin;
	char *name;
	/* as written: a person's name, an address (lower case), a glob of addresses, or group:NAME; lines of
	 * member-file are here too */
	struct strings members;
	char *member_file; /* NULL when not configured */
	/* logins of the Unix groups among the members; filled by environment_resolve_groups before judging */
	struct strings group_logins;
};

/* The sign-offs that are given on a recorded landing, by name. */
#define SIGNOFF_DEPLOY "deploy"
#define SIGNOFF_MONITOR "monitor"
#define SIGNOFF_BACKMERGE "backmerge"

/* [signoff "name"] */
struct signoff {
	char *origin;
	char *name;
	char *trailer; /* key of the trailer, as in "Reviewed-by" */
	char *role;
	int count; /* distinct people needed, 1 to 100 */
	enum evidence_kind evidence;
	enum binding binds;
	struct strings severities; /* one of which it must say by Severity:; none: it need not */
	bool on_landing; /* deploy, monitor, backmerge: given on a recorded landing, which does not ask for it */
	struct strings environments; /* deploy: where it goes */
};

/* [backmerge] */
struct backmerge {
	struct strings into; /* patterns of full ref names; none: nothing is merged back */
	int64_t within;      /* seconds */
	bool refuses;        /* once it is overdue; else it only warns */
};

/* [limits]: what one push may ask of the hooks */
struct limits {
	int refs;        /* ref updates */
	int governed;    /* of these, such as are judged */
	int ref_name;    /* bytes */
	int64_t message; /* bytes of a commit or tag, headers and all */
	int trailers;    /* of one */
	int landings;    /* on one production branch */
	int commits;     /* that come to one branch */
	int signoffs;    /* refs of one person for one sign-off on one branch, and as many revocations */
	int seconds;     /* of judging; of update, for each ref */
	int64_t memory;  /* bytes that the hook, and each program that it asks, may take */
};

struct policy {
	char *origin; /* the file that was read last */
	/* [procedure] */
	enum policy_mode mode;
	struct strings warn; /* names of rules that warn instead of refusing; globs allowed */
	char *guide;         /* NULL when not configured, like every text below without a default */
	char *contact;
	/* [repository] */
	char *web;   /* with {path} */
	char *clone; /* with {path} */
	char *root;  /* the folder that {path} is relative to; NULL: the folder above the repository */
	/* [pusher] */
	enum pusher_source pusher;
	/* [production] */
	struct strings production; /* patterns of full ref names */
	struct strings allow_from;
	char *allow_by;
	/* [hotfix] */
	char *hotfix_branch;             /* below refs/heads/, with {incident} and {slug} */
	char *incident;                  /* POSIX ERE */
	char *slug;                      /* POSIX ERE */
	struct hotfix_form *hotfix_form; /* what rules/hotfix_name.h makes of these three */
	struct strings not_from;
	int max_commits;
	int64_t deadline; /* seconds; 0: none */
	bool authors_known;
	char *delete_role; /* who may delete anybody's hotfix branch; NULL: nobody */
	struct backmerge backmerge;
	/* [rollback] */
	char *rollback_role; /* NULL: nobody may roll back by a push */
	int rollback_depth;
	/* [override] */
	char *override_role;   /* NULL: nobody may override, and nothing is owed */
	int64_t settle_within; /* seconds that a debt may stand */
	/* [signature] */
	char *allowed_signers; /* OpenSSH's file of keys and their owners, or NULL */
	char *gpg_home;        /* folder of an OpenPGP keyring, or NULL */
	char *revoke_role;     /* who may revoke what somebody else signed; NULL: nobody */
	/* [state] and [log] */
	char *state_file; /* NULL: hotfix.sqlite in the repository's own folder */
	char *log_to;     /* NULL, "syslog", or a file */
	struct limits limits;

	struct person *people;
	size_t person_count;
	struct role *roles;
	size_t role_count;
	struct signoff *signoffs;
	size_t signoff_count;
	struct webhook *webhooks;
	size_t webhook_count;
	struct mail *mails; /* their names differ from those of the webhooks */
	size_t mail_count;
	struct freeze *freezes;
	size_t freeze_count;
	struct gate *gates;
	size_t gate_count;
};

/* Fills in the defaults of hotfix.ini(5). POLICY is owned by the caller (policy_release). */
void policy_init(struct policy *policy);
void policy_release(struct policy *policy);

/* Adds a section with its defaults and returns it; the pointer holds until the next call for the same kind. */
struct person *policy_add_person(struct policy *policy, const char *name);
struct role *policy_add_role(struct policy *policy, const char *name);
struct signoff *policy_add_signoff(struct policy *policy, const char *name);
struct webhook *policy_add_webhook(struct policy *policy, const char *name);
struct mail *policy_add_mail(struct policy *policy, const char *name);
struct freeze *policy_add_freeze(struct policy *policy, const char *name);
struct gate *policy_add_gate(struct policy *policy, const char *name);

/* Look-ups by name; NULL when there is none. */
const struct role *policy_role(const struct policy *policy, const char *name);
const struct signoff *policy_signoff(const struct policy *policy, const char *name);
const struct gate *policy_gate(const struct policy *policy, const char *name);
/* By the key of its trailer; those that are given on a landing count for no commit of a branch. */
const struct signoff *policy_signoff_by_trailer(const struct policy *policy, const char *key);

/* The endpoints, whatever their kind: by number, NULL behind the last; by name, NULL when there is none. */
const struct endpoint *policy_endpoint_at(const struct policy *policy, size_t index);
const struct endpoint *policy_endpoint(const struct policy *policy, const char *name);

/* Adds the names of the endpoints that want events of this type. */
void policy_wanting(struct strings *out, const struct policy *policy, const char *type);

/* Returns the severity of SIGNOFF that TEXT says, in whatever case, as it is configured; NULL when it is none of them. */
const char *policy_severity(const struct signoff *signoff, const char *text);

/* True when a sign-off before the landing needs this kind of evidence. */
bool policy_wants(const struct policy *policy, enum evidence_kind kind);

/* True when a landing asks for sign-offs. */
bool policy_asks_for_signoffs(const struct policy *policy);

/* True when there are sign-offs that are given on a landing. */
bool policy_has_answers(const struct policy *policy);

/* True when one production branch cannot be told from the configuration alone: several patterns, or a glob. */
bool policy_has_several_productions(const struct policy *policy);

/* Returns "refs/heads/" and the hotfix branch's name up to its first placeholder; owned by the caller. */
char *policy_hotfix_prefix(const struct policy *policy);

#endif
