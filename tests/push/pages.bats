#!/usr/bin/env bats
# The pages of hotfixctl report, in a browser: what a person sees, with a keyboard, a screen reader, a phone and a printer.

bats_require_minimum_version 1.5.0
load library
load signatures
load aftermath

HOSTILE='<script>alert(1)</script> "quoted" & '$'\u202e''reversed'

setup() {
	TOP=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	server
	configure_aftermath </dev/null
	start_production
}

ctl() {
	run --separate-stderr "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" "$@"
	[ "$status" -eq 0 ] || { printf 'hotfixctl %s: %s\n%s\n' "$*" "$output" "$stderr" >&2; return 1; }
}

browse() { # the checks of standard input
	command -v chromium >/dev/null || skip "chromium is not installed"
	[ -d "$TOP/tests/node_modules/puppeteer-core" ] || skip "puppeteer-core is not installed"
	cat >"$ROOT/checks.json"
	NODE_PATH=$TOP/tests/node_modules node "$TOP/tests/push/browser.js" "$ROOT/checks.json"
}

closed_hotfix() { # [NAME]
	landed_hotfix "$@"
	report olga "$deploy"
	accepted
	watch paul
	accepted
	git fetch -q origin
}

# A branch that is open, with everything that its author can choose chosen to do harm.
hostile_hotfix() {
	be "$HOSTILE" dave@example.com
	branch 'hotfix/INC-8-cart'
	mkdir -p 'a <b>'
	work "$HOSTILE" 'a <b>/"&'\''.txt'
	be dave
	push_as dave hotfix/INC-8-cart
	accepted
}

@test "a report is a page that anybody can read, by day and by night, on a phone and on paper" {
	closed_hotfix
	hostile_hotfix
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" report INC-7 --html >"$ROOT/closed.html"
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" report INC-8 --html >"$ROOT/open.html"
	browse <<-JSON
		[{"file": "$ROOT/closed.html", "title": "INC-7: closed", "pages": 2,
		  "focus": ["Skip to the content", "Picture of the time line"],
		  "says": ["Incident INC-7", "✓ Closed", "1. Report ✓ done", "4. Review and test ✓ done", "6. Monitor ✓ done",
			"By paul", "The fix was put into production (main)", "a line in the commit", "logged in to the server",
			"1 file, 1 line added, 0 removed", "Nobody is asked to be told", "Words used here"],
		  "says_not": ["to do", "undefined", "(null)"]},
		 {"file": "$ROOT/open.html", "title": "INC-8: being reviewed and tested", "pages": 2,
		  "focus": ["Skip to the content", "Picture of the time line"],
		  "says": ["… Being reviewed and tested", "Review and test … now", "Waiting for: reviewer, qa",
			"<script>alert(1)</script> \"quoted\" & \\\\u202ereversed", "a <b>/\"&'.txt", "not yet in production"]}]
	JSON
}

@test "a site lists what is open and what is past, with a page for each and the figures" {
	closed_hotfix
	hostile_hotfix
	ctl report --all --html "$ROOT/site"
	[ "$output" = "2 incidents, 1 open: $ROOT/site/index.html" ]
	[ "$(ls "$ROOT/site")" = "$(printf '%s\n' incident-INC-7.html incident-INC-8.html index.html)" ]
	browse <<-JSON
		[{"file": "$ROOT/site/index.html", "title": "Hotfixes of server", "pages": 2,
		  "focus": ["Skip to the content", "INC-8", "INC-7", "The numbers behind the pictures"],
		  "says": ["Open hotfixes 1 hotfix", "step 4, Review and test", "<script>alert(1)</script>", "Past hotfixes 1 hotfix",
			"INC-7 fix INC-7-login ✓ closed", "the median of 1 hotfix", "0 % 0 of 1 failed", "Deployments 1",
			"How this is counted"]},
		 {"file": "$ROOT/site/incident-INC-7.html", "title": "INC-7: closed", "pages": 2,
		  "focus": ["Skip to the content", "All hotfixes", "Picture of the time line"], "says": ["Incident INC-7"]}]
	JSON
}

@test "a site is written over the last one, whole, and pages that nothing stands behind go" {
	closed_hotfix
	ctl report --all --html "$ROOT/site"
	cp "$ROOT/site/incident-INC-7.html" "$ROOT/site/incident-INC-6.html"
	echo mine >"$ROOT/site/mine.html"
	echo half >"$ROOT/site/.hotfix-report.new"
	ln -s "$ROOT/secret" "$ROOT/elsewhere"
	echo kept >"$ROOT/secret"
	rm "$ROOT/site/index.html"
	ln -s "$ROOT/secret" "$ROOT/site/index.html"
	ctl report --all --html "$ROOT/site" --json
	[ "$(jq -r '[.incidents, .open, .removed] | join(" ")' <<<"$output")" = "1 0 1" ]
	[ "$(ls -A "$ROOT/site")" = "$(printf '%s\n' incident-INC-7.html index.html mine.html)" ]
	[ ! -L "$ROOT/site/index.html" ]
	[ "$(cat "$ROOT/secret")" = kept ]
	grep -q '</html>' "$ROOT/site/index.html"
}

@test "readers never find half a page" {
	closed_hotfix
	ctl report --all --html "$ROOT/site"
	(for _ in 1 2 3; do "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" report --all --html "$ROOT/site" >/dev/null; done) &
	writer=$!
	reads=0
	while kill -0 "$writer" 2>/dev/null || [ "$reads" -lt 20 ]; do
		for page in index.html incident-INC-7.html; do
			[ "$(tail -n 1 "$ROOT/site/$page")" = '</html>' ]
		done
		reads=$((reads + 1))
	done
	wait "$writer"
}

@test "the figures are what DORA means by them" {
	closed_hotfix INC-1-a
	closed_hotfix INC-2-b
	hours() { # INCIDENT HOURS: its first push was that much earlier
		sqlite3 "$SERVER/hotfix.sqlite" "update push set time = time - $2 * 3600 where id = (select min(r.push) from record r
			join ref n on n.id = r.ref where n.name like 'refs/heads/hotfix/$1-%')"
	}
	hours INC-1 1
	hours INC-2 3
	signed_hotfix INC-3-c
	land INC-3-c
	landed
	roll_back_landing
	ctl report --all --html "$ROOT/site"
	page=$(sed 's/<[^>]*>/ /g' "$ROOT/site/index.html" | tr -s ' \n' ' ')
	[[ "$page" == *"Lead time for changes 2h the median of 2 hotfixes"* ]]
	[[ "$page" == *"Time to restore 2h the median of 2 hotfixes"* ]]
	[[ "$page" == *"Change failure rate 33 % 1 of 3 failed"* ]]
	[[ "$page" == *"Deployments 3 0.2 a week, and 1 rollback"* ]]
}
