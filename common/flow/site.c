#include "flow/site.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/pages.h"
#include "adapters/state_landings.h"
#include "base/memory.h"
#include "rules/location.h"
#include "rules/site.h"
#include "rules/story_html.h"

/* A deploy of it was ever reported as failed. */
static int has_failed(bool *out, struct state *state, const struct past_landing *landing, struct error *error)
{
	struct answers answers = {0};
	int result = state_answers(state, &answers, &landing->number, error);

	*out = false;
	for (size_t i = 0; i < answers.count; i++)
		*out = *out || answers.items[i].said.failed;
	answers_release(&answers);
	return result;
}

static int add_landings_on(struct figures *figures, struct story_source *source, const char *production,
			   struct error *error)
{
	struct session *session = source->session;
	struct effect effect;
	int result = effect_gather(&effect, session->repository, session->state, production, NULL, 0, error);

	for (size_t i = 0; !result && i < effect.landings.count; i++) {
		const struct past_landing *landing = &effect.landings.items[i];
		bool failed = effect.hidden_by[i] != 0;

		if (!failed && landing->time > figures->from)
			result = has_failed(&failed, session->state, landing, error);
		if (!result)
			figures_add_landing(figures, landing->what.kind, landing->time, failed);
	}
	effect_release(&effect);
	return result;
}

int site_add_landings(struct figures *figures, struct story_source *source, struct error *error)
{
	struct branch_tips productions = {0};
	int result = session_productions(source->session, &productions, error);

	for (size_t i = 0; !result && i < productions.count; i++)
		result = add_landings_on(figures, source, productions.items[i].ref, error);
	branch_tips_release(&productions);
	return result;
}

static int write_story(struct site *site, struct pages *pages, struct strings *kept, struct story_source *source,
		       const char *incident, struct error *error)
{
	struct buffer page = BUFFER_INIT;
	struct story story = {0};
	char *file = site_file(incident);
	int result = story_gather(&story, source, incident, error);

	if (!result) {
		story_html(&page, &story, SITE_INDEX);
		result = pages_write(pages, file, &page, error);
	}
	if (!result) {
		site_add(site, &story);
		figures_add_story(&site->figures, &story);
		strings_add(kept, file);
	}
	free(file);
	buffer_release(&page);
	story_release(&story);
	return result;
}

static int write_pages(struct site_written *out, struct site *site, struct pages *pages, struct story_source *source,
		       struct error *error)
{
	struct strings incidents = STRINGS_INIT;
	struct strings kept = STRINGS_INIT;
	struct buffer index = BUFFER_INIT;
	int result = site_add_landings(&site->figures, source, error);

	story_incidents(&incidents, source);
	for (size_t i = 0; !result && i < incidents.count; i++)
		result = write_story(site, pages, &kept, source, incidents.items[i], error);
	if (!result) {
		figures_finish(&site->figures);
		site_html(&index, site);
		result = pages_write(pages, SITE_INDEX, &index, error);
	}
	if (!result)
		result = pages_sweep(pages, SITE_PREFIX, SITE_SUFFIX, &kept, &out->removed, error);
	buffer_release(&index);
	strings_release(&incidents);
	strings_release(&kept);
	return result;
}

int site_write(struct site_written *out, struct session *session, const char *folder, struct error *error)
{
	struct story_source source = {0};
	struct pages *pages = NULL;
	struct site site = {.repository = location_path(session->environment.git_dir, session->policy.root),
			    .now = session->now};
	int result = pages_open(&pages, folder, error);

	*out = (struct site_written){0};
	figures_init(&site.figures, session->now);
	if (!result)
		result = story_source_init(&source, session, NULL, error);
	if (!result)
		result = write_pages(out, &site, pages, &source, error);
	for (size_t i = 0; i < site.count; i++)
		out->open += site.entries[i].open;
	out->incidents = site.count;
	pages_free(pages);
	site_release(&site);
	story_source_release(&source);
	return result;
}
