#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/environment.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "commands.h"
#include "flow/replay.h"
#include "rules/message.h"
#include "rules/people.h"
#include "rules/ref_class.h"

/* Bytes of the answer that are kept back before they are written. */
#define FLUSH_BYTES (64 * 1024)

/* How often something was the reason. */
struct tally {
	struct strings names;
	size_t *counts;
};

/* One run over one production branch after the other. */
struct report {
	struct call *call;
	size_t verdicts[REPLAY_UNKNOWN + 1];
	size_t from_git;
	struct tally refused; /* by rule */
	struct tally unknown; /* by why */
	const char *production;
	bool any; /* something was written */
};

static void count(struct tally *tally, const char *name)
{
	size_t at = 0;

	while (at < tally->names.count && strcmp(tally->names.items[at], name) != 0)
		at++;
	if (at == tally->names.count) {
		strings_add(&tally->names, name);
		tally->counts = memory_resize(tally->counts, at + 1, sizeof(*tally->counts));
		tally->counts[at] = 0;
	}
	tally->counts[at]++;
}

static void tally_release(struct tally *tally)
{
	strings_release(&tally->names);
	free(tally->counts);
}

static int flush(struct call *call, size_t limit, struct error *error)
{
	int result = 0;

	if (call->out.length <= limit)
		return 0;
	result = file_write_all(STDOUT_FILENO, buffer_text(&call->out), call->out.length, error);
	buffer_clear(&call->out);
	return result;
}

/* Each rule once, in the order of the findings. */
static void add_rules(struct strings *out, const struct verdict *verdict, bool refusing)
{
	for (size_t i = 0; i < verdict->count; i++) {
		char *name = finding_name(&verdict->findings[i]);

		if (!refusing || verdict->findings[i].severity == SEVERITY_REFUSE)
			strings_add_once(out, name);
		free(name);
	}
}

static const char *kind_of(const struct replayed *replayed)
{
	return replayed->kind == LANDING_KINDS ? NULL : landing_kind_name(replayed->kind);
}

static void write_json(struct report *report, const struct replayed *replayed)
{
	struct json *object = json_new_object();
	struct json *array = json_new_array();
	struct strings rules = STRINGS_INIT;

	add_rules(&rules, replayed->verdict_of, false);
	for (size_t i = 0; i < rules.count; i++)
		json_add_string(array, rules.items[i]);
	json_set_time(object, "time", replayed->time);
	json_set_string(object, "production", report->production);
	json_set_string(object, "landing", object_id_full(&replayed->to).digits);
	json_set_string(object, "from", object_id_full(&replayed->from).digits);
	json_set_string(object, "kind", kind_of(replayed));
	json_set_string(object, "branch", replayed->branch);
	json_set_string(object, "incident", replayed->incident);
	json_set_string(object, "pusher", replayed->pusher);
	json_set_string(object, "known", replayed->recorded ? "ledger" : "git");
	json_set_string(object, "verdict", replay_verdict_name(replayed->verdict));
	json_set(object, "rules", array);
	json_set_string(object, "why", replayed->why);
	buffer_add_string(&report->call->out, report->any ? ",\n    " : "\n    ");
	json_write(&report->call->out, object, 0);
	json_free(object);
	strings_release(&rules);
}

static void write_text(struct report *report, const struct replayed *replayed)
{
	struct buffer *out = &report->call->out;
	struct strings rules = STRINGS_INIT;
	struct buffer words = BUFFER_INIT;
	const char *kind = kind_of(replayed);

	add_rules(&rules, replayed->verdict_of, false);
	clock_format(out, replayed->time);
	buffer_addf(out, "  %s  %-12s  %-7s  ", object_id_short(&replayed->to).digits, kind ? kind : "?",
		    replay_verdict_name(replayed->verdict));
	for (size_t i = 0; i < rules.count; i++)
		buffer_addf(&words, "%s%s", i ? " " : "", rules.items[i]);
	if (replayed->why)
		buffer_addf(&words, "%s%s", rules.count ? ": " : "", replayed->why);
	message_escape(out, words.length ? buffer_text(&words) : "-");
	buffer_add_char(out, '\n');
	buffer_release(&words);
	strings_release(&rules);
}

static int take(void *context, const struct replayed *replayed, struct error *error)
{
	struct report *report = context;
	struct strings refusing = STRINGS_INIT;

	report->verdicts[replayed->verdict]++;
	report->from_git += !replayed->recorded && replayed->verdict != REPLAY_UNKNOWN;
	if (replayed->verdict == REPLAY_UNKNOWN)
		count(&report->unknown, replayed->why);
	else
		add_rules(&refusing, replayed->verdict_of, true);
	for (size_t i = 0; i < refusing.count; i++)
		count(&report->refused, refusing.items[i]);
	if (report->call->json)
		write_json(report, replayed);
	else
		write_text(report, replayed);
	report->any = true;
	strings_release(&refusing);
	return flush(report->call, FLUSH_BYTES, error);
}

