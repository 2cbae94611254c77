#include "rules/site.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "rules/story_html.h"

#define NAME_MAXIMUM 160

void site_release(struct site *site)
{
	for (size_t i = 0; i < site->count; i++) {
		free(site->entries[i].incident);
		free(site->entries[i].file);
		free(site->entries[i].subject);
		free(site->entries[i].severity);
		free(site->entries[i].standing);
	}
	free(site->entries);
	free(site->repository);
	figures_release(&site->figures);
	*site = (struct site){0};
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

char *site_file(const char *incident)
{
	struct buffer name = BUFFER_INIT;

	buffer_add_string(&name, SITE_PREFIX);
	for (const char *at = incident; *at; at++) {
		if (name.length > NAME_MAXIMUM) {
			buffer_addf(&name, "_%016" PRIx64, hash_text(incident));
			break;
		}
		if (is_plain(*at))
			buffer_add_char(&name, *at);
		else
			buffer_addf(&name, "_%02x", (unsigned int)(unsigned char)*at);
	}
	buffer_add_string(&name, SITE_SUFFIX);
	return buffer_detach(&name);
}

static char *copy(const char *text)
{
	return text ? memory_copy(text) : NULL;
}

static int64_t end_of(const struct story *story)
{
	if (story->times.closed)
		return story->times.closed;
	return story->times.deployed ? story->times.deployed : story->times.landed;
}

void site_add(struct site *site, const struct story *story)
{
	struct buffer standing = BUFFER_INIT;
	struct site_entry *entry;

	story_add_standing(&standing, story);
	site->entries = memory_grow(site->entries, site->count, &site->capacity, sizeof(*site->entries));
	entry = &site->entries[site->count++];
	*entry = (struct site_entry){.incident = copy(story->incident),
				     .file = site_file(story->incident),
				     .subject = copy(story->subject),
				     .severity = copy(story->severity),
				     .standing = buffer_detach(&standing),
				     .class = story_html_class(story),
				     .sign = story_html_sign(story),
				     .open = story->open,
				     .step = story->step,
				     .start = story_start(story),
				     .landed = story->times.landed,
				     .ended = end_of(story),
				     .deadline = story->deadline};
}
