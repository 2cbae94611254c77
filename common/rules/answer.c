#include "rules/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/people.h"
#include "rules/remedy.h"
#include "rules/signoff_tag.h"
#include "rules/trailer.h"

struct answer *answers_add(struct answers *answers)
{
	struct answer *answer;

	answers->items = memory_grow(answers->items, answers->count, &answers->capacity, sizeof(*answers->items));
	answer = &answers->items[answers->count++];
	*answer = (struct answer){0};
	return answer;
}

void answers_release(struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		record_signoff_release(&answers->items[i].said);
		free(answers->items[i].ref);
		free(answers->items[i].pusher);
	}
	free(answers->items);
	*answers = (struct answers){0};
}

const struct answer *answers_last_deploy(const struct answers *answers, const char *environment)
{
	for (size_t i = answers->count; i > 0; i--) {
		const struct answer *answer = &answers->items[i - 1];

		if (!strcmp(answer->said.name, SIGNOFF_DEPLOY) && answer->said.environment &&
		    !strcmp(answer->said.environment, environment))
			return answer;
	}
	return NULL;
}

bool answers_deployed(const struct answers *answers, const struct signoff *deploy)
{
	for (size_t i = 0; deploy && i < deploy->environments.count; i++) {
		const struct answer *last = answers_last_deploy(answers, deploy->environments.items[i]);

		if (!last || last->said.failed)
			return false;
	}
	return true;
}

int answers_people(const struct answers *answers, const char *name)
{
	struct strings people = STRINGS_INIT;
	int count;

	for (size_t i = 0; i < answers->count; i++)
		if (!answers->items[i].revoked && !strcmp(answers->items[i].said.name, name))
			strings_add_once(&people, answers->items[i].said.person);
	count = (int)people.count;
	strings_release(&people);
	return count;
}

int answers_missing(const struct answers *answers, const struct signoff *signoff)
{
	int people = answers_people(answers, signoff->name);

	return people < signoff->count ? signoff->count - people : 0;
}

bool answers_close(const struct answers *answers, const struct policy *policy)
{
	const struct signoff *monitor = policy_signoff(policy, SIGNOFF_MONITOR);

	return monitor && !answers_missing(answers, monitor) &&
	       answers_deployed(answers, policy_signoff(policy, SIGNOFF_DEPLOY));
}

bool answer_is_signed(const struct signoff *signoff)
{
	return signoff->evidence == EVIDENCE_SIGNATURE;
}

static bool is_deploy(const struct signoff *signoff)
{
	return !strcmp(signoff->name, SIGNOFF_DEPLOY);
}

static bool is_waiver(const struct signoff *signoff)
{
	return !strcmp(signoff->name, SIGNOFF_BACKMERGE);
}

char *answer_environment_problem(const struct signoff *deploy, const char *environment)
{
	struct buffer names = BUFFER_INIT;
	char *problem;

	if (strings_contain(&deploy->environments, environment))
		return NULL;
	for (size_t i = 0; i < deploy->environments.count; i++)
		buffer_addf(&names, "%s%s", i ? ", " : "", deploy->environments.items[i]);
	problem = buffer_format("\"%s\" is no environment here; these are: %s", environment, buffer_text(&names));
	buffer_release(&names);
	return problem;
}

/* *VALUE is that of the only trailer of this key, or NULL where there is none; two are a problem. */
static char *read_single(const char **value, const struct tag *tag, const char *key)
{
	*value = tag_trailer(tag, key);
	for (size_t i = 0; !*value && i < tag->trailer_count; i++)
		if (trailer_key_equal(tag->trailers[i].key, key))
			return buffer_format("its message holds more than one trailer \"%s:\"", key);
	return NULL;
}

static char *read_signer(struct record_signoff *out, const struct policy *policy,
			 const struct answer_question *question)
{
	const char *key = question->signoff->trailer;
	const char *value = tag_trailer(question->tag, key);
	char *address = value ? people_address_of(value) : NULL;
	const struct person *person = address ? people_by_address(policy, address) : NULL;

	free(address);
	if (!value)
		return buffer_format("its message must hold one trailer \"%s:\"", key);
	if (!person)
		return buffer_format("\"%s: %s\" names nobody whom the configuration knows", key, value);
	if (!is_deploy(question->signoff) && strcmp(person->name, question->name->person) != 0)
		return buffer_format("\"%s: %s\" does not name %s", key, value, question->name->person);
	out->person = memory_copy(person->name);
	return NULL;
}

