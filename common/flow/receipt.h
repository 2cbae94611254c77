/* What pre-receive has judged a moment ago need not be judged again: it leaves a receipt in the repository, which the
 * update hook of the same push reads without opening the state or an object.
 *
 *	hotfix receipt 2 <seconds since the epoch>
 *	production <tip> <ref>                    each production branch, as it was when the push was judged
 *	update <sum> <old id> <new id> <ref>      sorted by ref (strcmp), so that one of many is found by a few reads
 *
 * <sum> is hash_text (base/hash.h) of "<sum of the lines before the updates> <old id> <new id> <ref>", in 16 digits: a line
 * that another push or a crash has left behind is found with these lines only where it is as true as they are.
 *
 * A receipt of an earlier push says nothing wrong: update runs only after pre-receive has accepted the whole push. */
#ifndef HOTFIX_FLOW_RECEIPT_H
#define HOTFIX_FLOW_RECEIPT_H

#include <stdbool.h>

#include "flow/session.h"
#include "rules/branch_tip.h"
#include "rules/record.h"
#include "rules/ref_update.h"

#define RECEIPT_SECONDS 3600 /* after which it is too old */

/* Leaves the receipt for the RECORDS of branches that are no production branch, if there are any; PRODUCTIONS as they are now.
 * Where it cannot be written there is none: the update hook judges for itself. */
void receipt_leave(const struct session *session, const struct branch_tips *productions, const struct records *records);

/* True when pre-receive accepted this update of a hotfix branch, no production branch has moved since, and the ref is still at
 * the old value. Nothing else that the update hook would look at can have made it worse: refs that a part of the push
 * moved meanwhile are judged by their own rules. Opens nothing of the session. */
bool receipt_covers(const struct session *session, const struct ref_update *update);

#endif
