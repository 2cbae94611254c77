# Signed sign-offs: keys, tags and refs/signoffs. Loaded behind library.bash.

# Makes a key for each PERSON[:TYPE] (ed25519, ecdsa, rsa) in $ROOT/keys and lists it in the allowed signers file.
ssh_keys() {
	local person type
	mkdir -p "$ROOT/keys"
	for person; do
		type=ed25519
		case $person in *:*) type=${person#*:} person=${person%%:*} ;; esac
		ssh-keygen -q -t "$type" -N '' -C "$person" -f "$ROOT/keys/$person"
		allow "$person@example.com" "$person"
	done
}

allow() { # PRINCIPALS KEY [OPTIONS]: adds a line to the allowed signers file
	printf '%s %s%s\n' "$1" "${3:+$3 }" "$(cut -d' ' -f1,2 "$ROOT/keys/$2.pub")" >>"$ROOT/signers"
	chmod 644 "$ROOT/signers"
}

# Configures review and qa by signed tags; more lines: SIGNATURE, REVIEW, QA, and standard input as in configure.
configure_signatures() {
	: >>"$ROOT/signers"
	REVIEW="evidence = signature
${REVIEW-}" QA="evidence = signature
${QA-}" configure <<-INI
		[signature]
		allowed-signers = $ROOT/signers
		${SIGNATURE-}
	INI
}

sign_with() { # KEY ARGUMENT…: git tag -s with that SSH key
	local key=$1
	shift
	git -c gpg.format=ssh -c "user.signingKey=$ROOT/keys/$key.pub" tag -s "$@"
}

# PERSON SIGNOFF [COMMIT] [BRANCH]: makes the signed tag and pushes it. KEY: another key. MESSAGE: another message.
sign_off() {
	local person=$1 signoff=$2 commit branch=${4-INC-7-login} rest trailer=Reviewed-by
	git fetch -q origin
	commit=$(git rev-parse "${3-origin/hotfix/$branch}")
	[ "$signoff" = review ] || trailer=Tested-by
	rest=$branch/$signoff/$person-${commit:0:10}${SUFFIX-}
	be "$person"
	sign_with "${KEY-$person}" -m "${MESSAGE-$trailer: $person <$person@example.com>}" "signoff/$rest" "$commit"
	be dave
	push_as "$person" "refs/tags/signoff/$rest:refs/signoffs/$rest"
}
