#include <git2.h>
#include <string.h>
#include <unistd.h>

#include "adapters/repository_internal.h"

static git_oid library_id(const struct object_id *id)
{
	git_oid out;

	memcpy(out.id, id->bytes, OBJECT_ID_BYTES);
	return out;
}

static int read_header(struct repository *repository, size_t *length, git_object_t *type, const struct object_id *id,
		       struct error *error)
{
	git_oid name = library_id(id);
	int result = repository_keep_small(repository, error);

	if (result)
		return result;
	result = git_odb_read_header(length, type, repository->odb, &name);
	if (result) {
		/* its pack may have been replaced since */
		repository_close_objects(repository);
		result = repository_open_objects(repository, error);
		if (result)
			return result;
		result = git_odb_read_header(length, type, repository->odb, &name);
	}
	if (result == GIT_ENOTFOUND)
		return error_set_code(error, ERROR_NOT_FOUND, "object %s is not there", object_id_full(id).digits);
	if (result)
		return error_set(error, "object %s cannot be read: %s", object_id_full(id).digits,
				 repository_library_words());
	return 0;
}

int repository_kind(struct repository *repository, const char **out, const struct object_id *id, struct error *error)
{
	git_object_t type;
	size_t length;
	int result = read_header(repository, &length, &type, id, error);

	if (result)
		return result;
	switch (type) {
	case GIT_OBJECT_COMMIT:
		*out = "commit";
		return 0;
	case GIT_OBJECT_TREE:
		*out = "tree";
		return 0;
	case GIT_OBJECT_BLOB:
		*out = "blob";
		return 0;
	case GIT_OBJECT_TAG:
		*out = "tag";
		return 0;
	default:
		return error_set(error, "object %s is of no known kind", object_id_full(id).digits);
	}
}

int repository_read(struct repository *repository, struct raw_object *out, const struct object_id *id, const char *kind,
		    size_t maximum, struct error *error)
{
	git_odb_object *object = NULL;
	git_oid name = library_id(id);
	git_object_t type;
	size_t length;
	int result = read_header(repository, &length, &type, id, error);

	memset(out, 0, sizeof(*out));
	if (result)
		return result;
	if (type != git_object_string2type(kind))
		return error_set(error, "object %s is a %s, not a %s", object_id_full(id).digits,
				 git_object_type2string(type), kind);
	if (length > maximum)
		return error_set_code(error, ERROR_LIMIT, "%s %s is %zu bytes long; at most %zu are read%s", kind,
				      object_id_full(id).digits, length, maximum,
				      maximum == repository->message_maximum ? " ([limits] message)" : "");
	if (git_odb_read(&object, repository->odb, &name))
		return error_set(error, "%s %s cannot be read: %s", kind, object_id_full(id).digits,
				 repository_library_words());
	out->internal = object;
	out->bytes = git_odb_object_data(object);
	out->length = git_odb_object_size(object);
	return 0;
}

void raw_object_release(struct raw_object *object)
{
	git_odb_object_free(object->internal);
	memset(object, 0, sizeof(*object));
}

int repository_hash(struct object_id *out, const void *content, size_t length, struct error *error)
{
	git_oid id;

	if (git_odb_hash(&id, content, length, GIT_OBJECT_BLOB))
		return error_set(error, "the content cannot be hashed: %s", repository_library_words());
	memcpy(out->bytes, id.id, OBJECT_ID_BYTES);
	return 0;
}

bool repository_is_new(struct repository *repository, const struct object_id *id)
{
	struct object_id_text text = object_id_full(id);
	struct buffer path = BUFFER_INIT;
	bool found;

	if (!repository->quarantine)
		return false;
	buffer_addf(&path, "%s/%.2s/%s", repository->quarantine, text.digits, text.digits + 2);
	found = !access(buffer_text(&path), F_OK);
	buffer_release(&path);
	return found;
}
