#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "flow/webhook.h"
#include "support/git_fixture.h"

static int load(struct webhook_secrets *secrets, struct error *error)
{
	struct webhook endpoint = {.secret_file = "secret"};

	return webhook_secrets_load(secrets, &endpoint, getuid(), error);
}

/* Returns the header of this name; owned by the caller. */
static char *header_of(const struct webhook_secrets *secrets, const char *body, const char *name)
{
	const struct webhook_content content = {.body = body, .length = strlen(body)};
	struct delivery delivery = {.id = "msg_p5jXN8AQM9LWM0D4loKWxJek"};
	struct strings headers = STRINGS_INIT;
	struct error error = ERROR_INIT;
	char *found = NULL;

	delivery.event = (struct event){.id = "e1", .type = "hotfix.merged", .ref = "refs/heads/main"};
	assert_int_equal(webhook_compose(&headers, secrets, &content, &delivery, "https://x", 1614265330, &error), 0);
	for (size_t i = 0; i < headers.count && !found; i++)
		if (strncmp(headers.items[i], name, strlen(name)) == 0)
			found = strdup(headers.items[i] + strlen(name));
	strings_release(&headers);
	return found;
}

/* The vector of GitHub's page "Validating webhook deliveries". */
static void the_vector_of_github_comes_out(void **state)
{
	struct webhook_secrets secrets;
	struct error error = ERROR_INIT;
	char *header;

	(void)state;
	git_fixture_write("secret", "It's a Secret to Everybody\n", 0600);
	assert_int_equal(load(&secrets, &error), 0);
	header = header_of(&secrets, "Hello, World!", "X-Hub-Signature-256: ");
	assert_string_equal(header, "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
	free(header);
	webhook_secrets_release(&secrets);
}

/* The vector that the libraries of Standard Webhooks test with. */
static void the_vector_of_standard_webhooks_comes_out(void **state)
{
	struct webhook_secrets secrets;
	struct error error = ERROR_INIT;
	char *header;

	(void)state;
	git_fixture_write("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0600);
	assert_int_equal(load(&secrets, &error), 0);
	header = header_of(&secrets, "{\"test\": 2432232314}", "webhook-signature: ");
	assert_string_equal(header, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	free(header);
	webhook_secrets_release(&secrets);
}

static void while_a_secret_is_rotated_both_sign_for_standard_webhooks_alone(void **state)
{
	struct webhook endpoint = {.secret_file = "secret", .old_secret_file = "old"};
	struct webhook_secrets secrets;
	struct error error = ERROR_INIT;
	char *standard;
	char *github;

	(void)state;
	git_fixture_write("secret", "It's a Secret to Everybody", 0600);
	git_fixture_write("old", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r\n", 0600);
	assert_int_equal(webhook_secrets_load(&secrets, &endpoint, getuid(), &error), 0);
	standard = header_of(&secrets, "{\"test\": 2432232314}", "webhook-signature: ");
	github = header_of(&secrets, "Hello, World!", "X-Hub-Signature-256: ");
	assert_non_null(strstr(standard, " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
	assert_int_equal(strncmp(standard, "v1,", 3), 0);
	assert_string_equal(github, "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
	free(standard);
	free(github);
	webhook_secrets_release(&secrets);
}

static void assert_refused(const char *text, mode_t mode, const char *words)
{
	struct webhook_secrets secrets;
	struct error error = ERROR_INIT;

	git_fixture_write("secret", text, mode);
	assert_int_equal(load(&secrets, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), words));
	assert_null(strstr(error_text(&error), "hunter"));
	webhook_secrets_release(&secrets);
	error_release(&error);
}

static void a_bad_secret_is_refused_and_not_told(void **state)
{
	(void)state;
	assert_refused("hunter2\n", 0600, "secret: a secret has at least 16 bytes");
	assert_refused("", 0600, "secret: a secret has at least 16 bytes");
	assert_refused("whsec_aHVudGVyMg==", 0600, "secret: a secret has at least 16 bytes");
	assert_refused("whsec_hunter2hunter2hunter2!", 0600, "secret: what follows whsec_ is no base64");
	assert_refused("hunter2hunter2hunter2\nhunter2\n", 0600, "secret: a secret is one line of text");
	assert_refused("hunter2hunter2hunter2\n", 0640, "secret");
	assert_refused("hunter2hunter2hunter2\n", 0604, "secret");
}

static void a_secret_that_is_not_there_is_an_error(void **state)
{
	struct webhook endpoint = {.secret_file = "nowhere"};
	struct webhook_secrets secrets;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_not_equal(webhook_secrets_load(&secrets, &endpoint, getuid(), &error), 0);
	assert_non_null(strstr(error_text(&error), "nowhere"));
	webhook_secrets_release(&secrets);
	error_release(&error);
}

static void without_a_secret_nothing_is_signed(void **state)
{
	struct webhook endpoint = {.endpoint = {.name = "open"}};
	struct webhook_secrets secrets;
	struct error error = ERROR_INIT;
	char *standard;
	char *github;

	(void)state;
	assert_int_equal(webhook_secrets_load(&secrets, &endpoint, getuid(), &error), 0);
	standard = header_of(&secrets, "{}", "webhook-signature: ");
	github = header_of(&secrets, "{}", "X-Hub-Signature-256: ");
	assert_null(standard);
	assert_null(github);
	free(standard);
	free(github);
	webhook_secrets_release(&secrets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vector_of_github_comes_out),
		cmocka_unit_test(the_vector_of_standard_webhooks_comes_out),
		cmocka_unit_test(while_a_secret_is_rotated_both_sign_for_standard_webhooks_alone),
		cmocka_unit_test(a_bad_secret_is_refused_and_not_told),
		cmocka_unit_test(a_secret_that_is_not_there_is_an_error),
		cmocka_unit_test(without_a_secret_nothing_is_signed),
	};

	return cmocka_run_group_tests(tests, git_fixture_set_up, git_fixture_tear_down);
}
