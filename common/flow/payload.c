#include "flow/payload.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/json.h"
#include "base/memory.h"
#include "flow/payload_commit.h"
#include "flow/payload_override.h"
#include "flow/payload_repository.h"
#include "rules/deadline.h"
#include "rules/hotfix_name.h"
#include "rules/location.h"
#include "rules/people.h"
#include "rules/ref_class.h"

#define SIGNOFFS_MAXIMUM 200

/* What everything below works with. */
struct payload {
	struct repository *repository;
	const struct policy *policy;
	const struct environment *environment;
	const struct happening *happening;
	struct payload_limits limits;
	char *path; /* of the repository, {path} */
	char *web;  /* or NULL */
};

/* The second is for the body that would be too long otherwise. */
static const struct payload_limits limits[] = {
	{PAYLOAD_PATHS, PAYLOAD_PATH_BYTES, PAYLOAD_MESSAGE_BYTES, 4096},
	{0, 0, 1024, 256},
};

static void set_text(const struct payload *payload, struct json *object, const char *key, const char *text)
{
	payload_set_text(object, key, text, payload->limits.text_bytes);
}

static bool moves_a_ref(const struct happening *happening)
{
	return happening->ref && !happening->exhausted;
}

static void set_forced(const struct payload *payload, struct json *object)
{
	const struct happening *happening = payload->happening;
	struct error error = ERROR_INIT;
	bool descends = true;
	int result = 0;

	if (!happening->landing && !object_id_is_zero(&happening->old_id) && !object_id_is_zero(&happening->new_id))
		result = repository_descends(payload->repository, &descends, &happening->new_id, &happening->old_id,
					     &error);
	if (!result)
		json_set_bool(object, "forced", !descends);
	error_release(&error);
}

static void set_compare(const struct payload *payload, struct json *object)
{
	const struct happening *happening = payload->happening;
	struct buffer url = BUFFER_INIT;

	if (!payload->web)
		return;
	if (object_id_is_zero(&happening->old_id))
		buffer_addf(&url, "%s/commit/%s", payload->web, object_id_full(&happening->new_id).digits);
	else
		buffer_addf(&url, "%s/compare/%s...%s", payload->web, object_id_full(&happening->old_id).digits,
			    object_id_full(&happening->new_id).digits);
	set_text(payload, object, "compare", buffer_text(&url));
	buffer_release(&url);
}

static struct json *head_commit(const struct payload *payload)
{
	const struct happening *happening = payload->happening;

	if (object_id_is_zero(&happening->new_id))
		return NULL;
	return payload_commit(payload->repository, payload->policy, payload->web, &happening->old_id,
			      &happening->new_id, happening->production, &payload->limits);
}

static void set_commits(const struct payload *payload, struct json *object)
{
	struct json *commits = json_new_array();
	struct json *head = head_commit(payload);

	if (head)
		json_add(commits, head);
	json_set(object, "commits", commits);
	head = head ? head_commit(payload) : NULL;
	if (head)
		json_set(object, "head_commit", head);
	else
		json_set_string(object, "head_commit", NULL);
}

/* The names are GitHub's: "push" of its webhook events and payloads. */
static void set_push(const struct payload *payload, struct json *object)
{
	const struct happening *happening = payload->happening;

	set_text(payload, object, "ref", happening->ref);
	json_set_string(object, "before", object_id_full(&happening->old_id).digits);
	json_set_string(object, "after", object_id_full(&happening->new_id).digits);
	json_set_bool(object, "created", object_id_is_zero(&happening->old_id));
	json_set_bool(object, "deleted", object_id_is_zero(&happening->new_id));
	set_forced(payload, object);
	json_set_string(object, "base_ref", NULL);
	set_compare(payload, object);
	set_commits(payload, object);
}

/* A key that is no configured person is "login:" and a login, an address, or "<" what is no address ">". */
static void set_pusher(const struct payload *payload, struct json *object)
{
	const char *key = payload->happening->pusher;
	const struct person *person = key ? people_by_name(payload->policy, key) : NULL;
	struct json *pusher;
	struct json *sender;

	if (!key)
		return;
	if (strncmp(key, "login:", 6) == 0)
		key += 6;
	pusher = json_new_object();
	sender = json_new_object();
	set_text(payload, pusher, "name", key);
	if (person && person->emails.count)
		set_text(payload, pusher, "email", person->emails.items[0]);
	else if (!person && key == payload->happening->pusher && *key != '<')
		set_text(payload, pusher, "email", key);
	set_text(payload, sender, "login", person && person->login ? person->login : key);
	json_set(object, "pusher", pusher);
	json_set(object, "sender", sender);
}

static struct json *describe_signoff(const struct payload *payload, const struct record_signoff *signoff)
{
	struct json *object = json_new_object();

