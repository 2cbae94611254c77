#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "flow/gate_answer.h"

static void an_answer_is_read_as_it_was_written(void **state)
{
	struct gate_answer answer = {GATE_SHUT, memory_copy("GET https://x.org/"), memory_copy("answered \"404\"\xff")};
	struct json *value = gate_answer_json(&answer);
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;
	struct gate_answer read;

	(void)state;
	json_write(&text, value, 2);
	assert_int_equal(gate_answer_read(&read, buffer_text(&text), text.length, &error), 0);
	assert_int_equal(read.verdict, GATE_SHUT);
	assert_string_equal(read.asked, "GET https://x.org/");
	assert_string_equal(read.answered, "answered \"404\"\xef\xbf\xbd");
	gate_answer_release(&read);
	gate_answer_release(&answer);
	buffer_release(&text);
	json_free(value);
}

static void anything_else_is_no_answer(void **state)
{
	static const char *const texts[] = {
		"",
		"hotfixctl: no",
		"[]",
		"{}",
		"{\"verdict\":\"open\",\"asked\":\"x\"}",
		"{\"verdict\":\"yes\",\"asked\":\"x\",\"answered\":\"y\"}",
		"{\"verdict\":true,\"asked\":\"x\",\"answered\":\"y\"}",
		"{\"verdict\":\"open\",\"asked\":1,\"answered\":\"y\"}",
		"{\"verdict\":\"open\",\"asked\":\"x\",\"answered\":\"y\"} more",
		"{\"verdict\":\"shut\",\"verdict\":\"open\",\"asked\":\"x\",\"answered\":\"y\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct error error = ERROR_INIT;
		struct gate_answer read;

		if (!gate_answer_read(&read, texts[i], strlen(texts[i]), &error))
			fail_msg("%s is taken for an answer", texts[i]);
		assert_int_equal(read.verdict, GATE_SILENT);
		error_release(&error);
		gate_answer_release(&read);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_read_as_it_was_written),
		cmocka_unit_test(anything_else_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
