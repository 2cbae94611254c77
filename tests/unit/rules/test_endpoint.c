#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/memory.h"
#include "rules/endpoint.h"
#include "rules/retry.h"

static void a_webhook_hears_of_landings_by_default(void **state)
{
	struct webhook webhook;
	const struct endpoint *endpoint = &webhook.endpoint;

	(void)state;
	webhook_init(&webhook, "w");
	assert_string_equal(endpoint->name, "w");
	assert_int_equal(endpoint->events.count, 3);
	assert_string_equal(endpoint->events.items[0], "hotfix.merged");
	assert_string_equal(endpoint->events.items[1], "production.released");
	assert_string_equal(endpoint->events.items[2], "production.rolled_back");
	assert_int_equal(endpoint->timeout, 15);
	assert_string_equal(endpoint->retry, RETRY_DEFAULT);
	webhook_release(&webhook);
	webhook_release(&webhook);
}

static void a_mail_tells_of_the_beginning_and_the_end_by_default(void **state)
{
	struct mail mail;

	(void)state;
	mail_init(&mail, "m");
	assert_int_equal(mail.endpoint.events.count, 4);
	assert_string_equal(mail.endpoint.events.items[0], "hotfix.opened");
	assert_string_equal(mail.endpoint.events.items[2], "hotfix.closed");
	assert_string_equal(mail.endpoint.retry, RETRY_DEFAULT);
	mail_release(&mail);
	mail_release(&mail);
}

static void an_endpoint_leads_back_to_its_own_kind_alone(void **state)
{
	struct webhook webhook;
	struct mail mail;

	(void)state;
	webhook_init(&webhook, "w");
	mail_init(&mail, "m");
	assert_ptr_equal(endpoint_webhook(&webhook.endpoint), &webhook);
	assert_null(endpoint_mail(&webhook.endpoint));
	assert_ptr_equal(endpoint_mail(&mail.endpoint), &mail);
	assert_null(endpoint_webhook(&mail.endpoint));
	assert_string_equal(endpoint_kind_name(webhook.endpoint.kind), "webhook");
	assert_string_equal(endpoint_kind_name(mail.endpoint.kind), "mail");
	webhook_release(&webhook);
	mail_release(&mail);
}

static void an_address_of_a_broker_is_told_from_one_of_http(void **state)
{
	struct webhook webhook;

	(void)state;
	webhook_init(&webhook, "w");
	assert_string_equal(webhook.exchange, "hotfix");
	assert_string_equal(webhook.routing_key, "{type}");
	assert_false(webhook_is_message(&webhook));
	webhook.url = memory_copy("https://x.org/amqp://y");
	assert_false(webhook_is_message(&webhook));
	free(webhook.url);
	webhook.url = memory_copy("AMQPS://x.org");
	assert_true(webhook_is_message(&webhook));
	webhook_release(&webhook);
}

static void methods_are_named_as_http_names_them(void **state)
{
	(void)state;
	assert_string_equal(webhook_method_name(WEBHOOK_POST), "POST");
	assert_string_equal(webhook_method_name(WEBHOOK_PUT), "PUT");
	assert_string_equal(webhook_method_name(WEBHOOK_PATCH), "PATCH");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_webhook_hears_of_landings_by_default),
		cmocka_unit_test(a_mail_tells_of_the_beginning_and_the_end_by_default),
		cmocka_unit_test(an_endpoint_leads_back_to_its_own_kind_alone),
		cmocka_unit_test(an_address_of_a_broker_is_told_from_one_of_http),
		cmocka_unit_test(methods_are_named_as_http_names_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
