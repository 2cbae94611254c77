/* What commits change, whatever they stand on: the ids of their patches, as Git makes them (git-patch-id(1), --stable; the
 * same for each of two commits of which git-cherry(1) says that they are equivalent). */
#ifndef HOTFIX_ADAPTERS_REPOSITORY_PATCH_H
#define HOTFIX_ADAPTERS_REPOSITORY_PATCH_H

#include "adapters/repository.h"

#define PATCH_COMMITS_MAXIMUM 2000 /* whose patches are asked for at once */
#define PATCH_SECONDS 10           /* that git gets for them */

struct patch {
	struct object_id id;     /* of the patch */
	struct object_id commit; /* zero: of a whole range */
};

struct patches {
	struct patch *items;
	size_t count;
	size_t capacity;
};

void patches_release(struct patches *patches);
bool patches_contain(const struct patches *patches, const struct object_id *id);

/* Adds the commits that TIP reaches and HIDDEN does not, merges aside, that touch one of PATHS; ERROR_LIMIT when they are more
 * than PATCH_COMMITS_MAXIMUM. No PATHS: all of them, parents before children. */
int repository_touching(struct repository *repository, struct object_ids *out, const struct object_id *tip,
			const struct object_id *hidden, const struct strings *paths, struct error *error);

/* Adds the patch of each of COMMITS, no merges; one that changes nothing has none. ERROR_LIMIT when git takes too
 * long. */
int repository_patches(struct repository *repository, struct patches *out, const struct object_ids *commits,
		       struct error *error);

/* Adds the patch that makes the commit NEW_ID of OLD_ID, unless both are the same. */
int repository_patch_between(struct repository *repository, struct patches *out, const struct object_id *old_id,
			     const struct object_id *new_id, struct error *error);

#endif
