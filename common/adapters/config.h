/* hotfix.ini(5), read by inih; the traps of the packaged inih are closed before it sees the text. */
#ifndef HOTFIX_ADAPTERS_CONFIG_H
#define HOTFIX_ADAPTERS_CONFIG_H

#include <sys/types.h>

#include "base/error.h"
#include "base/strings.h"
#include "rules/policy.h"

/* Reads the system's file (may be NULL or absent) and over it the repository's file (may be absent when the system's
 * is there): a section in the repository's file replaces the same section of the system's. OWNER is the owner of the
 * repository: see file_trusted. Adds every problem to PROBLEMS, "file:line: what", in the order of the files; returns
 * 0 when there is none, ERROR_NOT_FOUND when there is no file at all, else ERROR_FAILED. OUT is filled with what could
 * be read in every case (for failing closed), and owned by the caller. A file that is not trusted can add to what is
 * governed there, but neither replace a section of a trusted one nor set mode and warn. */
int config_load(struct policy *out, struct strings *problems, const char *system_file, const char *repository_file,
		uid_t owner);

/* Adds what a person might not have meant although it is valid, "file:line: what": for hotfixctl check. */
void config_advise(struct strings *out, const struct policy *policy);

#endif
