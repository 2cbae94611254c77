/* Asks the gates about what a push lands or opens, before it is accepted (hotfix-hooks(7), GATES). */
#ifndef HOTFIX_FLOW_INQUIRY_H
#define HOTFIX_FLOW_INQUIRY_H

#include "flow/judge.h"

/* Questions that one push may raise. */
#define INQUIRY_MAXIMUM 64

/* Asks every gate that the configuration wants to be asked about the records of JUDGEMENT, several at a time, by hotfixctl.
 * Adds a finding for each that is shut or silent; keeps in the records of the landings what the others said. Does nothing
 * where no gate is to be asked. */
int inquiry_make(struct judgement *judgement, struct error *error);

#endif