static char *read_pusher(struct record_signoff *out, const struct policy *policy,
			 const struct answer_question *question)
{
	const char *key = question->signoff->trailer;
	const char *value = NULL;
	char *problem = question->tag ? read_single(&value, question->tag, key) : NULL;

	if (problem)
		return problem;
	if (value && !signoff_tag_names(policy, value, question->pusher))
		return buffer_format("\"%s: %s\" does not name %s, who pushes it", key, value, question->pusher);
	if (!is_deploy(question->signoff) && strcmp(question->pusher, question->name->person) != 0)
		return buffer_format("it was pushed by somebody else");
	out->person = memory_copy(question->pusher);
	return NULL;
}

static char *read_status(struct record_signoff *out, const struct answer_question *question)
{
	const char *environment = NULL;
	const char *status;
	char *problem = NULL;

	out->environment = memory_copy(question->name->person);
	if (!question->tag)
		return NULL;
	problem = read_single(&environment, question->tag, "Environment");
	if (!problem && environment && strcmp(environment, out->environment) != 0)
		problem = buffer_format("\"Environment: %s\", but its name says %s", environment, out->environment);
	status = tag_trailer(question->tag, "Status");
	if (!problem && (!status || (strcmp(status, "success") != 0 && strcmp(status, "failure") != 0)))
		problem = buffer_format("its message must hold one trailer \"Status:\", success or failure");
	out->failed = status && !strcmp(status, "failure");
	return problem;
}

static char *read_reason(struct record_signoff *out, const struct answer_question *question)
{
	const char *reason = NULL;
	char *problem = question->tag ? read_single(&reason, question->tag, "Reason") : NULL;

	if (problem)
		return problem;
	if (reason && strlen(reason) > ANSWER_REASON_MAXIMUM)
		return buffer_format("its \"Reason:\" is longer than %d bytes", ANSWER_REASON_MAXIMUM);
	if ((!reason || !*reason) && is_waiver(question->signoff))
		return buffer_format("a waiver says why: one trailer \"Reason:\" in the message of a tag");
	out->reason = reason ? memory_copy(reason) : NULL;
	return NULL;
}

/* Of a waiver: for which branches it is, by their full or short names. */
static void read_into(struct record_signoff *out, const struct answer_question *question)
{
	struct buffer names = BUFFER_INIT;

	for (size_t i = 0; question->tag && i < question->tag->trailer_count; i++) {
		const struct trailer *trailer = &question->tag->trailers[i];

		if (trailer_key_equal(trailer->key, "Into"))
			buffer_addf(&names, "%s%s%s", names.length ? " " : "",
				    strncmp(trailer->value, "refs/", 5) != 0 ? "refs/heads/" : "", trailer->value);
	}
	out->into = names.length ? buffer_detach(&names) : NULL;
	buffer_release(&names);
}

static char *read_severity(const struct answer_question *question)
{
	const char *severity = NULL;
	struct buffer names = BUFFER_INIT;
	char *problem;

	if (!question->signoff->severities.count)
		return NULL;
	problem = question->tag ? read_single(&severity, question->tag, "Severity") : NULL;
	if (problem || (severity && policy_severity(question->signoff, severity)))
		return problem;
	for (size_t i = 0; i < question->signoff->severities.count; i++)
		buffer_addf(&names, "%s%s", i ? ", " : "", question->signoff->severities.items[i]);
	problem = buffer_format("the message of a tag must hold one trailer \"Severity:\", one of %s",
				buffer_text(&names));
	buffer_release(&names);
	return problem;
}

