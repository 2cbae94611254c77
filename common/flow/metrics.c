#include "flow/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/unreached.h"
#include "rules/exposition.h"

#define UNKNOWN (-1) /* no sample */

void metrics_release(struct metrics *metrics)
{
	for (size_t i = 0; i < metrics->count; i++) {
		free(metrics->items[i].repository);
		tallies_release(&metrics->items[i].tallies);
		unreached_endpoints_release(&metrics->items[i].unreached);
	}
	free(metrics->items);
	*metrics = (struct metrics){0};
}

/* Who was never sent anything is counted too, so that what is missing is not taken for what is not wrong. */
static void add_configured(struct tallies *tallies, const struct policy *policy)
{
	const struct endpoint *endpoint;

	for (size_t i = 0; (endpoint = policy_endpoint_at(policy, i)) != NULL; i++)
		tallies_find(tallies, endpoint->name);
}

static int read_state(struct repository_metrics *out, struct session *session, struct error *error)
{
	int64_t deadline = session->policy.deadline;
	int result = state_tallies(session->state, &out->tallies, error);

	if (!result)
		result = unreached_gather(&out->unreached, session, error);
	if (!result)
		result =
			state_count_clocks(session->state, &out->clocks, deadline ? session->now - deadline : 0, error);
	return result;
}

/* Where nothing was pushed yet there is no state, and nothing to count. */
static int gather(struct repository_metrics *out, struct session *session, struct error *error)
{
	char *file = environment_state_file(&session->environment, &session->policy);
	struct error absent = ERROR_INIT;
	int result = 0;

	if (session->problems.count)
		result = error_set(error, "%s", session->problems.items[0]);
	else
		result = state_open(&session->state, file, session->environment.identity, false, NULL, &absent);
	if (!result)
		result = read_state(out, session, error);
	else if (result == ERROR_NOT_FOUND)
		result = 0;
	else if (!session->problems.count)
		error_set(error, "%s", error_text(&absent));
	if (!result)
		add_configured(&out->tallies, &session->policy);
	out->now = session->now;
	out->read = !result;
	error_release(&absent);
	free(file);
	return result;
}

int metrics_gather(struct metrics *out, const char *git_dir, struct error *error)
{
	struct session session = {0};
	struct repository_metrics *one;
	int result = session_init(&session, git_dir, error);

	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	one = &out->items[out->count++];
	*one = (struct repository_metrics){0};
	if (!result)
		result = gather(one, &session, error);
	one->repository = memory_copy(session.environment.identity ? session.environment.identity
				      : git_dir                    ? git_dir
								   : ".");
	session_release(&session);
	return result;
}

static struct exposition_labels labels_of(const struct repository_metrics *repository, const char *endpoint)
{
	return (struct exposition_labels){{{"repository", repository->repository}, {"endpoint", endpoint}}};
}

static int64_t waiting(const struct repository_metrics *repository, const struct tally *tally)
{
	(void)repository;
	return tally->waiting;
}

static int64_t dead(const struct repository_metrics *repository, const struct tally *tally)
{
	(void)repository;
	return tally->dead;
}

static int64_t oldest(const struct repository_metrics *repository, const struct tally *tally)
{
	int64_t age = tally->oldest ? repository->now - tally->oldest : 0;

	return age > 0 ? age : 0;
}

static int64_t exhausted(const struct repository_metrics *repository, const struct tally *tally)
{
	(void)repository;
	return tally->attempts[DELIVERY_DEAD];
}

static int64_t failures(const struct repository_metrics *repository, const struct tally *tally)
{
	for (size_t i = 0; i < repository->unreached.count; i++)
		if (!strcmp(repository->unreached.items[i].endpoint, tally->endpoint))
			return repository->unreached.items[i].failures;
	return 0;
}

static void add_attempts(struct buffer *out, const char *name, const struct repository_metrics *repository,
			 const struct tally *tally)
{
	static const char *const results[DELIVERY_STATES] = {
		[DELIVERY_WAITING] = "again", [DELIVERY_DELIVERED] = "delivered", [DELIVERY_DEAD] = "dead"};
	struct exposition_labels labels = labels_of(repository, tally->endpoint);

	labels.items[2].name = "result";
	for (size_t i = 0; i < DELIVERY_STATES; i++) {
		labels.items[2].value = results[i];
		exposition_integer(out, name, &labels, tally->attempts[i]);
	}
}

static void add_bucket(struct buffer *out, const char *name, const struct exposition_labels *labels, const char *bound,
		       int64_t count)
{
	struct exposition_labels with_bound = *labels;
	char *bucket = buffer_format("%s_bucket", name);

	with_bound.items[2].name = "le";
	with_bound.items[2].value = bound;
	exposition_integer(out, bucket, &with_bound, count);
	free(bucket);
}

