#include "flow/payload_repository.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "flow/payload_commit.h"
#include "rules/location.h"
#include "rules/pattern.h"
#include "rules/ref_class.h"

static bool is_ssh(const char *address)
{
	const char *colon = strchr(address, ':');

	if (strstr(address, "://"))
		return strncmp(address, "ssh://", 6) == 0 || strncmp(address, "git+ssh://", 10) == 0;
	return colon && !memchr(address, '/', (size_t)(colon - address));
}

static const char *default_branch(const struct policy *policy)
{
	for (size_t i = 0; i < policy->production.count; i++)
		if (!pattern_is_glob(policy->production.items[i]))
			return ref_short(policy->production.items[i]);
	return NULL;
}

/* Who receives GitHub's payloads takes a full name for "owner/name". */
static void set_owner(struct json *repository, const char *path, size_t maximum)
{
	size_t length = (size_t)(location_name(path) - path);
	struct json *owner;
	char *name;

	if (!length)
		return;
	owner = json_new_object();
	name = memory_copy_bytes(path, length - 1);
	payload_set_text(owner, "name", name, maximum);
	payload_set_text(owner, "login", name, maximum);
	json_set(repository, "owner", owner);
	free(name);
}

struct json *payload_repository(const struct policy *policy, const char *path, const char *web, size_t maximum)
{
	char *clone = location_url(policy->clone, path);
	struct json *repository = json_new_object();

	payload_set_text(repository, "name", location_name(path), maximum);
	payload_set_text(repository, "full_name", path, maximum);
	set_owner(repository, path, maximum);
	payload_set_text(repository, "html_url", web, maximum);
	payload_set_text(repository, "url", web, maximum);
	payload_set_text(repository, "clone_url", clone, maximum);
	payload_set_text(repository, "ssh_url", clone && is_ssh(clone) ? clone : NULL, maximum);
	payload_set_text(repository, "default_branch", default_branch(policy), maximum);
	free(clone);
	return repository;
}
