#!/bin/sh
# Proves that the house stands: layers.sh TOP BUILD
#
# - an #include goes down between the rooms (hooks, tools > flow > adapters > rules > base), never up, and names its
#   file from common/ (or a neighbour of hooks/ and tools/);
# - the header of a foreign library is included by the adapter of that library alone;
# - the compiled objects of rules and base call nothing but the C library and each other, those of the rules nothing
#   that knows a file, the environment, the clock, a process or the network, those of base no environment, process or
#   network.
# Prints what is wrong as FILE:LINE: WORDS or OBJECT: WORDS. Exit: 0 when all holds, 1 when something does not.
set -u

[ $# -eq 2 ] || { echo "usage: layers.sh TOP BUILD" >&2; exit 2; }
top=$1
build=$2

check_includes() {
	# shellcheck disable=SC2016 # a program of awk
	find "$top/common" "$top/hooks" "$top/tools" -name '*.[ch]' 2>/dev/null | sort | xargs -r awk -v top="$top/" '
		BEGIN {
			level["base"] = 1; level["rules"] = 2; level["adapters"] = 3; level["flow"] = 4
			level["hooks"] = 5; level["tools"] = 5
			owner["git2"] = "repository|libgit2"; owner["sqlite3"] = "state"; owner["curl"] = "network|http|smtp|errand"
			owner["jansson"] = "json"; owner["openssl"] = "hmac|rabbitmq"; owner["ini"] = "config"
			owner["amqp"] = owner["amqp_ssl_socket"] = owner["amqp_tcp_socket"] = "rabbitmq"
		}
		function complain(words) { print file ":" FNR ": " words; bad = 1 }
		FNR == 1 {
			file = FILENAME; sub("^" top, "", file)
			path = file; sub(/^common\//, "", path)
			room = path; sub(/\/.*/, "", room)
			name = path; sub(/^.*\//, "", name)
			if (!(room in level))
				complain("this is no room of the house")
		}
		/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
			target = $0; sub(/^[^<"]*[<"]/, "", target); sub(/[>"].*/, "", target)
			to = target; sub(/\/.*/, "", to)
			library = target; sub(/[.\/].*/, "", library)
			if ($0 ~ /"/) {
				if (to in level && index(target, "/")) {
					if (level[to] > level[room])
						complain(room " is below " to " and must not include " target)
				} else if (index(target, "/") || level[room] < 5) {
					complain("write includes from common/: " target)
				}
			} else if (library in owner) {
				if (room != "adapters" || name !~ "^(" owner[library] ")[a-z0-9_]*\\.[ch]$")
					complain(target " belongs to the adapter of " library " alone")
			}
		}
		END { exit bad }'
}

# What the rules must not call, as extended regular expressions of whole names.
files='open(at)?(64)?|fopen(64)?|fdopen|freopen(64)?|creat(64)?|read|pread(64)?|write|pwrite(64)?|close|f?l?stat(64)?'
files="$files|fstatat(64)?|statx|access|faccessat|readlink(at)?|realpath|opendir|readdir(64)?|scandir|glob|mkdir|mkstemp"
files="$files|mkdtemp|unlink|rename|remove|chmod|chown|mmap(64)?|f?printf|__f?printf_chk|puts|fputs|fwrite|fread|fgets"
files="$files|getline|getdelim|perror|stdin|stdout|stderr|getcwd|chdir|dup[23]?|pipe2?|ioctl|fcntl(64)?|iconv_open"
clocks='time|clock|clock_gettime|gettimeofday|nanosleep|sleep|usleep|localtime(_r)?|alarm|timer_.*|random|s?rand|getrandom'
world='getenv|secure_getenv|environ|setenv|putenv|unsetenv|setlocale|fork|vfork|posix_spawnp?|execv?[lpe]*|execvpe|system'
world="$world|popen|wait(pid)?|kill|signal|sigaction|socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?"
world="$world|getaddrinfo|gethostby.*|getpw.*|getgr.*|getuid|geteuid|getpid|syslog|openlog|dlopen|dlsym|pthread_create"

# What base offers beyond values.
impure='file_.*|clock_now.*|clock_monotonic'

# Names that only foreign libraries have; what else an object lacks, the C library or the linker provides.
foreign='git_.*|giterr.*|sqlite3_.*|curl_.*|json_.*|ini_parse.*|EVP_.*|HMAC.*|CRYPTO_.*|SSL_.*|RAND_.*|BIO_.*|pcre2_.*'

# check_objects ROOM FORBIDDEN ROOMS-BELOW...
check_objects() {
	room=$1
	forbidden=$2
	shift 2
	set -- "$room" "$@"
	for below in "$@"; do
		find "$build/common/$below" -name '*.o' 2>/dev/null
	done | sort | xargs -r nm --defined-only -P -A 2>/dev/null | awk '{ print $2 }' | sort -u >"$work/ours"
	find "$build/common/$room" -name '*.o' | sort | xargs -r nm -u -P -A |
		awk -v room="$room" -v ours="$work/ours" -v forbidden="^($forbidden)$" -v foreign="^($foreign)$" \
			-v impure="^($impure)$" -v libc="$work/libc" '
		BEGIN {
			while ((getline name <ours) > 0) known[name] = mine[name] = 1
			while ((getline name <libc) > 0) known[name] = 1
		}
		{
			object = $1; sub(/:$/, "", object); sub(/^.*\/common\//, "common/", object)
			symbol = $2; sub(/@.*/, "", symbol)
			plain = symbol; sub(/^__/, "", plain); sub(/_chk$/, "", plain); sub(/^isoc(99|23)_/, "", plain)
			if (symbol in mine && (room == "base" || symbol !~ impure))
				next
			if (symbol ~ foreign) {
				print object ": " room " must not know a foreign library: " symbol; bad = 1
			} else if (symbol ~ forbidden || plain ~ forbidden || symbol in mine) {
				print object ": " room " must not call " symbol; bad = 1
			} else if (!(symbol in known)) {
				print object ": " symbol " is neither in the C library nor in a room below " room; bad = 1
			}
		}
		END { exit bad }'
}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0

# What libc.so.6 exports, and what the compiler itself puts into an object.
libc=$(${CC:-cc} -print-file-name=libc.so.6)
{
	nm -D --defined-only -P "$libc" | awk '{ sub(/@.*/, "", $1); print $1 }'
	echo _GLOBAL_OFFSET_TABLE_
	echo __stack_chk_fail
} | sort -u >"$work/libc"

check_includes || bad=1
for room in rules base; do
	ls "$build/common/$room"/*.o >/dev/null 2>&1 || { echo "$build/common/$room: there is no object"; bad=1; }
done
if [ "$bad" = 0 ]; then
	check_objects rules "$files|$clocks|$world" base || bad=1
	check_objects base "$world" || bad=1
fi
[ "$bad" = 0 ] && echo "layers: every arrow points downwards, the rules are pure"
exit "$bad"
