#include "adapters/signature.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/jobs.h"
#include "adapters/repository.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "rules/people.h"

#ifndef HOTFIX_SSH_KEYGEN
#define HOTFIX_SSH_KEYGEN "/usr/bin/ssh-keygen"
#endif
#ifndef HOTFIX_GPG
#define HOTFIX_GPG "/usr/bin/gpg"
#endif

#define SECONDS 10
#define PRINCIPALS_MAXIMUM 8
#define KEYS_MAXIMUM ((size_t)64 * 1024 * 1024)
#define SIGNATURE_MAXIMUM ((size_t)64 * 1024)

/* One signature on its way: two programs, one after the other. */
struct verification {
	struct signature_check *check;
	struct job first;
	struct job second;
	char *principal; /* ssh: whose key it seems to be */
};

static void refuse(struct signature_check *check, const char *why)
{
	strings_release(&check->addresses);
	if (!check->why_not)
		check->why_not = memory_copy(why);
}

static void add_arguments(struct job *job, const char *const *arguments)
{
	for (; *arguments; arguments++)
		strings_add(&job->arguments, *arguments);
}

/* "verify-time=20260203040506Z" (ssh-keygen(1), -O; ALLOWED SIGNERS for the form of the time) */
static void add_verify_time(struct job *job, int64_t time)
{
	struct buffer text = BUFFER_INIT;
	struct buffer digits = BUFFER_INIT;

	clock_format(&text, time);
	for (size_t i = 0; i < text.length; i++)
		if (text.bytes[i] >= '0' && text.bytes[i] <= '9')
			buffer_add_char(&digits, text.bytes[i]);
	strings_addf(&job->arguments, "-Overify-time=%sZ", buffer_text(&digits));
	buffer_release(&text);
	buffer_release(&digits);
}

static void give_signature(struct job *job, const struct tag *tag)
{
	buffer_add(&job->input, tag->payload, tag->payload_length);
	buffer_add_string(&job->file, tag->signature);
}

static void ssh_ask_principals(struct verification *verification, const struct signature_keys *keys)
{
	const char *const arguments[] = {HOTFIX_SSH_KEYGEN,     "-Y", "find-principals", "-f",
					 keys->allowed_signers, "-s", JOB_FILE,          NULL};

	add_arguments(&verification->first, arguments);
	add_verify_time(&verification->first, verification->check->time);
	give_signature(&verification->first, verification->check->tag);
}

/* The principals of the line for this key are addresses, separated by commas; the first serves to verify. */
static void ssh_take_principals(struct verification *verification)
{
	struct signature_check *check = verification->check;
	char *text = buffer_detach(&verification->first.output);
	char *rest = text;
	char *word;

	while ((word = strsep(&rest, ",\n")) && check->addresses.count < PRINCIPALS_MAXIMUM) {
		char *address = *word && !strpbrk(word, "*?! \t") ? people_address_of(word) : NULL;

		if (address && !verification->principal)
			verification->principal = memory_copy(word);
		if (address)
			strings_add_once(&check->addresses, address);
		free(address);
	}
	free(text);
}

static void ssh_ask_verify(struct verification *verification, const struct signature_keys *keys)
{
	const char *const arguments[] = {HOTFIX_SSH_KEYGEN,
					 "-Y",
					 "verify",
					 "-f",
					 keys->allowed_signers,
					 "-I",
					 verification->principal,
					 "-n",
					 "git",
					 "-s",
					 JOB_FILE,
					 NULL};

	add_arguments(&verification->second, arguments);
	add_verify_time(&verification->second, verification->check->time);
	give_signature(&verification->second, verification->check->tag);
}

static void ssh_take_verdict(struct verification *verification)
{
	struct signature_check *check = verification->check;
	const char *key = strstr(buffer_text(&verification->second.output), "key SHA256:");

	if (verification->second.status || !key) {
		refuse(check, "the signature is not good, or its key was not valid then");
		return;
	}
	key += strlen("key ");
	check->key = memory_copy_bytes(key, strcspn(key, " \r\n"));
}

