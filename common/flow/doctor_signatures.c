/* Which sign-offs can be forged, and whether the keys of those that cannot are in order. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/signature.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"
#include "flow/doctor_parts.h"
#include "rules/allowed_signers.h"
#include "rules/people.h"

#define SIGNERS_MAXIMUM ((size_t)16 * 1024 * 1024)

/* Names the sign-offs with this kind of evidence; false when there is none. */
static bool name_signoffs(struct buffer *out, const struct policy *policy, enum evidence_kind kind)
{
	struct strings names = STRINGS_INIT;

	buffer_clear(out);
	for (size_t i = 0; i < policy->signoff_count; i++)
		if (policy->signoffs[i].evidence == kind)
			strings_add(&names, policy->signoffs[i].name);
	doctor_join(out, &names);
	strings_release(&names);
	return out->length > 0;
}

static void tell_pusher(struct doctor *doctor, const char *names)
{
	struct strings shells = STRINGS_INIT;
	struct buffer people = BUFFER_INIT;

	doctor_find_shells(&shells, &doctor->session->policy);
	doctor_join(&people, &shells);
	if (shells.count)
		doctor_add(doctor, CHECK_WARNING, "sign-offs",
			   "%s can be forged by %s: evidence = pusher, and with a login shell one can say who pushes",
			   names, buffer_text(&people));
	else
		doctor_add(doctor, CHECK_OK, "sign-offs",
			   "%s: evidence = pusher; can be forged only by whoever can make the transport say who pushes",
			   names);
	buffer_release(&people);
	strings_release(&shells);
}

static void tell_forgeable(struct doctor *doctor)
{
	const struct policy *policy = &doctor->session->policy;
	struct buffer names = BUFFER_INIT;

	if (name_signoffs(&names, policy, EVIDENCE_TRAILER))
		doctor_add(doctor, CHECK_WARNING, "sign-offs",
			   "%s can be forged: evidence = trailer, and anybody who can push can write one with any name",
			   buffer_text(&names));
	if (name_signoffs(&names, policy, EVIDENCE_PUSHER))
		tell_pusher(doctor, buffer_text(&names));
	if (name_signoffs(&names, policy, EVIDENCE_SIGNATURE))
		doctor_add(doctor, CHECK_OK, "sign-offs",
			   "%s: evidence = signature; nobody can forge one without the key of somebody in the role",
			   buffer_text(&names));
	buffer_release(&names);
}

static void check_program(struct doctor *doctor, const char *key, enum signature_format format, const char *package)
{
	const char *program = signature_program(format);
	struct buffer remedy = BUFFER_INIT;

	if (access(program, X_OK)) {
		buffer_addf(&remedy, "apt-get install %s", package);
		doctor_remedy(doctor_add(doctor, CHECK_PROBLEM, key,
					 "%s is not there: no signature can be verified, and what needs one is refused",
					 program),
			      buffer_text(&remedy));
	}
	buffer_release(&remedy);
}

static struct check *add_at_line(struct doctor *doctor, const struct allowed_signer *signer, const char *words)
{
	struct buffer subject = BUFFER_INIT;
	struct check *check;

	buffer_addf(&subject, "%s:%d", doctor->session->policy.allowed_signers, signer->line);
	check = doctor_add(doctor, CHECK_WARNING, buffer_text(&subject), "%s", words);
	buffer_release(&subject);
	return check;
}

/* Returns the key of the person whom a principal names, owned by the caller; NULL, with words, when it names none. */
static char *check_principal(struct doctor *doctor, const struct allowed_signer *signer, const char *principal)
{
	const struct policy *policy = &doctor->session->policy;
	char *address = strpbrk(principal, "*?!") ? NULL : people_address_of(principal);
	struct buffer words = BUFFER_INIT;
	char *person = NULL;

	if (strpbrk(principal, "*?!"))
		buffer_addf(&words, "%s is a pattern, and counts for nobody: write each address", principal);
	else if (!address)
		buffer_addf(&words, "%s is no address, and counts for nobody", principal);
	else if (!people_by_address(policy, address))
		buffer_addf(&words, "%s belongs to no [person]: it counts only where a role takes that address in",
			    address);
	else
		person = people_key_of_address(policy, address);
	if (words.length)
		add_at_line(doctor, signer, buffer_text(&words));
	buffer_release(&words);
	free(address);
	return person;
}

/* The line before this one with the same key, or NULL. */
static const struct allowed_signer *find_same_key(const struct allowed_signers *signers,
						  const struct allowed_signer *signer)
{
	for (const struct allowed_signer *other = signers->items; other < signer; other++)
		if (other->key && signer->key && !strcmp(other->key, signer->key))
			return other;
	return NULL;
}

static void check_same_key(struct doctor *doctor, const struct allowed_signers *signers,
			   const struct allowed_signer *signer)
{
	const struct allowed_signer *other = find_same_key(signers, signer);
	struct buffer words = BUFFER_INIT;

	if (other) {
		buffer_addf(&words, "the key of line %d again: a key must stand for one person", other->line);
		add_at_line(doctor, signer, buffer_text(&words));
	}
	buffer_release(&words);
}

static bool check_line(struct doctor *doctor, const struct allowed_signer *signer, const char *now)
{
	const char *words = signer->problem;

	if (!words && !signer->for_git)
		words = "its namespaces do not hold \"git\"";
	if (!words && allowed_signer_is_over(signer, now))
		words = "its valid-before is over; what was pushed before still counts, nothing new does";
	if (words)
		add_at_line(doctor, signer, words);
	else if (signer->authority)
		add_at_line(doctor, signer, "cert-authority: whoever issues its certificates can sign as anybody");
	return !signer->problem && signer->for_git;
}

