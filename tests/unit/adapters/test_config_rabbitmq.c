#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/rabbitmq.h"
#include "base/buffer.h"
#include "support/config_fixture.h"

#define BROKER "[webhook \"w\"]\nurl = amqps://u@x.org/v\n"

static const struct webhook *webhook_of(const struct config_fixture *fixture)
{
	return endpoint_webhook(policy_endpoint(&fixture->policy, "w"));
}

static void a_broker_is_an_endpoint(void **state)
{
	struct config_fixture *fixture = *state;

	if (!rabbitmq_is_built())
		skip();
	config_fixture_assert_loads(fixture, BROKER "password-file = /p\n");
	assert_true(webhook_is_message(webhook_of(fixture)));
	assert_string_equal(webhook_of(fixture)->exchange, "hotfix");
	assert_string_equal(webhook_of(fixture)->routing_key, "{type}");
	config_fixture_assert_loads(fixture, BROKER "password-file = /p\nexchange = e x\nrouting-key = a.{ref}.{{b}}\n"
						    "ca-file = /c\nclient-cert = /d\nclient-key = /e\ntemplate = /t\n"
						    "events = *\nretry = 1h\ntimeout = 30s\nsecret-file = /s\n");
	assert_string_equal(webhook_of(fixture)->exchange, "e x");
	assert_string_equal(webhook_of(fixture)->routing_key, "a.{ref}.{{b}}");
	assert_string_equal(webhook_of(fixture)->password_file, "/p");
}

static void who_needs_no_password_says_none(void **state)
{
	struct config_fixture *fixture = *state;

	if (!rabbitmq_is_built())
		skip();
	config_fixture_assert_loads(fixture,
				    "[webhook \"w\"]\nurl = amqps://x.org\nclient-cert = /c\nclient-key = /k\n");
	config_fixture_assert_loads(fixture, "[webhook \"w\"]\nurl = amqp://localhost:1\n");
	config_fixture_assert_loads(fixture, "[webhook \"w\"]\nurl = amqp://[::1]\n");
	config_fixture_assert_loads(fixture, "[webhook \"w\"]\nurl = amqp://x.org\ninsecure = yes\n");
}

static const struct {
	const char *text;
	const char *problems;
} bad[] = {
	{"[webhook \"w\"]\nurl = amqps://u:word@x.org\n",
	 "b.ini:2: url = amqps://...@x.org: a password is kept in password-file, not here\n"},
	{"[webhook \"w\"]\nurl = amqps://x.org/\n",
	 "b.ini:2: url = amqps://x.org/: a vhost that is empty: without the last / it is the default one, which is /%2F\n"},
	{"[webhook \"w\"]\nurl = amqps://u@x.org\n", "b.ini:2: url: the user in it needs password-file\n"},
	{"[webhook \"w\"]\nurl = amqps://x.org\npassword-file = /p\n",
	 "b.ini:3: password-file needs a user in the address, as in amqps://hotfix@host\n"},
	{"[webhook \"w\"]\nurl = amqp://x.org\n",
	 "b.ini:2: url: amqp without TLS to another machine needs insecure = yes\n"},
	{"[webhook \"w\"]\nurl = amqp://127.0.0.1.x.org\n",
	 "b.ini:2: url: amqp without TLS to another machine needs insecure = yes\n"},
	{BROKER "password-file = /p\nmethod = PUT\nheaders-file = /h\nexpect = x\nproxy = http://x\n",
	 "b.ini:4: method: nothing is sent by HTTP to an amqp or amqps address\n"
	 "b.ini:5: headers-file: nothing is sent by HTTP to an amqp or amqps address\n"
	 "b.ini:6: expect: nothing is sent by HTTP to an amqp or amqps address\n"
	 "b.ini:7: proxy: nothing is sent by HTTP to an amqp or amqps address\n"},
	{BROKER "password-file = /p\nrouting-key = {typ}\n",
	 "b.ini:4: routing-key = {typ}: {typ} is no placeholder (hotfix-hooks(7), TEMPLATES)\n"},
	{BROKER "password-file = /p\nrouting-key = {body}\n",
	 "b.ini:4: routing-key = {body}: the body does not fit into a routing key\n"},
};

static void a_bad_broker_is_an_error(void **state)
{
	struct config_fixture *fixture = *state;
	size_t wrong = 0;

	if (!rabbitmq_is_built())
		skip();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		config_fixture_write_text(fixture, "b.ini", bad[i].text);
		wrong += config_fixture_load(fixture) != ERROR_FAILED;
		wrong += !config_fixture_problems_are(fixture, bad[i].problems);
	}
	assert_int_equal(wrong, 0);
}

static void load_with_url_file(struct config_fixture *fixture, const char *more, int wanted)
{
	struct buffer text = BUFFER_INIT;

	buffer_addf(&text, "[webhook \"w\"]\nurl-file = %s/url\n%s", fixture->folder, more);
	config_fixture_write_text(fixture, "b.ini", buffer_text(&text));
	assert_int_equal(config_fixture_load(fixture), wanted);
	buffer_release(&text);
}

static void the_password_may_stand_in_a_file_with_the_address(void **state)
{
	struct config_fixture *fixture = *state;

	if (!rabbitmq_is_built())
		skip();
	config_fixture_write_text(fixture, "url", "amqps://u:word@x.org/v\n");
	load_with_url_file(fixture, "", 0);
	assert_string_equal(webhook_of(fixture)->url, "amqps://u:word@x.org/v");
	load_with_url_file(fixture, "password-file = /p\n", ERROR_FAILED);
	config_fixture_assert_problems(fixture,
				       "b.ini:3: password-file: the address has a password too, and one is enough\n");
	config_fixture_write_text(fixture, "url", "amqp://u:word@x.org/v\n");
	load_with_url_file(fixture, "", ERROR_FAILED);
	config_fixture_assert_problems(fixture,
				       "b.ini:2: url-file: amqp without TLS to another machine needs insecure = yes\n");
	config_fixture_write_text(fixture, "url", "amqps://u:word@x.org/v/w\n");
	load_with_url_file(fixture, "", ERROR_FAILED);
	config_fixture_assert_problems(fixture, "b.ini:2: url-file: a / in the name of a vhost is written %2F\n");
}

static void a_receiver_that_answers_nothing_needs_no_expect(void **state)
{
	struct config_fixture *fixture = *state;
	struct strings advice = STRINGS_INIT;

	if (!rabbitmq_is_built())
		skip();
	config_fixture_assert_loads(fixture, "[webhook \"w\"]\nurl = amqp://x.org\ninsecure = yes\nsecret-file = /s\n");
	config_advise(&advice, &fixture->policy);
	for (size_t i = 0; i < advice.count; i++)
		assert_null(strstr(advice.items[i], "expect"));
	assert_non_null(strstr(advice.items[advice.count - 1],
			       ":1: insecure = yes: the message and the password can be read on the way"));
	strings_release(&advice);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, config_fixture_set_up, config_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_broker_is_an_endpoint),
		TEST(who_needs_no_password_says_none),
		TEST(a_bad_broker_is_an_error),
		TEST(the_password_may_stand_in_a_file_with_the_address),
		TEST(a_receiver_that_answers_nothing_needs_no_expect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
