#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/amqp_address.h"

static void assert_same(const char *text, const char *wanted)
{
	if (wanted)
		assert_string_equal(text ? text : "(none)", wanted);
	else
		assert_null(text);
}

static void assert_address(const char *url, struct amqp_address wanted)
{
	struct amqp_address address;
	struct error error = ERROR_INIT;

	if (amqp_address_read(&address, url, &error))
		fail_msg("%s: %s", url, error_text(&error));
	assert_int_equal(address.tls, wanted.tls);
	assert_same(address.user, wanted.user);
	assert_same(address.password, wanted.password);
	assert_same(address.host, wanted.host);
	assert_int_equal(address.port, wanted.port);
	assert_same(address.vhost, wanted.vhost);
	amqp_address_release(&address);
}

static void assert_refused(const char *url, const char *words)
{
	struct amqp_address address;
	struct error error = ERROR_INIT;

	assert_int_not_equal(amqp_address_read(&address, url, &error), 0);
	assert_string_equal(error_text(&error), words);
	amqp_address_release(&address);
	error_release(&error);
}

/* The examples of the specification, but for those with an empty part, which it gives no meaning here. */
static void the_examples_of_the_specification_are_read(void **state)
{
	(void)state;
	assert_address("amqp://user:pass@host:10000/vhost",
		       (struct amqp_address){false, "user", "pass", "host", 10000, "vhost"});
	assert_address("amqp://user%61:%61pass@host:10000/v%2fhost",
		       (struct amqp_address){false, "usera", "apass", "host", 10000, "v/host"});
	assert_address("amqp://host", (struct amqp_address){false, NULL, NULL, "host", 5672, "/"});
	assert_address("amqp://user@host", (struct amqp_address){false, "user", NULL, "host", 5672, "/"});
	assert_address("amqp://host:10000", (struct amqp_address){false, NULL, NULL, "host", 10000, "/"});
	assert_address("amqp://host/vhost", (struct amqp_address){false, NULL, NULL, "host", 5672, "vhost"});
	assert_address("amqp://host/%2f", (struct amqp_address){false, NULL, NULL, "host", 5672, "/"});
	assert_address("amqp://[::1]", (struct amqp_address){false, NULL, NULL, "::1", 5672, "/"});
	assert_address("amqps://host", (struct amqp_address){true, NULL, NULL, "host", 5671, "/"});
}

static void parts_may_be_odd(void **state)
{
	(void)state;
	assert_address("AMQPS://u%40x:p%3a%40@[2001:db8::1]:1/v%20%c3%bc",
		       (struct amqp_address){true, "u@x", "p:@", "2001:db8::1", 1, "v \xc3\xbc"});
	assert_address("amqps://a:b:c@127.0.0.1:65535",
		       (struct amqp_address){true, "a", "b:c", "127.0.0.1", 65535, "/"});
	assert_address("amqp://host/%4A%5a%6F", (struct amqp_address){false, NULL, NULL, "host", 5672, "JZo"});
	assert_address("amqp://host:/v", (struct amqp_address){false, NULL, NULL, "host", 5672, "v"});
}

static void an_empty_vhost_is_refused_with_what_was_meant(void **state)
{
	static const char words[] = "a vhost that is empty: without the last / it is the default one, which is /%2F";

	(void)state;
	assert_refused("amqp://host/", words);
	assert_refused("amqp://user@host:5672/", words);
}

