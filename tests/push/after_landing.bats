#!/usr/bin/env bats
# Sign-offs on a recorded landing: deploy, monitor (hotfix-hooks(7), AFTER THE LANDING).
load library
load signatures
load aftermath

setup() {
	server
	configure_aftermath </dev/null
	start_production
	landed_hotfix
}

@test "the landing prints how its deploy is reported, and that works, though the branch is gone" {
	local command
	says "next:" "# somebody in the role operator, once it is deployed:" "git push origin $landing:$deploy"
	command=$(printf '%s\n' "$output" | grep -o 'git push origin .*/deploy/.*')
	git -C "$SERVER" update-ref -d refs/heads/hotfix/INC-7-login
	GL_USER=olga sh -c "$command"
	[ "$(on_server "$deploy")" = "$landing" ]
	watch paul
	accepted
	says "hotfix: monitor of hotfix/INC-7-login at ${landing:0:10}: by paul"
	[ "$(new_events)" = "hotfix.deployed hotfix.signed_off hotfix.closed " ]
	[ "$(body hotfix.deployed '.hotfix | [.incident, .branch, .kind, .production, .landing] | join(" ")')" = \
		"INC-7 hotfix/INC-7-login sign-off refs/heads/main $landing" ]
	[ "$(body hotfix.deployed '.hotfix | [.environment, .status, .signoffs[0].person] | join(" ")')" = \
		"production success olga" ]
	[ "$(body hotfix.closed '.hotfix | [.incident, .landing, .signoffs[0].name, .signoffs[0].person] | join(" ")')" = \
		"INC-7 $landing monitor paul" ]
}

@test "a failed deploy is told, and a success after it" {
	report_tag olga "$deploy" 'Status: failure' 'Reason: the disk is full'
	accepted
	says "failure, by olga"
	[ "$(body hotfix.deploy_failed '.hotfix | [.status, .reason, .environment] | join(", ")')" = \
		"failure, the disk is full, production" ]
	report olga "$deploy-2"
	accepted
	[ "$(new_events)" = "hotfix.deploy_failed hotfix.deployed " ]
}

@test "monitoring waits for a deploy that holds" {
	watch paul
	refused signoff-ref "${landing:0:10} is not deployed" "git push origin $landing:$deploy"
	report olga "$deploy"
	report_tag olga "$deploy-2" 'Status: failure'
	watch paul
	refused signoff-ref "a failure came after it"
	report olga "$deploy-3"
	watch paul
	accepted
}

@test "it takes as many as are asked for, in every environment, whoever comes first" {
	MONITOR="count = 2" DEPLOY="environment = eu, us-west" configure_aftermath </dev/null
	report olga "${deploy/production/eu}"
	accepted
	watch olga
	refused signoff-ref "is not deployed"
	report olga "${deploy/production/us-west}"
	accepted
	watch olga
	accepted
	report olga "$monitor/olga-${landing:0:10}-2"
	accepted
	[ "$(new_events)" = "hotfix.deployed hotfix.deployed hotfix.signed_off hotfix.signed_off " ]
	watch paul
	accepted
	[ "$(events | tail -n 1)" = hotfix.closed ]
}

@test "who is not in the role, and who says to be somebody else" {
	report quentin "$deploy"
	refused signoff-ref "quentin <quentin@example.com> is not in the role operator"
	report nobody "$deploy"
	refused signoff-ref "is not in the role operator"
	report olga "$deploy"
	report olga "$monitor/paul-${landing:0:10}"
	refused signoff-ref "it was pushed by somebody else"
	report_tag olga "$deploy-2" 'Status: success' 'Deployed-by: paul <paul@example.com>'
	refused signoff-ref "does not name olga, who pushes it"
}

@test "the author may deploy and watch his own work" {
	OPERATORS=dave configure_aftermath </dev/null
	report dave "$deploy"
	accepted
	watch dave
	accepted
	[ "$(events | tail -n 1)" = hotfix.closed ]
}

@test "what is no landing of this branch is refused, and the landing is named" {
	local tip
	tip=$(git rev-parse --short=10 origin/hotfix/INC-7-login)
	report olga "${deploy/${landing:0:10}/$tip}" origin/hotfix/INC-7-login
	refused signoff-ref "is no landing of hotfix/INC-7-login that the server has recorded" \
		"its last landing is ${landing:0:10} on main" "git push origin $landing:$deploy"
	report olga "${deploy/INC-7-login/INC-8-cart}"
	refused signoff-ref "${landing:0:10} is no landing of hotfix/INC-8-cart"
	report olga "${deploy/${landing:0:10}/abcdef1234}"
	refused signoff-ref "its name says another commit"
	report olga "$deploy" 'origin/main^{tree}'
	refused signoff-ref "it is not on a commit"
}

@test "an environment that nobody configured, and a status that is none" {
	report olga "${deploy/production/prod}"
	refused signoff-ref "\"prod\" is no environment here; these are: production"
	report_tag olga "$deploy" 'Status: ok'
	refused signoff-ref "must hold one trailer \"Status:\", success or failure"
	report_tag olga "$deploy" 'Status: success' 'Status: failure'
	refused signoff-ref "must hold one trailer \"Status:\""
	report_tag olga "$deploy" 'Environment: staging' 'Status: success'
	refused signoff-ref "\"Environment: staging\", but its name says production"
}