static void check_signers(struct doctor *doctor, struct strings *people, const struct allowed_signers *signers)
{
	struct buffer time = BUFFER_INIT;
	struct buffer now = BUFFER_INIT;

	clock_format(&time, doctor->session->now);
	for (size_t i = 0; i < time.length; i++)
		if (time.bytes[i] >= '0' && time.bytes[i] <= '9')
			buffer_add_char(&now, time.bytes[i]);
	for (size_t i = 0; i < signers->count; i++) {
		struct strings owners = STRINGS_INIT;

		if (!check_line(doctor, &signers->items[i], buffer_text(&now)))
			continue;
		check_same_key(doctor, signers, &signers->items[i]);
		for (size_t k = 0; k < signers->items[i].principals.count; k++) {
			char *person =
				check_principal(doctor, &signers->items[i], signers->items[i].principals.items[k]);

			if (person)
				strings_add_once(&owners, person);
			free(person);
		}
		if (owners.count > 1)
			add_at_line(doctor, &signers->items[i], "one key of several people counts for none of them");
		for (size_t k = 0; owners.count == 1 && k < owners.count; k++)
			strings_add_once(people, owners.items[k]);
		strings_release(&owners);
	}
	buffer_release(&time);
	buffer_release(&now);
}

/* A sign-off that too few people can give never lands anything. */
static void check_enough(struct doctor *doctor, const struct strings *people)
{
	const struct policy *policy = &doctor->session->policy;

	for (size_t i = 0; i < policy->signoff_count; i++) {
		const struct signoff *signoff = &policy->signoffs[i];
		const struct role *role = policy_role(policy, signoff->role);
		int able = 0;

		for (size_t k = 0; role && k < people->count; k++)
			able += people_in_role(policy, role, people->items[k]);
		if (signoff->evidence == EVIDENCE_SIGNATURE && able < signoff->count)
			doctor_add(doctor, CHECK_WARNING, "[signature] allowed-signers",
				   "of the role %s %d can sign, and %s needs %d", signoff->role, able, signoff->name,
				   signoff->count);
	}
}

static void check_allowed_signers(struct doctor *doctor)
{
	const struct policy *policy = &doctor->session->policy;
	const char *path = policy->allowed_signers;
	struct allowed_signers signers = {0};
	struct strings people = STRINGS_INIT;
	struct error error = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	struct check *check;

	check_program(doctor, "[signature] allowed-signers", SIGNATURE_SSH, "openssh-client");
	if (!doctor_may_read(path, doctor->session->environment.owner)) {
		check = doctor_add(doctor, CHECK_PROBLEM, "[signature] allowed-signers",
				   "%s: the owner of the repository cannot read it", path);
		buffer_add_string(&text, "chmod a+r ");
		shell_quote(&text, path);
		doctor_remedy(check, buffer_text(&text));
	} else if (file_read(&text, path, SIGNERS_MAXIMUM, &error)) {
		doctor_add(doctor, CHECK_PROBLEM, "[signature] allowed-signers", "%s", error_text(&error));
	} else {
		allowed_signers_read(&signers, buffer_text(&text));
		check_signers(doctor, &people, &signers);
		if (!policy->gpg_home)
			check_enough(doctor, &people);
		doctor_add(doctor, CHECK_OK, "[signature] allowed-signers",
			   "%s: %zu line%s, keys of %zu configured people", path, signers.count,
			   signers.count == 1 ? "" : "s", people.count);
	}
	allowed_signers_release(&signers);
	strings_release(&people);
	error_release(&error);
	buffer_release(&text);
}

static void check_gpg_home(struct doctor *doctor)
{
	static const char *const rings[] = {"pubring.kbx", "pubring.gpg"};
	const char *home = doctor->session->policy.gpg_home;
	uid_t owner = doctor->session->environment.owner;
	struct error error = ERROR_INIT;
	struct buffer path = BUFFER_INIT;
	bool found = false;

	check_program(doctor, "[signature] gpg-home", SIGNATURE_OPENPGP, "gpg");
	for (size_t i = 0; !found && i < sizeof(rings) / sizeof(rings[0]); i++) {
		buffer_clear(&path);
		buffer_addf(&path, "%s/%s", home, rings[i]);
		found = !access(buffer_text(&path), F_OK);
	}
	if (!found)
		doctor_add(doctor, CHECK_WARNING, "[signature] gpg-home",
			   "%s: there is no keyring in it: no signature of OpenPGP counts", home);
	else if (file_trusted(buffer_text(&path), owner, &error))
		doctor_add(doctor, CHECK_PROBLEM, "[signature] gpg-home", "others can add keys: %s",
			   error_text(&error));
	else if (!doctor_may_read(buffer_text(&path), owner))
		doctor_add(doctor, CHECK_PROBLEM, "[signature] gpg-home",
			   "%s: the owner of the repository cannot read it", buffer_text(&path));
	else
		doctor_add(doctor, CHECK_OK, "[signature] gpg-home", "%s", buffer_text(&path));
	error_release(&error);
	buffer_release(&path);
}

void doctor_signatures(struct doctor *doctor)
{
	const struct policy *policy = &doctor->session->policy;

	if (doctor->session->problems.count)
		return;
	tell_forgeable(doctor);
	if (policy->allowed_signers)
		check_allowed_signers(doctor);
	if (policy->gpg_home)
		check_gpg_home(doctor);
}
