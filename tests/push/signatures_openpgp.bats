# Sign-offs by tags that OpenPGP keys sign (hotfix-hooks(7), SIGN-OFFS).
load library
load signatures

setup() {
	server
	start_gpg
	gpg_key rita@example.com
	gpg_key quentin@example.com
	publish rita@example.com quentin@example.com
	SIGNATURE="gpg-home = $SERVER_RING" configure_signatures
	start_production
	pushed_hotfix
}

teardown() {
	end_gpg
}

# PERSON SIGNOFF: signs again by hand what make_tag made, with more arguments of gpg, and leaves the object in $ROOT/raw.
sign_payload() {
	local person=$1
	shift
	git cat-file tag "$tag" | sed '/^-----BEGIN/,$d' >"$ROOT/payload"
	gpg_quietly --armor --local-user "$person@example.com" --output - "$@" "$ROOT/payload" >"$ROOT/signature"
	cat "$ROOT/payload" "$ROOT/signature" >"$ROOT/raw"
}

@test "OpenPGP keys count, and beside them SSH keys" {
	gpg_sign_off rita review
	accepted
	says "rita <rita@example.com> signed"
	ssh_keys quentin
	sign_off quentin qa
	accepted
	land
	landed
	says "review rita" "qa quentin"
}

@test "a key that is not in the keyring" {
	gpg_key stranger@example.com
	KEY=stranger@example.com gpg_sign_off rita review
	refused signoff-ref "the signature is not good"
}

@test "the key of somebody else" {
	KEY=quentin@example.com gpg_sign_off rita review
	refused signoff-ref "its key belongs to quentin@example.com, not to rita"
}

@test "without a keyring no such tag counts" {
	configure_signatures
	gpg_sign_off rita review
	refused signoff-ref "it is signed by OpenPGP, and no gpg-home is configured"
}

@test "a key that was taken out of the keyring, or revoked, afterwards" {
	gpg_sign_off rita review
	accepted
	gpg_sign_off quentin qa
	gpg --homedir "$SERVER_RING" --batch --quiet --no-autostart --yes --delete-keys "$(gpg_fingerprint rita@example.com)"
	land
	refused signoff-review "the signature is not good"
	publish rita@example.com
	sed 's/^:-----BEGIN/-----BEGIN/' "$RING/openpgp-revocs.d/$(gpg_fingerprint quentin@example.com).rev" |
		gpg_quietly --import
	publish quentin@example.com
	land
	refused signoff-qa "the signature is not good, or its key was not valid then"
	says_not signoff-review
}

@test "a key that has expired when the sign-off is pushed, or expires later" {
	local begin=$SECONDS
	gpg_key paul@example.com seconds=10
	publish paul@example.com
	KEY=paul@example.com gpg_sign_off paul review
	accepted
	gpg_sign_off quentin qa
	SUFFIX=-2 KEY=paul@example.com SIGNER=sign_with_gpg make_tag paul review
	sleep $((begin + 12 - SECONDS)) # a key is still valid in the second in which it expires
	push_as paul "$tag:$ref"
	refused signoff-ref "its key was not valid then"
	land
	landed
}

@test "a key of several addresses is of the person who has one of them" {
	gpg_quietly --quick-add-uid "$(gpg_fingerprint rita@example.com)" "Rita at home <r@home.example>"
	publish rita@example.com
	gpg_sign_off rita review
	accepted
}

@test "a key of two people stands for neither" {
	gpg_quietly --quick-add-uid "$(gpg_fingerprint rita@example.com)" "quentin@example.com"
	publish rita@example.com
	KEY=rita@example.com gpg_sign_off rita review
	refused signoff-ref "its key belongs to quentin too"
	KEY=$(gpg_fingerprint rita@example.com) gpg_sign_off quentin qa
	refused signoff-ref "its key belongs to rita too"
}

@test "an address that was revoked is nobody's" {
	gpg_quietly --quick-add-uid "$(gpg_fingerprint rita@example.com)" "other@example.com"
	gpg_quietly --quick-revoke-uid "$(gpg_fingerprint rita@example.com)" "rita@example.com"
	publish "$(gpg_fingerprint other@example.com)"
	KEY=other@example.com gpg_sign_off rita review
	refused signoff-ref "its key belongs to other@example.com, not to rita"
}

@test "a subkey signs for its key" {
	gpg_quietly --quick-add-key "$(gpg_fingerprint rita@example.com)" ed25519 sign never
	publish rita@example.com
	KEY="$(gpg_quietly --with-colons --list-keys rita@example.com | awk -F: '/^sub/ { sub_ = 1 } /^fpr/ && sub_ { print $10; exit }')!" \
		gpg_sign_off rita review
	accepted
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select fingerprint from verified')" = "$(gpg_fingerprint rita@example.com)" ]
}

@test "a subkey that has expired" {
	gpg_quietly --quick-add-key "$(gpg_fingerprint rita@example.com)" ed25519 sign seconds=2
	publish rita@example.com
	KEY="$(gpg_quietly --with-colons --list-keys rita@example.com | awk -F: '/^sub/ { sub_ = 1 } /^fpr/ && sub_ { print $10; exit }')!" \
		SIGNER=sign_with_gpg make_tag rita review
	sleep 3
	push_as rita "$tag:$ref"
	refused signoff-ref "the signature is not good, or its key was not valid then"
}

@test "a signature of other bytes, of other lines, and one that holds its own text" {
	SIGNER=sign_with_gpg KEY=rita@example.com make_tag rita review
	git cat-file tag "$tag" | sed 's/^tagger .*/tagger rita <rita@example.com> 1 +0000/' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
	sign_payload rita --textmode --detach-sign
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
	sign_payload rita --sign
	sed -i 's/PGP MESSAGE/PGP SIGNATURE/' "$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
	sign_payload rita --detach-sign
	push_raw_tag rita review
	accepted
}

@test "one signature that two keys made, one of them a stranger's" {
	gpg_key stranger@example.com
	SIGNER=sign_with_gpg KEY=rita@example.com make_tag rita review
	sign_payload rita --local-user stranger@example.com --detach-sign
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
	sign_payload rita --local-user quentin@example.com --detach-sign
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
}

@test "no configuration of the keyring's folder has a say" {
	gpg_key stranger@example.com
	gpg_quietly --export stranger@example.com | gpg --homedir "$SERVER_RING" --no-default-keyring \
		--keyring "$ROOT/extra.gpg" --batch --quiet --no-autostart --import
	printf 'keyring %s\nignore-valid-from\nstatus-file %s\n' "$ROOT/extra.gpg" "$ROOT/mark" >"$SERVER_RING/gpg.conf"
	KEY=stranger@example.com gpg_sign_off rita review
	refused signoff-ref "the signature is not good"
	[ ! -e "$ROOT/mark" ]
}
