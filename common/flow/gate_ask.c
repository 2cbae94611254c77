#include "flow/gate_ask.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "adapters/http.h"
#include "base/file.h"
#include "base/memory.h"
#include "flow/headers_file.h"
#include "rules/expression.h"
#include "rules/url.h"

/* What is sent. */
struct letter {
	struct buffer url;
	struct buffer body;
	struct strings headers;
};

static void letter_release(struct letter *letter)
{
	buffer_release(&letter->url);
	buffer_release(&letter->body);
	strings_release(&letter->headers);
}

static struct gate_facts facts_of(const struct json *question)
{
	const struct json *input = json_get(question, "input");

	return (struct gate_facts){.incident = json_get_string(input, "incident"),
				   .branch = json_get_string(input, "branch"),
				   .commit = json_get_string(input, "commit"),
				   .production = json_get_string(input, "production"),
				   .severity = json_get_string(input, "severity")};
}

/* As it stands between the quotation marks of a JSON string. */
static void escape_json(struct buffer *out, const char *text)
{
	struct json *array = json_new_array();
	struct buffer written = BUFFER_INIT;

	json_add_string(array, text);
	json_write(&written, json_item(array, 0), 0);
	buffer_add(out, written.bytes + 1, written.length - 2);
	buffer_release(&written);
	json_free(array);
}

static int write_body(struct letter *letter, const struct gate *gate, const struct json *question, uid_t owner,
		      struct error *error)
{
	const struct gate_facts facts = facts_of(question);
	struct buffer template = BUFFER_INIT;
	int result = 0;

	if (gate_has_body(gate) && !gate->body)
		json_write(&letter->body, question, 0);
	if (!gate->body)
		return 0;
	result = file_trusted(gate->body, owner, error);
	if (!result)
		result = file_read(&template, gate->body, GATE_TEMPLATE_MAXIMUM, error);
	if (!result)
		gate_fill(&letter->body, buffer_text(&template), &facts, escape_json);
	buffer_release(&template);
	return result;
}

static bool has_header(const struct strings *headers, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < headers->count; i++)
		if (!strncasecmp(headers->items[i], name, length) && headers->items[i][length] == ':')
			return true;
	return false;
}

static int write_headers(struct letter *letter, const struct gate *gate, uid_t owner, struct error *error)
{
	struct strings *headers = &letter->headers;
	int result = gate->headers_file ? headers_file_load(headers, gate->headers_file, owner, error) : 0;

	if (!has_header(headers, "Accept"))
		strings_add(headers, "Accept: application/json");
	strings_add(headers, "User-Agent: hotfix-hooks");
	if (gate_has_body(gate))
		strings_add(headers, "Content-Type: application/json");
	return result;
}

static int write_letter(struct letter *out, const struct gate *gate, const struct json *question, uid_t owner,
			struct error *error)
{
	const struct gate_facts facts = facts_of(question);
	int result;

	gate_fill(&out->url, gate->url, &facts, url_escape);
	result = write_body(out, gate, question, owner, error);
	if (!result)
		result = write_headers(out, gate, owner, error);
	return result;
}

static int send_letter(struct reply *out, const struct gate *gate, const struct letter *letter, struct error *error)
{
	const struct http_request request = {.url = buffer_text(&letter->url),
					     .method = gate->method,
					     .headers = &letter->headers,
					     .body = gate_has_body(gate) ? buffer_text(&letter->body) : NULL,
					     .length = letter->body.length,
					     .timeout = gate->timeout,
					     .insecure = gate->insecure,
					     .ca_file = gate->ca_file,
					     .reply_maximum = GATE_REPLY_MAXIMUM};
	struct network *network = NULL;
	void *owner = NULL;
	int result = network_new(&network, error);

	if (!result)
		result = http_send(network, &request, NULL, error);
	while (!result && !network_next(network, out, &owner))
		result = network_run(network, 1000, error);
	network_free(network);
	return result;
}

