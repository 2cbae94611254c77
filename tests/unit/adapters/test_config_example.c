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

#include "adapters/config_parts.h"
#include "base/buffer.h"
#include "base/file.h"
#include "rules/template.h"
#include "support/config_fixture.h"

static void read_source(struct buffer *out, const char *name)
{
	const char *source = getenv("HOTFIX_SOURCE");
	struct buffer path = BUFFER_INIT;
	struct error error = ERROR_INIT;

	buffer_addf(&path, "%s/%s", source ? source : ".", name);
	if (file_read(out, buffer_text(&path), 1 << 20, &error))
		fail_msg("%s", error_text(&error));
	buffer_release(&path);
}

/* Copies the project's example, without the comment signs before its keys when WHOLE. */
static void copy_example(struct config_fixture *fixture, bool whole)
{
	struct buffer text = BUFFER_INIT;

	read_source(&text, "hotfix.ini");
	for (size_t i = 0; whole && i + 1 < text.length; i++)
		if (text.bytes[i] == ';' && (!i || text.bytes[i - 1] == '\n') &&
		    strchr(" \n", text.bytes[i + 1]) == NULL)
			text.bytes[i] = '\n';
	config_fixture_write_bytes(fixture, "b.ini", buffer_text(&text), text.length);
	buffer_release(&text);
}

static void the_example_loads(void **state)
{
	struct config_fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;
	int result;

	copy_example(fixture, false);
	result = config_fixture_load(fixture);
	config_fixture_assert_problems(fixture, "");
	assert_int_equal(result, 0);
	assert_int_equal(policy->pusher, PUSHER_GITOLITE);
	assert_string_equal(policy->allow_from.items[0], "refs/heads/release/*");
	assert_int_equal(policy->person_count, 2);
	assert_string_equal(policy->people[1].emails.items[1], "bob@laptop.example.com");
	assert_int_equal(policy->role_count, 4);
	assert_int_equal(policy->signoff_count, 3);
	assert_string_equal(policy->signoffs[0].severities.items[1], "major");
	assert_string_equal(policy->webhooks[0].url, "https://deploy.example.com/hooks/hotfix");
	assert_int_equal(policy->webhooks[0].endpoint.events.count, 2);
	assert_string_equal(policy->webhooks[0].expect, "deployed");
}

/* What stands there as a comment is right too: only the files that it names, and the doubled key, are wrong. */
static void the_commented_keys_of_the_example_are_known(void **state)
{
	struct config_fixture *fixture = *state;
	struct policy defaults;

	copy_example(fixture, true);
	config_fixture_load(fixture);
	for (size_t i = 0; i < fixture->problems.count; i++)
		assert_true(strstr(fixture->problems.items[i], "member-file: ") ||
			    strstr(fixture->problems.items[i], "allowed-signers: ") ||
			    strstr(fixture->problems.items[i], "gpg-home: ") ||
			    strstr(fixture->problems.items[i], "url-file: ") ||
			    strstr(fixture->problems.items[i], "url: this build has no RabbitMQ: "));
	assert_int_equal(fixture->policy.warn.count, 2);
	assert_int_equal(fixture->policy.webhooks[0].endpoint.events.count, 5);
	assert_string_equal(fixture->policy.log_to, "syslog");
	policy_init(&defaults);
	assert_memory_equal(&fixture->policy.limits, &defaults.limits, sizeof(defaults.limits));
	policy_release(&defaults);
}

/* Whether TEXT holds a line that begins so; an LF is before each but the first. */
static bool has_line(const struct buffer *text, const char *before, const char *key, const char *behind)
{
	struct buffer line = BUFFER_INIT;
	bool found;

	buffer_addf(&line, "\n%s%s%s", before, key, behind);
	found = strstr(buffer_text(text), buffer_text(&line)) != NULL;
	buffer_release(&line);
	return found;
}

/* url-file takes the place of url, behind which the example explains it. */
static bool is_documented(const struct buffer *example, const struct buffer *manual, const char *key)
{
	bool shown =
		!strcmp(key, "url-file") || has_line(example, "", key, " = ") || has_line(example, ";", key, " = ");

	if (!shown)
		print_error("%s is not in the example\n", key);
	if (has_line(manual, ".It Ic ", key, " Li = "))
		return shown;
	print_error("%s is not in the manual\n", key);
	return false;
}

static void every_key_is_in_the_example_and_in_the_manual(void **state)
{
	struct buffer example = BUFFER_INIT;
	struct buffer manual = BUFFER_INIT;
	size_t missing = 0;

	(void)state;
	read_source(&example, "hotfix.ini");
	read_source(&manual, "man/hotfix.ini.5");
	for (int kind = 0; kind < SECTION_KINDS; kind++)
		for (const struct config_key *key = section_keys((enum section_kind)kind); key->name; key++)
			missing += !is_documented(&example, &manual, key->name);
	assert_int_equal(missing, 0);
	buffer_release(&example);
	buffer_release(&manual);
}

static bool has_word(const struct buffer *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = buffer_text(text); (at = strstr(at, word)); at += length)
		if (at > buffer_text(text) && strchr(" \n", at[-1]) && strchr(" \n", at[length]))
			return true;
	return false;
}

static void every_placeholder_is_in_the_manual(void **state)
{
	struct buffer manual = BUFFER_INIT;
	const char *name;

	(void)state;
	read_source(&manual, "man/hotfix-hooks.7");
	for (size_t i = 0; (name = template_placeholder(i)); i++)
		if (!has_word(&manual, name))
			fail_msg("%s", name);
	buffer_release(&manual);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, config_fixture_set_up, config_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_example_loads),
		TEST(the_commented_keys_of_the_example_are_known),
		TEST(every_key_is_in_the_example_and_in_the_manual),
		TEST(every_placeholder_is_in_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
