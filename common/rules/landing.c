#include "rules/landing.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/people.h"
#include "rules/ref_class.h"
#include "rules/remedy.h"
#include "rules/signoff_ref.h"

struct evidence *landing_add_evidence(struct landing *landing)
{
	struct evidence *evidence;

	landing->evidence =
		memory_grow(landing->evidence, landing->evidence_count, &landing->evidence_capacity, sizeof(*evidence));
	evidence = &landing->evidence[landing->evidence_count++];
	*evidence = (struct evidence){0};
	return evidence;
}

void landing_add_worker(struct landing *landing, char *person, const char *how, const struct object_id *commit)
{
	for (size_t i = 0; i < landing->worker_count; i++)
		if (!strcmp(landing->workers[i].person, person)) {
			free(person);
			return;
		}
	landing->workers = memory_grow(landing->workers, landing->worker_count, &landing->worker_capacity,
				       sizeof(*landing->workers));
	landing->workers[landing->worker_count] = (struct worker){.person = person, .how = how};
	if (commit)
		landing->workers[landing->worker_count].commit = *commit;
	landing->worker_count++;
}

void landing_add_frozen(struct landing *landing, const struct policy *policy, int64_t now, zone_offset_at *offset_at)
{
	for (size_t i = 0; i < policy->freeze_count; i++) {
		const struct freeze *freeze = &policy->freezes[i];
		struct moment until;

		if (!freeze_covers(freeze, landing->production) || !freeze_holds(&until, freeze, now, offset_at))
			continue;
		landing->frozen = memory_grow(landing->frozen, landing->frozen_count, &landing->frozen_capacity,
					      sizeof(*landing->frozen));
		landing->frozen[landing->frozen_count++] = (struct frozen){.freeze = freeze, .until = until};
	}
}

void evidence_release(struct evidence *evidence)
{
	free(evidence->ref);
	free(evidence->problem);
	free(evidence->key);
	free(evidence->revokes);
	free(evidence->revoked_by);
	free(evidence->text);
	free(evidence->severity);
	free(evidence->person);
	free(evidence->branch);
	strings_release(&evidence->differing);
	*evidence = (struct evidence){0};
}

void landing_release(struct landing *landing)
{
	record_landing_release(&landing->what);
	free(landing->production);
	object_ids_release(&landing->above);
	free(landing->other_incident);
	free(landing->report_ignored);
	free(landing->pusher);
	for (size_t i = 0; i < landing->evidence_count; i++)
		evidence_release(&landing->evidence[i]);
	free(landing->evidence);
	for (size_t i = 0; i < landing->worker_count; i++)
		free(landing->workers[i].person);
	free(landing->workers);
	free(landing->frozen);
	*landing = (struct landing){0};
}

static void add_who(struct strings *out, const struct signoff *signoff)
{
	struct buffer severities = BUFFER_INIT;

	strings_addf(out, "# %s in the role %s, who did none of the work:",
		     signoff->evidence == EVIDENCE_TRAILER ? "somebody" : "PERSON, somebody", signoff->role);
	for (size_t i = 0; i < signoff->severities.count; i++)
		buffer_addf(&severities, "%s%s", i ? ", " : "", signoff->severities.items[i]);
	if (severities.length)
		strings_addf(out, "# SEVERITY is one of: %s", buffer_text(&severities));
	buffer_release(&severities);
}

/* What stands in the tag's message before the sign-off's own trailer. */
static void add_message(struct strings *out, const struct policy *policy, const struct landing *landing,
			const struct signoff *signoff)
{
	struct buffer lines = BUFFER_INIT;

	if (policy_has_several_productions(policy))
		buffer_addf(&lines, "'Production: %s' ", landing->production);
	if (signoff->severities.count)
		buffer_add_string(&lines, "'Severity: SEVERITY' ");
	if (lines.length) {
		strings_addf(out, "git tag -s -m \"$(printf '%%s\\n' %s\\", buffer_text(&lines));
		strings_addf(out, "  \"%s: $(git config user.name) <$(git config user.email)>\")\" \\",
			     signoff->trailer);
	} else {
		strings_addf(out, "git tag -s -m \"%s: $(git config user.name) <$(git config user.email)>\" \\",
			     signoff->trailer);
	}
	buffer_release(&lines);
}

