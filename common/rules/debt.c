#include "rules/debt.h"

#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

/* People who were missing for SIGNOFF; 0 when it is no sign-off that was. */
static int missing_for(const struct record_landing *what, const char *signoff)
{
	for (size_t i = 0; what->override && i < what->override->missing_count; i++)
		if (what->override->missing[i].people && !strcmp(what->override->missing[i].name, signoff))
			return what->override->missing[i].people;
	return 0;
}

bool debt_has(const struct record_landing *what, const char *signoff)
{
	return missing_for(what, signoff) > 0;
}

int debt_people(const struct policy *policy, const struct record_landing *what, const struct answers *answers,
		const char *signoff)
{
	int missing = policy_signoff(policy, signoff) ? missing_for(what, signoff) : 0;
	int given = answers_people(answers, signoff);

	return missing > given ? missing - given : 0;
}

bool debt_is_settled(const struct policy *policy, const struct record_landing *what, const struct answers *answers)
{
	for (size_t i = 0; what->override && i < what->override->missing_count; i++)
		if (debt_people(policy, what, answers, what->override->missing[i].name))
			return false;
	return true;
}

static const char *how_worked(const struct record_override *override, const char *person)
{
	for (size_t i = 0; i < override->worker_count; i++)
		if (!strcmp(override->workers[i].person, person))
			return override->workers[i].how;
	return NULL;
}

static bool same_pool(const struct policy *policy, const char *name, const struct signoff *signoff)
{
	const struct signoff *other = policy_signoff(policy, name);

	if (!strcmp(name, signoff->name))
		return true;
	return other && !other->on_landing && other->binds != BINDS_INCIDENT && signoff->binds != BINDS_INCIDENT;
}

/* Returns the sign-off for which PERSON counts already, so that it cannot be SIGNOFF too; NULL when there is none. */
static const char *counts_for(const struct policy *policy, const struct record_landing *what,
			      const struct answers *answers, const struct signoff *signoff, const char *person)
{
	for (size_t i = 0; i < what->signoff_count; i++)
		if (!strcmp(what->signoffs[i].person, person) && same_pool(policy, what->signoffs[i].name, signoff))
			return what->signoffs[i].name;
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];

		if (!answer->revoked && !strcmp(answer->said.person, person) &&
		    same_pool(policy, answer->said.name, signoff))
			return answer->said.name;
	}
	return NULL;
}

char *debt_problem(const struct policy *policy, const struct record_landing *what, const struct answers *answers,
		   const struct signoff *signoff, const char *person)
{
	const char *how, *other;

	if (!debt_has(what, signoff->name))
		return buffer_format("no %s is owed for this landing", signoff->name);
	if (!strcmp(what->override->person, person))
		return buffer_format("%s overrode it, and cannot sign it off", person);
	how = how_worked(what->override, person);
	if (how)
		return buffer_format("%s did some of the work: %s", person, how);
	other = counts_for(policy, what, answers, signoff, person);
	if (other)
		return buffer_format("%s counts for %s already", person, other);
	if (!debt_people(policy, what, answers, signoff->name))
		return buffer_format("no %s is owed for this landing any more", signoff->name);
	return NULL;
}

void debt_describe(struct buffer *out, const struct policy *policy, const struct record_landing *what,
		   const struct answers *answers)
{
	const char *separator = "";

	for (size_t i = 0; what->override && i < what->override->missing_count; i++) {
		const char *name = what->override->missing[i].name;
		int people = debt_people(policy, what, answers, name);

		if (!people)
			continue;
		buffer_addf(out, "%s%s %d", separator, name, people);
		separator = ", ";
	}
}

void debt_add_signing(struct strings *out, const struct policy *policy, const char *production,
		      const struct record_landing *what, const struct answers *answers)
{
	for (size_t i = 0; what->override && i < what->override->missing_count; i++) {
		const char *name = what->override->missing[i].name;

		if (debt_people(policy, what, answers, name))
			answer_add_signing(out, policy, policy_signoff(policy, name), production, what);
	}
}
