#!/usr/bin/env bats
# Freezes: ordinary landings wait, hotfixes and rollbacks do not.

load library

setup() {
	server
}

frozen() { # the sections of standard input, for a server where olga may land release/*
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	start_production
	branch release/1
	work feature other
	push_as olga release/1
	accepted
	git fetch -q origin
}

from_now() { # SECONDS: that time, in RFC 3339, as somebody an hour east writes it
	TZ=UTC-1 date -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%S%:z
}

day() { # DAYS: the name of the day that many days from now
	date -u -d "$1 days" +%a
}

lands() { # olga lands the release
	push_as olga release/1:main
	accepted
	[ "$(on_server refs/heads/main)" = "$(git rev-parse release/1)" ]
}

@test "an ordinary landing is refused with the reason and the end" {
	local end
	end=$(from_now 3600)
	frozen <<-INI
		[freeze "year-end"]
		from = $(from_now -3600)
		to = $end
		reason = nobody is there, really
	INI
	push_as olga release/1:main
	refused freeze-year-end "ordinary landings on main are frozen until $end" "nobody is there, really" \
		"# push it again after $end; hotfixes and # rollbacks land all the same"
}

@test "before and after a freeze an ordinary landing passes" {
	frozen <<-INI
		[freeze "past"]
		from = $(from_now -7200)
		to = $(from_now -3600)
		[freeze "future"]
		from = $(from_now 3600)
		to = $(from_now 7200)
	INI
	lands
}

@test "a hotfix and a rollback pass while all is frozen" {
	frozen <<-INI
		[freeze "now"]
		from = 2000-01-01Z
		to = 2999-12-31Z
	INI
	signed_hotfix
	land
	landed
	git fetch -q origin
	rollback=$(git commit-tree -p origin/main -m 'Roll back' 'origin/main~1^{tree}')
	push_as olga "$rollback:refs/heads/main"
	accepted
	says "rollback on main"
}

@test "a weekly window holds in its part of the week" {
	frozen <<-INI
		[freeze "week"]
		weekly = $(day -1) 00:00 - $(day 2) 00:00 Z
	INI
	push_as olga release/1:main
	refused freeze-week "ordinary landings on main are frozen until $(date -u -d "2 days" +%Y-%m-%d)T00:00:00Z"
}

@test "a weekly window does not hold in the rest of the week" {
	frozen <<-INI
		[freeze "week"]
		weekly = $(day 2) 00:00 - $(day -1) 00:00 Z
	INI
	lands
}

@test "the clocks of a named zone are followed" {
	frozen <<-INI
		[freeze "week"]
		weekly = $(day -2) 00:00 - $(day 2) 00:00 Pacific/Auckland
	INI
	push_as olga release/1:main
	refused freeze-week "T00:00:00+1"
}

@test "a freeze is about its branches alone" {
	frozen <<-INI
		[freeze "elsewhere"]
		from = 2000-01-01Z
		to = 2999-12-31Z
		branches = refs/heads/main
	INI
	push_as olga release/1:main
	refused freeze-elsewhere
	sed -i 's,^branch = refs/heads/main$,branch = refs/heads/main\, refs/heads/live,;
		s,^branches = .*,branches = refs/heads/live,' "$SERVER/hotfix.ini"
	lands
}

@test "two freezes are both told, and a rule can be told to warn" {
	frozen <<-INI
		[freeze "one"]
		from = 2000-01-01Z
		to = 2999-12-31Z
		[freeze "two"]
		from = 2000-01-01Z
		to = 2998-12-31Z
	INI
	push_as olga release/1:main
	refused freeze-one "frozen until 3000-01-01T00:00:00Z" "freeze-two" "frozen until 2999-01-01T00:00:00Z"
	sed -i 's/^mode = enforce/&\nwarn = freeze-*/' "$SERVER/hotfix.ini"
	lands
	says "accepted, with warnings" "freeze-one"
}

@test "status and explain tell what is frozen" {
	frozen <<-INI
		[freeze "year-end"]
		from = 2000-01-01Z
		to = 2999-12-31Z
		reason = holidays
	INI
	output=$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status)
	says "frozen main until 3000-01-01T00:00:00Z, year-end: holidays"
	[ "$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status --json | jq -c '.production[0].frozen')" = \
		'[{"name":"year-end","until":"3000-01-01T00:00:00Z","reason":"holidays"}]' ]
	output=$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" explain main main release/1 --as olga@example.com || :)
	says freeze-year-end
}
