/* The hooks: are they there, are they ours, does Git run them, and who could exchange them. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/process.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"
#include "flow/doctor_parts.h"

static const char *const hook_names[] = {"pre-receive", "update", "post-receive"};

/* Where hooks are: Git's own place, and where Gitea and GitLab run more of them. */
static const char *const places[] = {"hooks/%s", "hooks/%s.d/hotfix", "custom_hooks/%s.d/hotfix"};

static char *hook_place(size_t place, const char *name)
{
	const char *percent = strstr(places[place], "%s");
	struct buffer path = BUFFER_INIT;

	buffer_add(&path, places[place], (size_t)(percent - places[place]));
	buffer_addf(&path, "%s%s", name, percent + 2);
	return buffer_detach(&path);
}

static bool is_ours(const char *file, const char *name)
{
	struct buffer ending = BUFFER_INIT;
	bool ours;

	buffer_addf(&ending, "/libexec/hotfix/%s", name);
	ours = strlen(file) >= ending.length && !strcmp(file + strlen(file) - ending.length, buffer_text(&ending));
	buffer_release(&ending);
	return ours;
}

/* Returns the file of ours that hook NAME stands for, symbolic links resolved, and its *PLACE in the repository's
 * folder; NULL when no place leads to it. Owned by the caller, like *PLACE. */
static char *find_ours(char **place, const struct doctor *doctor, const char *name)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *relative = hook_place(i, name);
		char *path = doctor_path(doctor, relative);
		char *file = realpath(path, NULL);

		free(path);
		if (file && is_ours(file, name)) {
			*place = relative;
			return file;
		}
		free(file);
		free(relative);
	}
	return NULL;
}

/* The command that puts our hook there; a hook that is there already is kept, to run first. */
static void add_link_command(struct check *check, const char *path, const char *name, bool keep)
{
	char *folder = process_folder();
	struct buffer command = BUFFER_INIT;
	struct buffer target = BUFFER_INIT;
	struct buffer kept = BUFFER_INIT;

	buffer_addf(&target, "%s/../libexec/hotfix/%s", folder ? folder : "", name);
	free(folder);
	folder = realpath(buffer_text(&target), NULL);
	if (folder) {
		buffer_addf(&kept, "%s.chained", path);
		if (keep) {
			buffer_add_string(&command, "mv ");
			shell_quote(&command, path);
			buffer_add_char(&command, ' ');
			shell_quote(&command, buffer_text(&kept));
			buffer_add_string(&command, " && ");
		}
		buffer_add_string(&command, "ln -sf ");
		shell_quote(&command, folder);
		buffer_add_char(&command, ' ');
		shell_quote(&command, path);
		doctor_remedy(check, buffer_text(&command));
	} else {
		doctor_remedy(check, "# run install.sh for this repository");
	}
	free(folder);
	buffer_release(&command);
	buffer_release(&target);
	buffer_release(&kept);
}

static bool is_gitolite(const char *path)
{
	char *file = realpath(path, NULL);
	bool gitolite = file && strstr(file, "/hooks/common/update");

	free(file);
	return gitolite;
}

/* No place leads to our hook: says why. */
static void explain_absent(struct doctor *doctor, const char *name)
{
	struct buffer subject = BUFFER_INIT;
	struct stat status;
	char *path;

	buffer_addf(&subject, "hooks/%s", name);
	path = doctor_path(doctor, buffer_text(&subject));
	if (lstat(path, &status))
		add_link_command(
			doctor_add(doctor, CHECK_PROBLEM, buffer_text(&subject), "missing: nothing is judged there"),
			path, name, false);
	else if (stat(path, &status))
		add_link_command(doctor_add(doctor, CHECK_PROBLEM, buffer_text(&subject),
					    "a symbolic link to nothing: Git takes it for missing"),
				 path, name, false);
	else if (!status.st_size)
		add_link_command(doctor_add(doctor, CHECK_PROBLEM, buffer_text(&subject), "empty, zero bytes"), path,
				 name, false);
	else if (!strcmp(name, "update") && is_gitolite(path))
		doctor_remedy(doctor_add(doctor, CHECK_WARNING, buffer_text(&subject),
					 "gitolite's own: ours must be called by it, which cannot be seen here"),
			      "# in gitolite.conf, for this repository:  -  VREF/hotfix  =  @all");
	else
		add_link_command(doctor_add(doctor, CHECK_PROBLEM, buffer_text(&subject),
					    "not ours: Git runs something else instead of libexec/hotfix/%s", name),
				 path, name, true);
	free(path);
	buffer_release(&subject);
}