/* A status that says nothing of what was asked. */
static bool is_trouble(int status)
{
	return (status >= 300 && status < 400) || status == 401 || status == 403 || status == 407 || status == 408 ||
	       status == 429 || status >= 500;
}

static void add_value(struct buffer *out, const char *pointer, const char *value)
{
	size_t fits = json_text_fit(value, GATE_SHOWN_MAXIMUM, NULL);

	buffer_addf(out, "%s is \"%.*s\"%s", pointer, (int)fits, value, value[fits] ? " (and more)" : "");
}

/* Adds what ITEM of expect found to WORDS; false when it does not hold. */
static bool holds(struct buffer *words, const struct json *reply, const char *item)
{
	struct buffer pointer = BUFFER_INIT;
	struct buffer value = BUFFER_INIT;
	const char *expression;
	const struct json *found;
	bool good;

	gate_take_expectation(&pointer, &expression, item);
	found = json_pointer(reply, buffer_text(&pointer));
	if (found) {
		json_text(&value, found);
		add_value(words, buffer_text(&pointer), buffer_text(&value));
	} else {
		buffer_addf(words, "%s is not there", buffer_text(&pointer));
	}
	good = found && expression_matches(expression, buffer_text(&value));
	if (!good)
		buffer_addf(words, ", which must match %s", expression);
	buffer_release(&pointer);
	buffer_release(&value);
	return good;
}

static enum gate_verdict judge_body(struct buffer *words, const struct gate *gate, const struct reply *reply)
{
	struct error error = ERROR_INIT;
	struct json *value = NULL;
	enum gate_verdict verdict = GATE_OPEN;

	if (!gate->expect.count)
		return GATE_OPEN;
	if (json_read(&value, buffer_text(&reply->body), reply->body.length, &error)) {
		buffer_addf(words, ", with %s", error_text(&error));
		error_release(&error);
		return GATE_SILENT;
	}
	for (size_t i = 0; verdict == GATE_OPEN && i < gate->expect.count; i++) {
		buffer_add_string(words, ", and ");
		verdict = holds(words, value, gate->expect.items[i]) ? GATE_OPEN : GATE_SHUT;
	}
	json_free(value);
	return verdict;
}

static enum gate_verdict judge(struct buffer *words, const struct gate *gate, const struct reply *reply)
{
	if (reply->error) {
		buffer_add_string(words, reply->error);
		return GATE_SILENT;
	}
	buffer_addf(words, "answered %d", reply->status);
	if (reply->status != gate->expect_status) {
		buffer_addf(words, ", not %d", gate->expect_status);
		if (reply->status >= 300 && reply->status < 400)
			buffer_add_string(words, "; a redirect is not followed");
		return is_trouble(reply->status) ? GATE_SILENT : GATE_SHUT;
	}
	if (reply->cut) {
		if (reply->body.length >= GATE_REPLY_MAXIMUM)
			buffer_addf(words, ", with more than %d bytes", GATE_REPLY_MAXIMUM);
		else
			buffer_add_string(words, ", with a reply that broke off");
		return GATE_SILENT;
	}
	return judge_body(words, gate, reply);
}

void gate_ask(struct gate_answer *out, const struct gate *gate, const struct json *question, uid_t owner)
{
	struct buffer asked = BUFFER_INIT;
	struct buffer answered = BUFFER_INIT;
	struct error error = ERROR_INIT;
	struct letter letter = {0};
	struct reply reply = {0};

	*out = (struct gate_answer){.verdict = GATE_SILENT};
	if (write_letter(&letter, gate, question, owner, &error) || send_letter(&reply, gate, &letter, &error))
		buffer_addf(&answered, "could not be asked: %s", error_text(&error));
	else
		out->verdict = judge(&answered, gate, &reply);
	buffer_addf(&asked, "%s ", gate->method);
	gate_show_url(&asked, buffer_text(&letter.url));
	out->asked = buffer_detach(&asked);
	out->answered = buffer_detach(&answered);
	error_release(&error);
	reply_release(&reply);
	letter_release(&letter);
}
