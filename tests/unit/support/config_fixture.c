#include "support/config_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"

char *config_fixture_path_in(const struct config_fixture *fixture, const char *name)
{
	struct buffer path = BUFFER_INIT;

	buffer_addf(&path, "%s/%s", fixture->folder, name);
	return buffer_detach(&path);
}

void config_fixture_write_bytes(const struct config_fixture *fixture, const char *name, const char *bytes,
				size_t length)
{
	char *path = config_fixture_path_in(fixture, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0644), 0);
	free(path);
}

void config_fixture_write_text(const struct config_fixture *fixture, const char *name, const char *text)
{
	config_fixture_write_bytes(fixture, name, text, strlen(text));
}

int config_fixture_set_up(void **state)
{
	struct config_fixture *fixture = memory_alloc(sizeof(*fixture));
	char folder[] = "/tmp/test_config.XXXXXX";

	assert_non_null(mkdtemp(folder));
	fixture->folder = memory_copy(folder);
	*state = fixture;
	return 0;
}

static void forget(struct config_fixture *fixture)
{
	if (fixture->loaded)
		policy_release(&fixture->policy);
	fixture->loaded = false;
	strings_release(&fixture->problems);
}

int config_fixture_tear_down(void **state)
{
	static const char *const names[] = {"a.ini", "b.ini", "members", "url", "link"};
	struct config_fixture *fixture = *state;

	forget(fixture);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = config_fixture_path_in(fixture, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(fixture->folder);
	free(fixture->folder);
	free(fixture);
	return 0;
}

int config_fixture_load(struct config_fixture *fixture)
{
	char *system_file = config_fixture_path_in(fixture, "a.ini");
	char *repository_file = config_fixture_path_in(fixture, "b.ini");
	int result;

	forget(fixture);
	result = config_load(&fixture->policy, &fixture->problems, system_file, repository_file, getuid());
	fixture->loaded = true;
	free(system_file);
	free(repository_file);
	return result;
}

/* Adds the problems, each with LF behind it; the folder's name is left out. */
static void describe_problems(struct buffer *out, const struct config_fixture *fixture)
{
	size_t skip = strlen(fixture->folder) + 1;

	for (size_t i = 0; i < fixture->problems.count; i++) {
		const char *at = fixture->problems.items[i];
		const char *next;

		for (; (next = strstr(at, fixture->folder)); at = next + skip)
			buffer_add(out, at, (size_t)(next - at));
		buffer_addf(out, "%s\n", at);
	}
}

bool config_fixture_problems_are(const struct config_fixture *fixture, const char *wanted)
{
	struct buffer found = BUFFER_INIT;
	bool same;

	describe_problems(&found, fixture);
	same = !strcmp(buffer_text(&found), wanted);
	if (!same)
		print_error("found:\n%swanted:\n%s\n", buffer_text(&found), wanted);
	buffer_release(&found);
	return same;
}

void config_fixture_assert_problems(const struct config_fixture *fixture, const char *wanted)
{
	assert_true(config_fixture_problems_are(fixture, wanted));
}

void config_fixture_assert_loads(struct config_fixture *fixture, const char *text)
{
	int result;

	config_fixture_write_text(fixture, "b.ini", text);
	result = config_fixture_load(fixture);
	config_fixture_assert_problems(fixture, "");
	assert_int_equal(result, 0);
}
