/* The files of the suite: secrets, log, state; and what waits in the outbox. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "adapters/lock.h"
#include "adapters/process.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"
#include "flow/deliver.h"
#include "flow/doctor_parts.h"
#include "flow/headers_file.h"
#include "flow/webhook_files.h"

#define SPACE_MINIMUM (64ULL * 1024 * 1024) /* bytes that should be free */
#define LATE_MILLISECONDS (600 * 1000)      /* nobody delivered for so long what is due */

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return memory_copy(".");
	return slash == path ? memory_copy("/") : memory_copy_bytes(path, (size_t)(slash - path));
}

/* The section whose files are looked at. */
struct section {
	struct doctor *doctor;
	const char *kind;
	const char *name;
};

static void add_subject(struct buffer *out, const struct section *section, const char *key)
{
	buffer_addf(out, "[%s \"%s\"] %s", section->kind, section->name, key);
}

static void check_private(const struct section *section, const char *key, const char *file)
{
	struct doctor *doctor = section->doctor;
	struct error error = ERROR_INIT;
	struct buffer subject = BUFFER_INIT;
	struct buffer command = BUFFER_INIT;

	if (!file)
		return;
	add_subject(&subject, section, key);
	if (file_private(file, doctor->session->environment.owner, &error)) {
		buffer_add_string(&command, "chmod go-rwx ");
		shell_quote(&command, file);
		doctor_remedy(doctor_add(doctor, CHECK_PROBLEM, buffer_text(&subject), "%s", error_text(&error)),
			      buffer_text(&command));
	} else {
		doctor_add(doctor, CHECK_OK, buffer_text(&subject), "%s: only its owner can read it", file);
	}
	error_release(&error);
	buffer_release(&subject);
	buffer_release(&command);
}

/* WRONG is what was found; OK_WORDS say that nothing was. */
static void report(const struct section *section, const char *key, const char *file, const char *ok_words,
		   struct error *wrong)
{
	struct buffer subject = BUFFER_INIT;

	add_subject(&subject, section, key);
	if (wrong->message)
		doctor_add(section->doctor, CHECK_PROBLEM, buffer_text(&subject), "%s", error_text(wrong));
	else
		doctor_add(section->doctor, CHECK_OK, buffer_text(&subject), "%s: %s", file, ok_words);
	buffer_release(&subject);
	error_release(wrong);
}

static void check_headers(const struct section *section, const char *file)
{
	struct strings headers = STRINGS_INIT;
	struct buffer words = BUFFER_INIT;
	struct error error = ERROR_INIT;

	if (!file)
		return;
	headers_file_load(&headers, file, section->doctor->session->environment.owner, &error);
	buffer_addf(&words, "%zu header%s", headers.count, headers.count == 1 ? "" : "s");
	report(section, "headers-file", file, buffer_text(&words), &error);
	buffer_release(&words);
	strings_release(&headers);
}

static void check_template(const struct section *section, const struct webhook *webhook)
{
	struct error error = ERROR_INIT;

	if (!webhook->template_file)
		return;
	webhook_try_template(webhook, section->doctor->session->environment.owner, &error);
	report(section, "template", webhook->template_file, webhook_content_type(webhook), &error);
}

/* What is no secret, but nobody else may choose: certificates, templates. */
static void check_trusted(const struct section *section, const char *key, const char *file)
{
	struct error error = ERROR_INIT;

	if (!file)
		return;
	file_trusted(file, section->doctor->session->environment.owner, &error);
	report(section, key, file, "nobody else can change it", &error);
}

static void check_webhook(struct doctor *doctor, const struct webhook *webhook)
{
	const struct section section = {doctor, "webhook", webhook->endpoint.name};

	check_private(&section, "secret-file", webhook->secret_file);
	check_private(&section, "old-secret-file", webhook->old_secret_file);
	check_private(&section, "url-file", webhook->url_file);
	check_private(&section, "client-key", webhook->client_key);
	check_private(&section, "password-file", webhook->password_file);
	check_trusted(&section, "client-cert", webhook->client_cert);
	check_trusted(&section, "ca-file", webhook->endpoint.ca_file);
	check_headers(&section, webhook->headers_file);
	check_template(&section, webhook);
}

static void check_mail(struct doctor *doctor, const struct mail *mail)
{
	const struct section section = {doctor, "mail", mail->endpoint.name};

	check_private(&section, "password-file", mail->password_file);
	check_trusted(&section, "ca-file", mail->endpoint.ca_file);
}

static void check_gate(struct doctor *doctor, const struct gate *gate)
{
	const struct section section = {doctor, "gate", gate->name};

	check_headers(&section, gate->headers_file);
	check_trusted(&section, "body", gate->body);
	check_trusted(&section, "ca-file", gate->ca_file);
}