char *answer_read(struct record_signoff *out, const struct policy *policy, const struct answer_question *question)
{
	const struct signoff *signoff = question->signoff;
	char *problem = question->tag ? signoff_tag_shape_problem(question->ref, question->name, question->tag) : NULL;

	if (!problem && answer_is_signed(signoff) && (!question->tag || question->tag->format == SIGNATURE_NONE))
		problem = memory_copy(SIGNOFF_TAG_UNSIGNED);
	if (!problem && is_deploy(signoff))
		problem = answer_environment_problem(signoff, question->name->person);
	if (!problem && answer_is_signed(signoff))
		problem = read_signer(out, policy, question);
	else if (!problem)
		problem = read_pusher(out, policy, question);
	if (!problem && is_deploy(signoff))
		problem = read_status(out, question);
	if (!problem && is_waiver(signoff))
		read_into(out, question);
	if (!problem)
		problem = read_severity(question);
	return problem ? problem : read_reason(out, question);
}

static void add_branches(struct buffer *out, const struct strings *branches)
{
	for (size_t i = 0; i < branches->count; i++) {
		char *line = buffer_format("Into: %s", branches->items[i]);
		char *word = remedy_word(line);

		buffer_addf(out, "%s ", word);
		free(word);
		free(line);
	}
}

/* Adds the lines of the message of a tag, each in quotation marks. */
static void add_message(struct buffer *out, const struct policy *policy, const struct signoff *signoff,
			const char *production, const struct record_landing *landing)
{
	if (policy_has_several_productions(policy))
		buffer_addf(out, "'Production: %s' ", production);
	if (is_deploy(signoff))
		buffer_addf(out, "'Environment: %s' 'Status: success' ", signoff->environments.items[0]);
	if (is_waiver(signoff)) {
		buffer_add_string(out, "'Reason: WHY' ");
		add_branches(out, &landing->into);
	}
	if (signoff->severities.count)
		buffer_add_string(out, "'Severity: SEVERITY' ");
}

static bool needs_tag(const struct policy *policy, const struct signoff *signoff)
{
	return answer_is_signed(signoff) || policy_has_several_productions(policy) || signoff->severities.count ||
	       is_waiver(signoff);
}

static void add_who(struct strings *out, const struct signoff *signoff)
{
	struct buffer line = BUFFER_INIT;

	buffer_addf(&line, "# %s in the role %s", is_deploy(signoff) ? "somebody" : "PERSON, somebody", signoff->role);
	if (is_deploy(signoff))
		buffer_addf(&line, ", once it is deployed%s",
			    signoff->environments.count > 1 ? ", to each environment" : "");
	buffer_addf(&line, "%s:", signoff->on_landing ? "" : ", who did none of the work and did not override it");
	strings_take(out, buffer_detach(&line));
	if (signoff->severities.count)
		buffer_add_string(&line, "# SEVERITY is one of:");
	for (size_t i = 0; i < signoff->severities.count; i++)
		buffer_addf(&line, "%s %s", i ? "," : "", signoff->severities.items[i]);
	if (line.length)
		strings_add(out, buffer_text(&line));
	buffer_release(&line);
}

void answer_add_signing(struct strings *out, const struct policy *policy, const struct signoff *signoff,
			const char *production, const struct record_landing *landing)
{
	const char *who = is_deploy(signoff) ? signoff->environments.items[0] : "PERSON";
	char *rest = signoff_ref_rest(policy, landing->branch, signoff->name, who, &landing->to);
	struct buffer message = BUFFER_INIT;

	add_who(out, signoff);
	strings_add(out, "git fetch origin");
	if (needs_tag(policy, signoff)) {
		add_message(&message, policy, signoff, production, landing);
		strings_addf(out, "git tag %s -m \"$(printf '%%s\\n' %s\\", answer_is_signed(signoff) ? "-s" : "-a",
			     buffer_text(&message));
		strings_addf(out, "  \"%s: $(git config user.name) <$(git config user.email)>\")\" \\",
			     signoff->trailer);
		strings_addf(out, "  signoff/%s %s", rest, object_id_full(&landing->to).digits);
		strings_addf(out, "git push origin refs/tags/signoff/%s:" SIGNOFF_REFS "%s", rest, rest);
	} else {
		strings_addf(out, "git push origin %s:" SIGNOFF_REFS "%s", object_id_full(&landing->to).digits, rest);
	}
	buffer_release(&message);
	free(rest);
}