static void add_tag_commands(struct strings *out, const struct policy *policy, const struct landing *landing,
			     const struct signoff *signoff)
{
	char *rest = signoff_ref_rest(policy, landing->what.branch, signoff->name, "PERSON", &landing->what.tip);

	add_message(out, policy, landing, signoff);
	remedy_add(out, "  signoff/%s %s", rest, object_id_full(&landing->what.tip).digits);
	remedy_add(out, "git push origin refs/tags/signoff/%s:" SIGNOFF_REFS "%s", rest, rest);
	free(rest);
}

static void add_ref_commands(struct strings *out, const struct policy *policy, const struct landing *landing,
			     const struct signoff *signoff)
{
	char *rest = signoff_ref_rest(policy, landing->what.branch, signoff->name, "PERSON", &landing->what.tip);

	remedy_add(out, "git push origin %s:" SIGNOFF_REFS "%s", object_id_full(&landing->what.tip).digits, rest);
	free(rest);
}

void landing_add_signing(struct strings *out, const struct policy *policy, const struct landing *landing,
			 const struct signoff *signoff)
{
	const char *branch = ref_short(landing->what.branch);

	add_who(out, signoff);
	strings_add(out, "git fetch origin");
	if (signoff->evidence == EVIDENCE_SIGNATURE) {
		add_tag_commands(out, policy, landing, signoff);
		return;
	}
	if (signoff->evidence == EVIDENCE_PUSHER) {
		add_ref_commands(out, policy, landing, signoff);
		return;
	}
	strings_addf(out, "git switch --detach %s", object_id_full(&landing->what.tip).digits);
	strings_addf(out, "git commit --allow-empty -m '%s %s' \\", signoff->name,
		     landing->what.incident ? landing->what.incident : branch);
	if (policy_has_several_productions(policy))
		strings_addf(out, "  --trailer 'Production: %s' \\", landing->production);
	if (signoff->severities.count)
		strings_add(out, "  --trailer 'Severity: SEVERITY' \\");
	strings_addf(out, "  --trailer \"%s: $(git config user.name) <$(git config user.email)>\"", signoff->trailer);
	remedy_add(out, "git push origin HEAD:%s", landing->what.branch);
}

static void add_landing_commands(struct strings *out, const struct landing *landing)
{
	const char *production = ref_short(landing->production);

	strings_add(out, "# then land it again:");
	strings_add(out, "git fetch origin");
	strings_addf(out, "git switch -C %s origin/%s", production, production);
	remedy_add(out, "git merge --no-ff origin/%s", ref_short(landing->what.branch));
	strings_addf(out, "git push origin %s", production);
}

static void judge_incident(struct verdict *verdict, const struct landing *landing, const char *ref)
{
	struct finding *finding;

	if (!landing->other_incident)
		return;
	finding = verdict_add(verdict, "incident", NULL, ref);
	strings_addf(&finding->found, "%s says \"Incident: %s\", but %s is for %s",
		     object_id_short(&landing->other_incident_commit).digits, landing->other_incident,
		     ref_short(landing->what.branch), landing->what.incident);
	strings_add(&finding->remedy, "# reword that commit, or land it by its own hotfix branch");
}

static void judge_own_work(struct verdict *verdict, const struct policy *policy, const struct landing *landing,
			   const char *ref)
{
	struct finding *finding;

	if (!landing->pusher_unknown || !policy_asks_for_signoffs(policy))
		return;
	finding = verdict_add(verdict, "own-work", NULL, ref);
	strings_addf(&finding->found,
		     "the server does not know who first pushed %s, so it cannot tell who did none of the work",
		     object_id_short(&landing->unknown_commit).digits);
	strings_add(&finding->remedy, "# an administrator records, on the server, who did:");
	remedy_add(&finding->remedy, "hotfixctl adopt %s PERSON", ref_short(landing->what.branch));
}

static void explain_missing(struct finding *finding, const struct policy *policy, const struct landing *landing,
			    const struct signoff_state *state)
{
	const struct signoff *signoff = state->signoff;
	size_t shown = 0;

	strings_addf(&finding->found, "missing %d of %d: %s from the role %s", state->missing, signoff->count,
		     signoff->trailer, signoff->role);
	for (size_t i = 0; i < landing->evidence_count; i++) {
		struct buffer line = BUFFER_INIT;

		if (landing->evidence[i].signoff != signoff || shown++ >= EVIDENCE_SHOWN)
			continue;
		evidence_explain(&line, policy, landing, &landing->evidence[i], state->faults[i]);
		strings_take(&finding->found, buffer_detach(&line));
	}
	if (shown > EVIDENCE_SHOWN)
		strings_addf(&finding->found, "and %zu more that were given", shown - EVIDENCE_SHOWN);
}