static void check_log(struct doctor *doctor)
{
	const char *log = doctor->session->policy.log_to;
	uid_t owner = doctor->session->environment.owner;
	char *folder;
	bool fine;

	if (!log) {
		doctor_add(doctor, CHECK_WARNING, "[log] to", "not set: nobody can read later what was judged");
		return;
	}
	if (!strcmp(log, "syslog")) {
		doctor_add(doctor, CHECK_OK, "[log] to", "syslog: journalctl -t hotfix");
		return;
	}
	folder = folder_of(log);
	fine = access(log, F_OK) ? doctor_may_write(folder, owner) : doctor_may_write(log, owner);
	doctor_add(doctor, fine ? CHECK_OK : CHECK_WARNING, "[log] to", "%s%s", log,
		   fine ? "" : ": the owner of the repository cannot write it");
	free(folder);
}

void doctor_files(struct doctor *doctor)
{
	const struct policy *policy = &doctor->session->policy;

	for (size_t i = 0; i < policy->webhook_count; i++)
		check_webhook(doctor, &policy->webhooks[i]);
	for (size_t i = 0; i < policy->mail_count; i++)
		check_mail(doctor, &policy->mails[i]);
	for (size_t i = 0; i < policy->gate_count; i++)
		check_gate(doctor, &policy->gates[i]);
	if (!doctor->session->problems.count)
		check_log(doctor);
}

static void check_space(struct doctor *doctor, const char *folder)
{
	struct statvfs status;
	unsigned long long available;

	if (statvfs(folder, &status))
		return;
	available = (unsigned long long)status.f_bavail * status.f_frsize;
	if (status.f_flag & ST_RDONLY)
		doctor_add(doctor, CHECK_PROBLEM, "state", "%s is mounted read-only: every governed push is refused",
			   folder);
	else if (available < SPACE_MINIMUM)
		doctor_add(doctor, CHECK_WARNING, "state",
			   "%s: only %llu MB are free; when it is full, every governed "
			   "push is refused",
			   folder, available / (1024 * 1024));
}

static void check_state_file(struct doctor *doctor, const char *file, const char *folder)
{
	uid_t owner = doctor->session->environment.owner;
	struct error error = ERROR_INIT;

	if (!doctor_may_write(folder, owner) || (!access(file, F_OK) && !doctor_may_write(file, owner))) {
		doctor_add(
			doctor, CHECK_PROBLEM, "state",
			"%s: the owner of the repository cannot write it, or its folder: every governed push is refused",
			file);
	} else if (access(file, F_OK)) {
		doctor_remedy_command(doctor,
				      doctor_add(doctor, CHECK_WARNING, "state",
						 "%s is not there yet: the first push will announce what is old", file),
				      "baseline");
	} else if (file_trusted(file, owner, &error)) {
		doctor_add(doctor, CHECK_WARNING, "state", "others can change the ledger: %s", error_text(&error));
	} else {
		doctor_add(doctor, CHECK_OK, "state", "%s", file);
	}
	error_release(&error);
}

static void check_deliveries(struct doctor *doctor, struct state *state)
{
	struct error error = ERROR_INIT;
	int64_t dead = 0, due;
	int result = state_count_deliveries(state, &dead, DELIVERY_DEAD, &error);

	if (!result && dead)
		doctor_remedy_command(doctor,
				      doctor_add(doctor, CHECK_WARNING, "deliveries", "%lld dead", (long long)dead),
				      "deliveries --state dead");
	if (!result)
		result = state_next_due(state, &due, NULL, &error);
	if (!result && due < clock_now_milliseconds() - LATE_MILLISECONDS)
		doctor_remedy_command(
			doctor, doctor_add(doctor, CHECK_WARNING, "deliveries", "some are due, and nobody sends them"),
			"deliver");
	error_release(&error);
}

/* A lock that is not seen may be one of another container. */
static void check_deliverer(struct doctor *doctor)
{
	char *file = deliver_lock_file(&doctor->session->environment);
	pid_t holder = lock_holder(file);

	if (holder && process_was_given(holder, "--watch"))
		doctor_add(doctor, CHECK_OK, "deliverer", "a service, process %ld", (long)holder);
	else if (holder)
		doctor_add(doctor, CHECK_OK, "deliverer", "at work, process %ld", (long)holder);
	else
		doctor_add(doctor, CHECK_OK, "deliverer",
			   "no service is seen: what is not taken within %d minutes waits for the next push"
			   " (install.sh --service)",
			   DELIVER_LIFE_SECONDS / 60);
	free(file);
}

void doctor_state(struct doctor *doctor)
{
	struct session *session = doctor->session;
	char *file = environment_state_file(&session->environment, &session->policy);
	char *folder = folder_of(file);
	struct error error = ERROR_INIT;
	int result = 0;

	check_state_file(doctor, file, folder);
	check_space(doctor, folder);
	if (!session->state)
		result = state_open(&session->state, file, session->environment.identity, false, NULL, &error);
	if (result && result != ERROR_NOT_FOUND)
		doctor_add(doctor, CHECK_PROBLEM, "state", "%s", error_text(&error));
	if (!result)
		check_deliveries(doctor, session->state);
	if (policy_endpoint_at(&session->policy, 0))
		check_deliverer(doctor);
	error_release(&error);
	free(folder);
	free(file);
}
