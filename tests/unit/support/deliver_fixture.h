/* A configuration with endpoints, and what becomes of their deliveries. Needs the fixture of support/flow_fixture.h. */
#ifndef HOTFIX_TESTS_DELIVER_FIXTURE_H
#define HOTFIX_TESTS_DELIVER_FIXTURE_H

#include "flow/deliver.h"
#include "support/flow_fixture.h"

#define MAIN "refs/heads/main"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ndeployed"
#define STATUS(status) "HTTP/1.1 " status " x\r\nContent-Length: 0\r\n\r\n"

/* Writes r.git/hotfix.ini with the endpoints of FORMAT, and the file "secret" for them; the state is in use. */
void deliver_fixture_configure(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Announces one landing on MAIN. */
void deliver_fixture_land(struct flow_fixture *fixture, const char *from, const char *to);

/* Delivers; the test fails when that is not possible. */
struct deliver_result deliver_fixture_run(enum deliver_mode mode);

/* Runs SQL on the state; compares what a query prints, its rows separated by spaces. */
void deliver_fixture_sql(const char *sql);
void deliver_fixture_assert_sql(const char *sql, const char *wanted);

void deliver_fixture_everything_is_due(void);

#endif
