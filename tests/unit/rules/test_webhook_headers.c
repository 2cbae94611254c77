#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/webhook_headers.h"

static const struct webhook_message merged = {.id = "e1-deploy",
					      .time = 1767607331,
					      .event_id = "e1",
					      .type = "hotfix.merged",
					      .source = "https://git.example.com/shop",
					      .subject = "refs/heads/main",
					      .event_time = 1767607330,
					      .hub_digest = "00ff",
					      .signatures = "v1,AA== v1,BB=="};

static char *headers_of(const struct webhook_message *message)
{
	struct strings headers = STRINGS_INIT;
	struct buffer text = BUFFER_INIT;

	webhook_headers(&headers, message);
	for (size_t i = 0; i < headers.count; i++)
		buffer_addf(&text, "%s\n", headers.items[i]);
	strings_release(&headers);
	return buffer_detach(&text);
}

static void a_landing_has_all_three_families(void **state)
{
	char *headers = headers_of(&merged);

	(void)state;
	assert_string_equal(headers, "Content-Type: application/json\n"
				     "User-Agent: hotfix-webhook\n"
				     "Idempotency-Key: e1-deploy\n"
				     "X-GitHub-Event: push\n"
				     "X-GitHub-Delivery: e1-deploy\n"
				     "X-Hub-Signature-256: sha256=00ff\n"
				     "webhook-id: e1-deploy\n"
				     "webhook-timestamp: 1767607331\n"
				     "webhook-signature: v1,AA== v1,BB==\n"
				     "ce-specversion: 1.0\n"
				     "ce-id: e1\n"
				     "ce-type: hotfix.merged\n"
				     "ce-source: https://git.example.com/shop\n"
				     "ce-subject: refs/heads/main\n"
				     "ce-time: 2026-01-05T10:02:10Z\n");
	free(headers);
}

static void assert_github_event(const char *type, const char *expected)
{
	struct webhook_message message = merged;
	struct buffer line = BUFFER_INIT;
	char *headers;

	message.type = type;
	headers = headers_of(&message);
	buffer_addf(&line, "\nX-GitHub-Event: %s\n", expected);
	assert_non_null(strstr(headers, buffer_text(&line)));
	buffer_release(&line);
	free(headers);
}

/* A receiver that deploys on every push must not deploy on anything else. */
static void only_the_three_landings_are_a_push(void **state)
{
	(void)state;
	assert_github_event("hotfix.merged", "push");
	assert_github_event("production.released", "push");
	assert_github_event("production.rolled_back", "push");
	assert_github_event("production.unexpected", "hotfix");
	assert_github_event("hotfix.ready", "hotfix");
	assert_github_event("delivery.exhausted", "hotfix");
	assert_github_event("ping", "ping");
	assert_github_event("of a later version", "hotfix");
}

static void without_a_secret_there_is_no_signature(void **state)
{
	struct webhook_message message = merged;
	char *headers;

	(void)state;
	message.hub_digest = message.signatures = NULL;
	headers = headers_of(&message);
	assert_null(strcasestr(headers, "signature"));
	free(headers);
}

static void an_event_of_no_ref_has_no_subject(void **state)
{
	struct webhook_message message = merged;
	char *headers;

	(void)state;
	message.subject = NULL;
	headers = headers_of(&message);
	assert_null(strstr(headers, "ce-subject"));
	free(headers);
}

static void a_ref_cannot_write_headers_of_its_own(void **state)
{
	struct webhook_message message = merged;
	char *headers;

	(void)state;
	message.subject = "refs/heads/a\r\nX-Evil: \"1\" 100%\xc3\xa4\xff\x7f";
	headers = headers_of(&message);
	assert_non_null(
		strstr(headers, "\nce-subject: refs/heads/a%0D%0AX-Evil:%20%221%22%20100%25%C3%A4%EF%BF%BD%7F\n"));
	free(headers);
}

static void what_is_signed_is_id_time_and_body(void **state)
{
	struct buffer content = BUFFER_INIT;

	(void)state;
	webhook_signed_content(&content, &merged, "{}\n", 3);
	assert_string_equal(buffer_text(&content), "e1-deploy.1767607331.{}\n");
	buffer_release(&content);
}

static void a_text_of_its_own_form_says_of_what_type_it_is(void **state)
{
	struct webhook_message message = merged;
	char *headers;

	(void)state;
	message.content_type = "text/plain; charset=utf-8";
	headers = headers_of(&message);
	assert_int_equal(strncmp(headers, "Content-Type: text/plain; charset=utf-8\n", 40), 0);
	assert_null(strstr(headers, "application/json"));
	free(headers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_landing_has_all_three_families),
		cmocka_unit_test(only_the_three_landings_are_a_push),
		cmocka_unit_test(without_a_secret_there_is_no_signature),
		cmocka_unit_test(an_event_of_no_ref_has_no_subject),
		cmocka_unit_test(a_ref_cannot_write_headers_of_its_own),
		cmocka_unit_test(what_is_signed_is_id_time_and_body),
		cmocka_unit_test(a_text_of_its_own_form_says_of_what_type_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
