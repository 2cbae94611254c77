/* Signatures, verified by the programs that Git itself uses: ssh-keygen(1), -Y find-principals and -Y verify, and gpg(1).
 *
 * Which program is run, which keys count and what environment it sees is ours alone to say: no configuration of the
 * repository, of the pusher or of the environment has a say in it. */
#ifndef HOTFIX_ADAPTERS_SIGNATURE_H
#define HOTFIX_ADAPTERS_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "rules/tag.h"

/* Where the keys are: hotfix.ini(5), [signature]. */
struct signature_keys {
	const char *allowed_signers; /* OpenSSH's allowed signers file (ssh-keygen(1), ALLOWED SIGNERS), or NULL */
	const char *gpg_home;        /* folder of a keyring, or NULL */
};

struct signature_check {
	const struct tag *tag;
	int64_t time; /* seconds since the epoch: the key must have been valid then */
	/* the answer; owned by the caller (signature_check_release) */
	struct strings addresses; /* lower case: whom the key belongs to; empty when the signature is not good */
	char *key;                /* fingerprint: "SHA256:..."; of OpenPGP the primary key's digits */
	char *why_not;            /* a sentence when it is not good */
};

/* The program that verifies signatures of this format, an absolute path. */
const char *signature_program(enum signature_format format);

/* Verifies COUNT signatures, several at a time. A signature that is not good is an answer, not an error; an error means
 * that a program or a file was not there, or did not end within 10 seconds. */
int signature_verify(struct signature_check *checks, size_t count, const struct signature_keys *keys,
		     struct error *error);
void signature_check_release(struct signature_check *check);

/* A name for what KEYS hold now: changes when the allowed signers file or the keyring does. Owned by the caller. */
int signature_keys_name(char **out, const struct signature_keys *keys, struct error *error);

#endif
