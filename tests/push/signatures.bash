# Signed sign-offs: keys, tags and refs/signoffs. Loaded behind library.bash.

# Makes a key for each PERSON[:TYPE] (ed25519, ecdsa, rsa) in $ROOT/keys and lists it in the allowed signers file.
ssh_keys() {
	local person
	for person; do
		ssh_key "$person"
		allow "${person%%:*}@example.com" "${person%%:*}"
	done
}

ssh_key() { # NAME[:TYPE]: makes a key that nobody knows
	local type=ed25519
	case $1 in *:*) type=${1#*:} ;; esac
	mkdir -p "$ROOT/keys"
	ssh-keygen -q -t "$type" -N '' -C "${1%%:*}" -f "$ROOT/keys/${1%%:*}"
}

allow() { # PRINCIPALS KEY [OPTIONS]: adds a line to the allowed signers file
	printf '%s %s%s\n' "$1" "${3:+$3 }" "$(cut -d' ' -f1,2 "$ROOT/keys/$2.pub")" >>"$ROOT/signers"
	chmod 644 "$ROOT/signers"
}

forbid() { # PRINCIPALS: takes its lines out
	grep -v "^$1 " "$ROOT/signers" >"$ROOT/signers.new" || :
	cat "$ROOT/signers.new" >"$ROOT/signers"
}

at() { # SECONDS: a time as the allowed signers file wants it, that many seconds from now
	date -u -d "@$(($(date +%s) + $1))" +%Y%m%d%H%M%SZ
}

# Configures review and qa by signed tags; more lines: SIGNATURE, REVIEW, QA, and standard input as in configure.
configure_signatures() {
	: >>"$ROOT/signers"
	local more=
	[ -t 0 ] || more=$(cat)
	REVIEW="evidence = signature
${REVIEW-}" QA="evidence = signature
${QA-}" configure <<-INI
		[signature]
		allowed-signers = $ROOT/signers
		${SIGNATURE-}
		$more
	INI
}

sign_with() { # KEY ARGUMENT…: git tag -s with that SSH key
	local key=$1
	shift
	git -c gpg.format=ssh -c "user.signingKey=$ROOT/keys/$key.pub" tag -s "$@"
}

# PERSON SIGNOFF [COMMIT] [BRANCH]: what a sign-off is called, behind refs/signoffs/. SUFFIX is added, DIGITS are those
# of the short id.
rest_of() {
	local branch=${4-INC-7-login} commit
	commit=$(git rev-parse "${3-origin/hotfix/$branch}^{commit}")
	echo "$branch/$2/$1-${commit:0:${DIGITS-10}}${SUFFIX-}"
}

# PERSON SIGNOFF [COMMIT] [BRANCH]: makes the signed tag. $rest is its name behind signoff/ and refs/signoffs/, $tag its
# ref here and $ref its ref on the server. KEY: another key. MESSAGE: another message. NAME: another name in the tag.
make_tag() {
	local person=$1 signoff=$2 branch=${4-INC-7-login} trailer=Reviewed-by commit
	git fetch -q origin
	commit=$(git rev-parse "${3-origin/hotfix/$branch}")
	rest=$(rest_of "$person" "$signoff" "$commit" "$branch")
	tag=refs/tags/${NAME-signoff/$rest} ref=refs/signoffs/$rest
	[ "$signoff" = review ] || trailer=Tested-by
	be "$person"
	${SIGNER-sign_with} "${KEY-$person}" -m "${MESSAGE-$trailer: $person <$person@example.com>}" \
		"${tag#refs/tags/}" "$commit"
	be dave
}

sign_off() { # PERSON SIGNOFF [COMMIT] [BRANCH]: makes the signed tag and pushes it, as PUSHER or the person
	make_tag "$@"
	push_as "${PUSHER-$1}" "$tag:$ref"
}

# PERSON SIGNOFF [COMMIT] [BRANCH]: pushes the tag object whose bytes $ROOT/raw holds, as that person's sign-off. Git on
# the server must not look at objects, which else refuses most of what can be wrong with one.
push_raw_tag() {
	git -C "$SERVER" config receive.fsckObjects false
	ref=refs/signoffs/$(rest_of "$@")
	push_as "$1" "$(git hash-object -t tag -w --literally "$ROOT/raw"):$ref"
}

# PERSON REF [COMMIT]: a signed tag of PERSON's that revokes REF, pushed beside it.
revoke() {
	local branch=${2#refs/signoffs/} signoff=${2%/*}
	SUFFIX=${SUFFIX--9} MESSAGE="Revokes: $2" sign_off "$1" "${signoff##*/}" "${3-origin/hotfix/${branch%%/*}}" \
		"${branch%%/*}"
}

approve() { # [BRANCH]: rita reviews the tip, quentin tests it
	sign_off rita review "origin/hotfix/${1-INC-7-login}" "${1-INC-7-login}"
	accepted
	sign_off quentin qa "origin/hotfix/${1-INC-7-login}" "${1-INC-7-login}"
	accepted
}

# --- OpenPGP ---

# A keyring with secret keys, and one with the public ones for the server: $SERVER_RING. The agent of the former ends
# with end_gpg. Their paths are short, since a socket's may not be long.
start_gpg() {
	RING=$(mktemp -d "$TMPDIR/gpg.XXXXXX")
	SERVER_RING=$ROOT/ring
	mkdir -m 700 "$SERVER_RING"
}

end_gpg() {
	[ -z "${RING-}" ] || gpgconf --homedir "$RING" --kill all
	rm -rf "${RING-}"
}

gpg_quietly() { gpg --homedir "$RING" --batch --quiet --no-tty --pinentry-mode loopback --passphrase '' "$@" 2>/dev/null; }

gpg_key() { # ADDRESS [EXPIRY]: makes a key
	gpg_quietly --quick-gen-key "$1" ed25519 sign "${2-never}"
}

gpg_fingerprint() { # ADDRESS: of its primary key
	gpg_quietly --with-colons --list-keys "$1" | awk -F: '/^fpr/ { print $10; exit }'
}

publish() { # ADDRESS…: the server's keyring holds their keys as they are now
	gpg_quietly --export "$@" | gpg --homedir "$SERVER_RING" --batch --quiet --no-autostart --import
}

sign_with_gpg() { # KEY ARGUMENT…: git tag -s with that OpenPGP key
	local key=$1
	shift
	GNUPGHOME=$RING git -c gpg.format=openpgp -c gpg.program=gpg -c "user.signingKey=$key" tag -s "$@"
}

gpg_sign_off() { # PERSON SIGNOFF [COMMIT] [BRANCH]: sign_off with the OpenPGP key of KEY, or of the person's address
	SIGNER=sign_with_gpg KEY=${KEY-$1@example.com} sign_off "$@"
}