@test "it is never moved or deleted; watching can be taken back until the hotfix is closed, a deploy cannot" {
	MONITOR="count = 2" configure_aftermath </dev/null
	report olga "$deploy"
	push_as olga ":$deploy"
	refused signoff-ref "never moved and never deleted; the next deploy has a ref of its own"
	watch olga
	accepted
	report_tag paul "$monitor/paul-${landing:0:10}-9" "Revokes: $monitor/olga-${landing:0:10}"
	refused signoff-ref "only who signed it"
	report_tag olga "$deploy-2" "Revokes: $deploy"
	refused signoff-ref "a deploy is not taken back"
	report_tag olga "$monitor/olga-${landing:0:10}-2" "Revokes: $monitor/olga-${landing:0:10}"
	accepted
	watch paul
	accepted
	[ "$(new_events)" = "hotfix.deployed hotfix.signed_off hotfix.revoked hotfix.signed_off " ]
	report olga "$monitor/olga-${landing:0:10}-3"
	accepted
	[ "$(events | tail -n 1)" = hotfix.closed ]
	report_tag olga "$monitor/olga-${landing:0:10}-4" "Revokes: $monitor/olga-${landing:0:10}-3"
	refused signoff-ref "the hotfix is closed"
}

signed_report() { # KEY REF LINE…: a signed tag on the landing, pushed by dave
	local key=$1 ref=$2 name=signoff/${2#refs/signoffs/}
	shift 2
	git tag -d "$name" >/dev/null 2>&1 || :
	sign_with "$key" -m "$(printf '%s\n' "$@")" "$name" "$landing"
	push_as dave "refs/tags/$name:$ref"
}

@test "signed: the tag says who, where and how, and its key must be that person's" {
	ssh_keys olga paul
	DEPLOY="evidence = signature" MONITOR="evidence = signature" configure_aftermath <<-INI
		[signature]
		allowed-signers = $ROOT/signers
	INI
	report olga "$deploy"
	refused signoff-ref "it is not signed"
	report_tag olga "$deploy" 'Status: success' 'Deployed-by: olga <olga@example.com>'
	refused signoff-ref "it is not signed"
	signed_report paul "$deploy" 'Environment: production' 'Status: success' 'Deployed-by: olga <olga@example.com>'
	refused signoff-ref "its key belongs to paul@example.com, not to olga"
	signed_report olga "$deploy" 'Status: success'
	refused signoff-ref "must hold one trailer \"Deployed-by:\""
	signed_report olga "$deploy" 'Status: success' 'Deployed-by: eve <eve@example.com>'
	refused signoff-ref "names nobody whom the configuration knows"
	signed_report olga "$deploy" 'Environment: production' 'Status: success' 'Deployed-by: olga <olga@example.com>'
	accepted
	signed_report paul "$monitor/olga-${landing:0:10}" 'Monitored-by: paul <paul@example.com>'
	refused signoff-ref "does not name olga"
	signed_report paul "$monitor/paul-${landing:0:10}" 'Monitored-by: paul <paul@example.com>'
	accepted
	[ "$(new_events)" = "hotfix.deployed hotfix.signed_off hotfix.closed " ]
}

@test "no landing asks for them, and no branch is signed off by them" {
	signed_hotfix INC-8-cart
	says "ready to land"
	push_as olga "origin/hotfix/INC-8-cart:refs/signoffs/INC-8-cart/deploy/production-$(git rev-parse --short=10 origin/hotfix/INC-8-cart)"
	refused signoff-ref "is no landing of hotfix/INC-8-cart that the server has recorded"
	land INC-8-cart
	landed
}

@test "a landing whose announcement failed is announced before its deploy is judged" {
	signed_hotfix INC-8-cart
	rm "$SERVER/hooks/post-receive"
	land INC-8-cart
	landed
	landing=$(on_server refs/heads/main)
	ln -s "$HOTFIX_PREFIX/libexec/hotfix/post-receive" "$SERVER/hooks/post-receive"
	report olga "refs/signoffs/INC-8-cart/deploy/production-${landing:0:10}"
	accepted
	[ "$(events | tail -n 2 | tr '\n' ' ')" = "hotfix.merged hotfix.deployed " ]
}

@test "where one commit landed on two production branches, a tag says which" {
	PRODUCTION="branch = refs/heads/main, refs/heads/eu
allow-by = release" configure_aftermath </dev/null
	push_as olga origin/main:refs/heads/eu
	accepted
	git fetch -q origin
	branch hotfix/INC-9-tax origin/main
	work tax
	push_as dave hotfix/INC-9-tax
	EXTRA="Production: main" sign rita Reviewed-by hotfix/INC-9-tax
	EXTRA="Production: main" sign quentin Tested-by hotfix/INC-9-tax
	EXTRA="Production: eu" sign rita Reviewed-by hotfix/INC-9-tax
	EXTRA="Production: eu" sign quentin Tested-by hotfix/INC-9-tax
	push_as olga origin/hotfix/INC-9-tax:refs/heads/main
	accepted
	push_as olga origin/hotfix/INC-9-tax:refs/heads/eu
	accepted
	landing=$(on_server refs/heads/eu)
	[ "$landing" = "$(on_server refs/heads/main)" ]
	deploy=refs/signoffs/INC-9-tax/deploy/production-${landing:0:10}
	report olga "$deploy"
	refused signoff-ref "it landed on several production branches"
	report_tag olga "$deploy" 'Production: eu' 'Status: success'
	accepted
	[ "$(body hotfix.deployed .hotfix.production)" = refs/heads/eu ]
}
