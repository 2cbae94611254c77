# Signed sign-offs where there are several production branches: each says which one it is for.
load library
load signatures

setup() {
	server
	ssh_keys rita quentin
	PRODUCTION="branch = refs/heads/main, refs/heads/eu" configure_signatures
	echo one >file
	git add file
	git commit -qm first
	push_as dave HEAD:refs/heads/main HEAD:refs/heads/eu
	accepted
	git fetch -q origin
	pushed_hotfix
}

for_production() { # PERSON SIGNOFF PRODUCTION
	local trailer=Reviewed-by
	[ "$2" = review ] || trailer=Tested-by
	MESSAGE="$trailer: $1 <$1@example.com>
Production: $3" sign_off "$1" "$2"
}

land_on() { # PRODUCTION
	git fetch -q origin
	git switch -q --detach "origin/$1"
	be olga
	git merge -q --no-ff -m "Merge" origin/hotfix/INC-7-login
	be dave
	push_as olga "HEAD:refs/heads/$1"
}

@test "a sign-off that does not say which is refused" {
	sign_off rita review
	refused signoff-ref "does not say \"Production: "
}

@test "a sign-off for what is no production branch is refused" {
	for_production rita review develop
	refused signoff-ref "does not say \"Production: "
}

@test "a sign-off counts for the branch that it names, and for no other" {
	for_production rita review eu
	accepted
	for_production quentin qa refs/heads/eu
	accepted
	says "ready to land"
	land_on main
	refused signoff-review "does not say \"Production: refs/heads/main\""
	land_on eu
	accepted
	SUFFIX=-2 for_production rita review main
	accepted
	SUFFIX=-2 for_production quentin qa main
	accepted
	land_on main
	accepted
}

@test "a sign-off for both counts for both" {
	for_production rita review "main
Production: eu"
	accepted
	for_production quentin qa "eu
Production: main"
	accepted
	land_on eu
	accepted
	land_on main
	accepted
}

@test "the refusal prints the line that names the production branch" {
	land_on eu
	refused signoff-review "'Production: refs/heads/eu'"
}
