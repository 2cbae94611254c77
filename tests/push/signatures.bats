load library
load signatures

setup() {
	server
	ssh_keys rita quentin dave paul:ecdsa olga:rsa
	configure_signatures
	start_production
	branch hotfix/INC-7-login
	work fix
	push_as dave hotfix/INC-7-login
	accepted
}

@test "a hotfix that is signed off by tags lands" {
	sign_off rita review
	accepted
	says "rita <rita@example.com> signed"
	sign_off quentin qa
	accepted
	says "ready to land"
	merge_hotfix
	push_as dave main
	accepted
	says "review rita" "qa quentin"
	[ "$(events | tr '\n' ' ')" = "production.released hotfix.opened hotfix.signed_off hotfix.signed_off hotfix.ready hotfix.merged " ]
}

@test "unsigned, it is refused with the commands that sign" {
	merge_hotfix
	push_as dave main
	refused signoff-review "git tag -s" "refs/signoffs/INC-7-login/review/PERSON-$(git rev-parse --short=10 origin/hotfix/INC-7-login)"
}
@test "a revoked one does not count" {
	sign_off rita review
	accepted
	ref=refs/signoffs/INC-7-login/review/rita-$(git rev-parse --short=10 origin/hotfix/INC-7-login)
	SUFFIX=-2 MESSAGE="Revokes: $ref" sign_off rita review
	accepted
	merge_hotfix
	push_as dave main
	refused signoff-review "revoked"
}
@test "the author's own is refused" {
	sign_off dave review
	refused signoff-ref "did some of the work"
}
@test "wrong key" {
	KEY=dave sign_off rita review
	refused signoff-ref "its key belongs to dave@example.com, not to rita"
}
