/* The first page of a site of reports: which hotfixes are open, which are past, and the figures. */
#ifndef HOTFIX_RULES_SITE_H
#define HOTFIX_RULES_SITE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "rules/figures.h"
#include "rules/story.h"

#define SITE_INDEX "index.html"
#define SITE_PREFIX "incident-"
#define SITE_SUFFIX ".html"

/* What the first page says of one incident. */
struct site_entry {
	char *incident;
	char *file; /* of its page */
	char *subject;
	char *severity;
	char *standing;
	const char *class; /* story_html_class, story_html_sign */
	const char *sign;
	bool open;
	enum checklist_step step;
	int64_t start; /* seconds since the epoch, like the others */
	int64_t landed;
	int64_t ended; /* closed; else deployed or landed */
	int64_t deadline;
};

struct site {
	char *repository;
	int64_t now;
	struct site_entry *entries; /* newest first */
	size_t count;
	size_t capacity;
	struct figures figures;
};

void site_release(struct site *site);

/* Adds what the first page needs of STORY. */
void site_add(struct site *site, const struct story *story);

/* Returns the name of the file of an incident's page, owned by the caller: letters, digits, '-' and '.' stay, anything else is
 * '_' and two digits, and what would be too long for a name of a file is cut and told apart by a number. */
char *site_file(const char *incident);

/* Adds the first page. */
void site_html(struct buffer *out, struct site *site);

/* Adds the pictures of the figures. */
void site_html_add_plots(struct buffer *out, const struct figures *figures);

#endif
