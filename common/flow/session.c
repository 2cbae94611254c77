#include "flow/session.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/config.h"
#include "adapters/symbolic.h"
#include "base/clock.h"
#include "base/memory.h"
#include "flow/announce.h"
#include "flow/announce_backmerge.h"
#include "flow/announce_overdue.h"
#include "rules/people.h"

#define PRODUCTIONS_MAXIMUM 1000

/* With a configuration that cannot be trusted, everything that the state or HEAD calls production is production. */
static void govern_what_is_known(struct session *session)
{
	char *head = symbolic_head(session->environment.git_dir);
	char *file = environment_state_file(&session->environment, &session->policy);
	struct error unknown = ERROR_INIT;

	if (head)
		strings_add_once(&session->policy.production, head);
	if (!state_open(&session->state, file, session->environment.identity, false, NULL, &unknown))
		state_governed_refs(session->state, &session->policy.production, &unknown);
	error_release(&unknown);
	free(file);
	free(head);
}

static int read_symbolic_productions(struct session *session, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < session->policy.production.count; i++)
		result = symbolic_refs_of_pattern(&session->symbolic, session->environment.git_dir,
						  session->environment.git_namespace,
						  session->policy.production.items[i], error);
	return result;
}

int session_init(struct session *out, const char *git_dir, struct error *error)
{
	char *file = NULL;
	int result;

	*out = (struct session){0};
	out->now = clock_now();
	policy_init(&out->policy);
	result = git_dir ? environment_of(&out->environment, git_dir, error)
			 : environment_load(&out->environment, error);
	if (result)
		goto done;
	file = environment_config_file(&out->environment);
	policy_release(&out->policy);
	result = config_load(&out->policy, &out->problems, HOTFIX_SYSTEM_CONFIG, file, out->environment.owner);
	if (result == ERROR_NOT_FOUND)
		strings_addf(&out->problems, "%s: there is no configuration; copy hotfix.ini there", file);
	if (out->problems.count)
		govern_what_is_known(out);
	result = read_symbolic_productions(out, error);
done:
	free(file);
	return result;
}

void session_close(struct session *session)
{
	repository_free(session->repository);
	state_free(session->state);
	session->repository = NULL;
	session->state = NULL;
}

void session_release(struct session *session)
{
	session_close(session);
	symbolic_refs_release(&session->symbolic);
	strings_release(&session->problems);
	policy_release(&session->policy);
	environment_release(&session->environment);
	free(session->pusher);
	*session = (struct session){0};
}

struct announcer session_announcer(struct session *session)
{
	return (struct announcer){.repository = session->repository,
				  .state = session->state,
				  .policy = &session->policy,
				  .environment = &session->environment};
}

int session_take_over(struct session *session, struct error *error)
{
	struct announcer announcer = session_announcer(session);
	bool has_refs = false;
	int result = session->fresh_state ? repository_has_refs(session->repository, &has_refs, error) : 0;

	if (!result && session->fresh_state)
		result = announce_baseline(&announcer, has_refs, error);
	return result;
}

int session_open_state(struct session *session, bool create, struct error *error)
{
	char *file = environment_state_file(&session->environment, &session->policy);
	int result = session->state ? 0
				    : state_open(&session->state, file, session->environment.identity, create,
						 &session->fresh_state, error);

	free(file);
	return result;
}

int session_open_repository(struct session *session, struct error *error)
{
	return session->repository
		       ? 0
		       : repository_open(&session->repository, session->environment.git_dir,
					 session->environment.quarantine, session->environment.git_namespace, error);
}

int session_open(struct session *session, bool create, struct error *error)
{
	int result = session_open_repository(session, error);

	return result ? result : session_open_state(session, create, error);
}

int session_identify(struct session *session, struct error *error)
{
	char *login = NULL;
	int result = session->pusher ? 0 : environment_pusher(&login, &session->policy, error);

	if (!result)
		result = environment_resolve_groups(&session->policy, error);
	if (!result && !session->pusher)
		session->pusher = people_key_of_login(&session->policy, login);
	free(login);
	return result;
}

/* Refs of one work tree (git-worktree(1), REFS) are not where the others are, and can be symbolic. */
static bool is_of_work_tree(const struct session *session, const char *ref)
{
	static const char *const prefixes[] = {"refs/bisect/", "refs/worktree/", "refs/rewritten/"};

	for (size_t i = 0; session->environment.linked && i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (!strncmp(ref, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

int session_classify(struct session *session, struct ref_class *out, const char *ref, struct error *error)
{
	struct symbolic_refs symbolic = {0};
	int result = symbolic_ref_add(&symbolic, session->environment.git_dir, session->environment.git_namespace, ref,
				      error);

	*out = (struct ref_class){0};
	if (result)
		goto done;
	for (size_t i = 0; i < session->symbolic.count; i++)
		symbolic_refs_add(&symbolic, session->symbolic.items[i].name, session->symbolic.items[i].target);
	ref_classify(out, &session->policy, &symbolic, ref);
	if (out->kind == REF_FREE && is_of_work_tree(session, ref)) {
		out->kind = REF_RESERVED;
		out->why = "it belongs to a work tree of the server";
	}
done:
	symbolic_refs_release(&symbolic);
	return result;
}

int session_productions_of(const struct policy *policy, struct repository *repository, struct branch_tips *out,
			   struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < policy->production.count; i++)
		result = repository_refs(repository, out, policy->production.items[i], PRODUCTIONS_MAXIMUM, error);
	return result;
}

int session_productions(struct session *session, struct branch_tips *out, struct error *error)
{
	return session_productions_of(&session->policy, session->repository, out, error);
}

int session_hotfixes(struct session *session, struct branch_tips *out, size_t limit, struct error *error)
{
	char *prefix = policy_hotfix_prefix(&session->policy);
	char *pattern = buffer_format("%s*", prefix);
	int result = repository_refs(session->repository, out, pattern, limit, error);

	free(pattern);
	free(prefix);
	return result;
}

int session_landable(struct session *session, struct branch_tips *out, size_t limit, struct error *error)
{
	const struct strings *patterns = &session->policy.allow_from;
	int result = session_hotfixes(session, out, limit, error);

	for (size_t i = 0; !result && i < patterns->count; i++)
		result = repository_refs(session->repository, out, patterns->items[i], limit, error);
	return result;
}

int session_announce(struct session *session, size_t *events, const struct strings *touched, struct error *error)
{
	struct announcer announcer = session_announcer(session);

	return announce(events, &announcer, touched, false, error);
}

int session_announce_overdue(struct session *session, struct error *error)
{
	struct announcer announcer = session_announcer(session);
	int result = announce_overdue(NULL, &announcer, error);

	return result ? result : announce_backmerges(NULL, &announcer, error);
}
