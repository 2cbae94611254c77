/* The three hooks (githooks(5)): from what Git gives them to their exit status. */
#ifndef HOTFIX_FLOW_GATE_H
#define HOTFIX_FLOW_GATE_H

/* Each takes the program's name as Git started it and returns the exit status of the hook. */
int gate_pre_receive(const char *program);
int gate_update(const char *program, const char *ref, const char *old_id, const char *new_id);
int gate_post_receive(const char *program);

#endif
