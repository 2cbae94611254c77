/* The program that does for the hooks what they cannot do themselves. */
#ifndef HOTFIX_FLOW_PROGRAM_H
#define HOTFIX_FLOW_PROGRAM_H

/* Returns the path of hotfixctl: in ../../bin of the running program's folder, or in that folder itself, else where it was
 * to be installed. Owned by the caller. */
char *program_find(void);

#endif