static void gpg_ask_verify(struct verification *verification, const struct signature_keys *keys)
{
	struct job *job = &verification->first;
	const char *const before[] = {HOTFIX_GPG,
				      "--homedir",
				      keys->gpg_home,
				      "--no-options",
				      "--batch",
				      "--no-tty",
				      "--lock-never",
				      "--no-permission-warning",
				      "--status-fd",
				      "1",
				      "--trust-model",
				      "always",
				      "--no-auto-key-retrieve",
				      "--disable-dirmngr",
				      "--ignore-time-conflict",
				      NULL};

	add_arguments(job, before);
	strings_addf(&job->arguments, "--faked-system-time=%lld!", (long long)verification->check->time);
	strings_add(&job->arguments, "--verify");
	strings_add(&job->arguments, JOB_FILE);
	strings_add(&job->arguments, "-");
	give_signature(job, verification->check->tag);
}

/* Returns what is behind "[GNUPG:] KEYWORD", owned by the caller; NULL unless there is exactly one such line. */
static char *gpg_status(const char *status, const char *keyword)
{
	struct buffer marker = BUFFER_INIT;
	char *words = NULL;
	const char *at = status;

	buffer_addf(&marker, "[GNUPG:] %s ", keyword);
	while ((at = strstr(at, buffer_text(&marker)))) {
		bool at_line = at == status || at[-1] == '\n';

		at += marker.length;
		if (!at_line)
			continue;
		if (words) {
			free(words);
			words = NULL;
			break;
		}
		words = memory_copy_bytes(at, strcspn(at, "\n"));
	}
	buffer_release(&marker);
	return words;
}

/* The primary key of what VALIDSIG says, owned by the caller: of its ten words the last. The ninth is the signature's
 * class: 00 stands for exactly these bytes, any other one for less, or for something else (RFC 4880, 5.2.1). */
static char *gpg_primary_key(const char *valid)
{
	const char *word = valid;

	for (int i = 1; i < 9 && word; i++)
		word = strchr(word, ' ') ? strchr(word, ' ') + 1 : NULL;
	return word && !strncmp(word, "00 ", 3) ? memory_copy_bytes(word + 3, strcspn(word + 3, " ")) : NULL;
}

/* One good signature, by one valid key (doc/DETAILS of GnuPG, "Format of the --status-fd output"). */
static void gpg_take_verdict(struct verification *verification)
{
	const char *status = buffer_text(&verification->first.output);
	char *good = gpg_status(status, "GOODSIG");
	char *valid = gpg_status(status, "VALIDSIG");

	if (!verification->first.status && good && valid)
		verification->check->key = gpg_primary_key(valid);
	if (!verification->check->key)
		refuse(verification->check, "the signature is not good, or its key was not valid then");
	free(good);
	free(valid);
}

static void gpg_ask_addresses(struct verification *verification, const struct signature_keys *keys)
{
	const char *const arguments[] = {HOTFIX_GPG,
					 "--homedir",
					 keys->gpg_home,
					 "--no-options",
					 "--batch",
					 "--no-tty",
					 "--lock-never",
					 "--no-permission-warning",
					 "--trust-model",
					 "always",
					 "--with-colons",
					 "--list-keys",
					 verification->check->key,
					 NULL};

	add_arguments(&verification->second, arguments);
}

/* Lines "uid:<validity>:::::...:<name <address>>:" (doc/DETAILS of GnuPG, "Format of the colon listings"). */
static void gpg_take_addresses(struct verification *verification)
{
	char *text = buffer_detach(&verification->second.output);
	char *rest = text;
	char *line;
	int keys = 0;

	while ((line = strsep(&rest, "\n"))) {
		char *kind = strsep(&line, ":");
		char *validity = line ? strsep(&line, ":") : NULL;
		char *field = NULL;

		keys += !strcmp(kind, "pub");
		if (strcmp(kind, "uid") != 0 || !validity || strchr("red", *validity ? *validity : '-'))
			continue;
		for (int i = 2; line && i <= 9; i++)
			field = strsep(&line, ":");
		field = field ? people_address_of(field) : NULL;
		if (field)
			strings_add_once(&verification->check->addresses, field);
		free(field);
	}
	free(text);
	if (keys != 1)
		refuse(verification->check, "its key is not one key of the keyring");
	else if (!verification->check->addresses.count)
		refuse(verification->check, "its key carries no address");
}