static void tally_text(struct buffer *out, const char *title, const struct tally *tally)
{
	for (size_t i = 0; i < tally->names.count; i++) {
		buffer_addf(out, "  %s", title);
		message_escape(out, tally->names.items[i]);
		buffer_addf(out, ": %zu\n", tally->counts[i]);
	}
}

static struct json *tally_json(const struct tally *tally)
{
	struct json *object = json_new_object();

	for (size_t i = 0; i < tally->names.count; i++)
		json_set_integer(object, tally->names.items[i], (int64_t)tally->counts[i]);
	return object;
}

static void totals_text(const struct report *report)
{
	struct buffer *out = &report->call->out;
	size_t all =
		report->verdicts[REPLAY_PASSES] + report->verdicts[REPLAY_REFUSED] + report->verdicts[REPLAY_UNKNOWN];

	buffer_addf(out, "%s%zu landing%s: %zu would pass, %zu would be refused, %zu unknown\n",
		    report->any ? "\n" : "", all, all == 1 ? "" : "s", report->verdicts[REPLAY_PASSES],
		    report->verdicts[REPLAY_REFUSED], report->verdicts[REPLAY_UNKNOWN]);
	tally_text(out, "refused by ", &report->refused);
	tally_text(out, "unknown, ", &report->unknown);
	if (report->from_git)
		buffer_addf(
			out,
			"%zu judged from Git alone: who pushed them is not known, so authors and committers stand for it\n",
			report->from_git);
}

static void totals_json(const struct report *report)
{
	struct json *object = json_new_object();

	json_set_integer(object, "passes", (int64_t)report->verdicts[REPLAY_PASSES]);
	json_set_integer(object, "refused", (int64_t)report->verdicts[REPLAY_REFUSED]);
	json_set_integer(object, "unknown", (int64_t)report->verdicts[REPLAY_UNKNOWN]);
	json_set_integer(object, "from_git", (int64_t)report->from_git);
	json_set(object, "refused_by", tally_json(&report->refused));
	json_set(object, "unknown_because", tally_json(&report->unknown));
	buffer_add_string(&report->call->out, report->any ? "\n  ],\n  \"totals\": " : "],\n  \"totals\": ");
	json_write(&report->call->out, object, 0);
	buffer_add_string(&report->call->out, "\n}\n");
	json_free(object);
}

/* The production branches that are meant: --branch, which must be one, or all of them. */
static int find_productions(struct strings *out, struct session *session, const struct call *call, struct error *error)
{
	const char *named = call_option(call, "branch");
	char *ref = named ? call_full_ref(named) : NULL;
	struct branch_tips tips = {0};
	int result = session_productions(session, &tips, error);

	for (size_t i = 0; !result && i < tips.count; i++)
		if (!ref || !strcmp(ref, tips.items[i].ref))
			strings_add_once(out, tips.items[i].ref);
	if (!result && ref && !out->count)
		result = error_set(error, "%s: no production branch of this name", ref);
	branch_tips_release(&tips);
	free(ref);
	return result;
}

static int replay_all(struct report *report, struct session *session, const struct strings *productions, int64_t since,
		      struct error *error)
{
	int result = 0;

	if (report->call->json)
		buffer_add_string(&report->call->out, "{\n  \"landings\": [");
	for (size_t i = 0; !result && i < productions->count; i++) {
		report->production = productions->items[i];
		if (!report->call->json && productions->count > 1)
			buffer_addf(&report->call->out, "%s%s\n", i ? "\n" : "", ref_short(report->production));
		result = replay_run(session, report->production, since, take, report, error);
	}
	if (!result && report->call->json)
		totals_json(report);
	else if (!result)
		totals_text(report);
	return result;
}

static int run_replay(struct call *call, struct error *error)
{
	struct report report = {.call = call};
	struct strings productions = STRINGS_INIT;
	struct session session = {0};
	int64_t since;
	int result;

	if (!call_time(&since, call, "since"))
		return ANSWER_USAGE;
	result = call_session(&session, call, false, error);
	session.read_only = true;
	if (!result)
		result = environment_resolve_groups(&session.policy, error);
	if (!result)
		result = find_productions(&productions, &session, call, error);
	if (!result)
		result = replay_all(&report, &session, &productions, since, error);
	if (!result)
		result = report.verdicts[REPLAY_REFUSED] ? ANSWER_NO : ANSWER_YES;
	tally_release(&report.refused);
	tally_release(&report.unknown);
	strings_release(&productions);
	session_release(&session);
	return result;
}

const struct command command_replay = {
	.name = "replay",
	.arguments = "",
	.summary = "past landings, judged under the present configuration",
	.help = "  -s, --since TIME    those whose commit is of this time or later: 2026-01-05T10:00:00Z, a date, or 30d (ago)\n"
		"  -b, --branch REF    of this production branch; default: of all\n\n"
		"Judges what production came to, newest first, as if mode were enforce: what the ledger has recorded as it was\n"
		"then, all else from Git alone. Gates are not asked. What cannot be told is unknown, and counted apart. The\n"
		"exit status is 1 when something would be refused.\n",
	.options = {{"since", 's', "TIME"}, {"branch", 'b', "REF"}},
	.run = run_replay,
};
