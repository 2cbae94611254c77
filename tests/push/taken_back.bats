#!/usr/bin/env bats
# A deploy that failed, and a rollback: who hears of it, and what becomes of the hotfix.
load library
load aftermath

setup() {
	server
	configure_aftermath </dev/null
	start_production
	git rev-parse origin/main >"$ROOT/first"
	landed_hotfix
}

roll_back() { # [TREE-OF]: olga goes back to the first commit, or to that one
	git fetch -q origin
	rollback=$(be olga && git commit-tree -p origin/main -m 'Roll back' "${1-$(cat "$ROOT/first")}^{tree}")
	push_as olga "$rollback:refs/heads/main"
}

second_try() { # the hotfix again, with more work, signed
	git fetch -q origin
	git switch -q --no-track -C hotfix/INC-7-login origin/hotfix/INC-7-login
	git merge -q --no-edit origin/main
	git revert --no-edit "$rollback" >/dev/null
	work "and right this time"
	push_as dave hotfix/INC-7-login
	accepted
	sign rita Reviewed-by
	sign quentin Tested-by
}

@test "every push to production says that the last deploy failed, until one succeeds" {
	report_tag olga "$deploy" 'Status: failure'
	accepted
	says_not "warning: the last deploy"
	push_as dave ":refs/heads/main"
	refused production-delete "warning: the last deploy of main to production failed: hotfix/INC-7-login at" \
		"${landing:0:10}, reported by olga at 20" "it is told until a success is reported"
	signed_hotfix INC-8-cart
	says_not "the last deploy"
	land INC-8-cart
	landed
	says "hotfix: warning: the last deploy of main to production failed"
	report olga "$deploy-2"
	accepted
	push_as dave ":refs/heads/main"
	says_not "warning: the last deploy"
}

@test "explain says it too, and where no deploys are asked for nobody does" {
	report_tag olga "$deploy" 'Status: failure'
	run "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" explain --as olga main main 0
	says "warning: the last deploy of main to production failed"
	run "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" explain --json --as olga main main 0
	[[ "$(jq -r '.warnings[0]' <<<"$output")" == "the last deploy of main to production failed: "* ]]
	configure </dev/null
	push_as dave ":refs/heads/main"
	says_not "warning: the last deploy"
}

@test "a rollback names what it takes back, and its deploy is reported beside that hotfix" {
	report_tag olga "$deploy" 'Status: failure'
	roll_back
	accepted
	says "rollback on main: back to $(cut -c1-10 "$ROOT/first"), takes back hotfix/INC-7-login" \
		"git push origin $rollback:refs/signoffs/INC-7-login/deploy/production-${rollback:0:10}"
	[ "$(body production.rolled_back '.hotfix.taken_back[] | [.incident, .branch, .landing] | join(" ")')" = \
		"INC-7 hotfix/INC-7-login $landing" ]
	[ "$(body production.rolled_back '.hotfix.brought_back | length')" = 0 ]
	watch paul
	refused signoff-ref "the rollback ${rollback:0:10} took ${landing:0:10} back"
	report olga "${deploy/${landing:0:10}/${rollback:0:10}}" "$rollback"
	accepted
	[ "$(body hotfix.deployed '.hotfix | [.incident, .landing] | join(" ")')" = "INC-7 $rollback" ]
	push_as dave ":refs/heads/main"
	says_not "warning: the last deploy"
}

@test "a deploy that failed, a rollback, and the second try" {
	report_tag olga "$deploy" 'Status: failure'
	roll_back
	accepted
	second_try
	land
	landed
	landing=$(on_server refs/heads/main)
	report olga "refs/signoffs/INC-7-login/deploy/production-${landing:0:10}"
	accepted
	watch paul
	accepted
	[ "$(events | grep -v 'updated\|ready' | tail -n 7 | tr '\n' ' ')" = "hotfix.merged hotfix.deploy_failed \
production.rolled_back hotfix.merged hotfix.deployed hotfix.signed_off hotfix.closed " ]
	[ "$(body hotfix.closed .hotfix.landing)" = "$landing" ]
}

@test "a rollback of the rollback brings the hotfix back, and can itself be taken back" {
	roll_back
	roll_back "$landing"
	accepted
	says_not "takes back"
	says "brings back hotfix/INC-7-login"
	[ "$(body production.rolled_back '.hotfix.brought_back[].landing')" = "$landing" ]
	report olga "$deploy"
	watch paul
	accepted
	roll_back
	accepted
	says "takes back hotfix/INC-7-login"
	signed_hotfix INC-8-cart
	land INC-8-cart
	landed
	roll_back
	accepted
	says "takes back hotfix/INC-8-cart"
	says_not "INC-7-login"
}

@test "a push that lands a hotfix and takes it back says so" {
	signed_hotfix INC-8-cart
	be olga
	merge_hotfix INC-8-cart
	git commit -q --allow-empty -m x
	rollback=$(git commit-tree -p main~1 -m 'Roll back' 'origin/main^{tree}')
	be dave
	push_as olga "$rollback:refs/heads/main"
	accepted
	says "merge on main: hotfix/INC-8-cart" "rollback on main: back to ${landing:0:10}, takes back hotfix/INC-8-cart"
	[ "$(body production.rolled_back '.hotfix.taken_back[].branch')" = hotfix/INC-8-cart ]
}