static void ask_first(struct verification *verification, const struct signature_keys *keys)
{
	const struct tag *tag = verification->check->tag;
	struct signature_check *check = verification->check;

	if (tag->format == SIGNATURE_NONE)
		refuse(check, "it is not signed");
	else if (strlen(tag->signature) > SIGNATURE_MAXIMUM)
		refuse(check, "its signature is too long");
	else if (tag->format == SIGNATURE_SSH && !keys->allowed_signers)
		refuse(check, "it is signed by SSH, and no allowed-signers are configured");
	else if (tag->format == SIGNATURE_OPENPGP && !keys->gpg_home)
		refuse(check, "it is signed by OpenPGP, and no gpg-home is configured");
	else if (tag->format == SIGNATURE_SSH)
		ssh_ask_principals(verification, keys);
	else
		gpg_ask_verify(verification, keys);
}

static void ask_second(struct verification *verification, const struct signature_keys *keys)
{
	struct signature_check *check = verification->check;

	if (check->why_not)
		return;
	if (check->tag->format == SIGNATURE_SSH) {
		ssh_take_principals(verification);
		if (verification->first.status || !verification->principal)
			refuse(check, "its key is not among the allowed signers, or was not valid then");
		else
			ssh_ask_verify(verification, keys);
		return;
	}
	gpg_take_verdict(verification);
	if (!check->why_not)
		gpg_ask_addresses(verification, keys);
}

static void take_second(struct verification *verification)
{
	if (verification->check->why_not)
		return;
	if (verification->check->tag->format == SIGNATURE_SSH)
		ssh_take_verdict(verification);
	else
		gpg_take_addresses(verification);
}

/* Runs the first, or the second, program of every verification that asks for one. */
static int run_round(struct verification *all, size_t count, bool first, struct error *error)
{
	struct job *jobs = memory_alloc(count * sizeof(*jobs));
	size_t running = 0;
	int result;

	for (size_t i = 0; i < count; i++) {
		struct job *job = first ? &all[i].first : &all[i].second;

		if (job->arguments.count)
			jobs[running++] = *job;
	}
	result = jobs_run(jobs, running, SECONDS, error);
	running = 0;
	for (size_t i = 0; i < count; i++) {
		struct job *job = first ? &all[i].first : &all[i].second;

		if (job->arguments.count)
			*job = jobs[running++];
	}
	free(jobs);
	return result;
}

const char *signature_program(enum signature_format format)
{
	return format == SIGNATURE_OPENPGP ? HOTFIX_GPG : HOTFIX_SSH_KEYGEN;
}

int signature_verify(struct signature_check *checks, size_t count, const struct signature_keys *keys,
		     struct error *error)
{
	struct verification *all = memory_alloc(count * sizeof(*all));
	int result;

	for (size_t i = 0; i < count; i++) {
		all[i].check = &checks[i];
		ask_first(&all[i], keys);
	}
	result = run_round(all, count, true, error);
	for (size_t i = 0; !result && i < count; i++)
		ask_second(&all[i], keys);
	if (!result)
		result = run_round(all, count, false, error);
	for (size_t i = 0; i < count; i++) {
		if (!result)
			take_second(&all[i]);
		job_release(&all[i].first);
		job_release(&all[i].second);
		free(all[i].principal);
	}
	free(all);
	return result;
}

void signature_check_release(struct signature_check *check)
{
	strings_release(&check->addresses);
	free(check->key);
	free(check->why_not);
	check->key = NULL;
	check->why_not = NULL;
}

static int add_content(struct buffer *out, const char *path, struct error *error)
{
	struct error absent = ERROR_INIT;
	int result = path ? file_read(out, path, KEYS_MAXIMUM, &absent) : 0;

	if (result && result != ERROR_NOT_FOUND)
		error_set(error, "%s", error_text(&absent));
	buffer_add_char(out, '\0');
	error_release(&absent);
	return result == ERROR_NOT_FOUND ? 0 : result;
}

int signature_keys_name(char **out, const struct signature_keys *keys, struct error *error)
{
	static const char *const rings[] = {"pubring.kbx", "pubring.gpg"};
	struct buffer content = BUFFER_INIT;
	struct object_id name;
	int result = add_content(&content, keys->allowed_signers, error);

	for (size_t i = 0; !result && keys->gpg_home && i < sizeof(rings) / sizeof(*rings); i++) {
		struct buffer path = BUFFER_INIT;

		buffer_addf(&path, "%s/%s", keys->gpg_home, rings[i]);
		result = add_content(&content, buffer_text(&path), error);
		buffer_release(&path);
	}
	if (!result)
		result = repository_hash(&name, buffer_text(&content), content.length, error);
	if (!result)
		*out = memory_copy(object_id_full(&name).digits);
	buffer_release(&content);
	return result;
}
