/* Which branch a merge says that it merged: git-fmt-merge-msg(1), and GitHub's words for a pull request. */
#ifndef HOTFIX_RULES_MERGE_MESSAGE_H
#define HOTFIX_RULES_MERGE_MESSAGE_H

/* Returns the full name of the branch that the first line of a message names, owned by the caller; NULL when it names none,
 * or several. */
char *merge_message_branch(const char *subject);

#endif