static void add_landings(struct buffer *out, const char *name, const struct repository_metrics *repository,
			 const struct tally *tally)
{
	const struct exposition_labels labels = labels_of(repository, tally->endpoint);
	char *sum = buffer_format("%s_sum", name);
	char *total = buffer_format("%s_count", name);
	int64_t count = 0;

	for (size_t i = 0; i < TALLY_BOUNDS; i++) {
		char *bound = buffer_format("%d", tally_bounds[i]);

		count += tally->landings[i];
		add_bucket(out, name, &labels, bound, count);
		free(bound);
	}
	count += tally->landings[TALLY_BOUNDS];
	add_bucket(out, name, &labels, "+Inf", count);
	exposition_seconds(out, sum, &labels, tally->landing_milliseconds);
	exposition_integer(out, total, &labels, count);
	free(sum);
	free(total);
}

static void add_success(struct buffer *out, const char *name, const struct repository_metrics *repository,
			const struct tally *tally)
{
	const struct exposition_labels labels = labels_of(repository, tally->endpoint);

	if (tally->success)
		exposition_seconds(out, name, &labels, tally->success);
}

/* Of each endpoint of each repository; one sample where there is a VALUE, else what ADD adds. */
static const struct family {
	const char *name;
	const char *type;
	const char *help;
	int64_t (*value)(const struct repository_metrics *repository, const struct tally *tally);
	void (*add)(struct buffer *out, const char *name, const struct repository_metrics *repository,
		    const struct tally *tally);
} families[] = {
	{"hotfix_deliveries_waiting", "gauge", "Deliveries that wait to be sent, or sent again.", waiting, NULL},
	{"hotfix_deliveries_dead", "gauge", "Deliveries that were given up, and wait for a redelivery.", dead, NULL},
	{"hotfix_deliveries_oldest_waiting_seconds", "gauge", "Age of the oldest delivery that waits; 0: none does.",
	 oldest, NULL},
	{"hotfix_delivery_attempts_total", "counter", "Attempts, by what became of the delivery.", NULL, add_attempts},
	{"hotfix_deliveries_exhausted_total", "counter", "Deliveries that were ever given up.", exhausted, NULL},
	{"hotfix_landing_delivery_seconds", "histogram", "From a landing on production to its first delivery.", NULL,
	 add_landings},
	{"hotfix_delivery_last_success_timestamp_seconds", "gauge", "When an attempt last succeeded.", NULL,
	 add_success},
	{"hotfix_delivery_failures", "gauge", "Attempts that have failed since the last success; 0: it is reached.",
	 failures, NULL},
};

static void write_family(struct buffer *out, const struct family *family, const struct repository_metrics *repository)
{
	for (size_t i = 0; i < repository->tallies.count; i++) {
		const struct tally *tally = &repository->tallies.items[i];
		const struct exposition_labels labels = labels_of(repository, tally->endpoint);

		if (family->value)
			exposition_integer(out, family->name, &labels, family->value(repository, tally));
		else
			family->add(out, family->name, repository, tally);
	}
}

static void write_of_repositories(struct buffer *out, const struct metrics *metrics, const char *name, const char *help,
				  int64_t (*value)(const struct repository_metrics *repository))
{
	exposition_family(out, name, "gauge", help);
	for (size_t i = 0; i < metrics->count; i++) {
		const struct exposition_labels labels = labels_of(&metrics->items[i], NULL);
		int64_t number = value(&metrics->items[i]);

		if (number >= 0)
			exposition_integer(out, name, &labels, number);
	}
}

static int64_t up(const struct repository_metrics *repository)
{
	return repository->read;
}

static int64_t open_hotfixes(const struct repository_metrics *repository)
{
	return repository->read ? repository->clocks.running : UNKNOWN;
}

static int64_t overdue_hotfixes(const struct repository_metrics *repository)
{
	return repository->read ? repository->clocks.overdue : UNKNOWN;
}

void metrics_write(struct buffer *out, const struct metrics *metrics)
{
	write_of_repositories(out, metrics, "hotfix_repository_up", "1: its configuration and its state could be read.",
			      up);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		exposition_family(out, families[i].name, families[i].type, families[i].help);
		for (size_t k = 0; k < metrics->count; k++)
			write_family(out, &families[i], &metrics->items[k]);
	}
	write_of_repositories(out, metrics, "hotfix_hotfixes_open", "Hotfixes whose clock runs.", open_hotfixes);
	write_of_repositories(out, metrics, "hotfix_hotfixes_overdue", "Those of them that are over the deadline.",
			      overdue_hotfixes);
}
