/* The story of an incident for programs: hotfixctl(8), JSON. */
#ifndef HOTFIX_TOOLS_STORY_JSON_H
#define HOTFIX_TOOLS_STORY_JSON_H

#include "adapters/json.h"
#include "rules/story.h"

/* Owned by the caller. */
struct json *story_json(const struct story *story);

#endif
