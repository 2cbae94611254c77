#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/hmac.h"

static void assert_hmac(const void *key, size_t key_length, const char *data, const char *expected)
{
	struct error error = ERROR_INIT;
	struct buffer hex = BUFFER_INIT;
	struct hmac hmac;

	assert_int_equal(hmac_sha256(&hmac, key, key_length, data, strlen(data), &error), 0);
	hmac_hex(&hex, &hmac);
	assert_string_equal(buffer_text(&hex), expected);
	buffer_release(&hex);
}

/* RFC 4231, sections 4.2, 4.3 and 4.7. */
static void the_vectors_of_the_rfc_come_out(void **state)
{
	unsigned char key[131];

	(void)state;
	memset(key, 0x0b, 20);
	assert_hmac(key, 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	assert_hmac("Jefe", 4, "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, 131);
	assert_hmac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First",
		    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void assert_base64(const char *plain, const char *coded)
{
	struct error error = ERROR_INIT;
	struct buffer out = BUFFER_INIT;

	base64_encode(&out, plain, strlen(plain));
	assert_string_equal(buffer_text(&out), coded);
	buffer_clear(&out);
	assert_int_equal(base64_decode(&out, coded, strlen(coded), &error), 0);
	assert_int_equal(out.length, strlen(plain));
	assert_string_equal(buffer_text(&out), plain);
	buffer_release(&out);
}

/* RFC 4648, section 10. */
static void base64_goes_there_and_back(void **state)
{
	(void)state;
	assert_base64("", "");
	assert_base64("f", "Zg==");
	assert_base64("fo", "Zm8=");
	assert_base64("foo", "Zm9v");
	assert_base64("foob", "Zm9vYg==");
	assert_base64("fooba", "Zm9vYmE=");
	assert_base64("foobar", "Zm9vYmFy");
}

static void long_data_stays_on_one_line(void **state)
{
	struct error error = ERROR_INIT;
	struct buffer coded = BUFFER_INIT;
	struct buffer plain = BUFFER_INIT;
	unsigned char bytes[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7);
	base64_encode(&coded, bytes, sizeof(bytes));
	assert_null(strchr(buffer_text(&coded), '\n'));
	assert_int_equal(coded.length, (1000 + 2) / 3 * 4);
	assert_int_equal(base64_decode(&plain, coded.bytes, coded.length, &error), 0);
	assert_int_equal(plain.length, sizeof(bytes));
	assert_memory_equal(plain.bytes, bytes, sizeof(bytes));
	buffer_release(&coded);
	buffer_release(&plain);
}

static void what_is_no_base64_is_refused_and_not_repeated(void **state)
{
	static const char *const wrong[] = {"Z",        "Zg",   "Zg=",  "Zm9v\n", " Zm9v",
					    "Zg==Zg==", "Z===", "====", "Zm_v",   "Zm9v!@#$"};
	struct error error = ERROR_INIT;
	struct buffer out = BUFFER_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(base64_decode(&out, wrong[i], strlen(wrong[i]), &error), ERROR_FAILED);
		assert_string_equal(error_text(&error), "no base64");
		assert_int_equal(out.length, 0);
		error_release(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_rfc_come_out),
		cmocka_unit_test(base64_goes_there_and_back),
		cmocka_unit_test(long_data_stays_on_one_line),
		cmocka_unit_test(what_is_no_base64_is_refused_and_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
