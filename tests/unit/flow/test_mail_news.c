#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/mail_news.h"

static void read(struct mail_news *news, const char *body)
{
	struct event event = {.type = (char *)"hotfix.merged", .ref = (char *)"refs/heads/main", .time = 7};
	struct error error = ERROR_INIT;

	event.body = (char *)body;
	if (mail_news_init(news, &event, &error))
		fail_msg("%s", error_text(&error));
}

static void a_landing_has_everything(void **state)
{
	struct mail_news news;

	(void)state;
	read(&news,
	     "{\"repository\":{\"full_name\":\"shop\",\"html_url\":\"https://g/shop\"},\"after\":\"abc\","
	     "\"compare\":\"https://g/shop/compare\",\"pusher\":{\"name\":\"olga\"},"
	     "\"head_commit\":{\"message\":\"Fix\\n\"},\"hotfix\":{\"incident\":\"INC-7\",\"branch\":\"hotfix/x\","
	     "\"severity\":\"high\",\"signoffs\":[{\"name\":\"review\",\"person\":\"rita\"},{\"name\":\"qa\"},7]}}");
	assert_string_equal(news.news.type, "hotfix.merged");
	assert_int_equal(news.news.time, 7);
	assert_string_equal(news.news.repository, "shop");
	assert_string_equal(news.news.incident, "INC-7");
	assert_string_equal(news.news.severity, "high");
	assert_string_equal(news.news.person, "olga");
	assert_string_equal(news.news.change, "Fix\n");
	assert_string_equal(news.news.branch, "hotfix/x");
	assert_string_equal(news.news.ref, "main");
	assert_string_equal(news.news.commit, "abc");
	assert_string_equal(news.news.link, "https://g/shop/compare");
	assert_int_equal(news.news.checks->count, 1);
	assert_string_equal(news.news.checks->items[0], "review by rita");
	assert_null(news.news.reason);
	mail_news_release(&news);
}

static void a_dead_delivery_names_its_endpoint(void **state)
{
	struct mail_news news;

	(void)state;
	read(&news, "{\"repository\":{\"html_url\":\"https://g/shop\"},"
		    "\"delivery\":{\"id\":\"e1-deploy\",\"endpoint\":\"deploy\",\"error\":\"500\"}}");
	assert_string_equal(news.news.endpoint, "deploy");
	assert_string_equal(news.news.failure, "500");
	assert_string_equal(news.news.delivery, "e1-deploy");
	assert_string_equal(news.news.link, "https://g/shop");
	mail_news_release(&news);
	read(&news, "{\"hook\":{\"name\":\"stakeholders\"},\"reason\":\"why\"}");
	assert_string_equal(news.news.endpoint, "stakeholders");
	assert_string_equal(news.news.reason, "why");
	mail_news_release(&news);
}

static void a_rollback_belongs_to_the_incident_of_the_one_fix_that_it_takes_back(void **state)
{
	struct mail_news news;

	(void)state;
	read(&news,
	     "{\"hotfix\":{\"taken_back\":[{\"incident\":\"INC-7\"},{\"incident\":null},{\"incident\":\"INC-7\"}]}}");
	assert_string_equal(news.news.incident, "INC-7");
	assert_int_equal(news.news.taken_back->count, 1);
	mail_news_release(&news);
	read(&news, "{\"hotfix\":{\"taken_back\":[{\"incident\":\"INC-7\"},{\"incident\":\"INC-8\"}]}}");
	assert_null(news.news.incident);
	assert_int_equal(news.news.taken_back->count, 2);
	mail_news_release(&news);
}

static void a_report_of_a_deploy_says_where_and_why(void **state)
{
	struct mail_news news;

	(void)state;
	read(&news, "{\"hotfix\":{\"environment\":\"eu\",\"status\":\"failure\",\"reason\":\"disk full\"}}");
	assert_string_equal(news.news.environment, "eu");
	assert_string_equal(news.news.reason, "disk full");
	mail_news_release(&news);
}

static void what_was_overridden_is_not_told_as_checked(void **state)
{
	struct mail_news news;

	(void)state;
	read(&news, "{\"type\":\"hotfix.merged\",\"hotfix\":{\"incident\":\"INC-7\",\"signoffs\":[],"
		    "\"override\":{\"person\":\"olga\",\"reason\":\"the shop is down\"}}}");
	assert_string_equal(news.news.type, "hotfix.overridden");
	assert_string_equal(news.news.reason, "the shop is down");
	mail_news_release(&news);
	read(&news, "{\"type\":\"hotfix.merged\",\"hotfix\":{\"incident\":\"INC-7\",\"signoffs\":[]}}");
	assert_string_equal(news.news.type, "hotfix.merged");
	assert_null(news.news.reason);
	mail_news_release(&news);
}

static void a_body_that_is_none_is_an_error(void **state)
{
	struct event event = {.type = (char *)"ping", .body = (char *)"{"};
	struct error error = ERROR_INIT;
	struct mail_news news;

	(void)state;
	assert_int_not_equal(mail_news_init(&news, &event, &error), 0);
	mail_news_release(&news);
	error_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_landing_has_everything),
		cmocka_unit_test(a_dead_delivery_names_its_endpoint),
		cmocka_unit_test(a_rollback_belongs_to_the_incident_of_the_one_fix_that_it_takes_back),
		cmocka_unit_test(a_report_of_a_deploy_says_where_and_why),
		cmocka_unit_test(what_was_overridden_is_not_told_as_checked),
		cmocka_unit_test(a_body_that_is_none_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
