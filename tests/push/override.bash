# Overrides and what is owed for them. Loaded behind library.bash.

# Lines for [override] come from OVERRIDE, members of the role oncall from ONCALL; olga may land release/* too. More
# sections on standard input.
configure_override() {
	local more=
	[ -t 0 ] || more=$(cat)
	PRODUCTION=${PRODUCTION-$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release'} \
		configure <<-INI
			[role "oncall"]
			member = ${ONCALL-olga}
			[override]
			role = oncall
			${OVERRIDE-}
			$more
		INI
}

override() { # REASON ARGUMENT…: olga pushes with an override; AS is somebody else
	local reason=$1
	shift
	push_as "${AS-olga}" -o "hotfix.override=$reason" "$@"
}

land_by_override() { # [REASON]: olga merges hotfix/INC-7-login and overrides what is missing; $landing is the commit
	be olga
	merge_hotfix
	be dave
	override "${1-the shop is down}" main
	landed
	landing=$(on_server refs/heads/main)
}

settle() { # PERSON SIGNOFF [LANDING]: a plain ref on the landing
	local commit=${3-$landing}
	push_as "$1" "$commit:refs/signoffs/INC-7-login/$2/$1-${commit:0:10}"
}

release() { # NAME: olga pushes a release with one commit, from production as it is
	git fetch -q origin
	branch "release/$1"
	work "feature $1" other
	push_as olga "release/$1"
	accepted
	git fetch -q origin
}

# What is owed is owed for long enough: makes every debt overdue.
let_debts_fall_due() {
	sqlite3 "$SERVER/hotfix.sqlite" 'update override set due = due - 1000000 where due > 0'
}

body() { # TYPE FILTER: of the last event of that type
	sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = '$1' order by number desc limit 1" | jq -r "$2"
}
