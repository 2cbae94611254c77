/* The story in words that need no Git. */
#include <string.h>

#include "rules/duration.h"
#include "rules/ref_class.h"
#include "rules/story.h"

struct words {
	const char *name;  /* for programs */
	const char *words; /* for people; NULL: they need more than a constant */
	enum checklist_step step;
};

static const struct words kinds[STORY_KINDS] = {
	[STORY_REPORTED] = {"reported", "the incident was reported", STEP_REPORT},
	[STORY_OPENED] = {"opened", "work on the fix began", STEP_REPORT},
	[STORY_PUSHED] = {"pushed", "work on the fix was handed in", STEP_DEVELOP},
	[STORY_SIGNED] = {"signed", NULL, STEP_REVIEW},
	[STORY_REVOKED] = {"revoked", NULL, STEP_REVIEW},
	[STORY_OVERDUE] = {"overdue", "the deadline passed", STEP_DEVELOP},
	[STORY_OVERRIDDEN] = {"overridden", "the checks were overridden", STEP_DEPLOY},
	[STORY_LANDED] = {"landed", NULL, STEP_DEPLOY},
	[STORY_DEPLOYED] = {"deployed", NULL, STEP_DEPLOY},
	[STORY_DEPLOY_FAILED] = {"deploy_failed", NULL, STEP_DEPLOY},
	[STORY_TAKEN_BACK] = {"taken_back", "the fix was taken back by a rollback", STEP_DEPLOY},
	[STORY_BROUGHT_BACK] = {"brought_back", "the rollback was undone: the fix is back", STEP_DEPLOY},
	[STORY_WATCHED] = {"watched", "the fix was watched in production and found good", STEP_MONITOR},
	[STORY_SETTLED] = {"settled", NULL, STEP_MONITOR},
	[STORY_BACKMERGE_DUE] = {"backmerge_due", "the fix is overdue in further development", STEP_MONITOR},
	[STORY_WAIVED] = {"waived", "the fix need not come to further development", STEP_MONITOR},
	[STORY_CLOSED] = {"closed", "the incident was closed", STEP_MONITOR},
	[STORY_ABANDONED] = {"abandoned", "this attempt at a fix was given up", STEP_DEVELOP},
	[STORY_DELETED] = {"deleted", "the branch of the fix was cleared away", STEP_MONITOR},
};

static const char *const proofs[] = {
	[PROOF_NONE] = NULL,       [PROOF_TRAILER] = "trailer", [PROOF_SIGNATURE] = "signature",
	[PROOF_PUSHER] = "pusher", [PROOF_SERVER] = "server",
};

const char *story_kind_name(enum story_kind kind)
{
	return kinds[kind].name;
}

const char *story_proof_name(enum proof proof)
{
	return proofs[proof];
}

static bool is_triage(const struct story_entry *entry)
{
	return entry->signoff && !strcmp(entry->signoff, "triage");
}

enum checklist_step story_step_of(const struct story_entry *entry)
{
	if ((entry->kind == STORY_SIGNED || entry->kind == STORY_REVOKED) && is_triage(entry))
		return STEP_TRIAGE;
	if (entry->kind == STORY_REVOKED && entry->signoff && !strcmp(entry->signoff, SIGNOFF_MONITOR))
		return STEP_MONITOR;
	return kinds[entry->kind].step;
}

static const char *environment_of(const struct story_entry *entry)
{
	return entry->environment ? entry->environment : "production";
}

static void add_signoff(struct buffer *out, const struct story_entry *entry)
{
	buffer_add_string(out, entry->signoff ? entry->signoff : "sign-off");
	if (entry->kind == STORY_REVOKED)
		buffer_add_string(out, ": the approval was withdrawn");
	else
		buffer_addf(out, ": approved%s", entry->kind == STORY_SETTLED ? " afterwards" : "");
}

