/* Writes a site of reports: a page for each incident, and a first page (rules/site.h). */
#ifndef HOTFIX_FLOW_SITE_H
#define HOTFIX_FLOW_SITE_H

#include "flow/story.h"
#include "rules/figures.h"

/* What was done. */
struct site_written {
	size_t incidents;
	size_t open;
	size_t removed; /* pages of incidents that are there no more */
};

/* Writes the site into FOLDER, page by page, the first one last; a reader never finds half a page, nor a link without its
 * page. */
int site_write(struct site_written *out, struct session *session, const char *folder, struct error *error);

/* Adds what the figures need beside the stories: every landing on the production branches that there are. */
int site_add_landings(struct figures *figures, struct story_source *source, struct error *error);

#endif
