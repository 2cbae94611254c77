/* OpenSSH's allowed signers file, read to tell an administrator what is in it (ssh-keygen(1), ALLOWED SIGNERS). Whose
 * signature is good is for ssh-keygen to say, never by this reading. */
#ifndef HOTFIX_RULES_ALLOWED_SIGNERS_H
#define HOTFIX_RULES_ALLOWED_SIGNERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"

struct allowed_signer {
	int line;
	struct strings principals; /* as written: addresses or patterns */
	bool authority;            /* cert-authority: whoever has a certificate of this key */
	bool for_git;              /* no namespaces, or the namespace "git" is among them */
	char *valid_before;        /* as written, or NULL */
	char *key;                 /* in base64; NULL where there is a problem */
	const char *problem;       /* why ssh-keygen will not take the line, or NULL */
};

struct allowed_signers {
	struct allowed_signer *items;
	size_t count;
	size_t capacity;
};

/* Adds every line of TEXT but comments and empty ones. OUT is owned by the caller (allowed_signers_release). */
void allowed_signers_read(struct allowed_signers *out, const char *text);
void allowed_signers_release(struct allowed_signers *signers);

/* True when the key was no longer valid at NOW, "20260203040506" (UTC). */
bool allowed_signer_is_over(const struct allowed_signer *signer, const char *now);

#endif