	set_text(payload, object, "name", signoff->name);
	set_text(payload, object, "person", signoff->person);
	set_text(payload, object, "address", signoff->address);
	json_set_string(object, "commit", object_id_full(&signoff->commit).digits);
	return object;
}

static void set_signoffs(const struct payload *payload, struct json *object)
{
	const struct record_landing *landing = payload->happening->landing;
	struct json *signoffs = json_new_array();

	for (size_t i = 0; i < landing->signoff_count && i < SIGNOFFS_MAXIMUM; i++)
		json_add(signoffs, describe_signoff(payload, &landing->signoffs[i]));
	json_set(object, "signoffs", signoffs);
}

static void set_gates(const struct payload *payload, struct json *object)
{
	const struct record_landing *landing = payload->happening->landing;
	struct json *gates;

	if (!landing->gate_count)
		return;
	gates = json_new_array();
	for (size_t i = 0; i < landing->gate_count; i++) {
		struct json *gate = json_new_object();

		set_text(payload, gate, "name", landing->gates[i].name);
		json_set_bool(gate, "open", landing->gates[i].open);
		set_text(payload, gate, "answer", landing->gates[i].answer);
		json_add(gates, gate);
	}
	json_set(object, "gates", gates);
}

/* A tag is no commit, and then says nothing here. */
static bool set_severity_from(const struct payload *payload, struct json *object, const struct object_id *id)
{
	struct error error = ERROR_INIT;
	struct commit commit = {0};
	const char *severity = NULL;

	if (!repository_commit(payload->repository, &commit, id, &error))
		severity = commit_trailer(&commit, "Severity");
	set_text(payload, object, "severity", severity);
	commit_release(&commit);
	error_release(&error);
	return severity != NULL;
}

/* Triage says it; where no severity is asked for, its carrier or the commit that landed may say one all the same. */
static void set_severity(const struct payload *payload, struct json *object)
{
	const struct record_landing *landing = payload->happening->landing;

	if (landing->severity) {
		set_text(payload, object, "severity", landing->severity);
		return;
	}
	for (size_t i = 0; i < landing->signoff_count && i < SIGNOFFS_MAXIMUM; i++)
		if (strcmp(landing->signoffs[i].name, "triage") == 0 &&
		    set_severity_from(payload, object, &landing->signoffs[i].carrier))
			return;
	set_severity_from(payload, object, &landing->to);
}

/* A sign-off on a landing: which landing, and what it says. */
static void set_answer(const struct payload *payload, struct json *object)
{
	const struct record_landing *answer = payload->happening->landing;
	const struct record_signoff *said = &answer->signoffs[0];

	set_text(payload, object, "production", answer->about_production);
	json_set_string(object, "landing", object_id_full(&answer->tip).digits);
	set_text(payload, object, "environment", said->environment);
	if (said->environment)
		json_set_string(object, "status", said->failed ? "failure" : "success");
	set_text(payload, object, "reason", said->reason);
	if (object_id_is_zero(&answer->to))
		json_set_string(object, "recorded_by", "administrator");
	set_text(payload, object, "into", said->into);
}

static void set_landings(const struct payload *payload, struct json *object, const char *key,
			 const struct past_landings *landings)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < landings->count && i < SIGNOFFS_MAXIMUM; i++) {
		const struct record_landing *landing = &landings->items[i].what;
		struct json *item = json_new_object();

		set_text(payload, item, "incident", landing->incident);
		set_text(payload, item, "branch", ref_short(landing->branch));
		json_set_string(item, "landing", object_id_full(&landing->to).digits);
		json_add(array, item);
	}
	json_set(object, key, array);
}

static void set_rollback(const struct payload *payload, struct json *object)
{
	const struct rollback *rollback = payload->happening->rollback;

	if (!rollback)
		return;
	set_landings(payload, object, "taken_back", &rollback->taken_back);
	set_landings(payload, object, "brought_back", &rollback->brought_back);
}

/* Where a hotfix that landed was to be, and by when. */
static void set_owed(const struct payload *payload, struct json *object)
{
	const struct owed *owed = payload->happening->owed;

	if (!owed)
		return;
	set_text(payload, object, "production", owed->production);
	json_set_string(object, "landing", object_id_full(&owed->what.to).digits);
	set_text(payload, object, "into", owed->into);
	payload_set_time(object, "deadline", owed_due(payload->policy, owed));
}

static void set_override(const struct payload *payload, struct json *object)
{
	const struct happening *happening = payload->happening;
	const struct record_landing *what = happening->owing ? &happening->owing->what : happening->landing;
	struct json *override = payload_override(payload->policy, what, happening->given, payload->limits.text_bytes);

	if (override)
		json_set(object, "override", override);
}

