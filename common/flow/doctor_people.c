/* Who could get around the gate. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "adapters/accounts.h"
#include "adapters/name_service.h"
#include "base/memory.h"
#include "base/shell.h"
#include "flow/doctor_parts.h"

/* Whoever may write one of these can move refs, or change what is run, without a push. */
static const char *const guarded[] = {".",          "hooks",     "objects",     "objects/pack", "objects/info", "refs",
				      "refs/heads", "refs/tags", "packed-refs", "HEAD",         "config",       "info"};

/* Files by who else may write them. */
struct openings {
	struct strings to_all;
	struct strings to_group;
	struct strings members; /* of the groups, the owner aside */
	struct strings foreign; /* that belong to somebody else */
};

static void openings_release(struct openings *openings)
{
	strings_release(&openings->to_all);
	strings_release(&openings->to_group);
	strings_release(&openings->members);
	strings_release(&openings->foreign);
}

static void look_at(struct openings *out, const struct doctor *doctor, const char *name)
{
	uid_t owner = doctor->session->environment.owner;
	struct strings others = STRINGS_INIT;
	char *path = doctor_path(doctor, name);
	struct stat status;

	if (stat(path, &status))
		goto done;
	if (status.st_uid != owner)
		strings_add(&out->foreign, name);
	if (status.st_mode & S_IWOTH)
		strings_add(&out->to_all, name);
	else if (status.st_mode & S_IWGRP)
		account_group_others(&others, status.st_gid, owner);
	if (others.count)
		strings_add(&out->to_group, name);
	for (size_t i = 0; i < others.count; i++)
		strings_add_once(&out->members, others.items[i]);
done:
	strings_release(&others);
	free(path);
}

static void add_chmod(struct doctor *doctor, struct check *check, const char *how)
{
	struct buffer command = BUFFER_INIT;

	buffer_addf(&command, "chmod -R %s ", how);
	shell_quote(&command, doctor->session->environment.git_dir);
	doctor_remedy(check, buffer_text(&command));
	buffer_release(&command);
}

static void tell_openings(struct doctor *doctor, const struct openings *openings)
{
	struct buffer names = BUFFER_INIT;
	struct buffer people = BUFFER_INIT;

	doctor_join(&people, &openings->members);
	if (openings->to_all.count) {
		doctor_join(&names, &openings->to_all);
		add_chmod(doctor,
			  doctor_add(doctor, CHECK_PROBLEM, "access",
				     "advisory only: every account of this machine may write %s", buffer_text(&names)),
			  "o-w");
	}
	buffer_clear(&names);
	if (openings->to_group.count) {
		doctor_join(&names, &openings->to_group);
		add_chmod(doctor,
			  doctor_add(doctor, CHECK_WARNING, "access", "advisory only: %s may write %s without a push",
				     buffer_text(&people), buffer_text(&names)),
			  "g-w");
	}
	buffer_clear(&names);
	if (openings->foreign.count) {
		doctor_join(&names, &openings->foreign);
		doctor_add(doctor, CHECK_WARNING, "access", "%s: not the property of the repository's owner",
			   buffer_text(&names));
	}
	if (!openings->to_all.count && !openings->to_group.count && !openings->foreign.count)
		doctor_add(doctor, CHECK_OK, "access", "only the owner of the repository may write its files");
	buffer_release(&names);
	buffer_release(&people);
}

/* core.sharedRepository opens what Git makes from now on, whatever the files are like today (git-init(1), --shared). */
static void check_shared(struct doctor *doctor)
{
	const struct git_setting *setting = git_settings_find(&doctor->settings, "core.sharedrepository");
	const char *value = setting && setting->value ? setting->value : "true";
	struct buffer command = BUFFER_INIT;
	struct check *check;

	if (!setting || !strcmp(value, "umask") || !strcmp(value, "false") || !strcmp(value, "no") ||
	    !strcmp(value, "0"))
		return;
	check = doctor_add(doctor, CHECK_WARNING, "core.sharedRepository",
			   "advisory only: %s; other accounts may write refs and objects without a push", value);
	buffer_add_string(&command, "git -C ");
	shell_quote(&command, doctor->session->environment.git_dir);
	buffer_add_string(&command, " config --unset-all core.sharedRepository");
	doctor_remedy(check, buffer_text(&command));
	buffer_release(&command);
}

void doctor_find_shells(struct strings *out, const struct policy *policy)
{
	for (size_t i = 0; i < policy->person_count; i++)
		if (policy->people[i].login && account_has_shell(policy->people[i].login))
			strings_add_once(out, policy->people[i].login);
}

static void check_pushers(struct doctor *doctor, bool others_write)
{
	static const char *const sources[] = {[PUSHER_UNIX] = "unix",
					      [PUSHER_GITOLITE] = "gitolite",
					      [PUSHER_GITEA] = "gitea",
					      [PUSHER_GITLAB] = "gitlab",
					      [PUSHER_HTTP] = "http"};
	const struct policy *policy = &doctor->session->policy;
	char *owner = name_service_login(doctor->session->environment.owner);
	struct strings shells = STRINGS_INIT;
	struct buffer names = BUFFER_INIT;

	doctor_find_shells(&shells, policy);
	doctor_join(&names, &shells);
	if (shells.count)
		doctor_remedy(doctor_add(doctor, CHECK_WARNING, "[pusher] from",
					 "advisory only: %s, who push, have a login shell here%s", buffer_text(&names),
					 policy->pusher == PUSHER_UNIX
						 ? "; whoever has one can write refs without a push"
						 : " and can set the variable that says who pushes"),
			      "# let people push through a service account, or give them git-shell(1) as their shell");
	else if (policy->pusher == PUSHER_UNIX && !others_write)
		doctor_remedy(
			doctor_add(doctor, CHECK_WARNING, "[pusher] from",
				   "unix, but only %s may write here: everybody pushes as %s, and nobody is told apart",
				   owner, owner),
			"# hotfix.ini, [pusher] from = gitolite, gitea, gitlab or http: who authenticates people");
	else if (policy->pusher == PUSHER_UNIX)
		doctor_add(doctor, CHECK_WARNING, "[pusher] from",
			   "advisory only: unix; a pusher with a login shell can write refs without a push");
	else
		doctor_add(doctor, CHECK_OK, "[pusher] from", "%s", sources[policy->pusher]);
	strings_release(&shells);
	buffer_release(&names);
	free(owner);
}

void doctor_people(struct doctor *doctor)
{
	struct openings openings = {0};

	for (size_t i = 0; i < sizeof(guarded) / sizeof(guarded[0]); i++)
		look_at(&openings, doctor, guarded[i]);
	tell_openings(doctor, &openings);
	if (doctor->settings_known)
		check_shared(doctor);
	if (!doctor->session->problems.count)
		check_pushers(doctor, openings.to_all.count || openings.to_group.count);
	openings_release(&openings);
}