static void check_chained(struct doctor *doctor, const char *place)
{
	struct buffer subject = BUFFER_INIT;
	struct buffer command = BUFFER_INIT;
	char *path;

	buffer_addf(&subject, "%s.chained", place);
	path = doctor_path(doctor, buffer_text(&subject));
	if (access(path, F_OK))
		goto done;
	if (doctor_may_run(path, doctor->session->environment.owner)) {
		doctor_add(doctor, CHECK_OK, buffer_text(&subject), "runs first, and its refusal counts");
		goto done;
	}
	buffer_add_string(&command, "chmod a+x ");
	shell_quote(&command, path);
	doctor_remedy(
		doctor_add(doctor, CHECK_PROBLEM, buffer_text(&subject),
			   "cannot be run, so every push is refused or goes untold; make it executable, or remove it"),
		buffer_text(&command));
done:
	free(path);
	buffer_release(&command);
	buffer_release(&subject);
}

static void check_ours(struct doctor *doctor, const char *place, const char *file)
{
	uid_t owner = doctor->session->environment.owner;
	struct buffer command = BUFFER_INIT;
	struct error error = ERROR_INIT;
	char *path = doctor_path(doctor, place);
	struct stat status;

	if (stat(file, &status) || !status.st_size) {
		doctor_remedy(doctor_add(doctor, CHECK_PROBLEM, place, "%s is empty, zero bytes", file),
			      "# run install.sh again");
	} else if (!doctor_may_run(file, owner)) {
		buffer_add_string(&command, "chmod a+rx ");
		shell_quote(&command, file);
		doctor_remedy(doctor_add(doctor, CHECK_PROBLEM, place, "%s is not executable: Git skips it", file),
			      buffer_text(&command));
	} else if (file_trusted(path, owner, &error)) {
		doctor_remedy(
			doctor_add(doctor, CHECK_PROBLEM, place, "others can exchange it: %s", error_text(&error)),
			"# let only root or the repository's owner write there");
	} else {
		doctor_add(doctor, CHECK_OK, place, "%s", file);
	}
	free(path);
	error_release(&error);
	buffer_release(&command);
}

/* The folder that core.hooksPath stands for; a relative one begins where hooks run (git-config(1)). NULL when there is
 * none. */
static char *hooks_folder(const struct doctor *doctor, const struct git_setting *setting)
{
	char *path, *folder;

	if (!setting || !setting->value)
		return NULL;
	path = *setting->value == '/' ? memory_copy(setting->value) : doctor_path(doctor, setting->value);
	folder = realpath(path, NULL);
	free(path);
	return folder;
}

static void check_hooks_path(struct doctor *doctor)
{
	const struct git_setting *setting = git_settings_find(&doctor->settings, "core.hookspath");
	char *there = hooks_folder(doctor, setting);
	char *own = doctor_path(doctor, "hooks");
	struct buffer command = BUFFER_INIT;
	struct check *check;

	if (!setting || (there && !strcmp(there, own)))
		goto done;
	check = doctor_add(doctor, CHECK_PROBLEM, "core.hooksPath", "%s: Git runs no hook of this repository",
			   setting->value ? setting->value : "");
	if (setting->file) {
		buffer_add_string(&command, "git config --file ");
		shell_quote(&command, setting->file);
		buffer_add_string(&command, " --unset-all core.hooksPath");
		doctor_remedy(check, buffer_text(&command));
	}
done:
	buffer_release(&command);
	free(there);
	free(own);
}

/* The hooks look for hotfixctl there, to deliver (flow/deliver.h). */
static void check_deliverer(struct doctor *doctor, const char *post_receive)
{
	struct buffer path = BUFFER_INIT;
	char *program;

	buffer_add(&path, post_receive, (size_t)(strrchr(post_receive, '/') - post_receive));
	buffer_add_string(&path, "/../../bin/hotfixctl");
	program = realpath(buffer_text(&path), NULL);
	if (program && doctor_may_run(program, doctor->session->environment.owner))
		doctor_add(doctor, CHECK_OK, "hotfixctl", "%s", program);
	else
		doctor_remedy(doctor_add(doctor, CHECK_PROBLEM, "hotfixctl",
					 "%s: the hooks cannot start it, so nothing is delivered", buffer_text(&path)),
			      "# run install.sh again");
	free(program);
	buffer_release(&path);
}

void doctor_hooks(struct doctor *doctor)
{
	check_hooks_path(doctor);
	for (size_t i = 0; i < sizeof(hook_names) / sizeof(hook_names[0]); i++) {
		char *place = NULL;
		char *file = find_ours(&place, doctor, hook_names[i]);

		if (file) {
			check_ours(doctor, place, file);
			check_chained(doctor, place);
			if (!strcmp(hook_names[i], "post-receive"))
				check_deliverer(doctor, file);
		} else {
			explain_absent(doctor, hook_names[i]);
		}
		free(place);
		free(file);
	}
}
