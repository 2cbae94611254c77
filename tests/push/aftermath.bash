# A hotfix that has landed, and sign-offs on its landing. Loaded behind library.bash.

# Lines for [signoff "deploy"] and [signoff "monitor"] come from DEPLOY and MONITOR, members of the role operator from
# OPERATORS; more sections on standard input.
configure_aftermath() {
	local more=
	[ -t 0 ] || more=$(cat)
	configure <<-INI
		[role "operator"]
		member = ${OPERATORS-olga, paul}
		[signoff "deploy"]
		trailer = Deployed-by
		role = operator
		${DEPLOY-}
		[signoff "monitor"]
		trailer = Monitored-by
		role = operator
		${MONITOR-}
		$more
	INI
}

landed_hotfix() { # [NAME]: $landing is the landing's commit, $deploy and $monitor the refs to report it
	signed_hotfix "${1-INC-7-login}"
	land "${1-INC-7-login}"
	landed
	landing=$(on_server refs/heads/main)
	deploy=refs/signoffs/${1-INC-7-login}/deploy/production-${landing:0:10}
	monitor=refs/signoffs/${1-INC-7-login}/monitor
}

roll_back_landing() { # olga takes the last one back
	git fetch -q origin
	be olga
	git commit-tree -p origin/main -m 'Roll back' 'origin/main^^{tree}' >"$ROOT/rollback"
	be dave
	push_as olga "$(cat "$ROOT/rollback"):main"
	accepted
	git fetch -q origin
}

report() { # PERSON REF [COMMIT]: a plain ref on the landing
	push_as "$1" "${3-$landing}:$2"
}

# PERSON REF LINE…: an annotated tag on the landing with these trailers, pushed to REF
report_tag() {
	local person=$1 ref=$2 name=signoff/${2#refs/signoffs/}
	shift 2
	git tag -f -a -m "$(printf '%s\n' "$@")" "$name" "$landing" >/dev/null
	push_as "$person" "refs/tags/$name:$ref"
}

watch() { # PERSON: a monitor sign-off
	report "$1" "$monitor/$1-${landing:0:10}"
}

new_events() { # those behind the last landing
	events | sed '1,/hotfix.merged/d' | tr '\n' ' '
}

body() { # TYPE FILTER: of the last event of that type
	sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = '$1' order by number desc limit 1" | jq -r "$2"
}