static void keep_signoffs(struct landing *landing, const struct signoff_state *state)
{
	for (size_t i = 0; i < landing->evidence_count; i++) {
		const struct evidence *evidence = &landing->evidence[i];
		struct record_signoff *signoff;

		if (state->faults[i] != EVIDENCE_COUNTS)
			continue;
		signoff = record_landing_add_signoff(&landing->what);
		signoff->name = memory_copy(evidence->signoff->name);
		signoff->person = memory_copy(evidence->person);
		signoff->address = people_address_of(evidence->text);
		signoff->commit = evidence->target;
		signoff->carrier = evidence->carrier;
	}
}

static void keep_severity(struct landing *landing, const struct signoff_states *states)
{
	const char *severity = signoff_states_severity(states, landing);

	free(landing->what.severity);
	landing->what.severity = severity ? memory_copy(severity) : NULL;
}

static void judge_signoffs(struct verdict *verdict, const struct policy *policy, struct landing *landing,
			   const char *ref)
{
	struct signoff_states states;
	struct finding *finding = NULL;

	signoff_states_of(&states, policy, landing);
	keep_severity(landing, &states);
	for (size_t i = 0; i < states.count; i++) {
		keep_signoffs(landing, &states.items[i]);
		if (states.items[i].missing <= 0)
			continue;
		finding = verdict_add(verdict, "signoff", states.items[i].signoff->name, ref);
		finding->overridable = true;
		finding->people = states.items[i].missing;
		explain_missing(finding, policy, landing, &states.items[i]);
		landing_add_signing(&finding->remedy, policy, landing, states.items[i].signoff);
	}
	if (finding)
		add_landing_commands(&finding->remedy, landing);
	signoff_states_release(&states);
}

static void judge_allow_by(struct verdict *verdict, const struct policy *policy, const struct landing *landing,
			   const char *ref)
{
	const struct role *role = policy_role(policy, policy->allow_by ? policy->allow_by : "");
	struct finding *finding;

	if (role && people_in_role(policy, role, landing->pusher))
		return;
	finding = verdict_add(verdict, "allow-by", NULL, ref);
	strings_addf(&finding->found, "%s may not land %s: only the role %s may", landing->pusher,
		     ref_short(landing->what.branch), policy->allow_by ? policy->allow_by : "(none)");
}

static void judge_freezes(struct verdict *verdict, const struct landing *landing, const char *ref)
{
	for (size_t i = 0; i < landing->frozen_count; i++) {
		const struct frozen *frozen = &landing->frozen[i];
		struct finding *finding = verdict_add(verdict, "freeze", frozen->freeze->name, ref);
		struct buffer until = BUFFER_INIT;

		finding->overridable = true;
		moment_format(&until, &frozen->until);
		strings_addf(&finding->found, "ordinary landings on %s are frozen until %s",
			     ref_short(landing->production), buffer_text(&until));
		if (frozen->freeze->reason)
			strings_add(&finding->found, frozen->freeze->reason);
		strings_addf(&finding->remedy, "# push it again after %s; hotfixes and rollbacks land all the same",
			     buffer_text(&until));
		buffer_release(&until);
	}
}

static void judge_rollback(struct verdict *verdict, const struct policy *policy, const struct landing *landing,
			   const char *ref)
{
	const struct role *role = policy_role(policy, policy->rollback_role ? policy->rollback_role : "");
	struct finding *finding;

	if (role && people_in_role(policy, role, landing->pusher))
		return;
	finding = verdict_add(verdict, "rollback", NULL, ref);
	if (policy->rollback_role)
		strings_addf(&finding->found, "%s may not roll back: only the role %s may", landing->pusher,
			     policy->rollback_role);
	else
		strings_add(&finding->found, "nobody may roll back by a push: hotfix.ini has no [rollback] role");
}

void landing_judge(struct verdict *verdict, const struct policy *policy, struct landing *landing, const char *ref)
{
	const enum landing_kind kind = landing->what.kind;

	if (landing_kind_is_hotfix(kind)) {
		judge_incident(verdict, landing, ref);
		judge_own_work(verdict, policy, landing, ref);
		judge_signoffs(verdict, policy, landing, ref);
	} else if (kind == LANDING_ORDINARY) {
		judge_allow_by(verdict, policy, landing, ref);
		judge_freezes(verdict, landing, ref);
	} else if (kind == LANDING_ROLLBACK) {
		judge_rollback(verdict, policy, landing, ref);
	}
}
