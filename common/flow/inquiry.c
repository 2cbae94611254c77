#include "flow/inquiry.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/jobs.h"
#include "base/memory.h"
#include "flow/gate_answer.h"
#include "flow/program.h"
#include "rules/hotfix_name.h"

/* Beyond the gates' own time, for a process that has to start on a busy machine. */
#define GRACE_SECONDS 5

/* One gate, asked about one landing, or about a branch that is opened. */
struct question {
	const struct gate *gate;
	const char *ref;                /* that the push updates; of a landing, the production branch */
	struct record_landing *landing; /* NULL: a branch is opened */
	struct gate_answer answer;
};

struct inquiry {
	struct judgement *judgement;
	char *program;
	struct question questions[INQUIRY_MAXIMUM];
	struct job jobs[INQUIRY_MAXIMUM]; /* one for each question */
	size_t count;
};

static int add_question(struct inquiry *inquiry, const struct gate *gate, const char *ref, const struct json *text,
			struct record_landing *landing, struct error *error)
{
	struct job *job;

	if (inquiry->count == INQUIRY_MAXIMUM)
		return error_set_code(error, ERROR_LIMIT, "more than %d questions to gates; land less at once",
				      INQUIRY_MAXIMUM);
	inquiry->questions[inquiry->count] = (struct question){.gate = gate, .ref = ref, .landing = landing};
	job = &inquiry->jobs[inquiry->count++];
	strings_add(&job->arguments, inquiry->program);
	strings_add(&job->arguments, "-C");
	strings_add(&job->arguments, inquiry->judgement->session->environment.git_dir);
	strings_add(&job->arguments, "--json");
	strings_add(&job->arguments, "ask-gate");
	strings_add(&job->arguments, "--stdin");
	strings_add(&job->arguments, gate->name);
	json_write(&job->input, text, 0);
	return 0;
}

/* WHEN and WHAT are GATE_WHEN_* and GATE_FOR_*. ABOUT is a landing, or a branch in the form of one, KEPT the landing that
 * keeps the answers. */
static int ask_about(struct inquiry *inquiry, const char *when, const char *what, const struct record *record,
		     const struct record_landing *about, struct record_landing *kept, struct error *error)
{
	const struct session *session = inquiry->judgement->session;
	int result = 0;

	for (size_t i = 0; !result && i < session->policy.gate_count; i++) {
		const struct gate *gate = &session->policy.gates[i];
		struct json *text;

		if (!gate_is_asked(gate, when, what))
			continue;
		text = gate_question(session, when, kept ? record->ref : NULL, about);
		result = add_question(inquiry, gate, record->ref, text, kept, error);
		json_free(text);
	}
	return result;
}

static int ask_about_landings(struct inquiry *inquiry, const struct record *record, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < record->landing_count; i++) {
		struct record_landing *landing = &record->landings[i];
		const char *what = landing->kind == LANDING_ORDINARY ? GATE_FOR_ORDINARY : GATE_FOR_HOTFIX;

		if (landing->kind == LANDING_ORDINARY || landing_kind_is_hotfix(landing->kind))
			result = ask_about(inquiry, GATE_WHEN_LANDING, what, record, landing, landing, error);
	}
	return result;
}

static int ask_about_branch(struct inquiry *inquiry, const struct record *record, struct error *error)
{
	struct record_landing branch = {
		.branch = record->ref, .to = record->new_id, .tip = record->new_id, .severity = record->severity};
	struct hotfix_name name;
	int result = 0;

	if (hotfix_name_parse(&name, &inquiry->judgement->session->policy, record->ref)) {
		branch.incident = name.incident;
		result = ask_about(inquiry, GATE_WHEN_OPENED, GATE_FOR_HOTFIX, record, &branch, NULL, error);
	}
	hotfix_name_release(&name);
	return result;
}

static int ask_about_all(struct inquiry *inquiry, struct error *error)
{
	const struct records *records = &inquiry->judgement->records;
	int result = 0;

	for (size_t i = 0; !result && i < records->count; i++) {
		const struct record *record = &records->items[i];

		if (record->production)
			result = ask_about_landings(inquiry, record, error);
		else if (object_id_is_zero(&record->old_id) && !record->landing_count)
			result = ask_about_branch(inquiry, record, error);
	}
	return result;
}

static int run(struct inquiry *inquiry, struct error *error)
{
	int seconds = 0;

	for (size_t i = 0; i < inquiry->count; i++)
		if (inquiry->questions[i].gate->timeout > seconds)
			seconds = inquiry->questions[i].gate->timeout;
	return jobs_try(inquiry->jobs, inquiry->count, seconds + GRACE_SECONDS, error);
}

/* Whatever is no answer of hotfixctl is silence of the gate. */
static void take_answer(struct question *question, const struct job *job)
{
	struct error error = ERROR_INIT;
	struct buffer words = BUFFER_INIT;
	struct buffer url = BUFFER_INIT;

	if (!job->late && !gate_answer_read(&question->answer, buffer_text(&job->output), job->output.length, &error))
		return;
	if (job->late)
		buffer_addf(&words, "did not end within %d s", question->gate->timeout);
	else
		buffer_addf(&words, "could not be asked: hotfixctl ended with %d: %s", job->status, error_text(&error));
	gate_show_url(&url, question->gate->url);
	question->answer = (struct gate_answer){GATE_SILENT, buffer_detach(&url), buffer_detach(&words)};
	error_release(&error);
}

static void keep_answer(const struct question *question)
{
	struct record_gate *kept;

	if (!question->landing)
		return;
	kept = record_landing_add_gate(question->landing);
	kept->name = memory_copy(question->gate->name);
	kept->open = question->answer.verdict == GATE_OPEN;
	kept->answer = memory_copy(question->answer.answered);
}

/* The trouble of a service is no reason to let production be broken longer: its silence can be overridden too. */
static void add_finding(struct judgement *judgement, const struct question *question)
{
	struct finding *finding = verdict_add(&judgement->verdict, "gate", question->gate->name, question->ref);
	bool silent = question->answer.verdict == GATE_SILENT;

	finding->fault = silent && !question->gate->only_warns;
	finding->mild = silent && question->gate->only_warns;
	strings_add(&finding->found, question->answer.asked);
	strings_add(&finding->found, question->answer.answered);
	if (!silent)
		strings_add(&finding->remedy, "# put it right there, then push again");
	finding->overridable = question->landing != NULL;
	if (question->landing)
		overriding_pass_finding(finding, judgement, question->landing, question->ref);
}

static void take_answers(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		struct question *question = &inquiry->questions[i];

		take_answer(question, &inquiry->jobs[i]);
		keep_answer(question);
		if (question->answer.verdict != GATE_OPEN)
			add_finding(inquiry->judgement, question);
	}
}

static void inquiry_free(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		job_release(&inquiry->jobs[i]);
		gate_answer_release(&inquiry->questions[i].answer);
	}
	free(inquiry->program);
	free(inquiry);
}

int inquiry_make(struct judgement *judgement, struct error *error)
{
	struct inquiry *inquiry;
	int result;

	if (!judgement->session->policy.gate_count)
		return 0;
	inquiry = memory_alloc(sizeof(*inquiry));
	inquiry->judgement = judgement;
	inquiry->program = program_find();
	result = ask_about_all(inquiry, error);
	if (!result && inquiry->count)
		result = run(inquiry, error);
	if (!result)
		take_answers(inquiry);
	inquiry_free(inquiry);
	return result;
}
