# Sign-offs by signed tags: whose tag counts, by real keys (hotfix-hooks(7), SIGN-OFFS).
load library
load signatures

setup() {
	server
	ssh_keys rita quentin dave paul
	configure_signatures
	start_production
	pushed_hotfix
}

# --- What counts ---

@test "a hotfix that is signed off by tags lands" {
	sign_off rita review
	accepted
	says "rita <rita@example.com> signed"
	sign_off quentin qa
	accepted
	says "ready to land"
	land
	landed
	says "review rita" "qa quentin"
	[ "$(events | tr '\n' ' ')" = "production.released hotfix.opened hotfix.signed_off hotfix.signed_off hotfix.ready hotfix.merged " ]
}

@test "keys of three kinds count" {
	rm "$ROOT/keys"/* && : >"$ROOT/signers"
	ssh_keys rita:ecdsa quentin:rsa paul:ed25519
	QA="count = 1" REVIEW="count = 2" configure_signatures
	sign_off rita review
	accepted
	sign_off paul review
	accepted
	sign_off quentin qa
	accepted
	land
	landed
}

@test "whoever brings the tag, its key counts" {
	PUSHER=dave sign_off rita review
	accepted
	PUSHER=olga sign_off quentin qa
	accepted
	land
	landed
	says "review rita" "qa quentin"
}

@test "a fast-forward and a squash ask for signed tags as well" {
	approve
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login
	git commit -qm 'Land it' -m 'Incident: INC-7'
	push_as olga main
	accepted
	pushed_hotfix INC-8-crash
	push_as olga origin/hotfix/INC-8-crash:main
	refused signoff-review "missing 1 of 1"
	approve INC-8-crash
	push_as olga origin/hotfix/INC-8-crash:main
	accepted
}

@test "the refusal prints the commands that sign, with full ids, and they do what they say" {
	local commands id
	id=$(git rev-parse origin/hotfix/INC-7-login)
	land
	refused signoff-review "in the role reviewer" "git tag -s -m \"Reviewed-by: " "$id" \
		"git push origin refs/tags/signoff/INC-7-login/review/PERSON-${id:0:10}:refs/signoffs/INC-7-login/review/PERSON-${id:0:10}"
	refused signoff-qa "git tag -s -m \"Tested-by: "
	git config gpg.format ssh
	git config user.signingKey "$ROOT/keys/rita.pub"
	git config user.name rita
	git config user.email rita@example.com
	commands=$(printf '%s\n' "$output" | sed -n '/git tag -s -m "Reviewed-by/,/git push origin refs/p' | sed '/^ *git push/q')
	GL_USER=rita sh -c "$(printf '%s\n' "$commands" | sed 's/PERSON/rita/g')"
	[ -n "$(on_server "refs/signoffs/INC-7-login/review/rita-${id:0:10}")" ]
	land
	refused signoff-qa
	says_not "missing 1 of 1: Reviewed-by"
}

@test "trailers do not count where signatures are asked for" {
	sign rita Reviewed-by
	accepted
	sign quentin Tested-by
	accepted
	land
	refused signoff-review "missing 1 of 1"
	refused signoff-qa "missing 1 of 1"
}

@test "a short id may have 7 digits, and may be the whole id" {
	DIGITS=7 sign_off rita review
	accepted
	DIGITS=40 sign_off quentin qa
	accepted
	DIGITS=6 sign_off paul review
	refused signoff-ref "a sign-off ref is named"
	land
	landed
}

@test "a person's name may hold '-' and digits that look like an id" {
	ssh_key rita-1234567
	allow rr@example.com rita-1234567
	REVIEWERS=rita-1234567 configure_signatures <<-INI
		[person "rita-1234567"]
		email = rr@example.com
		login = rr
	INI
	MESSAGE="Reviewed-by: R <rr@example.com>" sign_off rita-1234567 review
	accepted
	says "rita-1234567 <rr@example.com> signed"
	SUFFIX=-2 MESSAGE="Reviewed-by: R <rr@example.com>" sign_off rita-1234567 review
	accepted
	sign_off quentin qa
	land
	landed
}

@test "whom the role takes in by the address signs by the address" {
	ssh_key eve
	allow eve@example.org eve
	REVIEWERS='*@example.org' configure_signatures
	MESSAGE="Reviewed-by: Eve <Eve@example.org>" KEY=eve sign_off eve@example.org review
	accepted
	sign_off quentin qa
	land
	landed
	says "review eve@example.org"
}

# --- What does not ---

@test "a tag that is not signed" {
	git tag -a -m "Reviewed-by: rita <rita@example.com>" "signoff/$(rest_of rita review)" origin/hotfix/INC-7-login
	push_as rita "refs/tags/signoff/$(rest_of rita review):refs/signoffs/$(rest_of rita review)"
	refused signoff-ref "it is not signed: git tag -s"
}

@test "a lightweight tag" {
	push_as rita "origin/hotfix/INC-7-login:refs/signoffs/$(rest_of rita review)"
	refused signoff-ref "it is a commit, not an annotated tag"
}

@test "a blob, and a tree" {
	push_as rita "$(git rev-parse origin/hotfix/INC-7-login:file):refs/signoffs/$(rest_of rita review)"
	refused signoff-ref "it is a blob, not an annotated tag"
	push_as rita "$(git rev-parse 'origin/hotfix/INC-7-login^{tree}'):refs/signoffs/$(rest_of rita review)"
	refused signoff-ref "it is a tree, not an annotated tag"
}

@test "the key of somebody else" {
	KEY=paul sign_off rita review
	refused signoff-ref "its key belongs to paul@example.com, not to rita"
}

@test "a key that is not among the allowed signers" {
	ssh_key stranger
	KEY=stranger sign_off rita review
	refused signoff-ref "its key is not among the allowed signers"
}

@test "the right key of a person outside the role" {
	sign_off quentin review
	refused signoff-ref "quentin <quentin@example.com> is not in the role reviewer"
}

@test "a person's name that is nobody's" {
	ssh_key eve
	allow eve@example.com eve
	sign_off eve review
	refused signoff-ref "does not name eve"
}

@test "the author's own" {
	sign_off dave review
	refused signoff-ref "dave <dave@example.com> did some of the work: wrote"
}

@test "the author's own, under another configured address and another key" {
	ssh_key other
	allow d@home.example other
	OTHER_ADDRESS="dave d@home.example" REVIEWERS='*' configure_signatures
	KEY=other MESSAGE="Reviewed-by: D <d@home.example>" sign_off dave review
	refused signoff-ref "did some of the work"
}

@test "own work, whoever the commits say wrote it" {
	on_hotfix
	be olga
	work more
	be dave
	push_as paul hotfix/INC-7-login
	accepted
	sign_off paul review
	refused signoff-ref "paul <paul@example.com> did some of the work: pushed"
}

@test "own work, through a squash" {
	sign_off dave review
	refused signoff-ref "did some of the work"
	sign_off quentin qa
	accepted
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login
	git commit -qm 'Land it' -m 'Incident: INC-7'
	push_as olga main
	refused signoff-review "missing 1 of 1"
}

@test "the reviewer who takes part later does not count any more" {
	approve
	on_hotfix
	be rita
	git commit -q --allow-empty -m 'Part of it'
	work more other
	be dave
	push_as rita hotfix/INC-7-login
	accepted
	sign_off quentin qa
	land
	refused signoff-review "rita <rita@example.com> did some of the work"
}

@test "the same person twice, where two are asked for" {
	REVIEW="count = 2" configure_signatures
	sign_off rita review
	accepted
	SUFFIX=-2 sign_off rita review
	accepted
	sign_off quentin qa
	land
	refused signoff-review "missing 1 of 2" "rita <rita@example.com> counts once already"
	sign_off paul review
	accepted
	land
	landed
	says "review paul" "review rita"
}

@test "one person for the review and the test" {
	sign_off rita review
	accepted
	sign_off rita qa
	accepted
	land
	refused signoff-qa "counts once already, here or for another sign-off"
}

@test "whom the message names another person" {
	MESSAGE="Reviewed-by: paul <paul@example.com>" sign_off rita review
	refused signoff-ref "\"Reviewed-by: paul <paul@example.com>\" does not name rita"
	git tag -d "${tag#refs/tags/}"
	MESSAGE="Tested-by: rita <rita@example.com>" sign_off rita review
	refused signoff-ref "its message must hold one trailer \"Reviewed-by:\""
}

@test "a key of two people stands for neither" {
	forbid rita@example.com
	allow rita@example.com,quentin@example.com rita
	sign_off rita review
	refused signoff-ref "its key belongs to quentin too"
	KEY=rita sign_off quentin qa
	refused signoff-ref "its key belongs to rita too"
}

@test "a key in two lines stands for the first" {
	forbid quentin@example.com
	allow quentin@example.com rita
	KEY=rita sign_off quentin qa
	refused signoff-ref "its key belongs to rita@example.com, not to quentin"
	sign_off rita review
	accepted
}

@test "several addresses of one person in a line are one person" {
	forbid rita@example.com
	allow r@home.example,rita@example.com rita
	OTHER_ADDRESS="rita r@home.example" configure_signatures
	sign_off rita review
	accepted
	SUFFIX=-2 MESSAGE="Reviewed-by: R <r@home.example>" sign_off rita review
	accepted
}

@test "an address in capital letters is the same address" {
	forbid rita@example.com
	allow Rita@Example.COM rita
	MESSAGE="Reviewed-by: RITA <RITA@EXAMPLE.COM>" sign_off rita review
	accepted
}

@test "patterns are nobody's addresses" {
	forbid rita@example.com
	allow '*@example.com' rita
	sign_off rita review
	refused signoff-ref "its key is not among the allowed signers"
	forbid '\*@example.com'
	allow '*,!quentin@example.com' rita
	push_as rita "$tag:$ref"
	refused signoff-ref "its key is not among the allowed signers"
}

@test "a certificate is for whom the authority says, and for nobody else" {
	local line
	ssh_key authority
	line=$(cut -d' ' -f1,2 "$ROOT/keys/authority.pub")
	printf '*@example.com cert-authority %s\n' "$line" >"$ROOT/signers"
	ssh_key mine
	ssh-keygen -q -s "$ROOT/keys/authority" -I mine -n rita@example.com "$ROOT/keys/mine.pub"
	KEY=mine-cert sign_off rita review
	accepted
	KEY=mine-cert sign_off quentin qa
	refused signoff-ref "its key belongs to rita@example.com, not to quentin"
}