static void add_what(struct buffer *out, const struct story_entry *entry)
{
	if (entry->kind == STORY_LANDED)
		buffer_addf(out, "the fix was put into production (%s)",
			    entry->production ? ref_short(entry->production) : "-");
	else if (entry->kind == STORY_DEPLOYED)
		buffer_addf(out, "the fix runs in %s", environment_of(entry));
	else if (entry->kind == STORY_DEPLOY_FAILED)
		buffer_addf(out, "bringing the fix to %s failed", environment_of(entry));
	else
		add_signoff(out, entry);
}

void story_add_words(struct buffer *out, const struct story_entry *entry)
{
	if (kinds[entry->kind].words)
		buffer_add_string(out, kinds[entry->kind].words);
	else
		add_what(out, entry);
	if (entry->said)
		buffer_addf(out, "%s%s", is_triage(entry) ? ", severity " : ": ", entry->said);
	if (entry->why)
		buffer_addf(out, " (%s)", entry->why);
}

void story_add_proof(struct buffer *out, const struct story_entry *entry)
{
	switch (entry->proof) {
	case PROOF_TRAILER:
		buffer_addf(out, "a line in %s%s", entry->proved_by ? "the commit " : "a commit",
			    entry->proved_by ? entry->proved_by : "");
		break;
	case PROOF_SIGNATURE:
		buffer_addf(out, "signed with the key %s",
			    entry->proved_by ? entry->proved_by : "that the server has not kept");
		break;
	case PROOF_PUSHER:
		buffer_add_string(out, "logged in to the server");
		break;
	case PROOF_SERVER:
		buffer_add_string(out, "recorded on the server");
		break;
	default:
		break;
	}
}

void story_add_standing(struct buffer *out, const struct story *story)
{
	static const char *const waiting[STEP_COUNT] = {
		[STEP_REPORT] = "reported",
		[STEP_TRIAGE] = "waiting for triage",
		[STEP_DEVELOP] = "being developed",
		[STEP_REVIEW] = "being reviewed and tested",
		[STEP_DEPLOY] = "ready to go into production",
		[STEP_MONITOR] = "in production, being watched",
	};

	if (story->times.closed && !story->open)
		buffer_add_string(out, "closed");
	else if (!story->open)
		buffer_add_string(out, story->in_production ? "in production" : "given up");
	else if (story->step == STEP_DEPLOY && story->steps[STEP_DEPLOY] == STEP_FAILED)
		buffer_add_string(out, "bringing it to production failed");
	else if (story->step == STEP_DEPLOY && story->in_production)
		buffer_add_string(out, "being brought to production");
	else
		buffer_add_string(out, waiting[story->step]);
	if (story->open && story->was_taken_back && !story->in_production)
		buffer_add_string(out, ", after a rollback");
	if (story->overdue)
		buffer_add_string(out, ", overdue");
}

static const char *const event_words[][2] = {
	{"hotfix.opened", "work on the fix began"},
	{"hotfix.updated", "the fix was changed"},
	{"hotfix.signed_off", "somebody approved"},
	{"hotfix.revoked", "an approval was withdrawn"},
	{"hotfix.ready", "the fix is ready for production"},
	{"hotfix.overdue", "the deadline passed"},
	{"hotfix.overridden", "the checks were overridden"},
	{"hotfix.merged", "the fix was put into production"},
	{"hotfix.deployed", "the fix runs"},
	{"hotfix.deploy_failed", "bringing it to production failed"},
	{"hotfix.backmerge_due", "the fix is missing in further development"},
	{"hotfix.closed", "the incident was closed"},
	{"hotfix.abandoned", "the fix was given up"},
	{"production.rolled_back", "production was rolled back"},
};

const char *story_event_words(const char *type)
{
	for (size_t i = 0; i < sizeof(event_words) / sizeof(event_words[0]); i++)
		if (!strcmp(event_words[i][0], type))
			return event_words[i][1];
	return type;
}

void story_add_span(struct buffer *out, int64_t from, int64_t to)
{
	if (!from || !to)
		buffer_add_char(out, '-');
	else
		duration_format(out, to > from ? to - from : 0);
}