static void set_landing(const struct payload *payload, struct json *object)
{
	const struct record_landing *landing = payload->happening->landing;

	set_text(payload, object, "incident", landing->incident);
	set_text(payload, object, "branch", landing->branch ? ref_short(landing->branch) : NULL);
	json_set_string(object, "kind", landing_kind_name(landing->kind));
	if (landing->about.record)
		set_answer(payload, object);
	else if (!object_id_is_zero(&landing->tip))
		json_set_string(object, "tip", object_id_full(&landing->tip).digits);
	set_severity(payload, object);
	if (!payload->happening->owed)
		set_signoffs(payload, object);
	set_rollback(payload, object);
	set_owed(payload, object);
	set_gates(payload, object);
	set_override(payload, object);
}

/* When it is to be landed, by the clock of the branch. */
static void set_clock(const struct payload *payload, struct json *object)
{
	const struct happening *happening = payload->happening;
	int64_t since = deadline_since(happening->opened, happening->reported);

	if (!happening->opened)
		return;
	payload_set_time(object, "opened", happening->opened);
	if (happening->reported)
		payload_set_time(object, "reported", happening->reported);
	if (payload->policy->deadline)
		payload_set_time(object, "deadline", since + payload->policy->deadline);
}

static void set_branch(const struct payload *payload, struct json *object)
{
	const struct happening *happening = payload->happening;
	struct hotfix_name name = {0};

	if (hotfix_name_parse(&name, payload->policy, happening->ref))
		set_text(payload, object, "incident", name.incident);
	set_text(payload, object, "branch", ref_short(happening->ref));
	if (!object_id_is_zero(&happening->new_id))
		json_set_string(object, "tip", object_id_full(&happening->new_id).digits);
	set_text(payload, object, "severity", happening->severity);
	set_clock(payload, object);
	hotfix_name_release(&name);
}

static void set_hotfix(const struct payload *payload, struct json *object)
{
	const struct happening *happening = payload->happening;
	struct json *hotfix;

	if (!happening->landing && (happening->production || !moves_a_ref(happening)))
		return;
	hotfix = json_new_object();
	if (happening->landing)
		set_landing(payload, hotfix);
	else
		set_branch(payload, hotfix);
	set_text(payload, hotfix, "pusher", happening->pusher);
	json_set(object, "hotfix", hotfix);
}

static void set_exhausted(const struct payload *payload, struct json *object)
{
	const struct delivery *dead = payload->happening->exhausted;
	struct json *delivery;

	if (!dead)
		return;
	delivery = json_new_object();
	set_text(payload, delivery, "id", dead->id);
	set_text(payload, delivery, "endpoint", dead->endpoint);
	set_text(payload, delivery, "event", dead->event.id);
	set_text(payload, delivery, "type", dead->event.type);
	set_text(payload, delivery, "ref", dead->event.ref);
	json_set_integer(delivery, "attempts", dead->attempts);
	json_set_integer(delivery, "status", dead->last_status);
	set_text(payload, delivery, "error", dead->last_error);
	json_set(object, "delivery", delivery);
}

static void set_endpoint(const struct payload *payload, struct json *object)
{
	struct json *hook;

	if (!payload->happening->endpoint)
		return;
	hook = json_new_object();
	set_text(payload, hook, "name", payload->happening->endpoint);
	json_set(object, "hook", hook);
}

static void write_whole(struct buffer *out, const struct payload *payload)
{
	const struct happening *happening = payload->happening;
	struct json *object = json_new_object();

	if (moves_a_ref(happening))
		set_push(payload, object);
	json_set(object, "repository",
		 payload_repository(payload->policy, payload->path, payload->web, payload->limits.text_bytes));
	set_pusher(payload, object);
	json_set_string(object, "id", happening->id);
	json_set_string(object, "type", event_name(happening->type));
	payload_set_time(object, "timestamp", happening->time);
	set_hotfix(payload, object);
	set_exhausted(payload, object);
	set_endpoint(payload, object);
	set_text(payload, object, "reason", happening->reason);
	json_write(out, object, 0);
	json_free(object);
}

char *payload_web_address(const struct policy *policy, const struct environment *environment)
{
	char *path = location_path(environment->git_dir, policy->root);
	char *web = location_url(policy->web, path);

	free(path);
	return web;
}

void payload_write(struct buffer *out, struct repository *repository, const struct policy *policy,
		   const struct environment *environment, const struct happening *happening)
{
	struct payload payload = {repository, policy, environment, happening, limits[0], NULL, NULL};
	struct buffer body = BUFFER_INIT;

	payload.path = location_path(environment->git_dir, policy->root);
	payload.web = payload_web_address(policy, environment);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		buffer_clear(&body);
		payload.limits = limits[i];
		write_whole(&body, &payload);
		if (body.length <= PAYLOAD_MAXIMUM)
			break;
	}
	buffer_add(out, body.bytes, body.length);
	buffer_release(&body);
	free(payload.path);
	free(payload.web);
}
