#include "adapters/config_parts.h"
#include "adapters/zone.h"
#include "rules/pattern.h"

static const char form[] = "a date-time as in 2026-12-20T18:00:00+01:00, or a date as in 2026-12-20+01:00";

int read_begin(void *field, const struct config_key *key, const char *value, struct error *error)
{
	struct moment *moment = field;

	(void)key;
	if (moment_parse(moment, value) || moment_parse_date(moment, value))
		return 0;
	return error_set(error, "%s", form);
}

int read_end(void *field, const struct config_key *key, const char *value, struct error *error)
{
	struct moment *moment = field;

	(void)key;
	if (moment_parse(moment, value))
		return 0;
	if (!moment_parse_date(moment, value))
		return error_set(error, "%s", form);
	moment->seconds += MOMENT_DAY;
	return 0;
}

int read_week(void *field, const struct config_key *key, const char *value, struct error *error)
{
	struct week_window *window = field;

	(void)key;
	week_window_release(window);
	if (week_window_parse(window, value, error))
		return ERROR_FAILED;
	return window->zone ? zone_check(window->zone, error) : 0;
}

static void check_times(struct config *config, struct freeze *freeze)
{
	const struct config_place from = {SECTION_FREEZE, freeze->name, "from", NULL};
	const struct config_place to = {SECTION_FREEZE, freeze->name, "to", NULL};
	const struct config_place weekly = {SECTION_FREEZE, freeze->name, "weekly", NULL};
	const struct config_place section = {SECTION_FREEZE, freeze->name, NULL, NULL};
	bool has_from = config_is_set(config, &from);
	bool has_to = config_is_set(config, &to);

	freeze->is_weekly = config_is_set(config, &weekly);
	if (freeze->is_weekly && (has_from || has_to))
		config_problem_at(config, &weekly, "weekly: from or to is set too, and one kind is enough");
	else if (!freeze->is_weekly && !(has_from && has_to))
		config_problem_at(config, &section, "[freeze \"%s\"] needs from and to, or weekly", freeze->name);
	else if (has_to && freeze->to.seconds && freeze->to.seconds <= freeze->from.seconds)
		config_problem_at(config, &to, "to: it ends before it begins");
}

static void check_branches(struct config *config, const struct freeze *freeze)
{
	for (size_t i = 0; i < freeze->branches.count; i++) {
		const char *branch = freeze->branches.items[i];
		const struct config_place place = {SECTION_FREEZE, freeze->name, "branches", branch};
		bool overlaps = false;

		for (size_t k = 0; k < config->policy->production.count; k++)
			overlaps = overlaps || pattern_overlaps(branch, config->policy->production.items[k]);
		if (!overlaps)
			config_problem_at(config, &place, "branches = %s: no production branch has this name", branch);
	}
}

void config_check_freezes(struct config *config)
{
	for (size_t i = 0; i < config->policy->freeze_count; i++) {
		check_times(config, &config->policy->freezes[i]);
		check_branches(config, &config->policy->freezes[i]);
	}
}
