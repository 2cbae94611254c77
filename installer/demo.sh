#!/bin/sh
# A throwaway server, three people and a deploy receiver, and one hotfix from its report to its deployment.
# Everything is in one temporary folder and on the loopback; the end of the script removes it all.
set -eu
umask 022
LC_ALL=C.UTF-8
export LC_ALL
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_NAMESPACE GIT_OBJECT_DIRECTORY CDPATH

source_folder=$(cd "$(dirname "$0")/.." && pwd -P)
temporary=$(mktemp -d)
receiver=
repository=$temporary/server/shop.git
branch=hotfix/INC-7-login

clean_up()
{
	[ -z "$receiver" ] || kill "$receiver" 2>/dev/null || :
	[ -z "$receiver" ] || wait "$receiver" 2>/dev/null || :
	rm -rf "$temporary"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The demonstration depends on nobody's own Git configuration.
HOME=$temporary
GIT_CONFIG_NOSYSTEM=1
GIT_EDITOR=true
export HOME GIT_CONFIG_NOSYSTEM GIT_EDITOR
unset XDG_CONFIG_HOME GIT_CONFIG_GLOBAL GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS

# --- telling the story ---

chapter()
{
	printf '\n== %s\n' "$1"
}

fail()
{
	printf 'demo: %s\n' "$1" >&2
	exit 1
}

# Runs the commands in file $2 in the clone of person $1, each line printed as the person would type it. What git and
# the server say is shown, and stays in the file "said".
type_in()
{
	person=$1
	sed "s/^\([^ ]\)/$person$ \1/; s/^ /     > /" "$2"
	result=0
	(cd "$temporary/$person/shop" && GL_USER=$person sh -e "$2" </dev/null >"$temporary/said" 2>&1) || result=$?
	sed -i 's/ *$//' "$temporary/said"
	cat "$temporary/said"
	return $result
}

accepted()
{
	printf '%s\n' "$2" >"$temporary/commands"
	type_in "$1" "$temporary/commands" || fail "this should have been accepted"
}

refused()
{
	printf '%s\n' "$2" >"$temporary/commands"
	! type_in "$1" "$temporary/commands" || fail "this should have been refused"
}

# Runs as person $1 the commands that the server printed last, below the heading that holds $2.
as_printed()
{
	sed -n 's/^remote:   //p' "$temporary/said" | awk -v heading="$2" '
		/^[^ ]/ || /^  # / { on = index($0, heading) > 0 }
		on && /^  (git|  --)/ { print substr($0, 3) }' >"$temporary/commands"
	[ -s "$temporary/commands" ] || fail "no commands were printed below: $2"
	type_in "$1" "$temporary/commands" || fail "these should have been accepted"
}

# --- the stage ---

make_repository()
{
	git init -q --bare -b main "$repository"
	git init -q -b main "$temporary/seed"
	echo 'password.length >= 0' >"$temporary/seed/login.rule"
	git -C "$temporary/seed" add login.rule
	git -C "$temporary/seed" -c user.name=Release -c user.email=release@example.com commit -qm 'shop: version 1'
	git -C "$temporary/seed" push -q "$repository" main
}

make_clone()
{
	git clone -q "$repository" "$temporary/$1/shop"
	git -C "$temporary/$1/shop" config user.name "$2"
	git -C "$temporary/$1/shop" config user.email "$1@example.com"
}

# Debian's webhook takes no port of its own choice, so a few are tried.
start_receiver()
{
	for try in 1 2 3 4 5 6 7 8 9; do
		: >"$temporary/receiver.log"
		port=$((20000 + ($$ * 7 + try * 1009) % 30000))
		webhook -verbose -ip 127.0.0.1 -port "$port" -hooks "$temporary/hooks.json" >"$temporary/receiver.log" 2>&1 &
		receiver=$!
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			! grep -q 'serving hooks on' "$temporary/receiver.log" || sleep 0.1
			kill -0 "$receiver" 2>/dev/null || break
			! grep -q 'serving hooks on' "$temporary/receiver.log" || return 0
			sleep 0.1
		done
	done
	receiver=
	cat "$temporary/receiver.log" >&2
	fail "the receiver did not start"
}

make_receiver()
{
	umask 077
	od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$temporary/secret"
	umask 022
	cat >"$temporary/deploy" <<'DEPLOY'
#!/bin/sh
printf '%s\n' "deploying $3 ($1 on $2)" >>"${0%/*}/deployed"
DEPLOY
	chmod +x "$temporary/deploy"
	sed -f /dev/stdin "$source_folder/share/receivers/webhook/hooks.json.in" >"$temporary/hooks.json" <<SED
s|@SECRET@|"$(cat "$temporary/secret")"|
s|@REF@|"refs/heads/main"|
s|@FOLDER@|"$temporary/remembered"|
s|@COMMAND@|"$temporary/deploy"|
s|@DEPLOY_ONCE@|"$source_folder/share/receivers/webhook/deploy-once.sh"|
SED
	start_receiver
}

make_configuration()
{
	cat >"$repository/hotfix.ini" <<INI
[procedure]
mode = enforce
contact = ops@example.com
[repository]
web = https://git.example.com/{path}
[pusher]
from = gitolite
[production]
branch = refs/heads/main
[person "alice"]
email = alice@example.com
login = alice
[person "rita"]
email = rita@example.com
login = rita
[person "quentin"]
email = quentin@example.com
login = quentin
[role "reviewer"]
member = rita
[role "qa"]
member = quentin
[signoff "review"]
trailer = Reviewed-by
role = reviewer
[signoff "qa"]
trailer = Tested-by
role = qa
[webhook "deploy"]
url = http://127.0.0.1:$port/hooks/hotfix
secret-file = $temporary/secret
expect = deployed
INI
}

# A build folder that is there is used; else the build is thrown away with the rest.
make_stage()
{
	[ -n "${BUILD-}" ] || [ -d "$source_folder/build" ] || export BUILD="$temporary/build"
	make_repository
	make_receiver
	make_configuration
	"$source_folder/install.sh" --prefix "$temporary/prefix" "$repository" >"$temporary/install.log" 2>&1 || {
		cat "$temporary/install.log" >&2
		fail "the installation failed"
	}
	sed -n '/^  /p' "$temporary/install.log"
	make_clone alice Alice
	make_clone rita Rita
	make_clone quentin Quentin
}

wait_for_deployment()
{
	for _ in $(seq 100); do
		[ ! -s "$temporary/deployed" ] || break
		sleep 0.1
	done
	[ -s "$temporary/deployed" ] || {
		cat "$temporary/receiver.log" >&2
		fail "no webhook arrived within 10 seconds"
	}
	# The receiver answers after its script has ended.
	for _ in $(seq 50); do
		! "$temporary/prefix/bin/hotfixctl" -C "$repository" deliveries | grep -q delivered || break
		sleep 0.1
	done
}

# --- the story ---

cat <<TEXT
The hotfix procedure on a throwaway server, in $temporary.
Alice develops, Rita reviews, Quentin tests. main is production; what lands there is deployed.
GL_USER says who pushes here; on a real server the transport does (an own account, gitolite, Gitea, GitLab, HTTP).
TEXT

chapter 'The server: a bare repository, the hooks, and a receiver (Debian webhook) on the loopback'
make_stage

chapter 'Alice is in a hurry and pushes a fix straight to production'
echo 'password.length >= 12' >"$temporary/alice/shop/login.rule"
accepted alice "git commit -qam 'login: refuse short passwords'"
refused alice 'git push origin main'

chapter 'She takes the way that the message names: a hotfix branch with the incident in its name'
accepted alice "git switch -qc $branch
git push -q origin $branch"

chapter 'She tries to land it before anybody has looked at it'
accepted alice "git switch -qC main origin/main
git merge -q --no-ff -m 'Land INC-7' $branch"
refused alice 'git push -q origin main'

chapter 'Rita reviews. She signs off with the commands that this refusal printed'
as_printed rita 'in the role reviewer,'

chapter 'Quentin tests. He signs off with the commands that were printed after Rita'"'"'s push'
as_printed quentin 'in the role qa,'

chapter 'Alice lands it, again with the commands that were printed'
as_printed alice 'ready to land:'

chapter 'The webhook has arrived: the receiver checked its signature and ran the deploy script'
wait_for_deployment
cat "$temporary/deployed"
tip=$(git -C "$repository" rev-parse refs/heads/main)
grep -q "^deploying $tip " "$temporary/deployed" || fail "what was deployed is not what landed"
printf '$ hotfixctl deliveries\n'
"$temporary/prefix/bin/hotfixctl" -C "$repository" deliveries

chapter 'That was all. The receiver is stopped and the folder is removed'
