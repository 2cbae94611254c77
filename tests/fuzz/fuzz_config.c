/* hotfix.ini, as config_load reads it: a problem is told or the policy is whole, and a broken one can still be asked what
 * it governs. */
#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "adapters/config.h"
#include "base/file.h"
#include "rules/ref_class.h"

static void write_file(const char *path, const uint8_t *bytes, size_t length)
{
	struct error error = ERROR_INIT;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	MUST(fd >= 0);
	MUST(!file_write_all(fd, bytes, length, &error));
	close(fd);
}

static void check_classes(const struct policy *policy)
{
	static const char *const refs[] = {"refs/heads/main", "refs/heads/hotfix/INC-7-x",
					   "refs/signoffs/INC-7-x/qa/a-1234567", "refs/heads/hotfix"};
	const struct symbolic_refs none = {0};

	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs); i++) {
		struct ref_class class;

		ref_classify(&class, policy, &none, refs[i]);
		ref_class_release(&class);
	}
}

static void load(const char *path, struct strings *problems)
{
	struct policy policy;
	struct strings advice = {0};
	int result = config_load(&policy, problems, NULL, path, geteuid());

	MUST(!result == !problems->count);
	for (size_t i = 0; i < problems->count; i++)
		MUST(!strncmp(problems->items[i], path, strlen(path)));
	check_classes(&policy);
	if (!result)
		config_advise(&advice, &policy);
	strings_release(&advice);
	policy_release(&policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char folder[] = "/tmp/hotfix-fuzz.XXXXXX";
	char path[sizeof(folder) + 16];
	struct strings once = {0};
	struct strings twice = {0};

	MUST(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/hotfix.ini", folder);
	write_file(path, bytes, length);
	load(path, &once);
	load(path, &twice);
	MUST(once.count == twice.count);
	unlink(path);
	rmdir(folder);
	strings_release(&once);
	strings_release(&twice);
	return 0;
}
