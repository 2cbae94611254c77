#include "flow/judge.h"

#include <stdlib.h>
#include <string.h>

#include "rules/ref_class.h"
#include "rules/remedy.h"

void judgement_release(struct judgement *judgement)
{
	verdict_release(&judgement->verdict);
	records_release(&judgement->records);
	buffer_release(&judgement->checklist);
	strings_release(&judgement->notes);
	strings_release(&judgement->note_commands);
	strings_release(&judgement->settling);
	overriding_release(&judgement->overriding);
}

int judge_is_commit(struct judgement *judgement, const struct ref_update *update, bool *is_commit, struct error *error)
{
	const char *kind = NULL;
	struct finding *finding;
	int result = repository_kind(judgement->session->repository, &kind, &update->new_id, error);

	if (result)
		return result;
	*is_commit = !strcmp(kind, "commit");
	if (*is_commit)
		return 0;
	finding = verdict_add(&judgement->verdict, "commit", NULL, update->ref);
	strings_addf(&finding->found, "%s is a %s, not a commit", object_id_short(&update->new_id).digits, kind);
	if (!strcmp(kind, "tag"))
		remedy_add(&finding->remedy, "git push origin %s^{commit}:%s", object_id_full(&update->new_id).digits,
			   update->ref);
	return 0;
}

int judge_old_value(struct judgement *judgement, const struct ref_update *update, bool *fresh, struct error *error)
{
	struct object_id now = {{0}};
	struct finding *finding;
	int result = repository_ref(judgement->session->repository, &now, update->ref, error);

	if (result == ERROR_NOT_FOUND) {
		error_release(error);
		result = 0;
	}
	*fresh = !result && object_id_equal(&now, &update->old_id);
	if (result || *fresh)
		return result;
	finding = verdict_add(&judgement->verdict, "stale", NULL, update->ref);
	if (object_id_is_zero(&now))
		strings_add(&finding->found, "the ref does not exist on the server");
	else
		strings_addf(&finding->found, "the ref is at %s on the server, not at %s", object_id_short(&now).digits,
			     object_id_short(&update->old_id).digits);
	strings_add(&finding->remedy, "git fetch origin");
	return 0;
}
