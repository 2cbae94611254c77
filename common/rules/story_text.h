/* The story of an incident as text for a terminal. */
#ifndef HOTFIX_RULES_STORY_TEXT_H
#define HOTFIX_RULES_STORY_TEXT_H

#include "base/buffer.h"
#include "rules/story.h"

void story_text(struct buffer *out, const struct story *story);

#endif
