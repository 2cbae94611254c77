#!/bin/sh
# What a site writes for itself: one script for all three hooks, with checks like ours as far as git makes them easy.
# The bench puts it beside the real hooks.
set -u

refuse() {
	echo "hotfix: $1" >&2
	exit 1
}

check_hotfix() {
	name=${2#refs/heads/shell/}
	echo "$name" | grep -Eq '^[A-Z][A-Z0-9]*-[0-9]+-[a-z0-9][a-z0-9-]*$' || refuse "$2: not <incident>-<slug>"
	git merge-base refs/heads/main "$1" >/dev/null || refuse "$2: not cut from main"
	test "$(git rev-list --count "$1" --not refs/heads/main)" -le 20 || refuse "$2: more than 20 commits"
	incident=$(echo "$name" | sed 's/^\([A-Z0-9]*-[0-9]*\)-.*/\1/')
	git log --format='%(trailers:key=Incident,valueonly)' "$1" --not refs/heads/main | while read -r other; do
		test -z "$other" || test "$other" = "$incident" || refuse "$2: a commit is for $other"
	done || exit 1
	git log --format='%ae%n%(trailers:key=Reviewed-by)' "$1" --not refs/heads/main >/dev/null
}

check_landing() {
	test "$(git merge-base "$1" "$2")" = "$1" || refuse "production is rewound"
	tip=$(git rev-parse -q --verify "$2^2") || refuse "not a merge of a hotfix"
	test -n "$(git for-each-ref --points-at "$tip" refs/heads/shell/)" || refuse "$tip is no hotfix branch"
	test "$(git rev-parse "$2^{tree}")" = "$(git rev-parse "$tip^{tree}")" || refuse "not the content of the branch"
	trailers=$(git log --format='%(trailers:key=Reviewed-by)%(trailers:key=Tested-by)' "$1..$2")
	echo "$trailers" | grep -q '^Reviewed-by: ' || refuse "nobody reviewed it"
	echo "$trailers" | grep -q '^Tested-by: ' || refuse "nobody tested it"
}

check() {
	case $3 in
	refs/heads/shell-main) check_landing "$1" "$2" ;;
	refs/heads/main) test "$(git merge-base "$1" "$2")" = "$1" || refuse "main is rewound" ;;
	refs/heads/shell/*) check_hotfix "$2" "$3" ;;
	esac
}

case $0 in
*update) check "$2" "$3" "$1" ;;
*pre-receive) while read -r old new ref; do check "$old" "$new" "$ref" || exit 1; done ;;
*) while read -r old new ref; do
	case $ref in refs/heads/shell/* | refs/heads/main) date "+%s $old $new $ref" >>hotfix-bench.log ;; esac
done ;;
esac