static void what_is_no_such_address_is_refused(void **state)
{
	(void)state;
	assert_refused("https://host/v", "an amqp or amqps address");
	assert_refused("amqp:host", "an amqp or amqps address");
	assert_refused("amqp://", "an address without a host");
	assert_refused("amqp://user@/v", "an address without a host");
	assert_refused("amqp://[]/v", "an address without a host");
	assert_refused("amqp://host:0", "a port is a number from 1 to 65535");
	assert_refused("amqp://host:65536", "a port is a number from 1 to 65535");
	assert_refused("amqp://host:99999999999999999999", "a port is a number from 1 to 65535");
	assert_refused("amqp://host:-1", "a port is a number from 1 to 65535");
	assert_refused("amqp://host:1x", "a port is a number from 1 to 65535");
	assert_refused("amqp://[::1", "a [ without its ]");
	assert_refused("amqp://::1]/v", "an address without a host");
	assert_refused("amqp://ho]st/v", "no host is written so");
	assert_refused("amqp://ho[st/v", "no host is written so");
	assert_refused("amqp://[::1]1/v", "behind the host stands at most its port");
	assert_refused("amqp://h%6fst/v", "no host is written so");
	assert_refused("amqp://host/v?heartbeat=5",
		       "no options behind the vhost: timeout, ca-file and others are keys");
	assert_refused("amqp://host/v#f", "no options behind the vhost: timeout, ca-file and others are keys");
	assert_refused("amqp://host/a/b", "a / in the name of a vhost is written %2F");
	assert_refused("amqp://host/{type}", "no address holds the byte 0x7b");
	assert_refused("amqp://host/v w", "no address holds the byte 0x20");
}

static void a_percent_sign_has_two_digits_behind_it(void **state)
{
	static const char words[] = "a % without two hexadecimal digits behind it";

	(void)state;
	assert_refused("amqp://host/%", words);
	assert_refused("amqp://host/%2", words);
	assert_refused("amqp://host/%2g", words);
	assert_refused("amqp://host/%g2", words);
	assert_refused("amqp://host/%G2", words);
	assert_refused("amqp://host/%2-", words);
	assert_refused("amqp://host/%2:", words);
	assert_refused("amqp://host/%2@", words);
	assert_refused("amqp://us%er@host", words);
	assert_refused("amqp://user:%@host", words);
}

static void what_is_no_text_or_empty_is_refused(void **state)
{
	(void)state;
	assert_refused("amqp://host/a%00b", "a vhost that is no text");
	assert_refused("amqp://host/%0a", "a vhost that is no text");
	assert_refused("amqp://host/%ff", "a vhost that is no text");
	assert_refused("amqp://%7f@host", "a user that is no text");
	assert_refused("amqp://u:%01@host", "a password that is no text");
	assert_refused("amqp://@host", "a user that is empty");
	assert_refused("amqp://:p@host", "a user that is empty");
	assert_refused("amqp://u:@host", "a password that is empty");
}

static void a_part_has_at_most_255_bytes(void **state)
{
	struct buffer url = BUFFER_INIT;
	struct amqp_address address;
	struct error error = ERROR_INIT;

	(void)state;
	buffer_add_string(&url, "amqp://host/");
	for (int i = 0; i < AMQP_SHORT_MAXIMUM; i++)
		buffer_add_string(&url, "%61");
	assert_int_equal(amqp_address_read(&address, buffer_text(&url), &error), 0);
	assert_int_equal(strlen(address.vhost), AMQP_SHORT_MAXIMUM);
	amqp_address_release(&address);
	buffer_add_char(&url, 'a');
	assert_refused(buffer_text(&url), "a vhost longer than 255 bytes");
	buffer_release(&url);
}

static void no_error_repeats_the_password(void **state)
{
	static const char *const urls[] = {"amqp://user:secret%@host", "amqp://user:secret@host/a/b",
					   "amqp://user:secret@", "amqp://user:secret@host:x"};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct amqp_address address;
		struct error error = ERROR_INIT;

		assert_int_not_equal(amqp_address_read(&address, urls[i], &error), 0);
		assert_null(strstr(error_text(&error), "secret"));
		amqp_address_release(&address);
		error_release(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_specification_are_read),
		cmocka_unit_test(parts_may_be_odd),
		cmocka_unit_test(an_empty_vhost_is_refused_with_what_was_meant),
		cmocka_unit_test(what_is_no_such_address_is_refused),
		cmocka_unit_test(a_percent_sign_has_two_digits_behind_it),
		cmocka_unit_test(what_is_no_text_or_empty_is_refused),
		cmocka_unit_test(a_part_has_at_most_255_bytes),
		cmocka_unit_test(no_error_repeats_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
